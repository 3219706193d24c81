//! From 上报 to 已归档, seen step by step by both sides, counted once.

use xunfang::domain::{AssignmentMove, IncidentMove, IncidentState, KindCode};

use super::{dispatched, graded, responds, sees_state, state_of};
use crate::support::node::{TestNode, moved, sign_on};
use crate::support::{Backend, seed};

on_both!(a_hazard_goes_from_report_to_archive, counts_follow_the_final_kind);

async fn a_hazard_goes_from_report_to_archive(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (desk, guard) = (node.client("dispatch").await, node.client("guard").await);
    sign_on(&guard).await;
    let id = graded(&guard, &desk).await;
    let incident = sees_state(&guard, &id, IncidentState::Accepted).await;
    assert_eq!(incident.number, "YX-20261124-0001");
    assert_eq!(incident.grid.as_ref().map(|grid| grid.as_str()), Some(seed::PARK_GRID));
    assert_eq!(incident.text.as_ref().and_then(|t| t.body.as_deref()), Some("路灯不亮"));
    let assignment = dispatched(&desk, &id).await;
    for (step, state) in [
        (AssignmentMove::Take {}, IncidentState::Taken),
        (AssignmentMove::Depart {}, IncidentState::EnRoute),
        (
            AssignmentMove::Arrive { point: Some(seed::in_park()), manual_reason: None },
            IncidentState::OnScene,
        ),
    ] {
        let outcome = guard.request(responds(&id, &assignment, step)).await.unwrap();
        assert_eq!(state_of(&outcome), state);
        sees_state(&desk, &id, state).await;
        sees_state(&guard, &id, state).await;
    }
    let record = IncidentMove::Record { note: "已设警示".to_owned() };
    guard.request(moved(&id, record)).await.unwrap();
    let feedback =
        IncidentMove::Feedback { result: "已修复".to_owned(), kind: "hazard.manhole".into() };
    guard.request(moved(&id, feedback)).await.unwrap();
    sees_state(&desk, &id, IncidentState::Review).await;
    desk.request(moved(&id, IncidentMove::Approve { note: None })).await.unwrap();
    let rate = IncidentMove::Rate { score: 5, note: Some("很快".to_owned()) };
    desk.request(moved(&id, rate)).await.unwrap();
    for client in [&desk, &guard] {
        let archived = sees_state(client, &id, IncidentState::Archived).await;
        assert_eq!(archived.rating, Some(5));
    }
    let actions: Vec<String> =
        node.app.store.timeline(&id).await.unwrap().into_iter().map(|e| e.action).collect();
    assert_eq!(
        actions,
        [
            "report", "accept", "dispatch", "take", "depart", "arrive", "record", "feedback",
            "approve", "rate"
        ]
    );
    node.stop().await;
}

async fn counts_follow_the_final_kind(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (desk, guard) = (node.client("dispatch").await, node.client("guard").await);
    sign_on(&guard).await;
    let id = graded(&guard, &desk).await;
    let assignment = dispatched(&desk, &id).await;
    guard.request(responds(&id, &assignment, AssignmentMove::Take {})).await.unwrap();
    let manual = Some("没有信号".to_owned());
    let arrive = AssignmentMove::Arrive { point: None, manual_reason: manual };
    guard.request(responds(&id, &assignment, arrive)).await.unwrap();
    guard.request(moved(&id, IncidentMove::Record { note: "查看".to_owned() })).await.unwrap();
    let feedback =
        IncidentMove::Feedback { result: "车门未锁".to_owned(), kind: "hazard.door".into() };
    guard.request(moved(&id, feedback)).await.unwrap();
    let day = 20_781;
    let counts = node.app.store.day_counts(&seed::DISTRICT.into(), day, day).await.unwrap();
    let kinds: Vec<_> = counts.iter().map(|c| (c.kind.as_str(), c.grid.as_str(), c.n)).collect();
    assert_eq!(kinds, [("hazard.door", seed::PARK_GRID, 1)]);
    let kind = KindCode::from("hazard.door");
    assert_eq!(node.app.store.incident(&id).await.unwrap().unwrap().kind_final, Some(kind));
    node.stop().await;
}
