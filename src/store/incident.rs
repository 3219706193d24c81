//! Incidents, their timelines and their numbers.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::{json, to_json};
use super::{Store, WriteTx};
use crate::domain::{DistrictId, Entry, Incident, IncidentId};

/// Adds an incident.
///
/// # Errors
/// What the database says; a unique violation for an id that is taken.
pub async fn insert(tx: &mut WriteTx<'_>, incident: &Incident) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into incidents (id, district, number, state, level, kind, top, grid, \
         observed_ms, received_ms, moved_ms, doc) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(incident.id.as_str())
    .bind(incident.district.as_str())
    .bind(&incident.number)
    .bind(incident.state.as_str())
    .bind(incident.level.map(crate::domain::Level::as_str))
    .bind(incident.kind().as_str())
    .bind(incident.top.as_str())
    .bind(incident.grid.as_ref().map(|grid| grid.as_str().to_owned()))
    .bind(incident.observed_ms)
    .bind(incident.received_ms)
    .bind(incident.moved_ms)
    .bind(document(incident))
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// Replaces an incident by what it has become.
///
/// # Errors
/// What the database says.
pub async fn update(tx: &mut WriteTx<'_>, incident: &Incident) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update incidents set state = $2, level = $3, kind = $4, top = $5, grid = $6, \
         moved_ms = $7, doc = $8 where id = $1",
    )
    .bind(incident.id.as_str())
    .bind(incident.state.as_str())
    .bind(incident.level.map(crate::domain::Level::as_str))
    .bind(incident.kind().as_str())
    .bind(incident.top.as_str())
    .bind(incident.grid.as_ref().map(|grid| grid.as_str().to_owned()))
    .bind(incident.moved_ms)
    .bind(document(incident))
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// The incident inside a transaction, its text not filled in.
///
/// # Errors
/// What the database says.
pub async fn find(
    tx: &mut WriteTx<'_>,
    incident: &IncidentId,
) -> Result<Option<Incident>, sqlx::Error> {
    let row = sqlx::query("select doc from incidents where id = $1")
        .bind(incident.as_str())
        .fetch_optional(tx.on())
        .await?;
    row.map(|row| json(&row, "doc")).transpose()
}

/// Adds the next line of an incident's timeline and numbers it.
///
/// # Errors
/// What the database says.
pub async fn add_entry(
    tx: &mut WriteTx<'_>,
    incident: &IncidentId,
    entry: &mut Entry,
) -> Result<(), sqlx::Error> {
    let row = sqlx::query(
        "select coalesce(max(n), 0) + 1 as n from incident_entries where incident = $1",
    )
    .bind(incident.as_str())
    .fetch_one(tx.on())
    .await?;
    entry.n = row.try_get("n")?;
    let mut stored = entry.clone();
    if let Some(text) = &mut stored.text {
        text.body = None;
    }
    sqlx::query("insert into incident_entries (incident, n, doc) values ($1, $2, $3)")
        .bind(incident.as_str())
        .bind(entry.n)
        .bind(to_json(&stored))
        .execute(tx.on())
        .await
        .map(|_| ())
}

/// Takes the next serials of a civil day, `count` of them, and returns the first.
///
/// # Errors
/// What the database says.
pub async fn next_serial(
    tx: &mut WriteTx<'_>,
    district: &DistrictId,
    day: &str,
    count: i64,
) -> Result<i64, sqlx::Error> {
    let row = sqlx::query(
        "insert into serials (district, day, n) values ($1, $2, $3) \
         on conflict (district, day) do update set n = serials.n + excluded.n returning n",
    )
    .bind(district.as_str())
    .bind(day)
    .bind(count)
    .fetch_one(tx.on())
    .await?;
    Ok(row.try_get::<i64, _>("n")? - count + 1)
}

impl Store {
    /// One incident, its text not filled in.
    ///
    /// # Errors
    /// What the database says.
    pub async fn incident(&self, incident: &IncidentId) -> Result<Option<Incident>, sqlx::Error> {
        let row = sqlx::query("select doc from incidents where id = $1")
            .bind(incident.as_str())
            .fetch_optional(&self.reader)
            .await?;
        row.map(|row| json(&row, "doc")).transpose()
    }

    /// An incident's timeline, oldest first, its texts not filled in.
    ///
    /// # Errors
    /// What the database says.
    pub async fn timeline(&self, incident: &IncidentId) -> Result<Vec<Entry>, sqlx::Error> {
        let rows = sqlx::query("select doc from incident_entries where incident = $1 order by n")
            .bind(incident.as_str())
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(|row| json(row, "doc")).collect()
    }
}

pub(super) fn read(row: &AnyRow) -> Result<Incident, sqlx::Error> {
    json(row, "doc")
}

/// The incident as it is kept: without the text's body, which stands in a row of its own.
fn document(incident: &Incident) -> String {
    let mut stored = incident.clone();
    if let Some(text) = &mut stored.text {
        text.body = None;
    }
    to_json(&stored)
}
