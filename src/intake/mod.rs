//! Intake: files from elsewhere become checked values, and faults that name their row.
//!
//! It reads for the command line and HTTP alike; it must not know a database nor who asked.
//! Invariant: nothing that it hands out needs another check before it is stored, and whatever it
//! leaves out it says, with its row and the reason.

mod binding;
mod fault;
mod incident;
mod mapping;
mod row;
mod shape;
mod source;

pub use fault::{Fault, IntakeError, Refused, Warned};
pub use incident::{Around, IncidentReader, Slice};
pub use mapping::{Mapping, MappingError};
pub use row::IncidentRow;
pub use shape::{district, grids};
pub use source::{Source, SourceProgress};
