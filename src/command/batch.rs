//! One transaction: a savepoint each command, all or nothing when the database breaks.

use super::context::{Context, Deps};
use super::journal::{self, Unplaced};
use super::writer::{Failure, Job};
use super::{Command, Done, Fault};
use crate::auth::Actor;
use crate::domain::{DistrictId, LoggedEvent};
use crate::protocol::{Code, Refusal};
use crate::store::{WriteTx, discard, member};

/// What a committed transaction did.
pub(super) struct Batch {
    /// One a command, in their order.
    pub(super) outcomes: Vec<Result<Done, Refusal>>,
    /// In the order of the log.
    pub(super) events: Vec<LoggedEvent>,
    /// Districts whose map is another now.
    pub(super) touched: Vec<DistrictId>,
    /// Whether it added to the journal.
    pub(super) journaled: bool,
}

/// A transaction that the database broke. Nothing of it was stored, unless it is unknown.
pub(super) struct Broken {
    /// What the database said.
    pub(super) error: sqlx::Error,
    /// Whether the commit may have gone through all the same.
    pub(super) unknown: bool,
}

impl Broken {
    /// What its only command is answered.
    pub(super) fn failure(&self) -> Failure {
        if self.unknown {
            return Failure::Unknown;
        }
        let message = "it could not be stored, try again";
        Failure::Refused(Refusal::new(Code::Busy, message))
    }
}

impl From<sqlx::Error> for Broken {
    fn from(error: sqlx::Error) -> Self {
        Self { error, unknown: false }
    }
}

/// Runs the commands in one transaction and commits it.
pub(super) async fn run(deps: &Deps, jobs: &[Job]) -> Result<Batch, Broken> {
    let mut connection = deps.store.write_connection().await?;
    let done = match WriteTx::begin(&mut connection, deps.store.database()).await {
        Ok(tx) => commit(tx, deps, jobs).await,
        Err(error) => Err(error.into()),
    };
    if done.is_err() {
        // Its state can't be told: SQLite may have rolled back by itself, and the next
        // transaction on it would then commit piece by piece.
        discard(connection);
    }
    done
}

async fn commit(mut tx: WriteTx<'_>, deps: &Deps, jobs: &[Job]) -> Result<Batch, Broken> {
    let mut batch = Batch {
        outcomes: Vec::with_capacity(jobs.len()),
        events: Vec::new(),
        touched: Vec::new(),
        journaled: false,
    };
    let mut unplaced = Vec::new();
    for job in jobs {
        one(&mut tx, deps, job, (&mut batch, &mut unplaced)).await?;
    }
    batch.journaled = journal::write(&mut tx, unplaced).await?;
    tx.commit().await.map_err(|error| {
        // The database's own word is a no. A lost connection is not: the commit may have reached
        // the disk before it.
        let unknown = error.as_database_error().is_none();
        Broken { error, unknown }
    })?;
    Ok(batch)
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
            tx.undo().await?;
            batch.outcomes.push(Err(refusal));
        }
        Err(Fault::Broken(error)) => return Err(error.into()),
    }
    Ok(())
}

/// Whoever asked, read anew: what they may do is decided on what holds in this transaction.
async fn as_now(tx: &mut WriteTx<'_>, actor: &Actor) -> Result<Option<Actor>, sqlx::Error> {
    match actor {
        Actor::Member(asked) => Ok(member::find(tx, &asked.id).await?.map(Actor::Member)),
        Actor::Resident(_) | Actor::System => Ok(Some(actor.clone())),
    }
}
