//! Once, whichever node is alive: two that fire the same, one that dies with a claim, and people
//! who answer in the same moment.

use tokio::join;
use xunfang::auth::Actor;
use xunfang::bus::{Bus, LocalBus};
use xunfang::clock::Clock;
use xunfang::command::{Command, Done};
use xunfang::domain::{
    AssignmentMove, AssignmentState, IncidentId, IncidentState, Level, Timer, TimerKind,
};
use xunfang::store::{DatabaseSettings, Store};

use super::{calls, graded, lines, running};
use crate::support::node::{NOW_MS, TestNode, fresh, report, sign_on};
use crate::support::{Backend, eventually, seed};
use crate::workflow::{DEADLINE, responds, sees_state};

on_both!(what_a_dead_node_had_claimed_is_fired_by_another, a_backlog_is_fired_at_a_bounded_pace);

/// 接单 at level 2.
const WITHIN_MS: i64 = 2 * 60 * 1_000;
/// 受理 of what has no level yet.
const UNGRADED_MS: i64 = 10 * 60 * 1_000;
/// How long a claim of a node holds.
const LEASE_MS: i64 = 10_000;

fn local() -> Bus {
    Bus::Local(LocalBus::new())
}

/// Calls the police to so many incidents.
async fn dispatched(node: &TestNode, count: usize) -> Vec<IncidentId> {
    let (desk, police) = (node.client("dispatch").await, node.client("police").await);
    sign_on(&police).await;
    let mut ids = Vec::new();
    for _ in 0..count {
        let id = graded(&police, &desk, Level::Two).await;
        calls(&desk, &id, &[]).await;
        ids.push(id);
    }
    ids
}

/// Reports so many. Their being overdue changes nothing of them: that it was told, only the timer
/// says, by being gone.
async fn reported(node: &TestNode, count: usize) -> Vec<IncidentId> {
    let guard = node.client("guard").await;
    let mut ids = Vec::new();
    for _ in 0..count {
        let id = IncidentId::from(fresh("timer"));
        let request = report(&id, Some(seed::in_park()), "hazard.manhole");
        guard.request(request).await.unwrap();
        ids.push(id);
    }
    ids
}

/// Claims as a node does that then dies: nothing of it is left but the claim.
async fn claimed(backend: &Backend, now_ms: i64, limit: i64) -> Vec<Timer> {
    let settings = DatabaseSettings { url: url(backend), readers: 1 };
    let folder = tempfile::tempdir().unwrap();
    let data = backend.folder().unwrap_or(folder.path());
    let store = Store::open(&settings, data).await.unwrap();
    let claimed = store.claim_timers("dead", (now_ms, LEASE_MS), limit).await.unwrap();
    store.close().await;
    claimed
}

fn url(backend: &Backend) -> String {
    if backend.is_sqlite() { String::new() } else { backend.url().to_owned() }
}

async fn state(node: &TestNode, id: &IncidentId) -> IncidentState {
    node.app.store.incident(id).await.unwrap().unwrap().state
}

async fn is_recalled(node: &TestNode, id: &IncidentId) {
    eventually(DEADLINE, "it is recalled", async || {
        (state(node, id).await == IncidentState::Accepted).then_some(())
    })
    .await;
}

async fn what_a_dead_node_had_claimed_is_fired_by_another(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let ids = dispatched(&node, 2).await;
    node.stop().await;
    let due_ms = NOW_MS + WITHIN_MS;
    assert_eq!(claimed(&backend, due_ms - 1, 9).await, [], "nothing is due yet");
    let dead = claimed(&backend, due_ms, 1).await;
    assert_eq!((dead.len(), dead[0].due_ms), (1, due_ms));
    let (lost, free) = match ids.iter().position(|id| *id == dead[0].incident) {
        Some(0) => (&ids[0], &ids[1]),
        _ => (&ids[1], &ids[0]),
    };
    let clock = Clock::manual(due_ms);
    let other = TestNode::start_at(&backend, local(), clock.clone()).await;
    is_recalled(&other, free).await;
    assert_eq!(state(&other, lost).await, IncidentState::Dispatched, "somebody has it");
    clock.advance_ms(LEASE_MS);
    is_recalled(&other, lost).await;
    for id in &ids {
        assert_eq!(lines(&other, id, "recall_untaken").await.len(), 1);
    }
    assert_eq!(running(&backend).await, 0);
    // The dead one comes back, and still means to fire what it had claimed.
    for timer in dead {
        let late = other.app.writer.apply(Actor::System, Command::Fire(timer)).await;
        assert_eq!(late, Ok(Done::Fired(false)));
    }
    other.stop().await;
}

async fn a_backlog_is_fired_at_a_bounded_pace(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let ids = dispatched(&node, 20).await;
    let due_ms = NOW_MS + WITHIN_MS;
    let first = node.app.store.claim_timers("test", (due_ms, LEASE_MS), 16).await.unwrap();
    let rest = node.app.store.claim_timers("test", (due_ms, LEASE_MS), 16).await.unwrap();
    assert_eq!((first.len(), rest.len()), (16, 4), "each by one, however many there are");
    // Claimed and not fired, all of them come again, a part a turn.
    node.clock.set_ms(due_ms + LEASE_MS);
    for id in &ids {
        is_recalled(&node, id).await;
    }
    assert_eq!(running(&backend).await, 0);
    node.stop().await;
}

#[tokio::test]
async fn two_nodes_fire_each_timer_once() {
    let backend = Backend::postgres().await;
    let clock = Clock::manual(NOW_MS);
    let one = TestNode::start_at(&backend, local(), clock.clone()).await;
    seed::district(&one.app.writer).await;
    let two = TestNode::start_at(&backend, local(), clock.clone()).await;
    let ids = dispatched(&one, 24).await;
    clock.advance_ms(WITHIN_MS);
    for id in &ids {
        is_recalled(&two, id).await;
        assert_eq!(lines(&one, id, "recall_untaken").await.len(), 1);
    }
    assert_eq!(running(&backend).await, 0);
    one.stop().await;
    two.stop().await;
}

/// Without the claims, which only spare work: both nodes fire the same one in the same moment.
#[tokio::test]
async fn of_two_nodes_that_fire_the_same_one_does() {
    let backend = Backend::postgres().await;
    let (one, two) = both(&backend).await;
    let ids = [dispatched(&one, 12).await, reported(&one, 12).await].concat();
    let due_ms = NOW_MS + UNGRADED_MS;
    let timers = one.app.store.claim_timers("test", (due_ms, LEASE_MS), 24).await.unwrap();
    assert_eq!(timers.len(), ids.len());
    for timer in timers {
        let fire = || Command::Fire(timer.clone());
        let done = join!(
            one.app.writer.apply(Actor::System, fire()),
            two.app.writer.apply(Actor::System, fire()),
        );
        let done = [done.0.unwrap(), done.1.unwrap()];
        assert!(
            done.contains(&Done::Fired(true)) && done.contains(&Done::Fired(false)),
            "{done:?}"
        );
        let word = if timer.kind == TimerKind::Accept { "overdue" } else { "recall_untaken" };
        assert_eq!(lines(&one, &timer.incident, word).await.len(), 1);
    }
    one.stop().await;
    two.stop().await;
}

/// A team takes its call on one node while the other recalls it: one of the two happened, and the
/// other is told so. Nothing is written over what the other node wrote.
#[tokio::test]
async fn a_team_that_answers_in_the_moment_of_its_recall_has_it_or_has_it_not() {
    let backend = Backend::postgres().await;
    let (one, two) = both(&backend).await;
    let (desk, police) = (one.client("dispatch").await, one.client("police").await);
    let ids = dispatched(&one, 12).await;
    let due_ms = NOW_MS + WITHIN_MS;
    let timers = one.app.store.claim_timers("test", (due_ms, LEASE_MS), 12).await.unwrap();
    for timer in timers {
        let id = timer.incident.clone();
        let seen = sees_state(&desk, &id, IncidentState::Dispatched).await;
        let take = responds(&id, &seen.assignments[0].id, AssignmentMove::Take {});
        let (fired, taken) =
            join!(two.app.writer.apply(Actor::System, Command::Fire(timer)), police.request(take),);
        let is_recalled = fired.unwrap() == Done::Fired(true);
        assert_ne!(is_recalled, taken.is_ok(), "one of the two");
        let after = one.app.store.incident(&id).await.unwrap().unwrap();
        let (state, called) = match is_recalled {
            true => (IncidentState::Accepted, AssignmentState::Recalled),
            false => (IncidentState::Taken, AssignmentState::Taken),
        };
        assert_eq!((after.state, after.assignments[0].state), (state, called));
        let timeline = one.app.store.timeline(&id).await.unwrap();
        assert_eq!(timeline.last().unwrap().n, after.version, "a line for each version");
    }
    assert_eq!(ids.len(), 12);
    one.stop().await;
    two.stop().await;
}

/// Two nodes whose own turns find nothing: their clocks stand before all that is due.
async fn both(backend: &Backend) -> (TestNode, TestNode) {
    let one = TestNode::start(backend, local()).await;
    seed::district(&one.app.writer).await;
    let two = TestNode::start(backend, local()).await;
    (one, two)
}
