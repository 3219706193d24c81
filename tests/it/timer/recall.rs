//! 超时未接单: a call that nobody takes in time is called back, and the desk is told.

use xunfang::client::Client;
use xunfang::domain::{
    AssignmentMove, AssignmentState, Incident, IncidentId, IncidentMove, IncidentState, KindCode,
    Level,
};

use super::{calls, graded, lines, running};
use crate::support::node::{TestNode, fresh, moved, report, sign_on};
use crate::support::{Backend, eventually, seed};
use crate::workflow::{DEADLINE, responds, sees, sees_state};

on_both!(
    each_level_leaves_its_own_time_to_take_a_call,
    a_call_that_is_answered_is_never_recalled,
    a_suspension_stops_the_time_and_another_level_starts_it_anew,
    a_support_that_nobody_takes_is_recalled_alone,
    guards_are_recalled_with_the_police_who_never_came,
);

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;

/// A node with the desk, and with police and guards on duty.
async fn on_duty(backend: &Backend) -> (TestNode, Client, Client, Client) {
    let node = TestNode::seeded(backend).await;
    let (desk, police) = (node.client("dispatch").await, node.client("police").await);
    let guard = node.client("guard").await;
    sign_on(&police).await;
    sign_on(&guard).await;
    (node, desk, police, guard)
}

/// The same from the store: in hours without a deed the desk's session ends.
async fn recalled_by_then(node: &TestNode, id: &IncidentId) -> Incident {
    eventually(DEADLINE, "it is recalled", async || {
        let found = node.app.store.incident(id).await.unwrap();
        found.filter(|seen| seen.state == IncidentState::Accepted)
    })
    .await
}

/// The incident after the recall.
async fn recalled(desk: &Client, id: &IncidentId) -> Incident {
    sees_state(desk, id, IncidentState::Accepted).await
}

async fn each_level_leaves_its_own_time_to_take_a_call(backend: Backend) {
    let (node, desk, police, guard) = on_duty(&backend).await;
    let mut waiting = Vec::new();
    for (level, within_ms) in [
        (Level::One, 30 * SECOND_MS),
        (Level::Two, 2 * MINUTE_MS),
        (Level::Three, 10 * MINUTE_MS),
        (Level::Four, 120 * MINUTE_MS),
    ] {
        let id = graded(&guard, &desk, level).await;
        calls(&desk, &id, &[]).await;
        sees_state(&police, &id, IncidentState::Dispatched).await;
        waiting.push((id, within_ms));
    }
    assert_eq!(running(&backend).await, 4);
    let mut passed_ms = 0;
    while !waiting.is_empty() {
        let (id, within_ms) = waiting.remove(0);
        node.clock.advance_ms(within_ms - passed_ms);
        passed_ms = within_ms;
        let seen = recalled_by_then(&node, &id).await;
        assert_eq!(seen.assignments[0].state, AssignmentState::Recalled);
        assert_eq!(seen.moved_by, None, "the system did");
        for (later, _) in &waiting {
            let later = node.app.store.incident(later).await.unwrap().unwrap();
            assert_eq!(later.state, IncidentState::Dispatched, "its time isn't up");
        }
        let lines = lines(&node, &id, "recall_untaken").await;
        assert_eq!(lines.len(), 1);
        let line = &lines[0];
        assert_eq!((&line.actor, line.team.as_deref()), (&None, Some("police队")));
        assert_eq!(line.from, Some(IncidentState::Dispatched));
    }
    assert_eq!(running(&backend).await, 0);
    node.stop().await;
}

async fn a_call_that_is_answered_is_never_recalled(backend: Backend) {
    let (node, desk, police, guard) = on_duty(&backend).await;
    let (taken, declined) =
        (graded(&guard, &desk, Level::Two).await, graded(&guard, &desk, Level::Two).await);
    for (id, answer) in [
        (&taken, AssignmentMove::Take {}),
        (&declined, AssignmentMove::Decline { reason: "在忙".to_owned() }),
    ] {
        calls(&desk, id, &[]).await;
        let called =
            sees_state(&police, id, IncidentState::Dispatched).await.assignments[0].clone();
        police.request(responds(id, &called.id, answer)).await.unwrap();
    }
    // A second call of the one that was declined is another call.
    node.clock.advance_ms(MINUTE_MS);
    calls(&desk, &declined, &[]).await;
    assert_eq!(running(&backend).await, 1);
    node.clock.advance_ms(2 * MINUTE_MS);
    let seen = recalled(&desk, &declined).await;
    let states: Vec<_> = seen.assignments.iter().map(|called| called.state).collect();
    assert_eq!(states, [AssignmentState::Declined, AssignmentState::Recalled]);
    let other = node.app.store.incident(&taken).await.unwrap().unwrap();
    assert_eq!(other.state, IncidentState::Taken);
    assert_eq!(running(&backend).await, 0);
    node.stop().await;
}

async fn a_suspension_stops_the_time_and_another_level_starts_it_anew(backend: Backend) {
    let (node, desk, _police, guard) = on_duty(&backend).await;
    let (held, lower) =
        (graded(&guard, &desk, Level::Two).await, graded(&guard, &desk, Level::Two).await);
    for id in [&held, &lower] {
        calls(&desk, id, &[]).await;
    }
    node.clock.advance_ms(MINUTE_MS);
    let reason = || "等增援".to_owned();
    let suspend =
        IncidentMove::Suspend { reason: reason(), review_ms: node.clock.now_ms() + 60 * MINUTE_MS };
    desk.request(moved(&held, suspend)).await.unwrap();
    let downgrade = IncidentMove::Downgrade { level: Level::Three, reason: reason() };
    desk.request(moved(&lower, downgrade)).await.unwrap();
    assert_eq!(running(&backend).await, 1);
    // Ten minutes from the new level, not from the call.
    node.clock.advance_ms(10 * MINUTE_MS);
    recalled(&desk, &lower).await;
    let still = node.app.store.incident(&held).await.unwrap().unwrap();
    assert_eq!(still.state, IncidentState::Dispatched, "nobody's time runs while it is suspended");
    desk.request(moved(&held, IncidentMove::Resume {})).await.unwrap();
    node.clock.advance_ms(2 * MINUTE_MS);
    recalled(&desk, &held).await;
    node.stop().await;
}

async fn a_support_that_nobody_takes_is_recalled_alone(backend: Backend) {
    let (node, desk, police, guard) = on_duty(&backend).await;
    let id = graded(&guard, &desk, Level::Two).await;
    calls(&desk, &id, &["guard"]).await;
    let called = sees_state(&police, &id, IncidentState::Dispatched).await.assignments[0].clone();
    police.request(responds(&id, &called.id, AssignmentMove::Take {})).await.unwrap();
    node.clock.advance_ms(2 * MINUTE_MS);
    let seen =
        sees(&desk, &id, |seen| seen.assignments[1].state == AssignmentState::Recalled).await;
    assert_eq!(
        (seen.state, seen.assignments[0].state),
        (IncidentState::Taken, AssignmentState::Taken)
    );
    assert_eq!(lines(&node, &id, "recall_untaken").await[0].team.as_deref(), Some("guard队"));
    node.stop().await;
}

async fn guards_are_recalled_with_the_police_who_never_came(backend: Backend) {
    let (node, desk, _police, guard) = on_duty(&backend).await;
    let id = IncidentId::from(fresh("timer"));
    let crime = report(&id, Some(seed::in_park()), KindCode::from("criminal").as_str());
    desk.request(crime).await.unwrap();
    let accept = IncidentMove::Accept { level: Level::Two, grid: None };
    desk.request(moved(&id, accept)).await.unwrap();
    calls(&desk, &id, &["guard"]).await;
    let called = sees_state(&guard, &id, IncidentState::Dispatched).await.assignments[1].clone();
    guard.request(responds(&id, &called.id, AssignmentMove::Take {})).await.unwrap();
    node.clock.advance_ms(2 * MINUTE_MS);
    let seen =
        sees(&desk, &id, |seen| seen.assignments[1].state == AssignmentState::Recalled).await;
    assert_eq!(seen.state, IncidentState::Accepted);
    let timeline = node.app.store.timeline(&id).await.unwrap();
    let last: Vec<&str> = timeline.iter().rev().map(|line| line.action.as_str()).take(2).collect();
    assert_eq!(last, ["recall_unescorted", "recall_untaken"]);
    node.stop().await;
}
