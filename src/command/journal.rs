//! What a command adds to the journal, and how the journal is settled with the database when a
//! node starts: the file gets what it lacks; a database that lacks what the file has was put back
//! from a backup, and gets it by [`Command::Replay`].

use tokio_util::sync::CancellationToken;

use super::context::{Context, Deps};
use super::{Command, Writer, WriterSettings};
use crate::auth::Actor;
use crate::domain::track_hold::unheld;
use crate::domain::{CommandId, HeldSpan, JournalCommand, JournalEntry, JournalFact, MemberId};
use crate::protocol::Refusal;
use crate::store::member::MemberFilter;
use crate::store::{JournalError, Store, WriteTx, journal};

/// Fixes that are erased at a time.
const BATCH: i64 = 2_000;
/// Members that are read at a time.
const PAGE: i64 = 500;

/// A fact before it has its place.
pub(super) struct Unplaced {
    at_ms: i64,
    fact: JournalFact,
    command: Option<JournalCommand>,
}

impl Context<'_, '_> {
    /// Adds to the journal what a restore must not undo.
    pub(super) fn journal(&mut self, fact: JournalFact) {
        self.journal.push(Unplaced { at_ms: self.now_ms, fact, command: None });
    }

    /// Ties what was added to the client's command: offered again after a restore, it finds its
    /// outcome and isn't run.
    pub(super) fn journal_command(&mut self, actor: &MemberId, id: &CommandId, digest: &str) {
        let command =
            JournalCommand { actor: actor.clone(), id: id.clone(), digest: digest.to_owned() };
        for unplaced in &mut self.journal {
            unplaced.command = Some(command.clone());
        }
    }
}

/// Writes what a batch added, as its last statements: the journal's row is locked after every
/// log's, so that two nodes never wait for each other.
pub(super) async fn write(
    tx: &mut WriteTx<'_>,
    unplaced: Vec<Unplaced>,
) -> Result<bool, sqlx::Error> {
    let Ok(n @ 1..) = i64::try_from(unplaced.len()) else { return Ok(false) };
    let before = journal::take_places(tx, n).await?;
    let entries: Vec<JournalEntry> = unplaced
        .into_iter()
        .zip(before + 1..)
        .map(|(Unplaced { at_ms, fact, command }, seq)| JournalEntry { seq, at_ms, fact, command })
        .collect();
    journal::insert(tx, &entries).await?;
    Ok(true)
}

/// Copies what was committed to the file. What can't be written stays in the table and is copied
/// the next time, or when a node starts.
pub(super) async fn follow(store: &Store) {
    let followed = store.follow_journal().await;
    metrics::gauge!("xunfang_journal_behind").set(if followed.is_ok() { 0.0 } else { 1.0 });
    if let Err(error) = followed {
        tracing::error!(%error, "the journal is behind the database");
    }
}

/// Why a journal can't be settled.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The journal itself.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The database.
    #[error("what was erased since the backup can't be erased again: {0}")]
    Database(#[from] sqlx::Error),
    /// The writer.
    #[error("what happened since the backup can't be written: {}", .0.message)]
    Refused(Refusal),
}

/// That a database was put back from a backup, of which it can't know itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PutBack {
    /// When the backup was made, Unix ms UTC, if that is known.
    pub made_ms: Option<i64>,
}

/// Settles the journal's file with the database, before anything listens. Returns how many
/// entries were replayed, if the database was put back: somebody says so, or the file has
/// entries that it lacks.
///
/// # Errors
/// [`SettleError`]; again is harmless.
pub async fn settle_journal(
    deps: &Deps,
    put_back: Option<PutBack>,
) -> Result<Option<usize>, SettleError> {
    let Some(file) = deps.store.journal() else { return Ok(None) };
    let head = deps.store.journal_head().await.map_err(JournalError::from)?;
    if file.last() <= head && put_back.is_none() {
        deps.store.follow_journal().await?;
        return Ok(None);
    }
    let entries = file.since(head)?;
    // Before they are in the table: what is erased twice is erased.
    purge(&deps.store, &entries).await?;
    let replayed = entries.len();
    let stop = CancellationToken::new();
    let (writer, writing) = Writer::new(deps.clone(), &WriterSettings::default(), stop.clone());
    let put_back = put_back.unwrap_or(PutBack { made_ms: None });
    let applied = async {
        let applied = writer.apply(Actor::System, Command::Replay { entries, put_back }).await;
        stop.cancel();
        applied
    };
    let (applied, ()) = tokio::join!(applied, writing);
    applied.map_err(|failure| SettleError::Refused(failure.into()))?;
    deps.store.follow_journal().await?;
    Ok(Some(replayed))
}

/// Erases again what purges erased; what was held then is left.
async fn purge(store: &Store, entries: &[JournalEntry]) -> Result<(), sqlx::Error> {
    let mut erased = 0;
    for entry in entries {
        let JournalFact::TracksPurged { district, before_ms, held } = &entry.fact else { continue };
        let mut after: Option<MemberId> = None;
        loop {
            let filter =
                MemberFilter { after: after.take(), limit: PAGE, ..MemberFilter::default() };
            let page = store.members(district, &filter).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id.clone());
            for member in &page {
                let own: Vec<(i64, i64)> = of(held, &member.id).collect();
                for span in unheld(*before_ms, &own) {
                    loop {
                        match store.erase_fixes(&member.id, span, BATCH).await? {
                            0 => break,
                            some => erased += some,
                        }
                    }
                }
            }
        }
    }
    if erased > 0 {
        store.settle_erased().await?;
    }
    Ok(())
}

fn of(held: &[HeldSpan], member: &MemberId) -> impl Iterator<Item = (i64, i64)> {
    held.iter().filter(move |span| span.member == *member).map(|span| (span.from_ms, span.to_ms))
}
