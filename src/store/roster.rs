//! Rosters: who is planned for which shift.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::{id, optional};
use super::{Store, WriteTx};
use crate::domain::{DistrictId, DutyId, MemberId, RosterEntry, TeamId};

/// Adds an entry, or changes it.
///
/// # Errors
/// What the database says.
pub async fn upsert(tx: &mut WriteTx<'_>, entry: &RosterEntry) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into rosters (id, district, template, member, team, starts_ms, ends_ms) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do update set \
         template = excluded.template, member = excluded.member, team = excluded.team, \
         starts_ms = excluded.starts_ms, ends_ms = excluded.ends_ms",
    )
    .bind(entry.id.as_str())
    .bind(entry.district.as_str())
    .bind(entry.template.as_str())
    .bind(entry.member.as_str())
    .bind(entry.team.as_ref().map(TeamId::as_str))
    .bind(entry.starts_ms)
    .bind(entry.ends_ms)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// The planned shift that the member may sign on for at this time: it hasn't ended, and starts in
/// `ahead_ms` at the latest; of several the one that starts last.
///
/// # Errors
/// What the database says.
pub async fn duty_at(
    tx: &mut WriteTx<'_>,
    member: &MemberId,
    (at_ms, ahead_ms): (i64, i64),
) -> Result<Option<DutyId>, sqlx::Error> {
    let row = sqlx::query(
        "select template, starts_ms from rosters where member = $1 and starts_ms <= $2 \
         and ends_ms > $3 order by starts_ms desc, id limit 1",
    )
    .bind(member.as_str())
    .bind(at_ms + ahead_ms)
    .bind(at_ms)
    .fetch_optional(tx.on())
    .await?;
    row.map(|row| Ok(DutyId::of(&id(&row, "template")?, row.try_get("starts_ms")?))).transpose()
}

impl Store {
    /// The entries of a district that touch the time from `from_ms` up to, but without, `to_ms`,
    /// by start and id; only of this team, when one is named.
    ///
    /// # Errors
    /// What the database says.
    pub async fn roster(
        &self,
        district: &DistrictId,
        (from_ms, to_ms): (i64, i64),
        team: Option<&TeamId>,
    ) -> Result<Vec<RosterEntry>, sqlx::Error> {
        let rows = sqlx::query(
            "select id, district, template, member, team, starts_ms, ends_ms from rosters \
             where district = $1 and ends_ms > $2 and starts_ms < $3 and ($4 = '' or team = $4) \
             order by starts_ms, id",
        )
        .bind(district.as_str())
        .bind(from_ms)
        .bind(to_ms)
        .bind(team.map_or("", TeamId::as_str))
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &AnyRow) -> Result<RosterEntry, sqlx::Error> {
    Ok(RosterEntry {
        id: id(row, "id")?,
        district: id(row, "district")?,
        template: id(row, "template")?,
        member: id(row, "member")?,
        team: optional(row, "team")?,
        starts_ms: row.try_get("starts_ms")?,
        ends_ms: row.try_get("ends_ms")?,
    })
}
