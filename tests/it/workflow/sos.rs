//! 一键求助: taken whatever is wrong with it, seen at once, ended by the right person only.

use xunfang::domain::{
    DueStep, Fix, Incident, IncidentId, IncidentMove, IncidentState, Level, Source,
};
use xunfang::protocol::{Code, Outcome, Request};

use super::{DEADLINE, sees, sees_state};
use crate::support::eventually;
use crate::support::node::{NOW_MS, TestNode, fresh, moved, refusal, sign_on};
use crate::support::{Backend, seed};
use xunfang::client::Client;

on_both!(
    a_call_for_help_is_level_one_until_a_named_person_takes_it,
    a_call_for_help_is_refused_for_nothing,
    a_call_taken_back_stays_on_the_desk,
    a_call_without_a_point_stands_where_the_member_was,
);

fn sos(incident: &IncidentId, point: Option<xunfang::spatial::Point>, observed_ms: i64) -> Request {
    Request::Sos { incident: incident.clone(), point, accuracy_m: Some(12.0), observed_ms }
}

async fn calls(client: &Client) -> IncidentId {
    let id = IncidentId::from(fresh("sos"));
    client.request(sos(&id, Some(seed::in_park()), NOW_MS)).await.expect("is taken");
    id
}

async fn moves(client: &Client, id: &IncidentId, step: IncidentMove) -> Result<Outcome, Code> {
    client.request(moved(id, step)).await.map_err(|error| refusal(Err(error)).code)
}

async fn a_call_for_help_is_level_one_until_a_named_person_takes_it(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (desk, guard) = (node.client("dispatch").await, node.client("guard").await);
    let id = calls(&guard).await;
    let seen = sees_state(&desk, &id, IncidentState::Pending).await;
    assert_eq!((seen.level, seen.source, seen.flags.sos), (Some(Level::One), Source::Sos, true));
    let due = seen.due.expect("it waits to be taken");
    assert_eq!((due.step, due.at_ms), (DueStep::Accept, seen.received_ms + 30_000));
    assert_eq!(seen.grid.as_ref().map(|grid| grid.as_str()), Some(seed::PARK_GRID));
    let lower = IncidentMove::Accept { level: Level::Three, grid: None };
    assert_eq!(moves(&desk, &id, lower).await, Err(Code::Invalid));
    assert_eq!(moves(&guard, &id, accept()).await, Err(Code::Forbidden));
    moves(&desk, &id, accept()).await.unwrap();
    let taken = sees_state(&guard, &id, IncidentState::Accepted).await;
    assert_eq!(taken.moved_by.as_deref(), Some("演示dispatch"), "the caller reads who took it");
    assert_eq!(taken.due.map(|due| due.step), Some(DueStep::Arrive));
    node.stop().await;
}

fn accept() -> IncidentMove {
    IncidentMove::Accept { level: Level::One, grid: None }
}

async fn a_call_for_help_is_refused_for_nothing(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let desk = node.client("dispatch").await;
    for account in ["volunteer", "street", "dispatch2", "chief"] {
        let client = node.client(account).await;
        for (point, observed_ms) in [(None, NOW_MS), (None, 0), (None, NOW_MS + 86_400_000)] {
            let id = IncidentId::from(fresh("sos"));
            client.request(sos(&id, point, observed_ms)).await.expect("off duty, no point");
            let seen = sees(&desk, &id, |_| true).await;
            assert_eq!(seen.flags.doubtful, observed_ms != NOW_MS, "{observed_ms}");
            assert_eq!(seen.observed_ms, NOW_MS);
            moves(&desk, &id, accept()).await.expect("no grid is asked for");
        }
    }
    node.stop().await;
}

async fn a_call_taken_back_stays_on_the_desk(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (desk, chief) = (node.client("dispatch").await, node.client("chief").await);
    let (guard, other) = (node.client("guard").await, node.client("guard2").await);
    let id = calls(&guard).await;
    let withdraw =
        |reason: &str| Request::WithdrawSos { incident: id.clone(), reason: reason.to_owned() };
    assert_eq!(refusal(other.request(withdraw("不是我的")).await).code, Code::NotFound);
    assert_eq!(refusal(desk.request(withdraw("代撤")).await).code, Code::NotFound);
    let refused = refusal(guard.request(withdraw("  ")).await);
    assert_eq!((refused.code, refused.field.as_deref()), (Code::Invalid, Some("reason")));
    guard.request(withdraw("误触，人没事")).await.unwrap();
    let seen = sees(&desk, &id, |seen| seen.flags.sos_withdrawn).await;
    assert_eq!(seen.state, IncidentState::Pending, "the desk still looks");
    assert_eq!(refusal(guard.request(withdraw("再撤")).await).code, Code::Conflict);
    let reason = || "已电话核实".to_owned();
    for step in
        [IncidentMove::Void { reason: reason() }, IncidentMove::FalseAlarm { reason: reason() }]
    {
        assert_eq!(moves(&desk, &id, step).await, Err(Code::Forbidden));
    }
    moves(&chief, &id, IncidentMove::FalseAlarm { reason: reason() }).await.unwrap();
    let ended: Incident = sees_state(&guard, &id, IncidentState::FalseAlarm).await;
    assert_eq!((ended.flags.sos_withdrawn, ended.due), (true, None));
    node.stop().await;
}

async fn a_call_without_a_point_stands_where_the_member_was(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (desk, guard) = (node.client("dispatch").await, node.client("guard").await);
    sign_on(&guard).await;
    let point = seed::in_park();
    let fix = Fix { at_ms: NOW_MS, point, speed_mps: None, heading_deg: None, accuracy_m: None };
    guard.report(vec![fix]).await;
    let member = "guard".into();
    eventually(DEADLINE, "the fix is kept", async || {
        node.app.store.last_fix(&member, 0).await.unwrap()
    })
    .await;
    let id = IncidentId::from(fresh("sos"));
    guard.request(sos(&id, None, NOW_MS)).await.unwrap();
    let seen = sees(&desk, &id, |_| true).await;
    assert_eq!(seen.point, Some(point));
    node.stop().await;
}
