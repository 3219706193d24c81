//! Templates of planned shifts.

use super::row::{json, to_json};
use super::{Store, WriteTx};
use crate::domain::{DistrictId, ShiftTemplate};

/// Adds a template, or changes it.
///
/// # Errors
/// What the database says.
pub async fn upsert(tx: &mut WriteTx<'_>, template: &ShiftTemplate) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into shift_templates (id, district, name, doc) values ($1, $2, $3, $4) \
         on conflict (id) do update set name = excluded.name, doc = excluded.doc",
    )
    .bind(template.id.as_str())
    .bind(template.district.as_str())
    .bind(&template.name)
    .bind(to_json(template))
    .execute(tx.on())
    .await
    .map(|_| ())
}

impl Store {
    /// The templates of a district, by id.
    ///
    /// # Errors
    /// What the database says.
    pub async fn shift_templates(
        &self,
        district: &DistrictId,
    ) -> Result<Vec<ShiftTemplate>, sqlx::Error> {
        let rows = sqlx::query("select doc from shift_templates where district = $1 order by id")
            .bind(district.as_str())
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(|row| json(row, "doc")).collect()
    }
}
