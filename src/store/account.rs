//! Accounts and their sessions. Sessions are written outside the log: they are nobody's news.

use sqlx::{Any, Executor, Row};

use super::row::{id, named};
use super::{Store, WriteTx};
use crate::domain::party::named_enum;
use crate::domain::{AccountId, Member, MemberId, SessionId};

/// An account as sign-in needs it.
#[derive(Clone)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Whose it is.
    pub member: MemberId,
    /// What they type.
    pub username: String,
    /// Argon2id in PHC form.
    pub password_hash: String,
}

named_enum!(
    /// What holds a session's token.
    SessionKind {
        /// A browser, in a cookie.
        Browser = "browser",
        /// A device, which sends it itself.
        Device = "device",
    }
);

/// A session as it is kept.
pub struct Session<'a> {
    /// What names it.
    pub id: &'a SessionId,
    /// The digest of its token.
    pub digest: &'a str,
    /// Whose it is.
    pub member: &'a MemberId,
    /// What holds the token.
    pub kind: SessionKind,
    /// When it began, Unix ms UTC.
    pub created_ms: i64,
    /// When it ends, Unix ms UTC.
    pub expires_ms: i64,
}

/// Adds an account, or gives it another password.
///
/// # Errors
/// What the database says, a unique violation for a name that another account has.
pub async fn upsert(
    tx: &mut WriteTx<'_>,
    account: &Account,
    at_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into accounts (id, member, username, password_hash, created_ms) \
         values ($1, $2, $3, $4, $5) \
         on conflict (id) do update set password_hash = excluded.password_hash",
    )
    .bind(account.id.as_str())
    .bind(account.member.as_str())
    .bind(&account.username)
    .bind(&account.password_hash)
    .bind(at_ms)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// Keeps a session from inside a transaction, for tokens that are minted with other things.
///
/// # Errors
/// What the database says.
pub async fn mint(tx: &mut WriteTx<'_>, session: &Session<'_>) -> Result<(), sqlx::Error> {
    insert(tx.on(), session).await
}

impl Store {
    /// The account of this name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn account(&self, username: &str) -> Result<Option<Account>, sqlx::Error> {
        let row = sqlx::query(
            "select id, member, username, password_hash from accounts where username = $1",
        )
        .bind(username)
        .fetch_optional(&self.reader)
        .await?;
        row.map(|row| {
            Ok(Account {
                id: id(&row, "id")?,
                member: id(&row, "member")?,
                username: row.try_get("username")?,
                password_hash: row.try_get("password_hash")?,
            })
        })
        .transpose()
    }

    /// Begins a session, and forgets those that have ended.
    ///
    /// # Errors
    /// What the database says.
    pub async fn begin_session(&self, session: &Session<'_>) -> Result<(), sqlx::Error> {
        sqlx::query("delete from sessions where expires_ms <= $1")
            .bind(session.created_ms)
            .execute(&self.writer)
            .await?;
        insert(&self.writer, session).await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// What the database says.
    pub async fn end_session(&self, digest: &str) -> Result<(), sqlx::Error> {
        sqlx::query("delete from sessions where digest = $1")
            .bind(digest)
            .execute(&self.writer)
            .await
            .map(|_| ())
    }

    /// Who a session belongs to by its own id, if it hasn't ended.
    ///
    /// # Errors
    /// What the database says.
    pub async fn session_member(
        &self,
        session: &SessionId,
        now_ms: i64,
    ) -> Result<Option<Member>, sqlx::Error> {
        let row = sqlx::query(
            "select m.id, m.district, m.org, m.force, m.role, m.team, m.grid, m.name \
             from sessions s join members m on m.id = s.member \
             where s.id = $1 and s.expires_ms > $2",
        )
        .bind(session.as_str())
        .bind(now_ms)
        .fetch_optional(&self.reader)
        .await?;
        row.as_ref().map(super::member::read).transpose()
    }

    /// Who a session belongs to, if it hasn't ended.
    ///
    /// # Errors
    /// What the database says.
    pub async fn session(
        &self,
        digest: &str,
        now_ms: i64,
    ) -> Result<Option<(Member, SessionId, SessionKind)>, sqlx::Error> {
        let row = sqlx::query(
            "select m.id, m.district, m.org, m.force, m.role, m.team, m.grid, m.name, s.id as session, s.kind \
             from sessions s join members m on m.id = s.member \
             where s.digest = $1 and s.expires_ms > $2",
        )
        .bind(digest)
        .bind(now_ms)
        .fetch_optional(&self.reader)
        .await?;
        row.map(|row| {
            let kind = named(&row, "kind", SessionKind::parse)?;
            Ok((super::member::read(&row)?, id(&row, "session")?, kind))
        })
        .transpose()
    }
}

async fn insert<'e>(
    on: impl Executor<'e, Database = Any>,
    session: &Session<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into sessions (digest, member, kind, created_ms, expires_ms, id, active_ms) \
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(session.digest.to_owned())
    .bind(session.member.as_str().to_owned())
    .bind(session.kind.as_str())
    .bind(session.created_ms)
    .bind(session.expires_ms)
    .bind(session.id.as_str().to_owned())
    .bind(session.created_ms)
    .execute(on)
    .await
    .map(|_| ())
}
