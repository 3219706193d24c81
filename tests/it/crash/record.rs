//! What was asked for, by whom, and what was answered: the clients' side of the truth.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::time::timeout;
use xunfang::domain::{CommandId, MemberId};
use xunfang::protocol::{Outcome, Refusal, Request};

/// A command as its sender knows it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) actor: MemberId,
    pub(crate) id: CommandId,
    pub(crate) request: Request,
    /// In the order in which they came; none for one that was never answered.
    pub(crate) answers: Vec<Result<Outcome, Refusal>>,
}

impl Asked {
    /// The outcome, once it was acknowledged.
    pub(crate) fn outcome(&self) -> Option<&Outcome> {
        self.answers.iter().find_map(|answer| answer.as_ref().ok())
    }

    /// Whether it was refused for good: nothing was stored or ever will be under this id.
    pub(crate) fn is_refused(&self) -> bool {
        let is_final = |refusal: &Refusal| refusal.code.is_final();
        self.answers.iter().any(|answer| answer.as_ref().is_err_and(is_final))
    }

    /// Whether it was under way: nothing was said of it.
    pub(crate) fn is_open(&self) -> bool {
        self.answers.is_empty()
    }
}

/// Where an asked command stands in the record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place(usize);

/// Everything that was asked; clones share it.
#[derive(Clone)]
pub(crate) struct Record {
    asked: Arc<Mutex<Vec<Asked>>>,
    answers: watch::Sender<usize>,
}

impl Record {
    pub(crate) fn new() -> Self {
        Self { asked: Arc::default(), answers: watch::Sender::new(0) }
    }

    /// Notes a command, before it is sent.
    pub(crate) fn ask(&self, actor: &MemberId, id: &CommandId, request: &Request) -> Place {
        let (actor, id, request) = (actor.clone(), id.clone(), request.clone());
        let mut asked = self.asked.lock();
        asked.push(Asked { actor, id, request, answers: Vec::new() });
        Place(asked.len() - 1)
    }

    /// Notes an answer.
    pub(crate) fn answer(&self, place: Place, answer: Result<Outcome, Refusal>) {
        self.asked.lock()[place.0].answers.push(answer);
        self.answers.send_modify(|count| *count += 1);
    }

    /// What was asked so far.
    pub(crate) fn so_far(&self) -> Vec<Asked> {
        self.asked.lock().clone()
    }

    pub(crate) fn answers(&self) -> usize {
        *self.answers.borrow()
    }

    /// Waits until there are this many answers, or for this long.
    pub(crate) async fn reaches(&self, count: usize, at_most: Duration) -> bool {
        let mut answers = self.answers.subscribe();
        let reached = timeout(at_most, answers.wait_for(|now| *now >= count)).await;
        reached.is_ok()
    }
}
