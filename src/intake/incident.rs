//! Incidents of a table: read in slices, each row checked, each fault with its row.
//!
//! Invariant: a row is handed out, or its refusal is; a source id is handed out once a file.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::{ByteRecord, Position};
use jiff::civil::DateTime;

use super::binding::Binding;
use super::coordinates::{CoordinateQuestion, Coordinates, Ground, Pair, question};
use super::fault::{Fault, IntakeError, Refused, Warned};
use super::file::{FileFormat, InputFile, Lines};
use super::mapping::{Mapping, built_in};
use super::row::IncidentRow;
use super::table::{lines, unreadable};
use crate::clock::{Zone, civil_minutes};
use crate::domain::{Kind, KindCode};
use crate::spatial::Point;

/// The longest id of a source, in bytes: several UUIDs fit.
const MOST_ID_BYTES: usize = 200;
/// The longest kind, in bytes: a sentence of Chinese; more is a text in the wrong column.
const MOST_KIND_BYTES: usize = 400;
/// A source's clock may be in another zone's day; what lies further ahead has not happened.
const MOST_AHEAD_MS: i64 = 24 * 60 * 60 * 1_000;

/// Bytes of `2026-11-24`.
const BARE_DATE: usize = 10;

/// What a file's rows are held against.
#[derive(Debug, Clone)]
pub struct Around {
    /// The zone that the times are local in.
    pub zone: Zone,
    /// Now, Unix ms UTC.
    pub now_ms: i64,
    /// How its coordinates are read.
    pub coordinates: Coordinates,
}

/// A part of a file.
#[derive(Debug, Default, PartialEq)]
pub struct Slice {
    /// Data rows read, refused ones among them.
    pub read: u64,
    /// What may be stored.
    pub rows: Vec<IncidentRow>,
    /// Kinds that were not in a slice before and that no district has by itself.
    pub kinds: Vec<Kind>,
    /// Rows that were refused.
    pub refused: Vec<Fault<Refused>>,
    /// What was left out of rows that were kept.
    pub warned: Vec<Fault<Warned>>,
}

/// Reads a file's incidents.
pub struct IncidentReader {
    csv: csv::Reader<Lines>,
    format: FileFormat,
    binding: Binding,
    mapping: Mapping,
    around: Around,
    record: ByteRecord,
    time: String,
    row: u64,
    first_row: HashMap<Box<str>, u64>,
    kinds: HashSet<KindCode>,
    progress: Arc<AtomicU64>,
}

impl IncidentReader {
    /// Reads the header.
    ///
    /// # Errors
    /// [`IntakeError`], such as a column that is missing.
    pub fn new(file: &InputFile, mapping: Mapping, around: Around) -> Result<Self, IntakeError> {
        let (csv, binding) = open(file, &mapping)?;
        Ok(Self {
            csv,
            format: file.format(),
            binding,
            mapping,
            around,
            record: ByteRecord::new(),
            time: String::new(),
            row: 0,
            first_row: HashMap::new(),
            kinds: HashSet::new(),
            progress: Arc::default(),
        })
    }

    /// How far it has read, in bytes of the file unpacked; another thread may look.
    pub fn progress(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.progress)
    }

    /// The next slice of at most `rows` rows, or nothing at the end.
    ///
    /// # Errors
    /// [`IntakeError::Read`] when the file ends in the middle; slices before it hold.
    pub fn next_slice(&mut self, rows: usize) -> Result<Option<Slice>, IntakeError> {
        let mut slice = Slice { rows: Vec::with_capacity(rows), ..Slice::default() };
        for _ in 0..rows {
            let line = self.csv.position().line();
            let more = self.csv.read_byte_record(&mut self.record);
            if !more.map_err(|error| unreadable(line, &error))? {
                break;
            }
            self.row += 1;
            slice.read += 1;
            if let Err(what) = self.take(&mut slice) {
                slice.refused.push(self.fault(what));
            }
        }
        self.progress.store(self.csv.position().byte(), Ordering::Relaxed);
        Ok((slice.read > 0).then_some(slice))
    }

    fn take(&mut self, slice: &mut Slice) -> Result<(), Refused> {
        self.binding.check_width(&self.record)?;
        let id = self.id()?;
        let kind = limited(self.binding.kind(&self.record)?, "kind", MOST_KIND_BYTES)?;
        let no_kind = kind.trim().is_empty();
        let kind = if no_kind { self.mapping.default_class().as_str() } else { kind };
        let kind = KindCode::from(kind);
        let (civil, observed_ms) = self.time()?;
        if no_kind {
            slice.warned.push(self.fault(Warned::NoKind));
        }
        let occurred_min = civil_minutes(civil);
        if self.around.zone.civil_minutes(observed_ms) != occurred_min {
            slice.warned.push(self.fault(Warned::SkippedHour));
        }
        let written = self.binding.point(&self.record);
        let point = written.map(|(lng, lat)| point(self.around.coordinates, lng, lat));
        let point = point
            .and_then(|point| point.map_err(|warned| slice.warned.push(self.fault(warned))).ok());
        slice.kinds.extend(self.new_kind(&kind));
        slice.rows.push(IncidentRow { source_id: id, occurred_min, observed_ms, kind, point });
        Ok(())
    }

    /// The row's id, which is the row's from now on, even if something else refuses the row.
    fn id(&mut self) -> Result<String, Refused> {
        let id = limited(self.binding.id(&self.record)?, "id", MOST_ID_BYTES)?;
        if id.is_empty() {
            return Err(Refused::NoId);
        }
        if let Some(&first) = self.first_row.get(id) {
            return Err(Refused::Repeated { id: id.to_owned(), first });
        }
        self.first_row.insert(id.into(), self.row);
        Ok(id.to_owned())
    }

    fn time(&mut self) -> Result<(DateTime, i64), Refused> {
        self.binding.time(&self.record, &mut self.time)?;
        if self.time.is_empty() {
            return Err(Refused::NoTime);
        }
        let impossible = |why: String| Refused::Time { text: self.time.clone(), why };
        let civil = self.civil().map_err(|error| impossible(error.to_string()))?;
        if civil.year() < 1970 {
            return Err(impossible("it is before 1970".to_owned()));
        }
        let observed_ms = self.around.zone.instant_ms(civil);
        if observed_ms > self.around.now_ms + MOST_AHEAD_MS {
            return Err(impossible("it lies ahead".to_owned()));
        }
        Ok((civil, observed_ms))
    }

    /// A workbook's cell at midnight is a bare date.
    fn civil(&self) -> Result<DateTime, jiff::Error> {
        let format = &self.mapping.time_format;
        let read = DateTime::strptime(format, &self.time);
        if read.is_err() && self.format == FileFormat::Xlsx && self.time.len() == BARE_DATE {
            return DateTime::strptime(format, format!("{} 00:00:00", self.time)).or(read);
        }
        read
    }

    /// The dictionary's entry of a kind, the first time that it is met.
    fn new_kind(&mut self, code: &KindCode) -> Option<Kind> {
        if self.kinds.contains(code) {
            return None;
        }
        self.kinds.insert(code.clone());
        let text = code.as_str();
        let kind =
            || Kind { code: code.clone(), top: self.mapping.class(text), label: text.to_owned() };
        built_in(text).is_none().then(kind)
    }

    /// The column of the file that a refusal is about.
    pub(super) fn column(&self, refused: &Refused) -> Option<String> {
        let columns = &self.mapping.columns;
        match refused.role()? {
            "id" => Some(columns.id.clone()),
            "kind" => Some(columns.kind.clone()),
            "time" => columns.time.as_slice().first().cloned(),
            _ => None,
        }
    }

    fn fault<What>(&self, what: What) -> Fault<What> {
        let line = self.record.position().map_or(0, Position::line);
        Fault { row: self.row, line, what }
    }
}

fn limited<'t>(text: &'t str, role: &'static str, limit: usize) -> Result<&'t str, Refused> {
    if text.len() > limit { Err(Refused::TooLong { role, limit }) } else { Ok(text) }
}

/// What must be asked about a file's coordinates, or nothing if they fit the district.
///
/// # Errors
/// [`IntakeError`], such as a column that is missing.
pub fn incident_question(
    file: &InputFile,
    mapping: &Mapping,
    ground: &Ground,
) -> Result<Option<CoordinateQuestion>, IntakeError> {
    Ok(question(ground, &pairs(file, mapping)?))
}

/// The pairs of numbers in a file's point columns, as they are written.
fn pairs(file: &InputFile, mapping: &Mapping) -> Result<Vec<Pair>, IntakeError> {
    let (mut csv, binding) = open(file, mapping)?;
    let (mut record, mut pairs) = (ByteRecord::new(), Vec::new());
    // A file that was cut ends here too; that it was is said by who reads its rows.
    while csv.read_byte_record(&mut record).unwrap_or(false) {
        let written = binding.point(&record);
        let at = written.and_then(|(lng, lat)| Some([degrees(lng)?, degrees(lat)?]));
        pairs.extend(at.map(|at| Pair { at, grid: None, corner: false }));
    }
    Ok(pairs)
}

fn open(file: &InputFile, mapping: &Mapping) -> Result<(csv::Reader<Lines>, Binding), IntakeError> {
    let mut csv = lines(file, "incidents")?;
    let header = csv.headers().map_err(|error| unreadable(1, &error))?;
    let binding = Binding::new(&mapping.columns, header)?;
    Ok((csv, binding))
}

fn point(coordinates: Coordinates, lng: &str, lat: &str) -> Result<Point, Warned> {
    if lng.is_empty() || lat.is_empty() {
        return Err(Warned::NoPoint);
    }
    let (lng, lat) = degrees(lng).zip(degrees(lat)).ok_or(Warned::PointText)?;
    if lng == 0.0 && lat == 0.0 {
        return Err(Warned::ZeroPoint);
    }
    coordinates.point([lng, lat]).map_err(|_| Warned::OutsideWorld)
}

fn degrees(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

#[cfg(test)]
mod tests;
