//! Organisations and teams.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::{id, named};
use super::{Store, WriteTx};
use crate::domain::{
    DistrictId, Force, GridCode, OrgId, OrgKind, Organisation, Role, Team, TeamId,
};

/// Adds an organisation with its grids, or replaces both.
///
/// # Errors
/// What the database says.
pub async fn upsert(tx: &mut WriteTx<'_>, org: &Organisation) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into organisations (id, district, kind, name) values ($1, $2, $3, $4) \
         on conflict (id) do update set kind = excluded.kind, name = excluded.name",
    )
    .bind(org.id.as_str())
    .bind(org.district.as_str())
    .bind(org.kind.as_str())
    .bind(&org.name)
    .execute(tx.on())
    .await?;
    sqlx::query("delete from organisation_grids where org = $1")
        .bind(org.id.as_str())
        .execute(tx.on())
        .await?;
    for grid in &org.grids {
        sqlx::query("insert into organisation_grids (org, district, grid) values ($1, $2, $3)")
            .bind(org.id.as_str())
            .bind(org.district.as_str())
            .bind(grid.as_str())
            .execute(tx.on())
            .await?;
    }
    Ok(())
}

/// An organisation with its grids inside a transaction.
///
/// # Errors
/// What the database says.
pub async fn find(tx: &mut WriteTx<'_>, org: &OrgId) -> Result<Option<Organisation>, sqlx::Error> {
    let row = sqlx::query("select id, district, kind, name from organisations where id = $1")
        .bind(org.as_str())
        .fetch_optional(tx.on())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let grids = sqlx::query("select grid from organisation_grids where org = $1 order by grid")
        .bind(org.as_str())
        .fetch_all(tx.on())
        .await?;
    Ok(Some(Organisation {
        id: id(&row, "id")?,
        district: id(&row, "district")?,
        kind: named(&row, "kind", OrgKind::parse)?,
        name: row.try_get("name")?,
        grids: grids.iter().map(|row| id(row, "grid")).collect::<Result<_, _>>()?,
    }))
}

/// Adds a team, or renames it.
///
/// # Errors
/// What the database says.
pub async fn upsert_team(tx: &mut WriteTx<'_>, team: &Team) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into teams (id, district, org, force, name) values ($1, $2, $3, $4, $5) \
         on conflict (id) do update set org = excluded.org, force = excluded.force, \
         name = excluded.name",
    )
    .bind(team.id.as_str())
    .bind(team.district.as_str())
    .bind(team.org.as_str())
    .bind(team.force.as_str())
    .bind(&team.name)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// A team inside a transaction.
///
/// # Errors
/// What the database says.
pub async fn find_team(tx: &mut WriteTx<'_>, team: &TeamId) -> Result<Option<Team>, sqlx::Error> {
    let row = sqlx::query("select id, district, org, force, name from teams where id = $1")
        .bind(team.as_str())
        .fetch_optional(tx.on())
        .await?;
    row.as_ref().map(read_team).transpose()
}

impl Store {
    /// The organisations of a district with their grids, by id.
    ///
    /// # Errors
    /// What the database says.
    pub async fn organisations(
        &self,
        district: &DistrictId,
    ) -> Result<Vec<Organisation>, sqlx::Error> {
        let rows = sqlx::query(
            "select id, district, kind, name from organisations where district = $1 order by id",
        )
        .bind(district.as_str())
        .fetch_all(&self.reader)
        .await?;
        let owned = self.owned_grids(district).await?;
        rows.iter()
            .map(|row| {
                let org: OrgId = id(row, "id")?;
                Ok(Organisation {
                    grids: owned
                        .iter()
                        .filter(|(o, _)| *o == org)
                        .map(|(_, g)| g.clone())
                        .collect(),
                    id: org,
                    district: id(row, "district")?,
                    kind: named(row, "kind", OrgKind::parse)?,
                    name: row.try_get("name")?,
                })
            })
            .collect()
    }

    /// Which organisation owns which grid, by organisation and grid.
    ///
    /// # Errors
    /// What the database says.
    pub async fn owned_grids(
        &self,
        district: &DistrictId,
    ) -> Result<Vec<(OrgId, GridCode)>, sqlx::Error> {
        let rows = sqlx::query(
            "select org, grid from organisation_grids where district = $1 order by org, grid",
        )
        .bind(district.as_str())
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(|row| Ok((id(row, "org")?, id(row, "grid")?))).collect()
    }

    /// The teams of a district, by id.
    ///
    /// # Errors
    /// What the database says.
    pub async fn teams(&self, district: &DistrictId) -> Result<Vec<Team>, sqlx::Error> {
        let rows = sqlx::query(
            "select id, district, org, force, name from teams where district = $1 order by id",
        )
        .bind(district.as_str())
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read_team).collect()
    }

    /// The teams of a district that have members who may see them as one dot only: volunteers and
    /// grid workers.
    ///
    /// # Errors
    /// What the database says.
    pub async fn teams_as_dots(&self, district: &DistrictId) -> Result<Vec<Team>, sqlx::Error> {
        let rows = sqlx::query(
            "select id, district, org, force, name from teams where district = $1 and exists \
             (select 1 from members m where m.team = teams.id and (m.force = $2 or m.role = $3))",
        )
        .bind(district.as_str())
        .bind(Force::Volunteer.as_str())
        .bind(Role::GridWorker.as_str())
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read_team).collect()
    }
}

fn read_team(row: &AnyRow) -> Result<Team, sqlx::Error> {
    Ok(Team {
        id: id(row, "id")?,
        district: id(row, "district")?,
        org: id(row, "org")?,
        force: named(row, "force", Force::parse)?,
        name: row.try_get("name")?,
    })
}
