//! Exports: counts become one table, and every format is written from that table.
//!
//! It takes rows and returns bytes; it must not know where rows are kept nor where bytes go.
//! Invariant: the figures of two formats of one table can't differ.
//!
//! Text from outside may look like a formula (`=…`, `+…`, `-…`, `@…`). In Excel files it is
//! stored as text, which is never run. CSV has no types, so there are two: [`Table::plain_csv`]
//! for programs writes every value as it is, and [`Table::guarded_csv`], for people who open it
//! in a spreadsheet, puts an apostrophe before such a value.

mod count;
mod csv;
mod geojson;
mod register;
mod table;
mod xlsx;

pub use count::{By, Count, by, weekly};
pub use geojson::{GEOJSON_MEDIA_TYPE, Shapes};
pub use register::{grids, incidents, members, organisations, stations};
pub use table::{Cell, Table};
pub use xlsx::{XLSX_MEDIA_TYPE, XlsxError};

/// The media type of the CSV files.
pub const CSV_MEDIA_TYPE: &str = "text/csv; charset=utf-8";
