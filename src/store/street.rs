//! Streets, each with its course.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::{id, json, to_json};
use super::{Store, WriteTx};
use crate::domain::{DistrictId, Street};

/// Adds a street, or changes it.
///
/// # Errors
/// What the database says.
pub async fn upsert(tx: &mut WriteTx<'_>, street: &Street) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into streets (id, district, name, line) values ($1, $2, $3, $4) \
         on conflict (id) do update set name = excluded.name, line = excluded.line",
    )
    .bind(street.id.as_str())
    .bind(street.district.as_str())
    .bind(&street.name)
    .bind(to_json(&street.line))
    .execute(tx.on())
    .await
    .map(|_| ())
}

impl Store {
    /// The streets of a district, by id.
    ///
    /// # Errors
    /// What the database says.
    pub async fn streets(&self, district: &DistrictId) -> Result<Vec<Street>, sqlx::Error> {
        let rows = sqlx::query(
            "select id, district, name, line from streets where district = $1 order by id",
        )
        .bind(district.as_str())
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &AnyRow) -> Result<Street, sqlx::Error> {
    Ok(Street {
        id: id(row, "id")?,
        district: id(row, "district")?,
        name: row.try_get("name")?,
        line: json(row, "line")?,
    })
}
