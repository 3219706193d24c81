//! Tables of people and places: a header in Chinese or English, then rows, each checked alone.
//!
//! Knows no noun: which columns there are and what a row means is its caller's.
//! Invariant: a row is taken, or a fault says why not; an empty row is no row.

use csv::{ByteRecord, Position};

use super::encoding::shown;
use super::fault::{IntakeError, RowFault, Severity};
use super::file::{FileFormat, InputFile, Lines};

/// Rows of people or places that are taken at once: a county has a tenth of it.
const MOST_ROWS: u64 = 50_000;
/// The longest value that is stored, in characters.
const MOST_CHARS: usize = 100;

/// A column that a table may have.
pub(super) struct Field {
    /// The names that it may have, ours for messages first in each language.
    pub(super) names: &'static [&'static str],
    /// Whether nothing can be taken without it.
    pub(super) needed: bool,
}

impl Field {
    pub(super) const fn needed(names: &'static [&'static str]) -> Self {
        Self { names, needed: true }
    }

    pub(super) const fn maybe(names: &'static [&'static str]) -> Self {
        Self { names, needed: false }
    }

    /// Whether a header or a property means it: case, blanks and remarks like `（必填）` aside.
    pub(super) fn is_called(&self, name: &str) -> bool {
        let bare = name.split(['(', '（']).next().unwrap_or_default();
        let bare = bare.trim().trim_end_matches(['*', '：', ':']).trim().to_lowercase();
        self.names.contains(&bare.as_str())
    }

    /// `姓名/name`.
    fn label(&self) -> String {
        let other = |name: &&&str| name.is_ascii() != self.names[0].is_ascii();
        match self.names.iter().find(other) {
            Some(second) => format!("{}/{second}", self.names[0]),
            None => self.names[0].to_owned(),
        }
    }
}

/// What is wrong with a row.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) column: Option<String>,
    pub(super) message: String,
}

/// A row's values by field.
pub(super) struct Cells {
    pub(super) row: u64,
    pub(super) line: u64,
    fields: &'static [Field],
    /// One a field: the column's name as the file has it, and the value without blanks around it.
    values: Vec<Option<(String, String)>>,
    pub(super) warned: Vec<RowFault>,
}

impl Cells {
    pub(super) fn new(
        (row, line): (u64, u64),
        fields: &'static [Field],
        value: impl Fn(usize) -> Option<(String, String)>,
    ) -> Self {
        let values = (0..fields.len()).map(value).collect();
        Self { row, line, fields, values, warned: Vec::new() }
    }

    /// Whether the file has a column for this field.
    pub(super) fn has(&self, field: usize) -> bool {
        self.values[field].is_some()
    }

    /// A value as it stands, empty without a column; refused if it can't be stored.
    pub(super) fn text(&self, field: usize) -> Result<&str, Wrong> {
        let value = self.long_text(field)?;
        if value.chars().count() > MOST_CHARS {
            return Err(self.wrong(field, format!("longer than {MOST_CHARS} characters")));
        }
        Ok(value)
    }

    /// The same of any length, for lists.
    pub(super) fn long_text(&self, field: usize) -> Result<&str, Wrong> {
        let Some((_, value)) = &self.values[field] else { return Ok("") };
        if value.contains('\u{fffd}') || value.contains('\0') {
            return Err(self.wrong(field, "this is no text that can be read"));
        }
        if value.contains(char::is_control) {
            return Err(self.wrong(field, "a control character or a line break"));
        }
        Ok(value)
    }

    /// The same, refused when it is empty.
    pub(super) fn needed(&self, field: usize) -> Result<&str, Wrong> {
        match self.text(field)? {
            "" => Err(self.wrong(field, format!("no {}", self.fields[field].label()))),
            text => Ok(text),
        }
    }

    pub(super) fn wrong(&self, field: usize, message: impl Into<String>) -> Wrong {
        let column = self.values[field].as_ref().map(|(column, _)| column.clone());
        Wrong { column, message: message.into() }
    }

    /// Says something of a row that is kept.
    pub(super) fn warn(&mut self, field: usize, message: impl Into<String>) {
        let Wrong { column, message } = self.wrong(field, message);
        let severity = Severity::Warning;
        self.warned.push(RowFault { row: self.row, line: self.line, column, severity, message });
    }

    fn is_blank(&self) -> bool {
        self.values.iter().flatten().all(|(_, value)| value.is_empty())
    }
}

/// What came of a table's rows.
#[derive(Debug)]
pub(super) struct Rows<T> {
    /// Data rows read.
    pub(super) read: u64,
    /// What may be stored, each with its row.
    pub(super) taken: Vec<(u64, T)>,
    /// What is to be said, in the order of the rows.
    pub(super) faults: Vec<RowFault>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { read: 0, taken: Vec::new(), faults: Vec::new() }
    }
}

impl<T> Rows<T> {
    /// Counts a row and keeps what came of it.
    pub(super) fn add(&mut self, mut cells: Cells, taken: Result<T, Wrong>) {
        self.read += 1;
        self.faults.append(&mut cells.warned);
        match taken {
            Ok(value) => self.taken.push((cells.row, value)),
            Err(Wrong { column, message }) => {
                let (row, line, severity) = (cells.row, cells.line, Severity::Refused);
                self.faults.push(RowFault { row, line, column, severity, message });
            }
        }
    }
}

/// Hands every row of a table to `take`.
pub(super) fn rows<T>(
    file: &InputFile,
    what: &'static str,
    fields: &'static [Field],
    mut take: impl FnMut(&mut Cells) -> Result<T, Wrong>,
) -> Result<Rows<T>, IntakeError> {
    let mut csv = lines(file, what)?;
    let header = header(&mut csv)?;
    let places = places(&header, fields)?;
    let (mut record, mut rows) = (ByteRecord::new(), Rows::default());
    loop {
        let line = csv.position().line();
        if !csv.read_byte_record(&mut record).map_err(|error| unreadable(line, &error))? {
            return Ok(rows);
        }
        if record.iter().all(<[u8]>::is_empty) {
            continue;
        }
        let at = (rows.read + 1, record.position().map_or(line, Position::line));
        if at.0 > MOST_ROWS {
            return Err(IntakeError::TooManyRows(MOST_ROWS));
        }
        let mut cells = Cells::new(at, fields, |field| {
            let column = places[field]?;
            let value = shown(record.get(column).unwrap_or_default()).trim().to_owned();
            Some((header[column].clone(), value))
        });
        if cells.is_blank() && record.len() <= header.len() {
            continue;
        }
        let taken = match (record.len(), header.len()) {
            (found, expected) if found == expected => take(&mut cells),
            (found, expected) => {
                let message = format!("{found} fields where the header has {expected}");
                Err(Wrong { column: None, message })
            }
        };
        rows.add(cells, taken);
    }
}

/// A table's lines; a map has none.
pub(super) fn lines(
    file: &InputFile,
    what: &'static str,
) -> Result<csv::Reader<Lines>, IntakeError> {
    if file.format() == FileFormat::Geojson {
        let expected = ".csv, .csv.gz or .xlsx";
        return Err(IntakeError::Format { what, expected, found: file.format() });
    }
    Ok(file.lines())
}

/// The names of a table's columns, as they are written.
pub(super) fn header(csv: &mut csv::Reader<Lines>) -> Result<Vec<String>, IntakeError> {
    let header = csv.byte_headers().map_err(|error| unreadable(1, &error))?;
    let names: Vec<String> = header.iter().map(|name| shown(name).trim().to_owned()).collect();
    if names.iter().all(String::is_empty) { Err(IntakeError::NoHeader) } else { Ok(names) }
}

/// Where each field's column is.
fn places(header: &[String], fields: &[Field]) -> Result<Vec<Option<usize>>, IntakeError> {
    let mut missing = Vec::new();
    let mut places = Vec::with_capacity(fields.len());
    for field in fields {
        let mut named = (0..header.len()).filter(|at| field.is_called(&header[*at]));
        let place = named.next();
        if let Some(second) = named.next() {
            return Err(IntakeError::TwoColumns(header[second].clone()));
        }
        if place.is_none() && field.needed {
            missing.push(field.label());
        }
        places.push(place);
    }
    if missing.is_empty() {
        Ok(places)
    } else {
        Err(IntakeError::Missing { missing, has: header.to_vec() })
    }
}

pub(super) fn unreadable(line: u64, error: &csv::Error) -> IntakeError {
    IntakeError::Read { line, error: error.to_string() }
}
