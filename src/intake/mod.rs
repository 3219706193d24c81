//! Intake: files from elsewhere become checked values, and faults that name their row.
//!
//! It reads for the command line and HTTP alike; it must not know a database nor who asked.
//! Invariant: nothing that it hands out needs another check before it is stored, and whatever it
//! leaves out it says, with its row and the reason.

#[cfg(test)]
mod arbitrary;
mod binding;
mod coordinates;
mod encoding;
mod fault;
mod feature;
mod file;
mod guess;
mod identity;
mod incident;
mod known;
mod label;
mod mapping;
mod member;
mod organisation;
mod overlap;
mod reading;
mod row;
mod shape;
mod station;
mod table;
mod workbook;

pub use coordinates::{CoordinateQuestion, Coordinates, Ground};
pub use encoding::TextEncoding;
pub use fault::{Fault, IntakeError, Refused, RowFault, Severity, Warned};
pub use file::{FileFormat, InputFile, Limits};
pub use guess::guess;
pub use incident::{Around, IncidentReader, Slice, incident_question};
pub use known::Known;
pub use mapping::{Mapping, MappingError};
pub use member::MemberRow;
pub use overlap::{GridOverlap, overlaps};
pub use reading::{Answers, Drawn, Head, Imported, Load, Reading, head, read};
pub use row::IncidentRow;
pub use shape::{DistrictRead, district};
