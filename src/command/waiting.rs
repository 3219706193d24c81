//! What waits for the writer: an urgent queue and an ordinary one, each with a bound.
//!
//! It must not know how commands are applied. Invariants: what is urgent is taken first, whatever
//! else waits; within a queue, the order is that of arrival; what was taken and put back goes ahead
//! of what was never taken.

use std::collections::VecDeque;

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::writer::{Failure, WriterSettings};
use super::{Command, Done};
use crate::auth::Actor;
use crate::protocol::Request;

/// A waiting command.
pub(super) struct Job {
    pub(super) actor: Actor,
    pub(super) command: Command,
    pub(super) reply: oneshot::Sender<Result<Done, Failure>>,
    /// When it was asked, Unix ms UTC.
    pub(super) asked_ms: i64,
    /// Since when it is tried again, because what it ran in broke.
    pub(super) tried_since: Option<Instant>,
    /// It runs alone: it may be at fault.
    pub(super) alone: bool,
    /// How often it broke alone.
    pub(super) breaks: u32,
}

impl Job {
    pub(super) fn new(
        actor: Actor,
        command: Command,
        reply: oneshot::Sender<Result<Done, Failure>>,
        asked_ms: i64,
    ) -> Self {
        Self { actor, command, reply, asked_ms, tried_since: None, alone: false, breaks: 0 }
    }

    pub(super) fn is_urgent(&self) -> bool {
        is_urgent(&self.command)
    }
}

/// A call for help; taking one back can wait.
fn is_urgent(command: &Command) -> bool {
    matches!(command, Command::Request { request: Request::Sos { .. }, .. })
}

/// The sending ends.
#[derive(Clone)]
pub(super) struct Front {
    urgent: mpsc::Sender<Job>,
    ordinary: mpsc::Sender<Job>,
}

/// The receiving ends, and what was put back.
pub(super) struct Waiting {
    urgent: mpsc::Receiver<Job>,
    ordinary: mpsc::Receiver<Job>,
    back: VecDeque<Job>,
    most: usize,
}

/// Both ends of the queues.
pub(super) fn queues(settings: &WriterSettings) -> (Front, Waiting) {
    let (urgent, urgent_jobs) = mpsc::channel(settings.urgent);
    let (ordinary, ordinary_jobs) = mpsc::channel(settings.queue);
    let front = Front { urgent, ordinary };
    let back = VecDeque::new();
    let most = settings.batch;
    (front, Waiting { urgent: urgent_jobs, ordinary: ordinary_jobs, back, most })
}

impl Front {
    /// Queues a command; false when its queue is full or closed, which is counted.
    pub(super) fn offer(&self, job: Job) -> bool {
        let (lane, queue) =
            if job.is_urgent() { ("urgent", &self.urgent) } else { ("ordinary", &self.ordinary) };
        let taken = queue.try_send(job).is_ok();
        if !taken {
            metrics::counter!("xunfang_writer_refused_total", "lane" => lane).increment(1);
        }
        taken
    }
}

impl Waiting {
    /// Waits for at least one and takes up to a batch; none when it is closed and empty. One that
    /// must run alone comes alone. A dropped call loses nothing.
    pub(super) async fn take(&mut self) -> Vec<Job> {
        let mut jobs = Vec::new();
        self.fill(&mut jobs);
        if jobs.is_empty() {
            let first = tokio::select! {
                biased;
                Some(job) = self.urgent.recv() => job,
                Some(job) = self.ordinary.recv() => job,
                else => return jobs,
            };
            jobs.push(first);
            self.fill(&mut jobs);
        }
        jobs
    }

    fn fill(&mut self, jobs: &mut Vec<Job>) {
        while jobs.len() < self.most
            && let Ok(job) = self.urgent.try_recv()
        {
            jobs.push(job);
        }
        // The one that was waited for may be ordinary.
        jobs.sort_by_key(|job| !job.is_urgent());
        while jobs.len() < self.most
            && let Some(job) = self.back.pop_front_if(|job| !job.alone || jobs.is_empty())
        {
            let alone = job.alone;
            jobs.push(job);
            if alone {
                return;
            }
        }
        while self.back.is_empty()
            && jobs.len() < self.most
            && let Ok(job) = self.ordinary.try_recv()
        {
            jobs.push(job);
        }
    }

    /// Puts back what was taken and not done; it comes before all but what is urgent.
    pub(super) fn put_back(&mut self, jobs: Vec<Job>) {
        for job in jobs.into_iter().rev() {
            self.back.push_front(job);
        }
    }

    /// Whether somebody calls for help.
    pub(super) fn has_urgent(&self) -> bool {
        !self.urgent.is_empty()
    }

    /// Takes nothing more.
    pub(super) fn close(&mut self) {
        self.urgent.close();
        self.ordinary.close();
    }

    /// How many wait, by queue.
    pub(super) fn lengths(&self) -> [(&'static str, usize); 2] {
        [("urgent", self.urgent.len()), ("ordinary", self.back.len() + self.ordinary.len())]
    }
}
