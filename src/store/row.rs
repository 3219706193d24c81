//! Reading and binding what SQL has no type for.

use std::fmt::Display;
use std::sync::Arc;

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use crate::spatial::Point;

/// A column that holds the wire name of a closed list.
pub(super) fn named<T>(
    row: &AnyRow,
    column: &str,
    parse: fn(&str) -> Option<T>,
) -> Result<T, sqlx::Error> {
    let text: String = row.try_get(column)?;
    parse(&text).ok_or_else(|| broken(column, format!("unknown value {text:?}")))
}

/// A text column that holds an id, or nothing.
pub(super) fn optional<T: From<String>>(
    row: &AnyRow,
    column: &str,
) -> Result<Option<T>, sqlx::Error> {
    Ok(row.try_get::<Option<String>, _>(column)?.map(T::from))
}

/// A text column that holds an id.
pub(super) fn id<T: From<String>>(row: &AnyRow, column: &str) -> Result<T, sqlx::Error> {
    Ok(T::from(row.try_get::<String, _>(column)?))
}

/// The columns `lng` and `lat`, which hold a place.
pub(super) fn point(row: &AnyRow) -> Result<Point, sqlx::Error> {
    Point::new(row.try_get("lng")?, row.try_get("lat")?).map_err(|error| broken("lng", error))
}

/// A text column that holds JSON.
pub(super) fn json<T: serde::de::DeserializeOwned>(
    row: &AnyRow,
    column: &str,
) -> Result<T, sqlx::Error> {
    let text: String = row.try_get(column)?;
    serde_json::from_str(&text).map_err(|error| broken(column, error))
}

/// A document as text.
pub(super) fn to_json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("a document has string keys and finite numbers")
}

/// A double that may be absent. `None::<f64>` is sent to PostgreSQL as float4, and the cached
/// statement then refuses the next real double; as `f32` it is sent as float8 (sqlx 0.9 swaps the
/// two names for nulls).
pub(super) enum Double {
    /// A number.
    Value(f64),
    /// None.
    Null(Option<f32>),
}

/// Sorts a double that may be absent into what can be bound.
pub(super) fn double(value: Option<f64>) -> Double {
    value.map_or(Double::Null(None), Double::Value)
}

/// Rows in one statement: more make SQLite's preparing slower than the round trips that they
/// save (see `docs/adr/0001-writer-on-anypool.md`).
pub(super) const ROWS: usize = 20;

/// Multi-row inserts of one shape: the text of a full chunk is made once.
pub(super) struct Insert {
    head: &'static str,
    columns: usize,
    full: Arc<str>,
}

impl Insert {
    /// Of a head such as `insert into t (a, b) values` and the number of its columns.
    pub(super) fn new(head: &'static str, columns: usize) -> Self {
        let full = format!("{head} {}", places(ROWS, columns)).into();
        Self { head, columns, full }
    }

    /// The statement for a chunk of 1 to [`ROWS`] rows.
    pub(super) fn of(&self, rows: usize) -> AssertSqlSafe<Arc<str>> {
        AssertSqlSafe(if rows == ROWS {
            Arc::clone(&self.full)
        } else {
            format!("{} {}", self.head, places(rows, self.columns)).into()
        })
    }
}

/// `($1, $2), ($3, $4)` for two rows of two columns.
fn places(rows: usize, columns: usize) -> String {
    let row = |at: usize| {
        let marks: Vec<String> = (1..=columns).map(|n| format!("${}", at * columns + n)).collect();
        format!("({})", marks.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

fn broken(column: &str, why: impl Display) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: why.to_string().into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_through_all_rows() {
        assert_eq!(places(2, 3), "($1, $2, $3), ($4, $5, $6)");
    }
}
