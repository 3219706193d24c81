//! Timers: rows that are due at some time, claimed by a node for a while, gone once they fired.
//!
//! A row is written, and deleted, in the transaction of what it belongs to; only the claim stands
//! beside.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::row::{id, named};
use super::{Store, WriteTx};
use crate::domain::{IncidentId, Timer, TimerKind};

/// Starts a timer, or starts it anew.
///
/// # Errors
/// What the database says.
pub async fn set(tx: &mut WriteTx<'_>, timer: &Timer) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into timers (district, incident, kind, subject, due_ms, claimed_until_ms) \
         values ($1, $2, $3, $4, $5, 0) on conflict (incident, kind, subject) do update \
         set due_ms = excluded.due_ms, claimed_by = null, claimed_until_ms = 0",
    )
    .bind(timer.district.as_str())
    .bind(timer.incident.as_str())
    .bind(timer.kind.as_str())
    .bind(&timer.subject)
    .bind(timer.due_ms)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// Stops a timer, if it runs.
///
/// # Errors
/// What the database says.
pub async fn stop(
    tx: &mut WriteTx<'_>,
    incident: &IncidentId,
    kind: TimerKind,
    subject: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("delete from timers where incident = $1 and kind = $2 and subject = $3")
        .bind(incident.as_str())
        .bind(kind.as_str())
        .bind(subject)
        .execute(tx.on())
        .await
        .map(|_| ())
}

/// Takes a timer to fire it; false when somebody was sooner, or it was started anew since.
///
/// # Errors
/// What the database says.
pub async fn take(tx: &mut WriteTx<'_>, timer: &Timer) -> Result<bool, sqlx::Error> {
    let taken = sqlx::query(
        "delete from timers where incident = $1 and kind = $2 and subject = $3 and due_ms = $4",
    )
    .bind(timer.incident.as_str())
    .bind(timer.kind.as_str())
    .bind(&timer.subject)
    .bind(timer.due_ms)
    .execute(tx.on())
    .await?;
    Ok(taken.rows_affected() == 1)
}

impl Store {
    /// Claims at most `limit` timers that are due at `now_ms` and claimed by nobody, for
    /// `lease_ms`; after that whoever asks claims them.
    ///
    /// # Errors
    /// What the database says.
    pub async fn claim_timers(
        &self,
        node: &str,
        (now_ms, lease_ms): (i64, i64),
        limit: i64,
    ) -> Result<Vec<Timer>, sqlx::Error> {
        // A newer node's kinds are left to newer nodes.
        let kinds: Vec<String> = TimerKind::ALL.iter().map(|kind| format!("'{kind}'")).collect();
        let due = format!(
            "from timers where due_ms <= $1 and claimed_until_ms <= $1 and kind in ({})",
            kinds.join(", "),
        );
        // Most of the time there is none, which a reader sees without the writer's connection.
        let any = AssertSqlSafe(format!("select 1 as one {due} limit 1"));
        if sqlx::query(any).bind(now_ms).fetch_optional(&self.reader).await?.is_none() {
            return Ok(Vec::new());
        }
        let claim = AssertSqlSafe(format!(
            "update timers set claimed_by = $2, claimed_until_ms = $3 \
             where (incident, kind, subject) in (select incident, kind, subject {due} \
             order by due_ms limit $4 {}) \
             returning district, incident, kind, subject, due_ms",
            self.database.skip_locked(),
        ));
        let rows = sqlx::query(claim)
            .bind(now_ms)
            .bind(node)
            .bind(now_ms + lease_ms)
            .bind(limit)
            .fetch_all(&self.writer)
            .await?;
        let mut timers = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        timers.sort_by_key(|timer| timer.due_ms);
        Ok(timers)
    }
}

fn read(row: &AnyRow) -> Result<Timer, sqlx::Error> {
    Ok(Timer {
        district: id(row, "district")?,
        incident: id(row, "incident")?,
        kind: named(row, "kind", TimerKind::parse)?,
        subject: row.try_get("subject")?,
        due_ms: row.try_get("due_ms")?,
    })
}
