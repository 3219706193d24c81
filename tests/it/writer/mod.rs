//! The writer under load and when what it stands on fails: nothing acknowledged is lost, nothing is
//! half stored, a call for help goes first.

mod busy;
mod commit_lost;
mod disk;
mod drain;
mod edges;
mod group_commit;
mod kept;
mod offline_outbox;
mod poison;
mod server;
mod two_nodes;

use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use xunfang::auth::Actor;
use xunfang::command::{Command, Done, Failure, Writer};
use xunfang::domain::{CommandId, IncidentId};
use xunfang::protocol::{Code, Request};

use crate::support::node::{NOW_MS, TestNode, fresh, report};
use crate::support::seed;

/// Nothing here takes a fraction of this; it ends a test that hangs.
const DEADLINE: Duration = Duration::from_secs(30);

type Answer = Result<Done, Failure>;

/// Somebody who asks a writer, beside every socket.
#[derive(Clone)]
struct Asker {
    writer: Writer,
    actor: Actor,
}

impl Asker {
    async fn of(node: &TestNode) -> Self {
        Self::called(node, "guard").await
    }

    async fn called(node: &TestNode, name: &str) -> Self {
        let member = node.app.store.member(&name.into()).await.unwrap().unwrap();
        Self { writer: node.app.writer.clone(), actor: Actor::Member(member) }
    }

    fn apply(&self, command: Command) -> BoxFuture<'static, Answer> {
        let (writer, actor) = (self.writer.clone(), self.actor.clone());
        Box::pin(async move { writer.apply(actor, command).await })
    }

    fn asks(&self, request: Request) -> BoxFuture<'static, Answer> {
        self.apply(Command::Request { id: CommandId::fresh(), request, session: None })
    }

    fn reports(&self) -> BoxFuture<'static, Answer> {
        let id = IncidentId::from(fresh("report"));
        self.asks(report(&id, Some(seed::in_park()), "hazard.manhole"))
    }

    fn calls_for_help(&self) -> BoxFuture<'static, Answer> {
        self.asks(Request::Sos {
            incident: fresh("sos").into(),
            point: Some(seed::in_park()),
            accuracy_m: None,
            observed_ms: NOW_MS,
        })
    }
}

/// Polls it once, so that what it asks for waits in the writer's queue or was refused there.
fn queued(asked: &mut BoxFuture<'static, Answer>) -> Option<Answer> {
    asked.now_or_never()
}

/// Its place in the log.
fn seq(answer: &Answer) -> i64 {
    match answer {
        Ok(Done::Outcome(outcome)) => outcome.seq.expect("it wrote an event"),
        other => panic!("not stored: {other:?}"),
    }
}

/// What it was refused with.
fn refused(answer: &Answer) -> Option<Code> {
    match answer {
        Err(Failure::Refused(refusal)) => Some(refusal.code),
        _ => None,
    }
}

/// The last place of the seeded district's log.
async fn head(node: &TestNode) -> i64 {
    node.app.store.head(&seed::DISTRICT.into()).await.unwrap().unwrap().seq
}
