//! 归档 after a week of silence; the past that came from elsewhere is left alone.

use xunfang::client::Client;
use xunfang::domain::{AssignmentMove, IncidentId, IncidentMove, IncidentState, Level};

use super::{calls, graded, lines, running};
use crate::support::node::{TestNode, moved, sign_on};
use crate::support::{Backend, eventually};
use crate::workflow::{DEADLINE, responds, sees_state};

on_both!(what_is_closed_is_archived_after_a_week_of_silence);

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// An incident that police see to from its report to its end.
async fn closed(police: &Client, desk: &Client) -> IncidentId {
    let id = graded(police, desk, Level::Two).await;
    calls(desk, &id, &[]).await;
    let called = sees_state(police, &id, IncidentState::Dispatched).await.assignments[0].id.clone();
    for step in [
        AssignmentMove::Take {},
        AssignmentMove::Arrive { point: None, manual_reason: Some("就在旁边".to_owned()) },
    ] {
        police.request(responds(&id, &called, step)).await.unwrap();
    }
    let note = "已设警示".to_owned();
    police.request(moved(&id, IncidentMove::Record { note })).await.unwrap();
    let (result, kind) = ("已修复".to_owned(), "hazard.manhole".into());
    police.request(moved(&id, IncidentMove::Feedback { result, kind })).await.unwrap();
    desk.request(moved(&id, IncidentMove::Approve { note: None })).await.unwrap();
    id
}

async fn what_is_closed_is_archived_after_a_week_of_silence(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (police, desk) = (node.client("police").await, node.client("dispatch").await);
    sign_on(&police).await;
    let (silent, rated) = (closed(&police, &desk).await, closed(&police, &desk).await);
    police.request(moved(&rated, IncidentMove::Rate { score: 5, note: None })).await.unwrap();
    assert_eq!(running(&backend).await, 1);
    let found = async |id: &IncidentId| node.app.store.incident(id).await.unwrap().unwrap();
    let closed_ms = found(&silent).await.moved_ms;
    node.clock.set_ms(closed_ms + 7 * DAY_MS - 1);
    let due_ms = node.clock.now_ms();
    let early = node.app.store.claim_timers("test", (due_ms, 1), 9).await.unwrap();
    assert_eq!(early, []);
    node.clock.advance_ms(1);
    let seen = eventually(DEADLINE, "it is archived", async || {
        Some(found(&silent).await).filter(|seen| seen.state == IncidentState::Archived)
    })
    .await;
    assert_eq!((seen.rating, seen.moved_by), (None, None));
    assert_eq!(lines(&node, &silent, "archive").await.len(), 1);
    assert_eq!(lines(&node, &rated, "archive").await.len(), 0);
    assert_eq!((found(&rated).await.rating, running(&backend).await), (Some(5), 0));
    node.stop().await;
}
