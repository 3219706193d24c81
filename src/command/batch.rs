//! One transaction: a savepoint each command, all or nothing when the database breaks.

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use sqlx::{Any, AnyConnection, pool::PoolConnection};
use tokio::time::timeout;

use super::context::{Context, Deps};
use super::journal::{self, Unplaced};
use super::waiting::Job;
use super::{Command, Done, Fault};
use crate::auth::Actor;
use crate::domain::id::is_valid_client_id;
use crate::domain::{DistrictId, LoggedEvent};
use crate::protocol::{Code, Refusal};
use crate::store::{WriteTx, command, discard, is_commit_unsure, log, member, passing};

/// Opening a transaction takes the database's own wait for a lock, of 5 s on SQLite and 7 s on
/// PostgreSQL, and no longer than this.
const BEGIN_WITHIN: Duration = Duration::from_secs(8);
/// A command that isn't applied within this waits for a database that doesn't answer: the longest,
/// a slice of an import without a server, takes some seconds on a slow machine.
const COMMAND_WITHIN: Duration = Duration::from_secs(20);
/// A disk or a network that doesn't confirm a commit within this may never.
const COMMIT_WITHIN: Duration = Duration::from_secs(10);

/// What a committed transaction did.
pub(super) struct Batch {
    /// One a command, in their order; shorter when the batch ended early.
    pub(super) outcomes: Vec<Result<Done, Refusal>>,
    /// In the order of the log.
    pub(super) events: Vec<LoggedEvent>,
    /// Districts whose map is another now.
    pub(super) touched: Vec<DistrictId>,
    /// Whether it added to the journal.
    pub(super) journaled: bool,
}

/// A transaction that broke. Nothing of it was stored, unless that is unknown.
#[derive(Debug)]
pub(super) struct Broken {
    /// By what.
    pub(super) cause: Cause,
    /// How far it had come.
    pub(super) when: When,
}

/// What breaks a transaction.
#[derive(Debug, thiserror::Error)]
pub(super) enum Cause {
    /// The database said so, or is gone.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// A fault of ours.
    #[error("a command panicked")]
    Panic,
    /// The database didn't answer.
    #[error("the database did not answer in time")]
    Silence,
}

/// How far a transaction had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// No command was tried.
    Before,
    /// One of its commands may be at fault.
    Within,
    /// The commit may have gone through all the same.
    Committing,
}

impl Broken {
    /// Whether the same may go through a moment later, and why it did not; nothing was stored.
    pub(super) fn passing(&self) -> Option<&'static str> {
        match &self.cause {
            Cause::Database(error) if self.when != When::Committing => passing(error),
            _ => None,
        }
    }
}

impl When {
    fn broken(self, cause: impl Into<Cause>) -> Broken {
        Broken { cause: cause.into(), when: self }
    }
}

impl From<sqlx::Error> for Broken {
    fn from(error: sqlx::Error) -> Self {
        When::Within.broken(error)
    }
}

/// Runs the commands in one transaction and commits it. It ends early, after a command at least,
/// when `urgent` says that something urgent waits and the next command isn't.
pub(super) async fn run(
    deps: &Deps,
    jobs: &[Job],
    urgent: impl Fn() -> bool,
) -> Result<Batch, Broken> {
    let mut connection = connection(deps).await?;
    let done = {
        // The connection is given up after a panic, so nothing that it left half-done is seen.
        let applied = AssertUnwindSafe(apply(&mut connection, deps, jobs, urgent));
        let applied = Box::pin(applied).catch_unwind().await;
        applied.unwrap_or_else(|_| Err(When::Within.broken(Cause::Panic)))
    };
    if done.is_err() {
        // Its state can't be told: SQLite may have rolled back by itself, and the next
        // transaction on it would then commit piece by piece.
        discard(connection);
    }
    done
}

async fn connection(deps: &Deps) -> Result<PoolConnection<Any>, Broken> {
    match timeout(BEGIN_WITHIN, deps.store.write_connection()).await {
        Ok(connection) => connection.map_err(|error| When::Before.broken(error)),
        Err(_) => Err(When::Before.broken(Cause::Silence)),
    }
}

async fn apply(
    connection: &mut AnyConnection,
    deps: &Deps,
    jobs: &[Job],
    urgent: impl Fn() -> bool,
) -> Result<Batch, Broken> {
    let begun = timeout(BEGIN_WITHIN, WriteTx::begin(connection, deps.store.database())).await;
    let mut tx = match begun {
        Ok(tx) => tx.map_err(|error| When::Before.broken(error))?,
        Err(_) => return Err(When::Before.broken(Cause::Silence)),
    };
    match timeout(BEGIN_WITHIN, hold_logs(&mut tx, deps, jobs)).await {
        Ok(held) => held.map_err(|error| When::Before.broken(error))?,
        Err(_) => return Err(When::Before.broken(Cause::Silence)),
    }
    let mut batch = Batch {
        outcomes: Vec::with_capacity(jobs.len()),
        events: Vec::new(),
        touched: Vec::new(),
        journaled: false,
    };
    let mut unplaced = Vec::new();
    for job in jobs {
        if !batch.outcomes.is_empty() && !job.is_urgent() && urgent() {
            break;
        }
        let applied =
            timeout(COMMAND_WITHIN, one(&mut tx, deps, job, (&mut batch, &mut unplaced))).await;
        applied.unwrap_or_else(|_| Err(When::Within.broken(Cause::Silence)))?;
    }
    let journaled = timeout(COMMAND_WITHIN, journal::write(&mut tx, unplaced)).await;
    batch.journaled = journaled.unwrap_or_else(|_| Err(sqlx::Error::PoolTimedOut))?;
    match timeout(COMMIT_WITHIN, tx.commit()).await {
        Ok(Ok(())) => Ok(batch),
        Ok(Err(error)) if is_commit_unsure(&error) => Err(When::Committing.broken(error)),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(When::Committing.broken(Cause::Silence)),
    }
}

/// Holds the logs of the commands' districts, before anything is read: of two nodes that work in one
/// district, the second decides on what the first left, and finds the outcome of a command that both
/// were asked. In order, so that no two wait for each other.
async fn hold_logs(tx: &mut WriteTx<'_>, deps: &Deps, jobs: &[Job]) -> Result<(), sqlx::Error> {
    let districts: BTreeSet<&DistrictId> = jobs.iter().filter_map(district).collect();
    for district in districts {
        log::hold(tx, deps.store.database(), district).await?;
    }
    Ok(())
}

/// Where a command works: what it says, or else where whoever asks belongs.
fn district(job: &Job) -> Option<&DistrictId> {
    let own = match &job.actor {
        Actor::Member(member) => Some(&member.district),
        Actor::Resident(_) | Actor::System => None,
    };
    job.command.district().or(own)
}

async fn one(
    tx: &mut WriteTx<'_>,
    deps: &Deps,
    job: &Job,
    (batch, unplaced): (&mut Batch, &mut Vec<Unplaced>),
) -> Result<(), Broken> {
    tx.savepoint().await?;
    let Some(actor) = as_now(tx, &job.actor).await? else {
        tx.undo().await?;
        batch.outcomes.push(Err(Refusal::new(Code::Unauthenticated, "no longer a member")));
        return Ok(());
    };
    let (command, session) = match &job.command {
        Command::Request { id, session, .. } => (Some((id, 0)), session.as_ref()),
        _ => (None, None),
    };
    let mut cx = Context {
        tx,
        deps,
        actor: &actor,
        session,
        command,
        asked_ms: job.asked_ms,
        now_ms: deps.clock.now_ms(),
        events: Vec::new(),
        journal: Vec::new(),
        touched: Vec::new(),
    };
    match Box::pin(job.command.apply(&mut cx)).await {
        Ok(done) => {
            batch.events.append(&mut cx.events);
            batch.touched.append(&mut cx.touched);
            unplaced.append(&mut cx.journal);
            tx.keep().await?;
            batch.outcomes.push(Ok(done));
        }
        Err(Fault::Refused(refusal)) => {
            let now_ms = cx.now_ms;
            tx.undo().await?;
            keep_refusal(tx, deps, job, (&refusal, now_ms)).await?;
            batch.outcomes.push(Err(refusal));
        }
        Err(Fault::Broken(error)) => return Err(error.into()),
    }
    Ok(())
}

/// On one node a command's copies are judged in the order in which they came. Of several nodes one
/// may hold a copy up for seconds, while its sender asks another and is refused: the copy must then
/// come to the same, whatever holds by then.
async fn keep_refusal(
    tx: &mut WriteTx<'_>,
    deps: &Deps,
    job: &Job,
    (refusal, at_ms): (&Refusal, i64),
) -> Result<(), sqlx::Error> {
    let (Actor::Member(member), Command::Request { id, .. }) = (&job.actor, &job.command) else {
        return Ok(());
    };
    let is_kept = refusal.code.is_final() && is_valid_client_id(id.as_str());
    if !is_kept || !deps.store.database().is_shared() {
        return Ok(());
    }
    command::refuse(tx, (member.id.as_str(), id), refusal, (job.asked_ms, at_ms)).await
}

/// Whoever asked, read anew: what they may do is decided on what holds in this transaction.
async fn as_now(tx: &mut WriteTx<'_>, actor: &Actor) -> Result<Option<Actor>, sqlx::Error> {
    match actor {
        Actor::Member(asked) => Ok(member::find(tx, &asked.id).await?.map(Actor::Member)),
        Actor::Resident(_) | Actor::System => Ok(Some(actor.clone())),
    }
}
