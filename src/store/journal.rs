//! The journal's table: written with what it tells of, in one transaction, and then copied to the
//! file beside the database.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::{json, to_json};
use super::{JournalError, JournalFile, Store, WriteTx};
use crate::domain::JournalEntry;

/// Entries that are copied at a time.
const AT_A_TIME: i64 = 500;

/// Takes the next `n` places; returns the last one before them. The row stays locked until the
/// commit, so places are gapless and in commit order.
///
/// # Errors
/// What the database says.
pub async fn take_places(tx: &mut WriteTx<'_>, n: i64) -> Result<i64, sqlx::Error> {
    let row = sqlx::query("update journal_head set seq = seq + $1 where id = 1 returning seq")
        .bind(n)
        .fetch_one(tx.on())
        .await?;
    Ok(row.try_get::<i64, _>("seq")? - n)
}

/// The last place, inside a transaction.
///
/// # Errors
/// What the database says.
pub async fn head(tx: &mut WriteTx<'_>) -> Result<i64, sqlx::Error> {
    sqlx::query("select seq from journal_head where id = 1").fetch_one(tx.on()).await?.try_get(0)
}

/// Writes entries at the places that they name.
///
/// # Errors
/// What the database says.
pub async fn insert(tx: &mut WriteTx<'_>, entries: &[JournalEntry]) -> Result<(), sqlx::Error> {
    for entry in entries {
        sqlx::query("insert into journal (seq, at_ms, entry) values ($1, $2, $3)")
            .bind(entry.seq)
            .bind(entry.at_ms)
            .bind(to_json(entry))
            .execute(tx.on())
            .await?;
    }
    Ok(())
}

impl Store {
    /// The last place of the table.
    ///
    /// # Errors
    /// What the database says.
    pub async fn journal_head(&self) -> Result<i64, sqlx::Error> {
        let row = sqlx::query("select seq from journal_head where id = 1");
        row.fetch_one(&self.reader).await?.try_get(0)
    }

    /// The file beside the database; none of a store that is only read.
    pub fn journal(&self) -> Option<&JournalFile> {
        self.journal.as_deref()
    }

    /// Copies to the file what it lacks, and waits until that is on the disk.
    ///
    /// # Errors
    /// [`JournalError`]; what it lacks then is copied the next time.
    pub async fn follow_journal(&self) -> Result<(), JournalError> {
        let Some(file) = self.journal.clone() else { return Ok(()) };
        loop {
            let entries = self.journal_since(file.last()).await?;
            if entries.is_empty() {
                return Ok(());
            }
            let file = file.clone();
            let written = tokio::task::spawn_blocking(move || file.append(&entries)).await;
            written.unwrap_or_else(|panic| Err(JournalError::Stopped(panic.to_string())))?;
        }
    }

    async fn journal_since(&self, seq: i64) -> Result<Vec<JournalEntry>, sqlx::Error> {
        let rows = sqlx::query("select entry from journal where seq > $1 order by seq limit $2")
            .bind(seq)
            .bind(AT_A_TIME)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(|row: &AnyRow| json(row, "entry")).collect()
    }
}
