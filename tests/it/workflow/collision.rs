//! Two dispatchers at once: one wins, the other is told who did.

use xunfang::domain::{IncidentMove, IncidentState, Level};
use xunfang::protocol::Code;

use super::{graded, sees_state};
use crate::support::Backend;
use crate::support::node::{TestNode, moved, sign_on};

on_both!(one_dispatcher_wins_and_the_other_is_told_who);

async fn one_dispatcher_wins_and_the_other_is_told_who(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (desk, desk2) = (node.client("dispatch").await, node.client("dispatch2").await);
    let guard = node.client("guard").await;
    sign_on(&guard).await;
    let id = graded(&guard, &desk).await;
    let dispatch =
        || moved(&id, IncidentMove::Dispatch { lead: "guard".into(), support: Vec::new() });
    let (first, second) = tokio::join!(desk.request(dispatch()), desk2.request(dispatch()));
    let (winner, loser) = if first.is_ok() { ("dispatch", second) } else { ("dispatch2", first) };
    let refusal = crate::support::node::refusal(loser);
    assert_eq!(refusal.code, Code::IllegalMove);
    assert_eq!(refusal.by.as_deref(), Some(format!("演示{winner}").as_str()));
    assert!(refusal.at_ms.is_some());
    let legal = refusal.legal.unwrap();
    assert_eq!(legal.first().map(String::as_str), Some("take"), "{legal:?}");
    let incident = sees_state(&desk2, &id, IncidentState::Dispatched).await;
    assert_eq!(incident.assignments.len(), 1);
    let again = moved(&id, IncidentMove::Accept { level: Level::Three, grid: None });
    let refusal = crate::support::node::refusal(desk2.request(again).await);
    assert_eq!(refusal.code, Code::IllegalMove);
    node.stop().await;
}
