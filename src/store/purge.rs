//! The end of what is kept for a time: fixes, which leave a summary of their shift, and outcomes.

use sqlx::Row;

use super::row::{id, to_json};
use super::{Store, WriteTx};
use crate::domain::{Fix, GridCode, MemberId, ShiftId, ShiftSummary};

/// Keeps a shift's summary; the first one stays, for a later one has seen fewer fixes.
///
/// # Errors
/// What the database says.
pub async fn keep_summary(
    tx: &mut WriteTx<'_>,
    summary: &ShiftSummary,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into shift_summaries (shift, district, member, distance_m, grids, fixes, \
         summed_ms) values ($1, $2, $3, $4, $5, $6, $7) on conflict (shift) do nothing",
    )
    .bind(summary.shift.as_str())
    .bind(summary.district.as_str())
    .bind(summary.member.as_str())
    .bind(summary.distance_m)
    .bind(to_json(&summary.grids))
    .bind(summary.fixes)
    .bind(now_ms)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// Forgets outcomes of commands of before this time; returns how many.
///
/// # Errors
/// What the database says.
pub async fn forget_outcomes(tx: &mut WriteTx<'_>, before_ms: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query("delete from commands where at_ms < $1")
        .bind(before_ms)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected())
}

impl Store {
    /// Shifts with fixes of this member before this time that have no summary yet.
    ///
    /// # Errors
    /// What the database says.
    pub async fn shifts_to_sum(
        &self,
        member: &MemberId,
        before_ms: i64,
    ) -> Result<Vec<ShiftId>, sqlx::Error> {
        let rows = sqlx::query(
            "select distinct shift from tracks where member = $1 and at_ms < $2 and shift <> ''",
        )
        .bind(member.as_str())
        .bind(before_ms)
        .fetch_all(&self.tracks)
        .await?;
        let mut shifts = Vec::new();
        for row in &rows {
            let shift: ShiftId = id(row, "shift")?;
            let known = sqlx::query("select 1 as one from shift_summaries where shift = $1")
                .bind(shift.as_str())
                .fetch_optional(&self.reader)
                .await?;
            if known.is_none() {
                shifts.push(shift);
            }
        }
        Ok(shifts)
    }

    /// The fixes of a shift with their grids, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn shift_track(
        &self,
        member: &MemberId,
        shift: &ShiftId,
    ) -> Result<Vec<(Fix, Option<GridCode>)>, sqlx::Error> {
        let rows = sqlx::query(
            "select at_ms, lng, lat, speed_mps, heading_deg, accuracy_m, grid from tracks \
             where member = $1 and shift = $2 order by at_ms",
        )
        .bind(member.as_str())
        .bind(shift.as_str())
        .fetch_all(&self.tracks)
        .await?;
        rows.iter()
            .map(|row| Ok((super::track::read(row)?, super::row::optional(row, "grid")?)))
            .collect()
    }

    /// Erases at most about `most` of a member's fixes in a span, its end excluded, the oldest
    /// first; returns how many, 0 when there are none.
    ///
    /// # Errors
    /// What the database says.
    pub async fn erase_fixes(
        &self,
        member: &MemberId,
        (from_ms, to_ms): (i64, i64),
        most: i64,
    ) -> Result<u64, sqlx::Error> {
        let row = sqlx::query(
            "select at_ms from tracks where member = $1 and at_ms >= $2 and at_ms < $3 \
             order by at_ms limit 1 offset $4",
        )
        .bind(member.as_str())
        .bind(from_ms)
        .bind(to_ms)
        .bind(most - 1)
        .fetch_optional(&self.tracks)
        .await?;
        // Fixes of one moment go together, so each batch moves on.
        let end_ms = match row {
            Some(row) => to_ms.min(row.try_get::<i64, _>("at_ms")? + 1),
            None => to_ms,
        };
        let done =
            sqlx::query("delete from tracks where member = $1 and at_ms >= $2 and at_ms < $3")
                .bind(member.as_str())
                .bind(from_ms)
                .bind(end_ms)
                .execute(&self.tracks)
                .await?;
        Ok(done.rows_affected())
    }

    /// Takes what was erased out of the database's files too.
    ///
    /// # Errors
    /// What the database says.
    pub async fn settle_erased(&self) -> Result<(), sqlx::Error> {
        for statement in self.database.after_erasing() {
            sqlx::query(*statement).execute(&self.tracks).await?;
        }
        Ok(())
    }

    /// What stays of a shift's track, if it was purged.
    ///
    /// # Errors
    /// What the database says.
    pub async fn shift_summary(
        &self,
        shift: &ShiftId,
    ) -> Result<Option<ShiftSummary>, sqlx::Error> {
        let row = sqlx::query(
            "select shift, district, member, distance_m, grids, fixes from shift_summaries \
             where shift = $1",
        )
        .bind(shift.as_str())
        .fetch_optional(&self.reader)
        .await?;
        row.map(|row| {
            Ok(ShiftSummary {
                shift: id(&row, "shift")?,
                district: id(&row, "district")?,
                member: id(&row, "member")?,
                distance_m: row.try_get("distance_m")?,
                grids: super::row::json(&row, "grids")?,
                fixes: row.try_get("fixes")?,
            })
        })
        .transpose()
    }
}
