//! The count ledger: what was added to and taken from the counts, for ever.

use std::sync::LazyLock;

use sqlx::Row;

use super::row::{Insert, ROWS};
use super::{Store, WriteTx};
use crate::clock::{Period, civil_day, day_number};
use crate::domain::{DistrictId, GridCode, KindCode};
use crate::export::Count;

static APPEND: LazyLock<Insert> = LazyLock::new(|| {
    let head = "insert into count_changes (district, seq, at_ms, occurred_min, reported_min, bin, \
                kind, grid, grid_version, n) values";
    Insert::new(head, 10)
});

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

/// Appends changes.
///
/// # Errors
/// What the database says.
pub async fn append(
    tx: &mut WriteTx<'_>,
    district: &DistrictId,
    changes: &[CountChange],
) -> Result<(), sqlx::Error> {
    for chunk in changes.chunks(ROWS) {
        let mut query = sqlx::query(APPEND.of(chunk.len()));
        for change in chunk {
            query = query
                .bind(district.as_str())
                .bind(change.seq)
                .bind(change.at_ms)
                .bind(change.occurred_min)
                .bind(change.reported_min)
                .bind(change.bin)
                .bind(change.kind.as_str())
                .bind(change.grid.as_str())
                .bind(change.grid_version)
                .bind(change.n);
        }
        query.execute(tx.on()).await?;
    }
    Ok(())
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

impl Store {
    /// The counts of a period's civil days, those that came to zero left out.
    ///
    /// # Errors
    /// What the database says.
    pub async fn day_counts(
        &self,
        district: &DistrictId,
        period: Period,
    ) -> Result<Vec<Count>, sqlx::Error> {
        let rows = sqlx::query(
            "select occurred_min / 1440 as day, kind, grid, cast(sum(n) as bigint) as n \
             from count_changes \
             where district = $1 and occurred_min >= $2 and occurred_min < $3 \
             group by occurred_min / 1440, kind, grid having sum(n) <> 0",
        )
        .bind(district.as_str())
        .bind(day_number(period.first()) * DAY_MIN)
        .bind((day_number(period.last()) + 1) * DAY_MIN)
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Count {
                    day: civil_day(row.try_get("day")?),
                    kind: row.try_get("kind")?,
                    grid: row.try_get("grid")?,
                    n: row.try_get("n")?,
                })
            })
            .collect()
    }
}
