//! Calls for help in time: whom the server locates whatever shift and consent say.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::{id, json};
use super::{Store, WriteTx};
use crate::domain::{HelpCall, Incident, IncidentId, MemberId};

/// Begins a call.
///
/// # Errors
/// What the database says.
pub async fn begin(tx: &mut WriteTx<'_>, call: &HelpCall) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into help_calls (incident, district, member, from_ms, until_ms) \
         values ($1, $2, $3, $4, $5)",
    )
    .bind(call.incident.as_str())
    .bind(call.district.as_str())
    .bind(call.member.as_str())
    .bind(call.from_ms)
    .bind(call.until_ms)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// Ends a call, once: reopening its incident locates nobody again.
///
/// # Errors
/// What the database says.
pub async fn end(
    tx: &mut WriteTx<'_>,
    incident: &IncidentId,
    until_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("update help_calls set until_ms = $2 where incident = $1 and until_ms is null")
        .bind(incident.as_str())
        .bind(until_ms)
        .execute(tx.on())
        .await
        .map(|_| ())
}

impl Store {
    /// The open calls with their incidents.
    ///
    /// # Errors
    /// What the database says.
    pub async fn open_help_calls(&self) -> Result<Vec<(HelpCall, Incident)>, sqlx::Error> {
        let rows = sqlx::query(
            "select c.incident, c.district, c.member, c.from_ms, c.until_ms, i.doc from help_calls c \
             join incidents i on i.id = c.incident where c.until_ms is null",
        )
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(|row| Ok((read(row)?, json(row, "doc")?))).collect()
    }

    /// Whether the member's call for help was open at this time.
    ///
    /// # Errors
    /// What the database says.
    pub async fn called_for_help_at(
        &self,
        member: &MemberId,
        at_ms: i64,
    ) -> Result<bool, sqlx::Error> {
        let row = sqlx::query(
            "select 1 as one from help_calls where member = $1 and from_ms <= $2 \
             and (until_ms is null or until_ms > $2) limit 1",
        )
        .bind(member.as_str())
        .bind(at_ms)
        .fetch_optional(&self.reader)
        .await?;
        Ok(row.is_some())
    }
}

fn read(row: &AnyRow) -> Result<HelpCall, sqlx::Error> {
    Ok(HelpCall {
        incident: id(row, "incident")?,
        district: id(row, "district")?,
        member: id(row, "member")?,
        from_ms: row.try_get("from_ms")?,
        until_ms: row.try_get("until_ms")?,
    })
}
