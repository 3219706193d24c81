//! Accounts: what somebody signs in with.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::row::id;
use super::{Store, WriteTx};
use crate::domain::{AccountId, MemberId};

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
    /// Whether the password works once and must be changed.
    pub must_change: bool,
    /// Since when nobody signs in with it, Unix ms UTC.
    pub disabled_ms: Option<i64>,
}

const COLUMNS: &str = "id, member, username, password_hash, must_change, disabled_ms";

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
        "insert into accounts (id, member, username, password_hash, must_change, created_ms) \
         values ($1, $2, $3, $4, $5, $6) \
         on conflict (id) do update set password_hash = excluded.password_hash",
    )
    .bind(account.id.as_str())
    .bind(account.member.as_str())
    .bind(&account.username)
    .bind(&account.password_hash)
    .bind(i64::from(account.must_change))
    .bind(at_ms)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// The account of this id.
///
/// # Errors
/// What the database says.
pub async fn find(tx: &mut WriteTx<'_>, id: &AccountId) -> Result<Option<Account>, sqlx::Error> {
    let sql = format!("select {COLUMNS} from accounts where id = $1");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(id.as_str()).fetch_optional(tx.on()).await?;
    row.as_ref().map(read).transpose()
}

/// The account of a member.
///
/// # Errors
/// What the database says.
pub async fn of(tx: &mut WriteTx<'_>, member: &MemberId) -> Result<Option<Account>, sqlx::Error> {
    let sql = format!("select {COLUMNS} from accounts where member = $1");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(member.as_str()).fetch_optional(tx.on()).await?;
    row.as_ref().map(read).transpose()
}

/// The account of this name.
///
/// # Errors
/// What the database says.
pub async fn named(tx: &mut WriteTx<'_>, username: &str) -> Result<Option<Account>, sqlx::Error> {
    let sql = format!("select {COLUMNS} from accounts where username = $1");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(username).fetch_optional(tx.on()).await?;
    row.as_ref().map(read).transpose()
}

/// Gives an account another password, which must be changed at the next sign-in or not.
///
/// # Errors
/// What the database says.
pub async fn set_password(
    tx: &mut WriteTx<'_>,
    id: &AccountId,
    hash: &str,
    must_change: bool,
) -> Result<(), sqlx::Error> {
    sqlx::query("update accounts set password_hash = $1, must_change = $2 where id = $3")
        .bind(hash)
        .bind(i64::from(must_change))
        .bind(id.as_str())
        .execute(tx.on())
        .await
        .map(|_| ())
}

/// Disables an account since a time (Unix ms UTC), or enables it.
///
/// # Errors
/// What the database says.
pub async fn set_disabled(
    tx: &mut WriteTx<'_>,
    id: &AccountId,
    since_ms: Option<i64>,
) -> Result<(), sqlx::Error> {
    sqlx::query("update accounts set disabled_ms = $1 where id = $2")
        .bind(since_ms)
        .bind(id.as_str())
        .execute(tx.on())
        .await
        .map(|_| ())
}

/// Has an account's password changed at the next sign-in.
///
/// # Errors
/// What the database says.
pub async fn must_change(tx: &mut WriteTx<'_>, id: &AccountId) -> Result<(), sqlx::Error> {
    sqlx::query("update accounts set must_change = 1 where id = $1")
        .bind(id.as_str())
        .execute(tx.on())
        .await
        .map(|_| ())
}

/// Keeps when somebody last signed in, Unix ms UTC.
///
/// # Errors
/// What the database says.
pub async fn signed_in(
    tx: &mut WriteTx<'_>,
    id: &AccountId,
    at_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("update accounts set signed_in_ms = $1 where id = $2")
        .bind(at_ms)
        .bind(id.as_str())
        .execute(tx.on())
        .await
        .map(|_| ())
}

impl Store {
    /// The account of this name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn account(&self, username: &str) -> Result<Option<Account>, sqlx::Error> {
        let sql = format!("select {COLUMNS} from accounts where username = $1");
        let row =
            sqlx::query(AssertSqlSafe(sql)).bind(username).fetch_optional(&self.reader).await?;
        row.as_ref().map(read).transpose()
    }

    /// The account of a member.
    ///
    /// # Errors
    /// What the database says.
    pub async fn account_of(&self, member: &MemberId) -> Result<Option<Account>, sqlx::Error> {
        let sql = format!("select {COLUMNS} from accounts where member = $1");
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(member.as_str())
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(read).transpose()
    }
}

fn read(row: &AnyRow) -> Result<Account, sqlx::Error> {
    Ok(Account {
        id: id(row, "id")?,
        member: id(row, "member")?,
        username: row.try_get("username")?,
        password_hash: row.try_get("password_hash")?,
        must_change: row.try_get::<i64, _>("must_change")? != 0,
        disabled_ms: row.try_get("disabled_ms")?,
    })
}
