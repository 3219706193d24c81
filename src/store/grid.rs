//! Micro-grids: each with its shape, and a new version when the shape changes.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::{id, optional};
use super::{Store, WriteTx};
use crate::domain::{DistrictId, Grid, GridCode};

/// A micro-grid with its shape.
#[derive(Debug, Clone, PartialEq)]
pub struct ShapedGrid {
    /// The micro-grid.
    pub grid: Grid,
    /// Its shape, a `GeoJSON` geometry.
    pub shape: String,
}

/// Adds a version of a micro-grid.
///
/// # Errors
/// What the database says.
pub async fn insert(
    tx: &mut WriteTx<'_>,
    district: &DistrictId,
    shaped: &ShapedGrid,
    at_ms: i64,
) -> Result<(), sqlx::Error> {
    let grid = &shaped.grid;
    sqlx::query(
        "insert into grids (district, code, version, name, kind, area, shape, since_ms) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(district.as_str())
    .bind(grid.code.as_str())
    .bind(grid.version)
    .bind(&grid.name)
    .bind(&grid.kind)
    .bind(grid.area.as_deref())
    .bind(&shaped.shape)
    .bind(at_ms)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// Ends the current version of a micro-grid.
///
/// # Errors
/// What the database says.
pub async fn retire(
    tx: &mut WriteTx<'_>,
    district: &DistrictId,
    code: &GridCode,
    at_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update grids set until_ms = $3 where district = $1 and code = $2 and until_ms is null",
    )
    .bind(district.as_str())
    .bind(code.as_str())
    .bind(at_ms)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// Renames the current version of a micro-grid, or moves it to another kind or area.
///
/// # Errors
/// What the database says.
pub async fn rename(
    tx: &mut WriteTx<'_>,
    district: &DistrictId,
    grid: &Grid,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update grids set name = $3, kind = $4, area = $5 \
         where district = $1 and code = $2 and until_ms is null",
    )
    .bind(district.as_str())
    .bind(grid.code.as_str())
    .bind(&grid.name)
    .bind(&grid.kind)
    .bind(grid.area.as_deref())
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// The current micro-grids inside a transaction, by code.
///
/// # Errors
/// What the database says.
pub async fn current(
    tx: &mut WriteTx<'_>,
    district: &DistrictId,
) -> Result<Vec<ShapedGrid>, sqlx::Error> {
    let rows = sqlx::query(CURRENT).bind(district.as_str()).fetch_all(tx.on()).await?;
    rows.iter().map(read).collect()
}

const CURRENT: &str = "select code, version, name, kind, area, shape from grids \
                       where district = $1 and until_ms is null order by code";

impl Store {
    /// The current micro-grids of a district, by code.
    ///
    /// # Errors
    /// What the database says.
    pub async fn grids(&self, district: &DistrictId) -> Result<Vec<ShapedGrid>, sqlx::Error> {
        let rows = sqlx::query(CURRENT).bind(district.as_str()).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &AnyRow) -> Result<ShapedGrid, sqlx::Error> {
    Ok(ShapedGrid {
        grid: Grid {
            code: id(row, "code")?,
            version: row.try_get("version")?,
            name: row.try_get("name")?,
            kind: row.try_get("kind")?,
            area: optional(row, "area")?,
        },
        shape: row.try_get("shape")?,
    })
}
