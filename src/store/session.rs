//! Sessions: who is signed in where. They are no part of the log; only that one ended is.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::limits::read_in_time;
use super::row::{id, named};
use super::{Store, WriteTx};
use crate::auth::lockout::LOCK_MS;
use crate::domain::party::named_enum;
use crate::domain::{DistrictId, Member, MemberId, SessionId};

named_enum!(
    /// Where a session lives, and so how long.
    SessionKind {
        /// At a desk or an admin page: it ends when nobody is there.
        Console = "console",
        /// On a patrol's phone, or whatever sends the token itself.
        Device = "device",
    }
);

/// A console's session ends after this at the latest, in ms: one shift with its handover.
pub const CONSOLE_MS: i64 = 12 * 60 * 60 * 1_000;
/// And after this long without a person, in ms. Source: domain page.
pub const IDLE_MS: i64 = 15 * 60 * 1_000;
/// A device's session ends after this, in ms: 30 days.
pub const DEVICE_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// Activity is kept this exactly, in ms: a busy desk would write it with every command.
const TOUCH_MS: i64 = 15_000;

/// A session as it begins.
pub struct Session<'a> {
    /// Its id, which opens nothing.
    pub id: &'a SessionId,
    /// The digest of its token.
    pub digest: &'a str,
    /// Whose it is.
    pub member: &'a MemberId,
    /// Where it lives.
    pub kind: SessionKind,
    /// When it begins, Unix ms UTC.
    pub created_ms: i64,
    /// When it ends at the latest, Unix ms UTC.
    pub expires_ms: i64,
}

/// A session as it is held.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub member: MemberId,
    /// The district of its member.
    pub district: DistrictId,
    /// Where it lives.
    pub kind: SessionKind,
    /// When it began, Unix ms UTC.
    pub created_ms: i64,
    /// When somebody last did something in it, Unix ms UTC.
    pub active_ms: i64,
}

/// Whose a token is.
#[derive(Debug, Clone, PartialEq)]
pub struct Owner {
    /// The member, as they are now.
    pub member: Member,
    /// The session.
    pub session: SessionId,
    /// Where it lives.
    pub kind: SessionKind,
    /// Whether the password must be changed first.
    pub must_change: bool,
}

const HELD: &str = "s.id, s.member, m.district, s.kind, s.created_ms, s.active_ms \
    from sessions s join members m on m.id = s.member";

/// Begins a session.
///
/// # Errors
/// What the database says.
pub async fn begin(tx: &mut WriteTx<'_>, session: &Session<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into sessions (id, digest, member, kind, created_ms, active_ms, expires_ms) \
         values ($1, $2, $3, $4, $5, $5, $6)",
    )
    .bind(session.id.as_str())
    .bind(session.digest)
    .bind(session.member.as_str())
    .bind(session.kind.as_str())
    .bind(session.created_ms)
    .bind(session.expires_ms)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// Keeps that a person does something in a session; whether it still holds.
///
/// # Errors
/// What the database says.
pub async fn touch(
    tx: &mut WriteTx<'_>,
    session: &SessionId,
    now_ms: i64,
) -> Result<bool, sqlx::Error> {
    let sql = format!("select s.active_ms from sessions s where not {LAPSED} and s.id = $3");
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(now_ms)
        .bind(now_ms - IDLE_MS)
        .bind(session.as_str())
        .fetch_optional(tx.on())
        .await?;
    let Some(row) = row else { return Ok(false) };
    if row.try_get::<i64, _>("active_ms")? < now_ms - TOUCH_MS {
        sqlx::query("update sessions set active_ms = $1 where id = $2")
            .bind(now_ms)
            .bind(session.as_str())
            .execute(tx.on())
            .await?;
    }
    Ok(true)
}

/// Ends a session.
///
/// # Errors
/// What the database says.
pub async fn end(tx: &mut WriteTx<'_>, session: &SessionId) -> Result<(), sqlx::Error> {
    sqlx::query("delete from sessions where id = $1")
        .bind(session.as_str())
        .execute(tx.on())
        .await
        .map(|_| ())
}

/// The sessions of a member inside a transaction.
///
/// # Errors
/// What the database says.
pub async fn of(tx: &mut WriteTx<'_>, member: &MemberId) -> Result<Vec<Held>, sqlx::Error> {
    let sql = format!("select {HELD} where s.member = $1 order by s.id");
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(member.as_str()).fetch_all(tx.on()).await?;
    rows.iter().map(held).collect()
}

/// The sessions that have lapsed: over their time, or consoles without a person.
///
/// # Errors
/// What the database says.
pub async fn lapsed(tx: &mut WriteTx<'_>, now_ms: i64) -> Result<Vec<Held>, sqlx::Error> {
    let sql = format!("select {HELD} where {LAPSED} order by s.id limit 500");
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(now_ms)
        .bind(now_ms - IDLE_MS)
        .fetch_all(tx.on())
        .await?;
    rows.iter().map(held).collect()
}

const LAPSED: &str = "(s.expires_ms <= $1 or (s.kind = 'console' and s.active_ms <= $2))";

impl Store {
    /// Whether a session has lapsed, or a failed sign-in counts no more, and is still there.
    ///
    /// # Errors
    /// What the database says.
    pub async fn any_lapsed(&self, now_ms: i64) -> Result<bool, sqlx::Error> {
        let sql = format!(
            "select s.id from sessions s where {LAPSED} \
             union all select f.name from sign_in_failures f where f.last_ms <= $3 limit 1"
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(now_ms)
            .bind(now_ms - IDLE_MS)
            .bind(now_ms - LOCK_MS)
            .fetch_optional(&self.reader);
        Ok(read_in_time(row).await?.is_some())
    }

    /// The sessions of a member, the last active first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sessions_of(
        &self,
        member: &MemberId,
        now_ms: i64,
    ) -> Result<Vec<Held>, sqlx::Error> {
        let sql = format!(
            "select {HELD} where not {LAPSED} and s.member = $3 order by s.active_ms desc, s.id"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(now_ms)
            .bind(now_ms - IDLE_MS)
            .bind(member.as_str())
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(held).collect()
    }

    /// The member of a session as they are now, if it hasn't lapsed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn session_member(
        &self,
        session: &SessionId,
        now_ms: i64,
    ) -> Result<Option<Member>, sqlx::Error> {
        let sql = format!(
            "select m.id, m.district, m.org, m.force, m.role, m.team, m.grid, m.name \
             from sessions s join members m on m.id = s.member where not {LAPSED} and s.id = $3"
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(now_ms)
            .bind(now_ms - IDLE_MS)
            .bind(session.as_str())
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(super::member::read).transpose()
    }

    /// Whose a session is, if it hasn't lapsed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn session(&self, digest: &str, now_ms: i64) -> Result<Option<Owner>, sqlx::Error> {
        let sql = format!(
            "select m.id, m.district, m.org, m.force, m.role, m.team, m.grid, m.name, \
             s.id as session, s.kind as kind, \
             coalesce((select a.must_change from accounts a where a.member = m.id), 0) as must \
             from sessions s join members m on m.id = s.member \
             where not {LAPSED} and s.digest = $3"
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(now_ms)
            .bind(now_ms - IDLE_MS)
            .bind(digest)
            .fetch_optional(&self.reader)
            .await?;
        row.map(|row| {
            Ok(Owner {
                member: super::member::read(&row)?,
                session: id(&row, "session")?,
                kind: named(&row, "kind", SessionKind::parse)?,
                must_change: row.try_get::<i64, _>("must")? != 0,
            })
        })
        .transpose()
    }
}

fn held(row: &AnyRow) -> Result<Held, sqlx::Error> {
    Ok(Held {
        id: id(row, "id")?,
        member: id(row, "member")?,
        district: id(row, "district")?,
        kind: named(row, "kind", SessionKind::parse)?,
        created_ms: row.try_get("created_ms")?,
        active_ms: row.try_get("active_ms")?,
    })
}
