//! What came of commands, so that a repeated one gets the first outcome; and, where nodes share the
//! database, what was refused, so that no copy of it that is still under way is stored later.

use serde::{Deserialize, Serialize};
use sqlx::Row;

use super::WriteTx;
use super::row::{json, to_json};
use crate::domain::CommandId;
use crate::protocol::{Outcome, Refusal};

/// What came of a command before.
#[derive(Debug, Clone, PartialEq)]
pub enum Earlier {
    /// It was stored.
    Stored {
        /// The digest of its body.
        digest: String,
        /// What its sender was told.
        outcome: Box<Outcome>,
    },
    /// It was refused then, Unix ms UTC.
    Refused {
        /// Why.
        refusal: Refusal,
        /// When.
        at_ms: i64,
    },
}

/// The column `outcome`. What was refused has no digest.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Column {
    Refused { refused: Refusal },
    Stored(Box<Outcome>),
}

/// What came of this actor's command with this id.
///
/// # Errors
/// What the database says.
pub async fn find(
    tx: &mut WriteTx<'_>,
    actor: &str,
    id: &CommandId,
) -> Result<Option<Earlier>, sqlx::Error> {
    let row =
        sqlx::query("select digest, outcome, at_ms from commands where actor = $1 and id = $2")
            .bind(actor)
            .bind(id.as_str())
            .fetch_optional(tx.on())
            .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(match json(&row, "outcome")? {
        Column::Stored(outcome) => Earlier::Stored { digest: row.try_get("digest")?, outcome },
        Column::Refused { refused } => {
            Earlier::Refused { refusal: refused, at_ms: row.try_get("at_ms")? }
        }
    }))
}

/// Keeps what came of a command that is stored, in the place of an earlier refusal.
///
/// # Errors
/// What the database says; [`sqlx::Error::RowNotFound`] when it was stored before.
pub async fn insert(
    tx: &mut WriteTx<'_>,
    (actor, id): (&str, &CommandId),
    (digest, outcome): (&str, &Outcome),
    at_ms: i64,
) -> Result<(), sqlx::Error> {
    let kept = sqlx::query(
        "insert into commands (actor, id, digest, outcome, at_ms) values ($1, $2, $3, $4, $5) \
         on conflict (actor, id) do update set digest = excluded.digest, \
         outcome = excluded.outcome, at_ms = excluded.at_ms where commands.digest = ''",
    )
    .bind(actor)
    .bind(id.as_str())
    .bind(digest)
    .bind(to_json(outcome))
    .bind(at_ms)
    .execute(tx.on())
    .await?;
    if kept.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// Keeps that a command which was asked at `asked_ms` is refused at `at_ms`, unless it was stored
/// before, or a later copy refused.
///
/// # Errors
/// What the database says.
pub async fn refuse(
    tx: &mut WriteTx<'_>,
    (actor, id): (&str, &CommandId),
    refusal: &Refusal,
    (asked_ms, at_ms): (i64, i64),
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into commands (actor, id, digest, outcome, at_ms) values ($1, $2, '', $3, $4) \
         on conflict (actor, id) do update set outcome = excluded.outcome, \
         at_ms = excluded.at_ms where commands.digest = '' and commands.at_ms <= $5",
    )
    .bind(actor)
    .bind(id.as_str())
    .bind(to_json(&Column::Refused { refused: refusal.clone() }))
    .bind(at_ms)
    .bind(asked_ms)
    .execute(tx.on())
    .await
    .map(|_| ())
}
