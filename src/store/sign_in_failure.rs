//! Failed sign-ins by the digest of what was typed as a name, so that all nodes lock alike.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Store, WriteTx};
use crate::auth::lockout::Failures;

/// What failed under this name.
///
/// # Errors
/// What the database says.
pub async fn find(tx: &mut WriteTx<'_>, name: &str) -> Result<Option<Failures>, sqlx::Error> {
    let row = sqlx::query("select n, last_ms from sign_in_failures where name = $1")
        .bind(name)
        .fetch_optional(tx.on())
        .await?;
    row.as_ref().map(read).transpose()
}

/// Keeps what failed under this name.
///
/// # Errors
/// What the database says.
pub async fn keep(tx: &mut WriteTx<'_>, name: &str, failures: Failures) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into sign_in_failures (name, n, last_ms) values ($1, $2, $3) \
         on conflict (name) do update set n = excluded.n, last_ms = excluded.last_ms",
    )
    .bind(name)
    .bind(failures.n)
    .bind(failures.last_ms)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// Forgets what failed under this name; whether there was something.
///
/// # Errors
/// What the database says.
pub async fn forget(tx: &mut WriteTx<'_>, name: &str) -> Result<bool, sqlx::Error> {
    sqlx::query("delete from sign_in_failures where name = $1")
        .bind(name)
        .execute(tx.on())
        .await
        .map(|done| done.rows_affected() > 0)
}

/// Forgets what failed last before `before_ms`.
///
/// # Errors
/// What the database says.
pub async fn purge(tx: &mut WriteTx<'_>, before_ms: i64) -> Result<(), sqlx::Error> {
    sqlx::query("delete from sign_in_failures where last_ms <= $1")
        .bind(before_ms)
        .execute(tx.on())
        .await
        .map(|_| ())
}

impl Store {
    /// What failed under this name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sign_in_failures(&self, name: &str) -> Result<Option<Failures>, sqlx::Error> {
        let row = sqlx::query("select n, last_ms from sign_in_failures where name = $1")
            .bind(name)
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(read).transpose()
    }
}

fn read(row: &AnyRow) -> Result<Failures, sqlx::Error> {
    Ok(Failures { n: row.try_get("n")?, last_ms: row.try_get("last_ms")? })
}
