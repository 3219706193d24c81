//! The writer: one task that groups waiting commands into one transaction.
//!
//! Many commands share one sync to disk, so a busy second costs no more of them than a quiet one.
//! Invariants: whoever is told that a command is stored can rely on it, whatever breaks; one that
//! breaks harms no other; a call for help waits for at most one command of a batch under way.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::batch::{self, Batch, Broken, Cause, When};
use super::context::Deps;
use super::journal;
use super::waiting::{Front, Job, Waiting, queues};
use super::{Command, Done};
use crate::auth::Actor;
use crate::clock::Clock;
use crate::protocol::{Code, Refusal};
use crate::store::Database;

/// What broke is tried again for this long; then the rest is refused, so that it doesn't hold up all
/// that came after.
const AGAIN_WITHIN: Duration = Duration::from_secs(10);
/// A command that breaks what it runs in so often, each time in a way that may pass, is at fault.
const BREAKS: u32 = 4;
/// The longest wait before another try; the first is a tenth of a second at most.
const WAIT_AT_MOST: Duration = Duration::from_secs(1);
/// A writer that is told to stop still applies what waits for this long; the rest is refused.
const DRAIN_WITHIN: Duration = Duration::from_secs(3);
/// How long after a failed write a node counts as one that can't write, in ms. Then it may try.
const FAILING_MS: i64 = 10_000;

/// How the writer groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WriterSettings {
    /// Commands that may wait; one more is refused as busy.
    pub queue: usize,
    /// Calls for help that may wait beside them; one more is refused as busy.
    pub urgent: usize,
    /// Commands in one transaction at most.
    pub batch: usize,
}

impl Default for WriterSettings {
    /// 4,096 waiting commands are a second of work; 256 in one transaction hold its lock for
    /// some tens of milliseconds. 1,024 calls for help are every fifth of 5,000 members at once.
    fn default() -> Self {
        Self { queue: 4_096, urgent: 1_024, batch: 256 }
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

/// The writer's front: hands commands over and waits for what comes of them. Cheap to clone.
#[derive(Clone)]
pub struct Writer {
    queues: Front,
    clock: Clock,
    /// When a write failed last, Unix ms UTC.
    failed_ms: Arc<AtomicI64>,
}

impl Writer {
    /// The writer, and the loop that its owner runs.
    pub fn new(
        deps: Deps,
        settings: &WriterSettings,
        shutdown: CancellationToken,
    ) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (queues, waiting) = queues(settings);
        let failed_ms = Arc::new(AtomicI64::new(i64::MIN));
        let front = Self { queues, clock: deps.clock.clone(), failed_ms: Arc::clone(&failed_ms) };
        (front, Loop { deps, waiting, failed_ms, tries: 0 }.run(shutdown))
    }

    /// Applies a command and waits until it is stored.
    ///
    /// # Errors
    /// [`Failure::Refused`] when nothing of it was stored, [`Failure::Unknown`] when that can't be
    /// told.
    pub async fn apply(&self, actor: Actor, command: Command) -> Result<Done, Failure> {
        let (reply, answer) = oneshot::channel();
        if !self.queues.offer(Job::new(actor, command, reply, self.clock.now_ms())) {
            return Err(busy("too much to do, try again"));
        }
        // Whatever is refused is told so: a reply that is dropped belongs to a writer that was
        // stopped half-way.
        answer.await.unwrap_or(Err(Failure::Unknown))
    }

    /// Whether a write failed a short while ago.
    pub fn is_failing(&self) -> bool {
        let failed_ms = self.failed_ms.load(Ordering::Relaxed);
        self.clock.now_ms().saturating_sub(failed_ms) < FAILING_MS
    }
}

fn busy(message: &str) -> Failure {
    Failure::Refused(Refusal::new(Code::Busy, message))
}

struct Loop {
    deps: Deps,
    waiting: Waiting,
    failed_ms: Arc<AtomicI64>,
    /// Tries in a row that broke in a way that may pass.
    tries: u32,
}

impl Loop {
    /// Until the token is cancelled, and then on until nothing waits: all of it is answered.
    async fn run(mut self, shutdown: CancellationToken) {
        let mut end = None;
        loop {
            let jobs = tokio::select! {
                jobs = self.waiting.take() => jobs,
                () = shutdown.cancelled(), if end.is_none() => {
                    self.waiting.close();
                    end = Some(Instant::now() + DRAIN_WITHIN);
                    continue;
                }
            };
            if jobs.is_empty() {
                return;
            }
            if end.is_some_and(|end| Instant::now() >= end) {
                refuse(jobs, &busy("the server stops, try again"));
            } else {
                self.write(jobs).await;
            }
        }
    }

    /// Writes what is still worth trying.
    async fn write(&mut self, jobs: Vec<Job>) {
        for (lane, length) in self.waiting.lengths() {
            metrics::gauge!("xunfang_writer_waiting", "lane" => lane).set(count(length));
        }
        let tried_long = |job: &Job| job.tried_since.is_some_and(|at| at.elapsed() > AGAIN_WITHIN);
        let (given_up, mut jobs): (Vec<_>, Vec<_>) = jobs.into_iter().partition(tried_long);
        if !given_up.is_empty() {
            metrics::counter!("xunfang_writer_failed_total").increment(given_up.len() as u64);
            refuse(given_up, &busy(NOT_STORED));
        }
        if jobs.is_empty() {
            return;
        }
        let done = batch::run(&self.deps, &jobs, || self.waiting.has_urgent()).await;
        match done {
            Ok(batch) => {
                metrics::histogram!("xunfang_writer_batch_commands")
                    .record(count(batch.outcomes.len()));
                self.failed_ms.store(i64::MIN, Ordering::Relaxed);
                self.tries = 0;
                self.waiting.put_back(jobs.split_off(batch.outcomes.len()));
                answer(&self.deps, jobs, batch).await;
            }
            Err(broken) => self.on_broken(jobs, &broken).await,
        }
    }

    /// Tries again, each alone where one may be at fault; or refuses; or leaves it to the callers to
    /// find out.
    async fn on_broken(&mut self, mut jobs: Vec<Job>, broken: &Broken) {
        let Broken { cause, when } = broken;
        if !matches!(cause, Cause::Panic) {
            self.failed_ms.store(self.deps.clock.now_ms(), Ordering::Relaxed);
        }
        let alone = jobs.len() == 1;
        let passing = broken.passing().filter(|_| self.deps.store.database() == Database::Postgres);
        let again = match when {
            When::Before => passing.is_some(),
            When::Within if alone => passing.is_some() && jobs[0].breaks < BREAKS,
            When::Within => true,
            When::Committing => false,
        };
        if again {
            tracing::warn!(error = %cause, ?when, commands = jobs.len(), "a batch is run again");
            let reason = passing.unwrap_or("other");
            metrics::counter!("xunfang_writer_retries_total", "cause" => reason).increment(1);
            for job in &mut jobs {
                job.tried_since.get_or_insert_with(Instant::now);
                job.alone |= *when == When::Within;
                job.breaks += u32::from(alone && *when == When::Within);
            }
            self.waiting.put_back(jobs);
            if passing.is_some() {
                self.pause().await;
            }
            return;
        }
        tracing::error!(error = %cause, commands = jobs.len(), ?when, "commands failed");
        let failure = match (when, cause) {
            (When::Committing, _) => Failure::Unknown,
            (_, Cause::Panic) => {
                Failure::Refused(Refusal::new(Code::Internal, "a fault of the server, reported"))
            }
            (_, Cause::Database(_) | Cause::Silence) => busy(NOT_STORED),
        };
        metrics::counter!("xunfang_writer_failed_total").increment(jobs.len() as u64);
        refuse(jobs, &failure);
    }

    /// Waits before another try, each time longer and by chance: two nodes that stood in each
    /// other's way don't meet again.
    async fn pause(&mut self) {
        let most = Duration::from_millis(100 << self.tries.min(4)).min(WAIT_AT_MOST);
        self.tries += 1;
        tokio::time::sleep(most.mul_f64(rand::random())).await;
    }
}

/// What a command is told that the database didn't take.
const NOT_STORED: &str = "nothing can be stored at the moment, try again";

fn refuse(jobs: Vec<Job>, failure: &Failure) {
    for job in jobs {
        // A caller that has gone away finds its outcome by the command's id.
        drop(job.reply.send(Err(failure.clone())));
    }
}

#[expect(clippy::cast_precision_loss, reason = "a queue holds far fewer than 2^52 commands")]
fn count(n: usize) -> f64 {
    n as f64
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::{Bus, LocalBus};
    use crate::command::Atlas;
    use crate::feed::Feed;
    use crate::store::{DatabaseSettings, Store};

    async fn deps(folder: &std::path::Path) -> Deps {
        let store = Store::open(&DatabaseSettings::default(), folder).await.unwrap();
        let feed = Feed::new(Bus::Local(LocalBus::new()), store.clone());
        Deps { store, clock: Clock::manual(1_000_000), atlas: Arc::new(Atlas::default()), feed }
    }

    fn code(answer: &Result<Done, Failure>) -> Option<Code> {
        match answer {
            Err(Failure::Refused(refusal)) => Some(refusal.code),
            _ => None,
        }
    }

    #[tokio::test]
    async fn a_panic_costs_its_own_command_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let stop = CancellationToken::new();
        let deps = deps(folder.path()).await;
        let (writer, writing) = Writer::new(deps, &WriterSettings::default(), stop.clone());
        let apply = |command| writer.apply(Actor::System, command);
        let (first, bad, last, ()) = tokio::join!(
            apply(Command::SweepSessions),
            apply(Command::Panic),
            apply(Command::SweepSessions),
            async {
                stop.cancel();
                writing.await;
            },
        );
        assert_eq!((first, last), (Ok(Done::Stored), Ok(Done::Stored)));
        assert_eq!(code(&bad), Some(Code::Internal));
        assert!(!writer.is_failing());
    }

    #[tokio::test]
    async fn a_writer_that_is_dropped_half_way_says_that_nobody_knows() {
        let folder = tempfile::tempdir().unwrap();
        let deps = deps(folder.path()).await;
        let (writer, writing) =
            Writer::new(deps, &WriterSettings::default(), CancellationToken::new());
        let (answer, ()) =
            tokio::join!(writer.apply(Actor::System, Command::SweepSessions), async {
                drop(writing)
            });
        assert_eq!(answer, Err(Failure::Unknown));
    }

    #[tokio::test]
    async fn a_node_that_could_not_write_is_tried_again_after_ten_seconds() {
        let folder = tempfile::tempdir().unwrap();
        let stop = CancellationToken::new();
        let deps = deps(folder.path()).await;
        let (store, clock) = (deps.store.clone(), deps.clock.clone());
        let (writer, writing) = Writer::new(deps, &WriterSettings::default(), stop.clone());
        store.close().await;
        let (answer, ()) =
            tokio::join!(writer.apply(Actor::System, Command::SweepSessions), async {
                stop.cancel();
                writing.await;
            });
        assert_eq!(code(&answer), Some(Code::Busy));
        assert!(writer.is_failing());
        clock.advance_ms(FAILING_MS);
        assert!(!writer.is_failing());
    }
}
