//! The writer: one task that groups waiting commands into one transaction.
//!
//! Many commands share one sync to disk, so a busy second costs no more of them than a quiet one.

use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::batch::{self, Batch};
use super::context::Deps;
use super::journal;
use super::{Command, Done};
use crate::auth::Actor;
use crate::protocol::{Code, Refusal};

/// How the writer groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WriterSettings {
    /// Commands that may wait; one more is refused as busy.
    pub queue: usize,
    /// Commands in one transaction at most.
    pub batch: usize,
}

impl Default for WriterSettings {
    /// 4,096 waiting commands are a second of work; 256 in one transaction hold its lock for
    /// some tens of milliseconds.
    fn default() -> Self {
        Self { queue: 4_096, batch: 256 }
    }
}

/// Why a command has no outcome.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// Nothing of it was stored.
    Refused(Refusal),
    /// The database was lost while it committed; the same command again finds out.
    Unknown,
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal,
            Failure::Unknown => {
                Self::new(Code::OutcomeUnknown, "the outcome is unknown: send it again, same id")
            }
        }
    }
}

/// A waiting command.
pub(super) struct Job {
    pub(super) actor: Actor,
    pub(super) command: Command,
    pub(super) reply: oneshot::Sender<Result<Done, Failure>>,
}

/// The writer's front: hands commands over and waits for what comes of them. Cheap to clone.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Job>,
}

impl Writer {
    /// The writer, and the loop that its owner runs.
    pub fn new(
        deps: Deps,
        settings: &WriterSettings,
        shutdown: CancellationToken,
    ) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (queue, waiting) = mpsc::channel(settings.queue);
        (Self { queue }, run(deps, settings.batch, waiting, shutdown))
    }

    /// Applies a command and waits until it is stored.
    ///
    /// # Errors
    /// [`Failure::Refused`] when nothing of it was stored, [`Failure::Unknown`] when the database
    /// was lost in the middle of its commit.
    pub async fn apply(&self, actor: Actor, command: Command) -> Result<Done, Failure> {
        let (reply, answer) = oneshot::channel();
        let busy = || Failure::Refused(Refusal::new(Code::Busy, "too much to do, try again"));
        self.queue.try_send(Job { actor, command, reply }).map_err(|_| {
            metrics::counter!("xunfang_writer_refused_total").increment(1);
            busy()
        })?;
        // The loop drops a reply only when it is stopped before the command's turn.
        answer.await.unwrap_or_else(|_| Err(busy()))
    }
}

/// Until the token is cancelled, and then on until nothing waits: what was taken is answered.
async fn run(
    deps: Deps,
    most: usize,
    mut waiting: mpsc::Receiver<Job>,
    shutdown: CancellationToken,
) {
    let mut jobs = Vec::with_capacity(most);
    loop {
        let taken = tokio::select! {
            taken = waiting.recv_many(&mut jobs, most) => taken,
            () = shutdown.cancelled(), if !waiting.is_closed() => {
                waiting.close();
                continue;
            }
        };
        if taken == 0 {
            return;
        }
        metrics::histogram!("xunfang_writer_batch_commands").record(count(taken));
        metrics::gauge!("xunfang_writer_waiting").set(count(waiting.len()));
        write(&deps, std::mem::take(&mut jobs)).await;
    }
}

#[expect(clippy::cast_precision_loss, reason = "a queue holds far fewer than 2^52 commands")]
fn count(n: usize) -> f64 {
    n as f64
}

/// Writes a batch; when the database broke under it, each of its commands alone.
async fn write(deps: &Deps, jobs: Vec<Job>) {
    match batch::run(deps, &jobs).await {
        Ok(batch) => answer(deps, jobs, batch).await,
        Err(broken) if jobs.len() == 1 => {
            tracing::error!(error = %broken.error, "a command could not be stored");
            for job in jobs {
                drop(job.reply.send(Err(broken.failure())));
            }
        }
        Err(broken) if broken.unknown => {
            tracing::error!(error = %broken.error, "the database was lost while committing");
            for job in jobs {
                drop(job.reply.send(Err(Failure::Unknown)));
            }
        }
        Err(broken) => {
            tracing::warn!(error = %broken.error, "a batch is run again, one by one");
            metrics::counter!("xunfang_writer_broken_batches_total").increment(1);
            for job in jobs {
                Box::pin(write(deps, vec![job])).await;
            }
        }
    }
}

/// Publishes in the order of the log, then answers.
async fn answer(deps: &Deps, jobs: Vec<Job>, batch: Batch) {
    if batch.journaled {
        journal::follow(&deps.store).await;
    }
    for district in batch.touched {
        deps.atlas.forget(&district);
    }
    for logged in &batch.events {
        deps.feed.publish(logged).await;
    }
    for (job, outcome) in jobs.into_iter().zip(batch.outcomes) {
        // A caller that has gone away finds its outcome by the command's id.
        drop(job.reply.send(outcome.map_err(Failure::Refused)));
    }
}
