//! What waits at the desk: 超时 on the timeline, and a call for help that is told to more people.

use tokio::sync::mpsc::Receiver;
use xunfang::client::{Client, Notice};
use xunfang::domain::{IncidentId, IncidentMove, IncidentState, Level};
use xunfang::protocol::Request;

use super::{lines, running};
use crate::support::node::{NOW_MS, TestNode, fresh, moved, report, sign_on};
use crate::support::{Backend, eventually, seed};
use crate::workflow::{DEADLINE, sees, sees_state};

on_both!(
    what_nobody_accepts_is_overdue_once,
    a_call_for_help_that_nobody_takes_is_told_to_police_on_duty,
    a_call_for_help_that_is_taken_is_told_to_nobody_else,
    police_who_are_off_duty_are_not_alerted,
);

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;

async fn calls_for_help(client: &Client) -> IncidentId {
    let id = IncidentId::from(fresh("sos"));
    let point = Some(seed::in_park());
    let request =
        Request::Sos { incident: id.clone(), point, accuracy_m: None, observed_ms: NOW_MS };
    client.request(request).await.expect("is taken");
    id
}

/// Waits for an alert of this incident.
async fn is_alerted(notices: &mut Receiver<Notice>, id: &IncidentId) {
    let alert = async {
        loop {
            match notices.recv().await {
                Some(Notice::Alert(alert)) if alert.incident == *id => return,
                Some(_) => {}
                None => panic!("the client ended"),
            }
        }
    };
    tokio::time::timeout(DEADLINE, alert).await.expect("the alert comes");
}

/// The alerts that have come until now.
fn alerts(notices: &mut Receiver<Notice>) -> usize {
    let mut count = 0;
    while let Ok(notice) = notices.try_recv() {
        count += usize::from(matches!(notice, Notice::Alert(_)));
    }
    count
}

async fn what_nobody_accepts_is_overdue_once(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (desk, guard) = (node.client("dispatch").await, node.client("guard").await);
    let id = IncidentId::from(fresh("timer"));
    guard.request(report(&id, Some(seed::in_park()), "hazard.manhole")).await.unwrap();
    assert_eq!(running(&backend).await, 1);
    let due = sees_state(&desk, &id, IncidentState::Pending).await.due.unwrap();
    node.clock.set_ms(due.at_ms);
    let seen = sees(&desk, &id, |seen| seen.version == 2).await;
    assert_eq!((seen.state, seen.due), (IncidentState::Pending, Some(due)));
    assert_eq!(running(&backend).await, 0);
    // What happens to it while it waits on doesn't make it overdue anew.
    let receipt = IncidentMove::ToPolice { receipt: "110-1".to_owned() };
    desk.request(moved(&id, receipt)).await.unwrap();
    assert_eq!(running(&backend).await, 0);
    let accept = IncidentMove::Accept { level: Level::Four, grid: None };
    desk.request(moved(&id, accept)).await.unwrap();
    assert_eq!(lines(&node, &id, "overdue").await.len(), 1);
    node.stop().await;
}

async fn a_call_for_help_that_nobody_takes_is_told_to_police_on_duty(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (desk, chief) = (node.client("dispatch").await, node.client("chief").await);
    let (guard, police) = (node.client("guard").await, node.client("police").await);
    let property = node.client("property").await;
    for client in [&police, &property] {
        sign_on(client).await;
    }
    let mut told = Vec::new();
    for client in [&desk, &chief, &police, &property] {
        told.push(client.events().await);
    }
    let id = calls_for_help(&guard).await;
    for notices in &mut told[..2] {
        is_alerted(notices, &id).await;
    }
    sees(&desk, &id, |seen| !seen.flags.escalated).await;
    node.clock.advance_ms(30 * SECOND_MS);
    for notices in &mut told[..3] {
        is_alerted(notices, &id).await;
    }
    let seen = sees(&police, &id, |seen| seen.flags.escalated).await;
    assert_eq!((seen.state, seen.reporter), (IncidentState::Pending, Some("guard".into())));
    let line = &lines(&node, &id, "escalate_sos").await[0];
    assert_eq!((line.at_ms, &line.actor), (NOW_MS + 30 * SECOND_MS, &None));
    assert_eq!(alerts(&mut told[3]), 0, "property staff aren't police");
    // Once, whatever becomes of it; and police see it to its end.
    let downgrade =
        IncidentMove::Downgrade { level: Level::Two, reason: "已电话联系".to_owned() };
    desk.request(moved(&id, downgrade)).await.unwrap();
    assert_eq!(running(&backend).await, 0);
    let accept = IncidentMove::Accept { level: Level::One, grid: None };
    desk.request(moved(&id, accept)).await.unwrap();
    sees_state(&police, &id, IncidentState::Accepted).await;
    assert_eq!(lines(&node, &id, "escalate_sos").await.len(), 1);
    node.stop().await;
}

async fn a_call_for_help_that_is_taken_is_told_to_nobody_else(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (desk, guard) = (node.client("dispatch").await, node.client("guard").await);
    let police = node.client("police").await;
    sign_on(&police).await;
    let mut told = police.events().await;
    let (taken, other) = (calls_for_help(&guard).await, calls_for_help(&guard).await);
    let accept = IncidentMove::Accept { level: Level::One, grid: None };
    desk.request(moved(&taken, accept)).await.unwrap();
    assert_eq!(running(&backend).await, 1);
    node.clock.advance_ms(10 * MINUTE_MS);
    is_alerted(&mut told, &other).await;
    sees(&police, &other, |seen| seen.flags.escalated).await;
    assert_eq!(alerts(&mut told), 0);
    let seen = node.app.store.incident(&taken).await.unwrap().unwrap();
    assert!(!seen.flags.escalated);
    assert!(
        police.look(|state| {
            state.views.values().all(|view| !view.incidents.contains_key(&taken))
        })
    );
    node.stop().await;
}

/// Nobody off duty is disturbed: they see it when they look.
async fn police_who_are_off_duty_are_not_alerted(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (police, guard) = (node.client("police").await, node.client("guard").await);
    let shift = sign_on(&police).await;
    police.request(Request::SignOff { shift }).await.unwrap();
    let mut told = police.events().await;
    let id = calls_for_help(&guard).await;
    node.clock.advance_ms(30 * SECOND_MS);
    eventually(DEADLINE, "police see it", async || {
        police.look(|state| {
            let view = state.views.values().next()?;
            view.incidents.get(&id).filter(|seen| seen.flags.escalated).map(|_| ())
        })
    })
    .await;
    // The alert goes ahead of its event: it would have come by now.
    assert_eq!(alerts(&mut told), 0);
    node.stop().await;
}
