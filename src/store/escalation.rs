//! The five-tier tree along which open matters go up.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::{id, named, optional};
use super::{Store, WriteTx};
use crate::domain::{DistrictId, EscalationUnit, EscalationUnitId, GridCode, Tier};

/// Adds a unit of the tree, or changes it.
///
/// # Errors
/// What the database says.
pub async fn upsert(tx: &mut WriteTx<'_>, unit: &EscalationUnit) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into escalation_units (id, district, tier, name, parent, area, grid) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do update set \
         tier = excluded.tier, name = excluded.name, parent = excluded.parent, \
         area = excluded.area, grid = excluded.grid",
    )
    .bind(unit.id.as_str())
    .bind(unit.district.as_str())
    .bind(unit.tier.as_str())
    .bind(&unit.name)
    .bind(unit.parent.as_ref().map(EscalationUnitId::as_str))
    .bind(unit.area.as_deref())
    .bind(unit.grid.as_ref().map(GridCode::as_str))
    .execute(tx.on())
    .await
    .map(|_| ())
}

impl Store {
    /// The whole tree of a district, by id.
    ///
    /// # Errors
    /// What the database says.
    pub async fn escalation_units(
        &self,
        district: &DistrictId,
    ) -> Result<Vec<EscalationUnit>, sqlx::Error> {
        let rows = sqlx::query(
            "select id, district, tier, name, parent, area, grid from escalation_units \
             where district = $1 order by id",
        )
        .bind(district.as_str())
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &AnyRow) -> Result<EscalationUnit, sqlx::Error> {
    Ok(EscalationUnit {
        id: id(row, "id")?,
        district: id(row, "district")?,
        tier: named(row, "tier", Tier::parse)?,
        name: row.try_get("name")?,
        parent: optional(row, "parent")?,
        area: row.try_get("area")?,
        grid: optional(row, "grid")?,
    })
}
