//! Reporters, parties and witnesses of incidents.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::row::{id, named};
use super::{Store, WriteTx};
use crate::domain::{Contact, IncidentId, Part, Party, PartyId};

const COLUMNS: &str =
    "id, incident, district, part, name, phone, note, added_by, added_ms, erased_ms";

/// Keeps somebody.
///
/// # Errors
/// What the database says.
pub async fn insert(tx: &mut WriteTx<'_>, party: &Party) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into parties (id, incident, district, part, name, phone, note, added_by, \
         added_ms) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(party.id.as_str())
    .bind(party.incident.as_str())
    .bind(party.district.as_str())
    .bind(party.part.as_str())
    .bind(party.contact.name.clone())
    .bind(party.contact.phone.clone())
    .bind(party.contact.note.clone())
    .bind(party.added_by.as_str())
    .bind(party.added_ms)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// Somebody, inside a transaction.
///
/// # Errors
/// What the database says.
pub async fn find(tx: &mut WriteTx<'_>, party: &PartyId) -> Result<Option<Party>, sqlx::Error> {
    let sql = format!("select {COLUMNS} from parties where id = $1");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(party.as_str()).fetch_optional(tx.on()).await?;
    row.as_ref().map(read).transpose()
}

/// Erases what is known of somebody; that there was somebody stays.
///
/// # Errors
/// What the database says.
pub async fn erase(
    tx: &mut WriteTx<'_>,
    party: &PartyId,
    erased_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update parties set name = null, phone = null, note = null, erased_ms = $2 where id = $1",
    )
    .bind(party.as_str())
    .bind(erased_ms)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// Keeps that somebody was erased, whether they are there or are yet to be entered again.
///
/// # Errors
/// What the database says.
pub async fn bury(tx: &mut WriteTx<'_>, party: &Party) -> Result<(), sqlx::Error> {
    let erased_ms = party.erased_ms.unwrap_or(party.added_ms);
    if find(tx, &party.id).await?.is_none() {
        insert(tx, &Party { contact: Contact::default(), ..party.clone() }).await?;
    }
    erase(tx, &party.id, erased_ms).await
}

impl Store {
    /// Whom an incident is about, in the order in which they were entered.
    ///
    /// # Errors
    /// What the database says.
    pub async fn parties(&self, incident: &IncidentId) -> Result<Vec<Party>, sqlx::Error> {
        let sql =
            format!("select {COLUMNS} from parties where incident = $1 order by added_ms, id");
        let rows =
            sqlx::query(AssertSqlSafe(sql)).bind(incident.as_str()).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &AnyRow) -> Result<Party, sqlx::Error> {
    Ok(Party {
        id: id(row, "id")?,
        incident: id(row, "incident")?,
        district: id(row, "district")?,
        part: named(row, "part", Part::parse)?,
        contact: Contact {
            name: row.try_get("name")?,
            phone: row.try_get("phone")?,
            note: row.try_get("note")?,
        },
        added_by: id(row, "added_by")?,
        added_ms: row.try_get("added_ms")?,
        erased_ms: row.try_get("erased_ms")?,
    })
}
