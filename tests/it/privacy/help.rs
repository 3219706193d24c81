//! Whoever calls for help is located until it is over, whatever shift and consent say.

use xunfang::bus::{Bus, LocalBus};
use xunfang::client::Client;
use xunfang::domain::{IncidentId, IncidentMove, IncidentState, Level};
use xunfang::protocol::{Code, Request};

use super::{DEADLINE, error, fix, is_seen, loses, sees, watches};
use crate::support::node::{NOW_MS, TestNode, fresh, moved, sign_on};
use crate::support::{Backend, eventually, seed};
use crate::workflow::{graded, sees_state};

on_both!(
    a_caller_off_duty_is_followed_until_the_call_is_over,
    a_caller_on_duty_without_consent_is_followed_too,
    a_restarted_node_still_follows_the_caller,
);

async fn calls(client: &Client) -> IncidentId {
    let id = IncidentId::from(fresh("sos"));
    let (point, observed_ms) = (Some(seed::in_park()), NOW_MS);
    let call = Request::Sos { incident: id.clone(), point, accuracy_m: Some(9.0), observed_ms };
    client.request(call).await.expect("a call is refused to nobody");
    id
}

async fn judged_false(node: &TestNode, id: &IncidentId) {
    let chief = node.client("chief").await;
    let step = IncidentMove::FalseAlarm { reason: "已核实".to_owned() };
    chief.request(moved(id, step)).await.expect("the duty chief ends it");
    sees_state(&chief, id, IncidentState::FalseAlarm).await;
}

async fn a_caller_off_duty_is_followed_until_the_call_is_over(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (caller, desk) = (node.client("volunteer").await, node.client("dispatch").await);
    let (police, guard) = (node.client("police").await, node.client("guard").await);
    let property = node.client("property").await;
    let mut notices = caller.events().await;
    for client in [&desk, &police, &guard, &property] {
        watches(client).await;
    }
    sign_on(&guard).await;
    caller.report(vec![fix(NOW_MS)]).await;
    assert_eq!(error(&mut notices).await, Code::OffDuty);
    let id = calls(&caller).await;
    caller.report(vec![fix(NOW_MS - 1), fix(NOW_MS)]).await;
    assert_eq!(error(&mut notices).await, Code::OffDuty, "not from before the press");
    for client in [&desk, &police] {
        sees(client, "volunteer", NOW_MS).await;
    }
    assert!(!is_seen(&guard, "volunteer"), "the guards aren't called yet");
    desk.request(moved(&id, IncidentMove::Accept { level: Level::One, grid: None })).await.unwrap();
    let dispatch = IncidentMove::Dispatch { lead: "police".into(), support: vec!["guard".into()] };
    sign_on(&police).await;
    desk.request(moved(&id, dispatch)).await.unwrap();
    node.clock.advance_ms(10_000);
    eventually(DEADLINE, "the called team sees the caller", async || {
        caller.report(vec![fix(NOW_MS + 10_000)]).await;
        is_seen(&guard, "volunteer").then_some(())
    })
    .await;
    assert!(!is_seen(&property, "volunteer"));
    desk.request(moved(&id, IncidentMove::Recall { reason: "警力已到".to_owned() })).await.unwrap();
    loses(&guard, "volunteer").await;
    assert!(is_seen(&desk, "volunteer"), "the call is open still");
    let into = graded(&property, &desk).await;
    desk.request(moved(&id, IncidentMove::Merge { into })).await.unwrap();
    for client in [&desk, &police] {
        loses(client, "volunteer").await;
    }
    node.clock.advance_ms(10_000);
    caller.report(vec![fix(NOW_MS + 20_000), fix(NOW_MS + 9_000)]).await;
    assert_eq!(error(&mut notices).await, Code::OffDuty);
    eventually(DEADLINE, "what was taken during the call is kept", async || {
        let track = node.app.store.track(&"volunteer".into(), 0, i64::MAX).await.unwrap();
        track.iter().any(|fix| fix.at_ms == NOW_MS + 9_000).then_some(())
    })
    .await;
    assert!(!is_seen(&desk, "volunteer"));
    node.stop().await;
}

async fn a_caller_on_duty_without_consent_is_followed_too(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (caller, desk) = (node.client("guard").await, node.client("dispatch").await);
    let mut notices = caller.events().await;
    watches(&desk).await;
    let on = Request::SignOn { shift: fresh("shift").into(), officer: None };
    caller.request(on).await.unwrap();
    caller.report(vec![fix(NOW_MS)]).await;
    assert_eq!(error(&mut notices).await, Code::NoConsent);
    let id = calls(&caller).await;
    caller.report(vec![fix(NOW_MS)]).await;
    sees(&desk, "guard", NOW_MS).await;
    judged_false(&node, &id).await;
    loses(&desk, "guard").await;
    node.stop().await;
}

async fn a_restarted_node_still_follows_the_caller(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let id = calls(&node.client("volunteer").await).await;
    node.stop().await;
    let node = TestNode::start(&backend, Bus::Local(LocalBus::new())).await;
    let (caller, desk) = (node.client("volunteer").await, node.client("dispatch").await);
    watches(&desk).await;
    caller.report(vec![fix(NOW_MS)]).await;
    sees(&desk, "volunteer", NOW_MS).await;
    judged_false(&node, &id).await;
    loses(&desk, "volunteer").await;
    node.stop().await;
}
