//! Consent to positions, as spans of time.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::row::id;
use super::{Store, WriteTx};
use crate::domain::{ConsentSpan, DistrictId, MemberId};

const COLUMNS: &str = "select member, version, from_ms, until_ms from consents";

/// Begins a span.
///
/// # Errors
/// What the database says; a unique violation when one is open already.
pub async fn begin(
    tx: &mut WriteTx<'_>,
    district: &DistrictId,
    span: &ConsentSpan,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into consents (member, district, version, from_ms, until_ms) \
         values ($1, $2, $3, $4, $5) on conflict (member, from_ms) do update set \
         version = excluded.version, until_ms = excluded.until_ms",
    )
    .bind(span.member.as_str())
    .bind(district.as_str())
    .bind(span.version)
    .bind(span.from_ms)
    .bind(span.until_ms)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// Ends the open span.
///
/// # Errors
/// What the database says.
pub async fn end(
    tx: &mut WriteTx<'_>,
    member: &MemberId,
    until_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("update consents set until_ms = $2 where member = $1 and until_ms is null")
        .bind(member.as_str())
        .bind(until_ms)
        .execute(tx.on())
        .await
        .map(|_| ())
}

/// The open span, inside a transaction.
///
/// # Errors
/// What the database says.
pub async fn open_of(
    tx: &mut WriteTx<'_>,
    member: &MemberId,
) -> Result<Option<ConsentSpan>, sqlx::Error> {
    let sql = format!("{COLUMNS} where member = $1 and until_ms is null");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(member.as_str()).fetch_optional(tx.on()).await?;
    row.as_ref().map(read).transpose()
}

/// Whether the member consented at this time, inside a transaction.
///
/// # Errors
/// What the database says.
pub async fn held_at(
    tx: &mut WriteTx<'_>,
    member: &MemberId,
    at_ms: i64,
) -> Result<bool, sqlx::Error> {
    let row = sqlx::query(AssertSqlSafe(at_sql()))
        .bind(member.as_str())
        .bind(at_ms)
        .fetch_optional(tx.on())
        .await?;
    Ok(row.is_some())
}

fn at_sql() -> String {
    format!(
        "{COLUMNS} where member = $1 and from_ms <= $2 and (until_ms is null or until_ms > $2) \
         limit 1"
    )
}

impl Store {
    /// Every open span.
    ///
    /// # Errors
    /// What the database says.
    pub async fn open_consents(&self) -> Result<Vec<ConsentSpan>, sqlx::Error> {
        let sql = format!("{COLUMNS} where until_ms is null");
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }

    /// The span in which the member consented at this time.
    ///
    /// # Errors
    /// What the database says.
    pub async fn consent_at(
        &self,
        member: &MemberId,
        at_ms: i64,
    ) -> Result<Option<ConsentSpan>, sqlx::Error> {
        let row = sqlx::query(AssertSqlSafe(at_sql()))
            .bind(member.as_str())
            .bind(at_ms)
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// The member's newest span.
    ///
    /// # Errors
    /// What the database says.
    pub async fn last_consent(
        &self,
        member: &MemberId,
    ) -> Result<Option<ConsentSpan>, sqlx::Error> {
        let sql = format!("{COLUMNS} where member = $1 order by from_ms desc limit 1");
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(member.as_str())
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(read).transpose()
    }
}

fn read(row: &AnyRow) -> Result<ConsentSpan, sqlx::Error> {
    Ok(ConsentSpan {
        member: id(row, "member")?,
        version: row.try_get("version")?,
        from_ms: row.try_get("from_ms")?,
        until_ms: row.try_get("until_ms")?,
    })
}
