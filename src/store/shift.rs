//! Shifts: who is and was on duty.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::row::{id, named, optional};
use super::{Store, WriteTx};
use crate::domain::{
    DistrictId, Force, Member, MemberBrief, MemberId, SessionId, Shift, ShiftId, TeamId,
};
use crate::protocol::OnDuty;

const COLUMNS: &str = "id, district, member, team, started_ms, ended_ms, consent_version, consent_ms, duty, device, \
     officer, officer_name";

/// Opens a shift.
///
/// # Errors
/// What the database says; a unique violation when the member is on duty already.
pub async fn insert(tx: &mut WriteTx<'_>, shift: &Shift) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into shifts \
         (id, district, member, team, started_ms, ended_ms, consent_version, consent_ms, duty, \
         device, officer, officer_name) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(shift.id.as_str())
    .bind(shift.district.as_str())
    .bind(shift.member.as_str())
    .bind(shift.team.as_ref().map(|team| team.as_str().to_owned()))
    .bind(shift.started_ms)
    .bind(shift.ended_ms)
    .bind(shift.consent_version)
    .bind(shift.consent_ms)
    .bind(shift.duty.as_ref().map(|duty| duty.as_str().to_owned()))
    .bind(shift.device.as_ref().map(|device| device.as_str().to_owned()))
    .bind(shift.officer.as_ref().map(|officer| officer.as_str().to_owned()))
    .bind(shift.officer_name.clone())
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// Ends a shift.
///
/// # Errors
/// What the database says.
pub async fn end(tx: &mut WriteTx<'_>, shift: &ShiftId, ended_ms: i64) -> Result<(), sqlx::Error> {
    sqlx::query("update shifts set ended_ms = $2 where id = $1")
        .bind(shift.as_str())
        .bind(ended_ms)
        .execute(tx.on())
        .await
        .map(|_| ())
}

/// Keeps which consent holds in a shift now.
///
/// # Errors
/// What the database says.
pub async fn set_consent(tx: &mut WriteTx<'_>, shift: &Shift) -> Result<(), sqlx::Error> {
    sqlx::query("update shifts set consent_version = $2, consent_ms = $3 where id = $1")
        .bind(shift.id.as_str())
        .bind(shift.consent_version)
        .bind(shift.consent_ms)
        .execute(tx.on())
        .await
        .map(|_| ())
}

/// Gives a shift's grant to another session.
///
/// # Errors
/// What the database says.
pub async fn set_device(
    tx: &mut WriteTx<'_>,
    shift: &ShiftId,
    device: &SessionId,
) -> Result<(), sqlx::Error> {
    sqlx::query("update shifts set device = $2 where id = $1")
        .bind(shift.as_str())
        .bind(device.as_str())
        .execute(tx.on())
        .await
        .map(|_| ())
}

/// The member's open shift, inside a transaction.
///
/// # Errors
/// What the database says.
pub async fn open_of(
    tx: &mut WriteTx<'_>,
    member: &MemberId,
) -> Result<Option<Shift>, sqlx::Error> {
    let sql = format!("select {COLUMNS} from shifts where member = $1 and ended_ms is null");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(member.as_str()).fetch_optional(tx.on()).await?;
    row.as_ref().map(read).transpose()
}

/// Whether anybody of the team is on duty, inside a transaction.
///
/// # Errors
/// What the database says.
pub async fn team_on_duty(tx: &mut WriteTx<'_>, team: &TeamId) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("select 1 from shifts where team = $1 and ended_ms is null limit 1")
        .bind(team.as_str())
        .fetch_optional(tx.on())
        .await?;
    Ok(row.is_some())
}

/// The member's shift that was open at this time, inside a transaction.
///
/// # Errors
/// What the database says.
pub async fn at(
    tx: &mut WriteTx<'_>,
    member: &MemberId,
    at_ms: i64,
) -> Result<Option<Shift>, sqlx::Error> {
    let row = sqlx::query(AssertSqlSafe(at_sql()))
        .bind(member.as_str())
        .bind(at_ms)
        .fetch_optional(tx.on())
        .await?;
    row.as_ref().map(read).transpose()
}

fn at_sql() -> String {
    format!(
        "select {COLUMNS} from shifts where member = $1 and started_ms <= $2 \
         and (ended_ms is null or ended_ms >= $2) order by started_ms desc limit 1"
    )
}

/// Those on duty in a district; the members are `m`.
const ON_DUTY: &str = "select s.id, s.district, s.member, s.team, s.started_ms, s.ended_ms, \
    s.consent_version, s.consent_ms, s.duty, s.device, s.officer, s.officer_name, \
    m.name as name, m.force as force, m.team as member_team \
    from shifts s join members m on m.id = s.member where s.district = $1 and s.ended_ms is null";

fn read_on_duty(row: &AnyRow) -> Result<OnDuty, sqlx::Error> {
    let shift = read(row)?;
    let member = MemberBrief {
        id: shift.member.clone(),
        name: row.try_get("name")?,
        force: named(row, "force", Force::parse)?,
        team: optional(row, "member_team")?,
    };
    Ok(OnDuty { shift, member })
}

impl Store {
    /// Everybody on duty in a district, by sign-on.
    ///
    /// # Errors
    /// What the database says.
    pub async fn on_duty(&self, district: &DistrictId) -> Result<Vec<OnDuty>, sqlx::Error> {
        let sql = format!("{ON_DUTY} order by s.started_ms, s.id");
        let rows =
            sqlx::query(AssertSqlSafe(sql)).bind(district.as_str()).fetch_all(&self.reader).await?;
        rows.iter().map(read_on_duty).collect()
    }

    /// Of them the member, and those whose shift is of the member's team: hundreds of a team come
    /// at once, and must not each read a whole district.
    ///
    /// # Errors
    /// What the database says.
    pub async fn on_duty_beside(
        &self,
        district: &DistrictId,
        member: &Member,
    ) -> Result<Vec<OnDuty>, sqlx::Error> {
        let sql =
            format!("{ON_DUTY} and (s.team = $2 or s.member = $3) order by s.started_ms, s.id");
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(district.as_str())
            .bind(member.team.as_ref().map(|team| team.as_str().to_owned()))
            .bind(member.id.as_str())
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(read_on_duty).collect()
    }

    /// The member's shift that was open at this time, the newest first choice.
    ///
    /// # Errors
    /// What the database says.
    pub async fn shift_at(
        &self,
        member: &MemberId,
        at_ms: i64,
    ) -> Result<Option<Shift>, sqlx::Error> {
        let row = sqlx::query(AssertSqlSafe(at_sql()))
            .bind(member.as_str())
            .bind(at_ms)
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// The member's open shift.
    ///
    /// # Errors
    /// What the database says.
    pub async fn open_shift(&self, member: &MemberId) -> Result<Option<Shift>, sqlx::Error> {
        let sql = format!("select {COLUMNS} from shifts where member = $1 and ended_ms is null");
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(member.as_str())
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(read).transpose()
    }
}

fn read(row: &AnyRow) -> Result<Shift, sqlx::Error> {
    Ok(Shift {
        id: id(row, "id")?,
        district: id(row, "district")?,
        member: id(row, "member")?,
        team: optional(row, "team")?,
        started_ms: row.try_get("started_ms")?,
        ended_ms: row.try_get("ended_ms")?,
        consent_version: row.try_get("consent_version")?,
        consent_ms: row.try_get("consent_ms")?,
        duty: optional(row, "duty")?,
        device: optional(row, "device")?,
        officer: optional(row, "officer")?,
        officer_name: row.try_get("officer_name")?,
    })
}
