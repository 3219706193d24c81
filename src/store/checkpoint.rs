//! Checkpoints: where people check in on their beats.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::{id, optional, point};
use super::{Store, WriteTx};
use crate::domain::{Checkpoint, DistrictId, GridCode};

/// Adds a checkpoint, or changes it.
///
/// # Errors
/// What the database says.
pub async fn upsert(tx: &mut WriteTx<'_>, checkpoint: &Checkpoint) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into checkpoints (id, district, name, lng, lat, grid, must_visit) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do update set \
         name = excluded.name, lng = excluded.lng, lat = excluded.lat, grid = excluded.grid, \
         must_visit = excluded.must_visit",
    )
    .bind(checkpoint.id.as_str())
    .bind(checkpoint.district.as_str())
    .bind(&checkpoint.name)
    .bind(checkpoint.point.lng())
    .bind(checkpoint.point.lat())
    .bind(checkpoint.grid.as_ref().map(GridCode::as_str))
    .bind(i64::from(checkpoint.must_visit))
    .execute(tx.on())
    .await
    .map(|_| ())
}

impl Store {
    /// The checkpoints of a district, by id.
    ///
    /// # Errors
    /// What the database says.
    pub async fn checkpoints(&self, district: &DistrictId) -> Result<Vec<Checkpoint>, sqlx::Error> {
        let rows = sqlx::query(
            "select id, district, name, lng, lat, grid, must_visit from checkpoints \
             where district = $1 order by id",
        )
        .bind(district.as_str())
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &AnyRow) -> Result<Checkpoint, sqlx::Error> {
    Ok(Checkpoint {
        id: id(row, "id")?,
        district: id(row, "district")?,
        name: row.try_get("name")?,
        point: point(row)?,
        grid: optional(row, "grid")?,
        must_visit: row.try_get::<i64, _>("must_visit")? != 0,
    })
}
