//! Members, and apart from them their phone numbers.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::row::{id, named, optional};
use super::{Store, WriteTx};
use crate::domain::{DistrictId, Force, Member, MemberId, OrgId, Role, TeamId};

/// Adds a member, or changes them.
///
/// # Errors
/// What the database says.
pub async fn upsert(tx: &mut WriteTx<'_>, member: &Member) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into members (id, district, org, force, role, team, grid, name) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do update set \
         org = excluded.org, force = excluded.force, role = excluded.role, \
         team = excluded.team, grid = excluded.grid, name = excluded.name",
    )
    .bind(member.id.as_str())
    .bind(member.district.as_str())
    .bind(member.org.as_str())
    .bind(member.force.as_str())
    .bind(member.role.as_str())
    .bind(member.team.as_ref().map(|team| team.as_str().to_owned()))
    .bind(member.grid.as_ref().map(|grid| grid.as_str().to_owned()))
    .bind(&member.name)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// Keeps a member's phone number.
///
/// # Errors
/// What the database says.
pub async fn set_phone(
    tx: &mut WriteTx<'_>,
    member: &MemberId,
    phone: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into member_contacts (member, phone) values ($1, $2) \
         on conflict (member) do update set phone = excluded.phone",
    )
    .bind(member.as_str())
    .bind(phone)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// The member inside a transaction.
///
/// # Errors
/// What the database says.
pub async fn find(tx: &mut WriteTx<'_>, member: &MemberId) -> Result<Option<Member>, sqlx::Error> {
    let sql = format!("select {COLUMNS} from members where id = $1");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(member.as_str()).fetch_optional(tx.on()).await?;
    row.as_ref().map(read).transpose()
}

/// The members of a team.
///
/// # Errors
/// What the database says.
pub async fn of_team(tx: &mut WriteTx<'_>, team: &TeamId) -> Result<Vec<MemberId>, sqlx::Error> {
    let rows = sqlx::query("select id from members where team = $1 order by id")
        .bind(team.as_str())
        .fetch_all(tx.on())
        .await?;
    rows.iter().map(|row| id(row, "id")).collect()
}

/// A member's phone number inside a transaction.
///
/// # Errors
/// What the database says.
pub async fn phone(tx: &mut WriteTx<'_>, member: &MemberId) -> Result<Option<String>, sqlx::Error> {
    let row = sqlx::query("select phone from member_contacts where member = $1")
        .bind(member.as_str())
        .fetch_optional(tx.on())
        .await?;
    row.map(|row| row.try_get("phone")).transpose()
}

/// Whether a district has somebody with this role.
///
/// # Errors
/// What the database says.
pub async fn any_with_role(
    tx: &mut WriteTx<'_>,
    district: &DistrictId,
    role: Role,
) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("select id from members where district = $1 and role = $2 limit 1")
        .bind(district.as_str())
        .bind(role.as_str())
        .fetch_optional(tx.on())
        .await?;
    Ok(row.is_some())
}

/// Which members a page lists.
#[derive(Debug, Clone, Default)]
pub struct MemberFilter {
    /// Only this force.
    pub force: Option<Force>,
    /// Only this organisation.
    pub org: Option<OrgId>,
    /// Only names that contain this.
    pub name: Option<String>,
    /// Only after this id.
    pub after: Option<MemberId>,
    /// At most this many.
    pub limit: i64,
}

impl Store {
    /// A page of a district's members, by id.
    ///
    /// # Errors
    /// What the database says.
    pub async fn members(
        &self,
        district: &DistrictId,
        filter: &MemberFilter,
    ) -> Result<Vec<Member>, sqlx::Error> {
        let sql = format!(
            "select {COLUMNS} from members where district = $1 and id > $2 \
             and ($3 = '' or force = $3) and ($4 = '' or org = $4) and name like $5 escape '!' \
             order by id limit $6"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(district.as_str())
            .bind(filter.after.as_ref().map_or("", MemberId::as_str))
            .bind(filter.force.map_or("", Force::as_str))
            .bind(filter.org.as_ref().map_or("", OrgId::as_str))
            .bind(containing(filter.name.as_deref().unwrap_or_default()))
            .bind(filter.limit)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The members of a team.
    ///
    /// # Errors
    /// What the database says.
    pub async fn members_of(&self, team: &TeamId) -> Result<Vec<MemberId>, sqlx::Error> {
        let rows = sqlx::query("select id from members where team = $1 order by id")
            .bind(team.as_str())
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(|row| id(row, "id")).collect()
    }

    /// Whether the installation has its administrator.
    ///
    /// # Errors
    /// What the database says.
    pub async fn is_founded(&self) -> Result<bool, sqlx::Error> {
        let row = sqlx::query("select id from members where district = $1 and role = $2 limit 1")
            .bind(DistrictId::installation().as_str().to_owned())
            .bind(Role::SystemAdmin.as_str())
            .fetch_optional(&self.reader)
            .await?;
        Ok(row.is_some())
    }

    /// One member.
    ///
    /// # Errors
    /// What the database says.
    pub async fn member(&self, member: &MemberId) -> Result<Option<Member>, sqlx::Error> {
        let sql = format!("select {COLUMNS} from members where id = $1");
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(member.as_str())
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(read).transpose()
    }
}

const COLUMNS: &str = "id, district, org, force, role, team, grid, name";

/// A `like` pattern for texts that contain this one.
pub(super) fn containing(text: &str) -> String {
    let plain = text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{plain}%")
}

pub(super) fn read(row: &AnyRow) -> Result<Member, sqlx::Error> {
    Ok(Member {
        id: id(row, "id")?,
        district: id(row, "district")?,
        org: id(row, "org")?,
        force: named(row, "force", Force::parse)?,
        role: named(row, "role", Role::parse)?,
        team: optional(row, "team")?,
        grid: optional(row, "grid")?,
        name: row.try_get("name")?,
    })
}
