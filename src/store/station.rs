//! Stations: the fixed posts of a district.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::{id, named, optional, point};
use super::{Store, WriteTx};
use crate::domain::{DistrictId, GridCode, Station, StationId, StationKind};

/// Adds a station, or changes it.
///
/// # Errors
/// What the database says.
pub async fn upsert(tx: &mut WriteTx<'_>, station: &Station) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into stations (id, district, kind, name, lng, lat, area, grid) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do update set \
         kind = excluded.kind, name = excluded.name, lng = excluded.lng, lat = excluded.lat, \
         area = excluded.area, grid = excluded.grid",
    )
    .bind(station.id.as_str())
    .bind(station.district.as_str())
    .bind(station.kind.as_str())
    .bind(&station.name)
    .bind(station.point.lng())
    .bind(station.point.lat())
    .bind(station.area.as_deref())
    .bind(station.grid.as_ref().map(GridCode::as_str))
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// A station inside a transaction.
///
/// # Errors
/// What the database says.
pub async fn find(
    tx: &mut WriteTx<'_>,
    station: &StationId,
) -> Result<Option<Station>, sqlx::Error> {
    let sql = "select id, district, kind, name, lng, lat, area, grid from stations where id = $1";
    let row = sqlx::query(sql).bind(station.as_str()).fetch_optional(tx.on()).await?;
    row.as_ref().map(read).transpose()
}

impl Store {
    /// The stations of a district, by id.
    ///
    /// # Errors
    /// What the database says.
    pub async fn stations(&self, district: &DistrictId) -> Result<Vec<Station>, sqlx::Error> {
        let rows = sqlx::query(
            "select id, district, kind, name, lng, lat, area, grid from stations \
             where district = $1 order by id",
        )
        .bind(district.as_str())
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &AnyRow) -> Result<Station, sqlx::Error> {
    Ok(Station {
        id: id(row, "id")?,
        district: id(row, "district")?,
        kind: named(row, "kind", StationKind::parse)?,
        name: row.try_get("name")?,
        point: point(row)?,
        area: row.try_get("area")?,
        grid: optional(row, "grid")?,
    })
}
