//! Outcomes of commands, so that a repeated command gets the first one.

use sqlx::Row;

use super::WriteTx;
use super::row::json;
use crate::domain::CommandId;
use crate::protocol::Outcome;

/// A command that was stored before.
#[derive(Debug, Clone, PartialEq)]
pub struct Earlier {
    /// The digest of its body.
    pub digest: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of this actor's command with this id, if it was stored.
///
/// # Errors
/// What the database says.
pub async fn find(
    tx: &mut WriteTx<'_>,
    actor: &str,
    id: &CommandId,
) -> Result<Option<Earlier>, sqlx::Error> {
    let row = sqlx::query("select digest, outcome from commands where actor = $1 and id = $2")
        .bind(actor)
        .bind(id.as_str())
        .fetch_optional(tx.on())
        .await?;
    row.map(|row| Ok(Earlier { digest: row.try_get("digest")?, outcome: json(&row, "outcome")? }))
        .transpose()
}

/// Keeps what came of a command.
///
/// # Errors
/// What the database says.
pub async fn insert(
    tx: &mut WriteTx<'_>,
    actor: &str,
    id: &CommandId,
    earlier: &Earlier,
    at_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into commands (actor, id, digest, outcome, at_ms) values ($1, $2, $3, $4, $5)",
    )
    .bind(actor)
    .bind(id.as_str())
    .bind(&earlier.digest)
    .bind(super::row::to_json(&earlier.outcome))
    .bind(at_ms)
    .execute(tx.on())
    .await
    .map(|_| ())
}
