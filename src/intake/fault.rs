//! What can be wrong with a file, with one of its rows, or with a row's point.

use std::fmt;

use serde::Serialize;

use super::file::FileFormat;
use crate::domain::party::named_enum;

/// A file that can't be taken at all.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// It can't be read, or not to its end.
    #[error("line {line}: the file can't be read on: {error}")]
    Read {
        /// The line that was read last, from 1.
        line: u64,
        /// What is wrong.
        error: String,
    },
    /// The header lacks a column that the mapping names.
    #[error("there is no column {column:?} for the {role}; the file has {}", .has.join(", "))]
    NoColumn {
        /// What the column would be.
        role: &'static str,
        /// Its name in the mapping.
        column: String,
        /// The columns that are there.
        has: Vec<String>,
    },
    /// The header names a column twice that the mapping needs.
    #[error("the file has two columns {0:?}")]
    TwoColumns(String),
    /// Larger than is read.
    #[error("{what} is larger than {} MiB, which is the most that is read", limit.div_ceil(1 << 20))]
    TooLarge {
        /// The file, or the file unpacked.
        what: &'static str,
        /// In bytes.
        limit: u64,
    },
    /// More rows than are taken at once.
    #[error("the file has more than {0} rows, which is the most that is taken at once: split it")]
    TooManyRows(u64),
    /// Excel's format before 2007.
    #[error("this is Excel's old format: save it as .xlsx or .csv")]
    OldExcel,
    /// Packed like a workbook, but none that can be read.
    #[error("the Excel workbook can't be read: {0}")]
    NotWorkbook(String),
    /// A format that can't hold what is asked for.
    #[error("{what} come as {expected}, and this is {found}")]
    Format {
        /// What is imported.
        what: &'static str,
        /// The formats that can hold it.
        expected: &'static str,
        /// The file's.
        found: FileFormat,
    },
    /// A table without a header.
    #[error("the file has no header: its first line names the columns")]
    NoHeader,
    /// Columns that nobody can do without.
    #[error("there is no column for {}; the file has {}", .missing.join(" and "), .has.join(", "))]
    Missing {
        /// Each with the names that it may have.
        missing: Vec<String>,
        /// The columns that are there.
        has: Vec<String>,
    },
    /// Neither of the forms of a map.
    #[error("not GeoJSON: {0}")]
    NotGeoJson(String),
    /// A map with faults, each with its feature's number and code.
    #[error("{}", .0.join("; "))]
    Features(Vec<String>),
}

/// What is to be said of a row; `What` is why it was refused, or what was warned of.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault<What> {
    /// The data row, from 1.
    pub row: u64,
    /// The line of the file that it begins on, from 1.
    pub line: u64,
    /// What it is.
    pub what: What,
}

impl<What: fmt::Display> fmt::Display for Fault<What> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {} (line {}): {}", self.row, self.line, self.what)
    }
}

/// Why a row was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refused {
    /// Its id is empty.
    #[error("no id")]
    NoId,
    /// An earlier row of the file has its id.
    #[error("the id {id} is row {first}'s already")]
    Repeated {
        /// The id.
        id: String,
        /// The row that has it.
        first: u64,
    },
    /// Its time is empty.
    #[error("no time")]
    NoTime,
    /// Its time isn't of the form, or not in the calendar.
    #[error("{text:?} is no possible time: {why}")]
    Time {
        /// As the row states it.
        text: String,
        /// What is wrong with it.
        why: String,
    },
    /// More or fewer fields than the header: which is which can't be told.
    #[error("{found} fields where the header has {expected}")]
    Fields {
        /// In the row.
        found: usize,
        /// In the header.
        expected: usize,
    },
    /// In no encoding that is known, or with a NUL.
    #[error("the {0} isn't text that can be read")]
    NotText(&'static str),
    /// Longer than is stored.
    #[error("the {role} is longer than {limit} bytes")]
    TooLong {
        /// Which value.
        role: &'static str,
        /// The most that is stored.
        limit: usize,
    },
}

impl Refused {
    /// Which value is to blame: id, time or kind.
    pub(super) fn role(&self) -> Option<&'static str> {
        match self {
            Self::NoId | Self::Repeated { .. } => Some("id"),
            Self::NoTime | Self::Time { .. } => Some("time"),
            Self::NotText(role) | Self::TooLong { role, .. } => Some(role),
            Self::Fields { .. } => None,
        }
    }
}

/// Why something of a row was left out or changed, the row itself kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
pub enum Warned {
    /// Both coordinates empty, or one.
    #[error("no point")]
    NoPoint,
    /// Where nothing is but the default of some program.
    #[error("point at 0/0")]
    ZeroPoint,
    /// Beyond ±180 or ±90 degrees, such as projected feet or metres.
    #[error("point outside the world: not degrees")]
    OutsideWorld,
    /// Not a pair of numbers.
    #[error("point isn't a pair of numbers")]
    PointText,
    /// No kind: it goes under the default class.
    #[error("no kind: counted under the default class")]
    NoKind,
    /// Daylight saving skips the time: the stated date and hour count, the instant is moved.
    #[error("time in the hour that daylight saving skips")]
    SkippedHour,
}

named_enum!(
    /// How much a fault weighs.
    Severity {
        /// The row is left out.
        Refused = "refused",
        /// The row is kept.
        Warning = "warning",
    }
);

/// What is to be said of a row, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct RowFault {
    /// The data row or the feature, from 1.
    pub row: u64,
    /// The line of the file, or the row of the sheet, from 1; of a map, the feature's number.
    pub line: u64,
    /// The column or the property, where one is to blame.
    #[schema(required)]
    pub column: Option<String>,
    /// Whether the row was left out.
    pub severity: Severity,
    /// Why.
    pub message: String,
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {} (line {}", self.row, self.line)?;
        if let Some(column) = &self.column {
            write!(f, ", {column}")?;
        }
        write!(f, "): {}", self.message)
    }
}
