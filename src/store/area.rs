//! Areas: the villages and communities of a district.

use sqlx::Row;

use super::{Store, WriteTx};
use crate::domain::{Area, DistrictId};

/// Adds an area, or renames it.
///
/// # Errors
/// What the database says.
pub async fn upsert(
    tx: &mut WriteTx<'_>,
    district: &DistrictId,
    area: &Area,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into areas (district, code, name, kind) values ($1, $2, $3, $4) \
         on conflict (district, code) do update set name = excluded.name, kind = excluded.kind",
    )
    .bind(district.as_str())
    .bind(&area.code)
    .bind(&area.name)
    .bind(&area.kind)
    .execute(tx.on())
    .await
    .map(|_| ())
}

impl Store {
    /// The areas of a district, by code.
    ///
    /// # Errors
    /// What the database says.
    pub async fn areas(&self, district: &DistrictId) -> Result<Vec<Area>, sqlx::Error> {
        let rows =
            sqlx::query("select code, name, kind from areas where district = $1 order by code")
                .bind(district.as_str())
                .fetch_all(&self.reader)
                .await?;
        rows.iter()
            .map(|row| {
                Ok(Area {
                    code: row.try_get("code")?,
                    name: row.try_get("name")?,
                    kind: row.try_get("kind")?,
                })
            })
            .collect()
    }
}
