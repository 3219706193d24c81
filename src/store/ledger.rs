//! The count ledger: what was added to and taken from the counts, for ever.

use sqlx::Row;

use super::{Store, WriteTx};
use crate::domain::{DistrictId, GridCode, KindCode};

/// One change of a count. Local times are civil minutes since 1970-01-01 00:00.
#[derive(Debug, Clone, PartialEq)]
pub struct CountChange {
    /// The place in the log of the event that made it.
    pub seq: i64,
    /// When it was written, Unix ms UTC.
    pub at_ms: i64,
    /// When it happened, civil minutes in the district's zone.
    pub occurred_min: i64,
    /// When it was reported, civil minutes in the district's zone.
    pub reported_min: i64,
    /// The 2-hour bin of the day that it happened in, 0 to 11.
    pub bin: i64,
    /// The kind.
    pub kind: KindCode,
    /// The micro-grid; empty for none.
    pub grid: GridCode,
    /// The version of the micro-grid; 0 for none.
    pub grid_version: i64,
    /// How many, plus or minus.
    pub n: i64,
}

/// Appends a change.
///
/// # Errors
/// What the database says.
pub async fn append(
    tx: &mut WriteTx<'_>,
    district: &DistrictId,
    change: &CountChange,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into count_changes (district, seq, at_ms, occurred_min, reported_min, bin, \
         kind, grid, grid_version, n) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(district.as_str())
    .bind(change.seq)
    .bind(change.at_ms)
    .bind(change.occurred_min)
    .bind(change.reported_min)
    .bind(change.bin)
    .bind(change.kind.as_str())
    .bind(change.grid.as_str())
    .bind(change.grid_version)
    .bind(change.n)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// Whether anything was ever counted in a district.
///
/// # Errors
/// What the database says.
pub async fn has_any(tx: &mut WriteTx<'_>, district: &DistrictId) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("select 1 from count_changes where district = $1 limit 1")
        .bind(district.as_str())
        .fetch_optional(tx.on())
        .await?;
    Ok(row.is_some())
}

/// Minutes in a civil day.
pub const DAY_MIN: i64 = 24 * 60;

/// A count: a civil day, a kind, a grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCount {
    /// Days since 1970-01-01.
    pub day: i64,
    /// The kind.
    pub kind: String,
    /// The micro-grid; empty for none.
    pub grid: String,
    /// How many.
    pub n: i64,
}

impl Store {
    /// The counts of the civil days from `first_day` to `last_day`, both inclusive, days since
    /// 1970-01-01; those that came to zero are left out.
    ///
    /// # Errors
    /// What the database says.
    pub async fn day_counts(
        &self,
        district: &DistrictId,
        first_day: i64,
        last_day: i64,
    ) -> Result<Vec<DayCount>, sqlx::Error> {
        let rows = sqlx::query(
            "select occurred_min / 1440 as day, kind, grid, cast(sum(n) as bigint) as n \
             from count_changes \
             where district = $1 and occurred_min >= $2 and occurred_min < $3 \
             group by occurred_min / 1440, kind, grid having sum(n) <> 0",
        )
        .bind(district.as_str())
        .bind(first_day * DAY_MIN)
        .bind((last_day + 1) * DAY_MIN)
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(DayCount {
                    day: row.try_get("day")?,
                    kind: row.try_get("kind")?,
                    grid: row.try_get("grid")?,
                    n: row.try_get("n")?,
                })
            })
            .collect()
    }
}
