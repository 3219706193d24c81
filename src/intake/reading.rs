//! One reading of a file: what would be stored, what is wrong with it, what must be asked first.
//!
//! The command line and HTTP both come here, so that a preview and an import can't differ.

use csv::ByteRecord;

use super::coordinates::{CoordinateQuestion, Coordinates};
use super::encoding::shown;
use super::fault::{IntakeError, RowFault, Severity};
use super::feature::{features, text};
use super::file::{FileFormat, InputFile};
use super::guess::guess;
use super::incident::{Around, IncidentReader, incident_question};
use super::known::Known;
use super::mapping::Mapping;
use super::member::{MemberRow, members};
use super::organisation::organisations;
use super::shape::{grids, reading};
use super::station::stations;
use super::table::{Rows, header};
use crate::domain::party::named_enum;
use crate::domain::{Organisation, Station};
use crate::spatial::Point;
use crate::store::grid::ShapedGrid;

/// Shapes of a preview: as many as a map shows at once.
pub(super) const MOST_DRAWN: usize = 3_000;
/// Faults that are told one by one; the rest are counted.
const MOST_FAULTS: usize = 10_000;
/// Incidents of one file: a county's decade.
const MOST_INCIDENTS: u64 = 1_000_000;
/// Rows that are read and checked at a time.
const SLICE_ROWS: usize = 2_000;

named_enum!(
    /// What a file is imported as.
    Imported {
        /// Members, with teams.
        Members = "members",
        /// Organisations.
        Organisations = "organisations",
        /// Stations.
        Stations = "stations",
        /// Micro-grids.
        Grids = "grids",
        /// Incidents that are over.
        Incidents = "incidents",
    }
);

/// What was answered about a file.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// How its coordinates are read.
    pub coordinates: Option<Coordinates>,
    /// Which column is what, for incidents.
    pub mapping: Option<Mapping>,
}

/// What may be stored.
#[derive(Debug)]
pub enum Load {
    /// Members.
    Members(Vec<MemberRow>),
    /// Organisations.
    Organisations(Vec<Organisation>),
    /// Stations.
    Stations(Vec<Station>),
    /// Micro-grids: all of a map, or none.
    Grids(Vec<ShapedGrid>),
    /// Incidents are too many to hold: they are read again, by [`IncidentReader`].
    Incidents {
        /// The mapping that they were read with; none was given, and none can be told.
        mapping: Option<Mapping>,
        /// How their coordinates were read.
        coordinates: Coordinates,
    },
}

/// A row's place, to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// The row.
    pub row: u64,
    /// What it is called.
    pub name: String,
    /// Where; a broken shape as it was drawn.
    pub geometry: geojson::Geometry,
}

/// What came of reading a file.
#[derive(Debug)]
pub struct Reading {
    /// Data rows.
    pub rows: u64,
    /// Rows that may be stored.
    pub taken: u64,
    /// Rows with a warning.
    pub warned: u64,
    /// What is to be said of rows, the first of them.
    pub faults: Vec<RowFault>,
    /// What must be answered before anything is stored.
    pub question: Option<CoordinateQuestion>,
    /// What may be stored.
    pub load: Load,
    /// Places, the first of them.
    pub drawn: Vec<Drawn>,
}

impl Reading {
    /// Rows that were refused.
    pub fn refused(&self) -> u64 {
        self.rows - self.taken
    }

    fn of<T>(rows: Rows<T>, load: impl FnOnce(Vec<T>) -> Load) -> Self {
        let mut warned: Vec<u64> = rows.faults.iter().filter(is_warning).map(|f| f.row).collect();
        warned.dedup();
        Self {
            rows: rows.read,
            taken: rows.taken.len() as u64,
            warned: warned.len() as u64,
            faults: rows.faults,
            question: None,
            load: load(rows.taken.into_iter().map(|(_, value)| value).collect()),
            drawn: Vec::new(),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that `filter` takes")]
fn is_warning(fault: &&RowFault) -> bool {
    fault.severity == Severity::Warning
}

/// Reads and checks a file.
///
/// # Errors
/// [`IntakeError`] when the file can't be taken at all.
pub fn read(
    file: &InputFile,
    what: Imported,
    known: &Known,
    answers: &Answers,
) -> Result<Reading, IntakeError> {
    match what {
        Imported::Members => Ok(Reading::of(members(file, known)?, Load::Members)),
        Imported::Organisations => {
            Ok(Reading::of(organisations(file, known)?, Load::Organisations))
        }
        Imported::Stations => {
            let (rows, question) = stations(file, known, answers.coordinates)?;
            let drawn = rows.taken.iter().take(MOST_DRAWN);
            let drawn = drawn.map(|(row, at)| drawn_point(*row, &at.name, at.point)).collect();
            Ok(Reading { question, drawn, ..Reading::of(rows, Load::Stations) })
        }
        Imported::Grids => {
            let (rows, question, drawn) = grids(file, known, answers.coordinates)?;
            Ok(Reading { question, drawn, ..Reading::of(rows, Load::Grids) })
        }
        Imported::Incidents => incidents(file, known, answers),
    }
}

fn incidents(file: &InputFile, known: &Known, answers: &Answers) -> Result<Reading, IntakeError> {
    let mapping = match &answers.mapping {
        Some(mapping) => Some(mapping.clone()),
        None => guess(file)?,
    };
    let mut coordinates = answers.coordinates.unwrap_or(Coordinates::Wgs84);
    let Some(mapping) = mapping else {
        let load = |_: Vec<()>| Load::Incidents { mapping: None, coordinates };
        return Ok(Reading::of(Rows { read: count(file)?, ..Rows::default() }, load));
    };
    let question = match answers.coordinates {
        Some(_) => None,
        None => incident_question(file, &mapping, &known.ground)?,
    };
    coordinates = reading(answers.coordinates, question.as_ref());
    let around = Around { zone: known.zone.clone(), now_ms: known.now_ms, coordinates };
    let mut reader = IncidentReader::new(file, mapping.clone(), around)?;
    let load = |_: Vec<()>| Load::Incidents { mapping: Some(mapping), coordinates };
    let mut read = Reading { question, ..Reading::of(Rows::default(), load) };
    while let Some(slice) = reader.next_slice(SLICE_ROWS)? {
        read.rows += slice.read;
        if read.rows > MOST_INCIDENTS {
            return Err(IntakeError::TooManyRows(MOST_INCIDENTS));
        }
        read.taken += slice.rows.len() as u64;
        let mut warned: Vec<u64> = slice.warned.iter().map(|fault| fault.row).collect();
        warned.dedup();
        read.warned += warned.len() as u64;
        for row in slice.rows.iter().take(MOST_DRAWN - read.drawn.len()) {
            let drawn = row.point.map(|point| drawn_point(0, &row.source_id, point));
            read.drawn.extend(drawn);
        }
        let left = MOST_FAULTS.saturating_sub(read.faults.len());
        read.faults.extend(slice_faults(&reader, slice).into_iter().take(left));
    }
    Ok(read)
}

/// A slice's faults in the order of the rows.
pub(super) fn slice_faults(reader: &IncidentReader, slice: super::Slice) -> Vec<RowFault> {
    let refused = slice.refused.into_iter().map(|fault| RowFault {
        row: fault.row,
        line: fault.line,
        column: reader.column(&fault.what),
        severity: Severity::Refused,
        message: fault.what.to_string(),
    });
    let warned = slice.warned.into_iter().map(|fault| RowFault {
        row: fault.row,
        line: fault.line,
        column: None,
        severity: Severity::Warning,
        message: fault.what.to_string(),
    });
    let mut faults: Vec<RowFault> = refused.chain(warned).collect();
    faults.sort_by_key(|fault| fault.row);
    faults
}

fn drawn_point(row: u64, name: &str, at: Point) -> Drawn {
    let geometry = geojson::Geometry::new_point([at.lng(), at.lat()]);
    Drawn { row, name: name.to_owned(), geometry }
}

fn count(file: &InputFile) -> Result<u64, IntakeError> {
    let (mut csv, mut record, mut rows) =
        (super::table::lines(file, "rows")?, ByteRecord::new(), 0);
    while csv.read_byte_record(&mut record).unwrap_or(false) {
        rows += 1;
    }
    Ok(rows)
}

/// The first rows as they are read.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Head {
    /// The names of the columns, or of a map's properties.
    pub columns: Vec<String>,
    /// The values, at most `most` rows of them.
    pub rows: Vec<Vec<String>>,
}

/// The first rows of a file as they are read, to be looked at.
///
/// # Errors
/// [`IntakeError`] when it can't be read at all.
pub fn head(file: &InputFile, most: usize) -> Result<Head, IntakeError> {
    if file.format() == FileFormat::Geojson {
        return map_head(file, most);
    }
    let mut csv = file.lines();
    let columns = header(&mut csv)?;
    let (mut record, mut rows) = (ByteRecord::new(), Vec::new());
    while rows.len() < most && csv.read_byte_record(&mut record).unwrap_or(false) {
        rows.push(record.iter().map(|value| shown(value).trim().to_owned()).collect());
    }
    Ok(Head { columns, rows })
}

fn map_head(file: &InputFile, most: usize) -> Result<Head, IntakeError> {
    let features = features(file, "maps")?;
    let mut columns: Vec<String> = Vec::new();
    for (name, _) in features.iter().take(most).flat_map(|f| f.properties.iter().flatten()) {
        if !columns.contains(name) {
            columns.push(name.clone());
        }
    }
    let value = |feature: &geojson::Feature, name: &String| {
        feature.property(name).and_then(text).unwrap_or_default()
    };
    let row = |feature| columns.iter().map(|name| value(feature, name)).collect();
    let rows = features.iter().take(most).map(row).collect();
    Ok(Head { columns, rows })
}
