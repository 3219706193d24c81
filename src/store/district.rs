//! Districts: what each is called, where its clock stands, its outline.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::id;
use super::{Store, WriteTx};
use crate::domain::{District, DistrictId};

const COLUMNS: &str = "id, name, timezone, prefix, demo";

/// Adds a district, or changes its name, zone, prefix and outline.
///
/// # Errors
/// What the database says.
pub async fn upsert(
    tx: &mut WriteTx<'_>,
    district: &District,
    outline: Option<&str>,
    at_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into districts (id, name, timezone, prefix, demo, outline, created_ms) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do update set \
         name = excluded.name, timezone = excluded.timezone, prefix = excluded.prefix, \
         outline = excluded.outline",
    )
    .bind(district.id.as_str())
    .bind(&district.name)
    .bind(&district.timezone)
    .bind(&district.prefix)
    .bind(i64::from(district.demo))
    .bind(outline)
    .bind(at_ms)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// The district inside a transaction.
///
/// # Errors
/// What the database says.
pub async fn find(
    tx: &mut WriteTx<'_>,
    district: &DistrictId,
) -> Result<Option<District>, sqlx::Error> {
    let row = sqlx::query("select id, name, timezone, prefix, demo from districts where id = $1")
        .bind(district.as_str())
        .fetch_optional(tx.on())
        .await?;
    row.as_ref().map(read).transpose()
}

impl Store {
    /// Every district of the installation, by code.
    ///
    /// # Errors
    /// What the database says.
    pub async fn districts(&self) -> Result<Vec<District>, sqlx::Error> {
        let sql = sqlx::AssertSqlSafe(format!("select {COLUMNS} from districts order by id"));
        let rows = sqlx::query(sql).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }

    /// One district.
    ///
    /// # Errors
    /// What the database says.
    pub async fn district(&self, district: &DistrictId) -> Result<Option<District>, sqlx::Error> {
        let sql = sqlx::AssertSqlSafe(format!("select {COLUMNS} from districts where id = $1"));
        let row = sqlx::query(sql).bind(district.as_str()).fetch_optional(&self.reader).await?;
        row.as_ref().map(read).transpose()
    }

    /// A district's outline as a `GeoJSON` geometry, where it has one.
    ///
    /// # Errors
    /// What the database says.
    pub async fn outline(&self, district: &DistrictId) -> Result<Option<String>, sqlx::Error> {
        let row = sqlx::query("select outline from districts where id = $1")
            .bind(district.as_str())
            .fetch_optional(&self.reader)
            .await?;
        Ok(row.map(|row| row.try_get("outline")).transpose()?.flatten())
    }
}

fn read(row: &AnyRow) -> Result<District, sqlx::Error> {
    Ok(District {
        id: id(row, "id")?,
        name: row.try_get("name")?,
        timezone: row.try_get("timezone")?,
        prefix: row.try_get("prefix")?,
        demo: row.try_get::<i64, _>("demo")? != 0,
    })
}
