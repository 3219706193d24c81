//! The kind dictionary of a district.

use sqlx::Row;

use super::row::{id, named};
use super::{Store, WriteTx};
use crate::domain::{DistrictId, Kind, TopKind};

/// Adds a kind, or moves it under another class.
///
/// # Errors
/// What the database says.
pub async fn upsert(
    tx: &mut WriteTx<'_>,
    district: &DistrictId,
    kind: &Kind,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into kinds (district, code, top, label) values ($1, $2, $3, $4) \
         on conflict (district, code) do update set top = excluded.top, label = excluded.label",
    )
    .bind(district.as_str())
    .bind(kind.code.as_str())
    .bind(kind.top.as_str())
    .bind(&kind.label)
    .execute(tx.on())
    .await
    .map(|_| ())
}

impl Store {
    /// The dictionary of a district, by code.
    ///
    /// # Errors
    /// What the database says.
    pub async fn kinds(&self, district: &DistrictId) -> Result<Vec<Kind>, sqlx::Error> {
        let rows =
            sqlx::query("select code, top, label from kinds where district = $1 order by code")
                .bind(district.as_str())
                .fetch_all(&self.reader)
                .await?;
        rows.iter()
            .map(|row| {
                Ok(Kind {
                    code: id(row, "code")?,
                    top: named(row, "top", TopKind::parse)?,
                    label: row.try_get("label")?,
                })
            })
            .collect()
    }
}
