//! Bad input and wrong actors: each a clear refusal, and the connection lives on.

use xunfang::domain::position::MAX_AHEAD_MS;
use xunfang::domain::{Fix, IncidentId, IncidentMove, Level, ShiftId};
use xunfang::protocol::{Code, Request};

use super::{DEADLINE, graded};
use crate::support::node::{NOW_MS, TestNode, fresh, moved, refusal, report, sign_on};
use crate::support::{Backend, seed};
use xunfang::client::{Client, Notice};

on_both!(
    wrong_requests_are_refused_and_the_connection_lives_on,
    positions_are_judged_by_their_own_time,
    rights_decide_who_leads_and_who_closes,
);

async fn wrong_requests_are_refused_and_the_connection_lives_on(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (desk, guard) = (node.client("dispatch").await, node.client("guard").await);
    sign_on(&guard).await;
    let id = graded(&guard, &desk).await;
    let cases = duty_cases(&desk, &guard).into_iter().chain(move_cases(&desk, &guard, &id));
    for (client, request, code, field) in cases {
        let refused = refusal(client.request(request.clone()).await);
        assert_eq!((refused.code, refused.field.as_deref()), (code, field), "{request:?}");
    }
    assert_eq!(guard.look(|state| state.connections), 1);
    assert_eq!(desk.look(|state| state.connections), 1);
    node.stop().await;
}

type Case<'a> = (&'a Client, Request, Code, Option<&'static str>);

fn duty_cases<'a>(desk: &'a Client, guard: &'a Client) -> Vec<Case<'a>> {
    let second_shift = Request::SignOn { shift: "s-2".into(), officer: None };
    let stale_consent = Request::GiveConsent { version: 99 };
    let new = || IncidentId::from(fresh("bad"));
    vec![
        (guard, second_shift, Code::Conflict, None),
        (desk, stale_consent, Code::Invalid, Some("version")),
        (guard, Request::SignOff { shift: "other".into() }, Code::OffDuty, Some("shift")),
        (guard, report(&new(), None, "hazard.manhole"), Code::Invalid, Some("point")),
        (guard, report(&new(), Some(seed::in_park()), "no.such"), Code::NotFound, Some("kind")),
        (
            guard,
            Request::PostMessage {
                message: "m-1".into(),
                channel: "incident:nowhere".into(),
                body: "在吗".to_owned(),
            },
            Code::NotFound,
            Some("channel"),
        ),
        (
            guard,
            Request::PostMessage {
                message: "m-2".into(),
                channel: format!("district:{}", seed::DISTRICT).into(),
                body: "长".repeat(2_001),
            },
            Code::Invalid,
            Some("body"),
        ),
    ]
}

fn move_cases<'a>(desk: &'a Client, guard: &'a Client, id: &IncidentId) -> Vec<Case<'a>> {
    let unknown = IncidentId::from("nowhere");
    let reason = || "重复".to_owned();
    vec![
        (
            desk,
            moved(&unknown, IncidentMove::Void { reason: reason() }),
            Code::NotFound,
            Some("incident"),
        ),
        (desk, moved(id, IncidentMove::Void { reason: reason() }), Code::IllegalMove, None),
        (
            desk,
            moved(id, IncidentMove::Dispatch { lead: "nobody".into(), support: vec![] }),
            Code::NotFound,
            Some("lead"),
        ),
        (
            desk,
            moved(id, IncidentMove::Dispatch { lead: "police".into(), support: vec![] }),
            Code::OffDuty,
            Some("lead"),
        ),
        (
            guard,
            moved(id, IncidentMove::Dispatch { lead: "guard".into(), support: vec![] }),
            Code::Forbidden,
            None,
        ),
        (desk, moved(id, IncidentMove::Merge { into: id.clone() }), Code::Invalid, Some("into")),
        (
            desk,
            moved(id, IncidentMove::Suspend { reason: reason(), review_ms: 1 }),
            Code::Invalid,
            Some("review_ms"),
        ),
        (
            desk,
            moved(id, IncidentMove::Escalate { level: Level::Four, reason: reason() }),
            Code::Invalid,
            Some("level"),
        ),
        (
            desk,
            moved(id, IncidentMove::Downgrade { level: Level::Four, reason: " ".to_owned() }),
            Code::Invalid,
            Some("reason"),
        ),
    ]
}

async fn positions_are_judged_by_their_own_time(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let guard = node.client("guard").await;
    let mut notices = guard.events().await;
    let fix = |at_ms: i64| Fix {
        at_ms,
        point: seed::in_park(),
        speed_mps: Some(1.2),
        heading_deg: None,
        accuracy_m: Some(5.0),
    };
    guard.report(vec![fix(NOW_MS)]).await;
    assert_eq!(error(&mut notices).await, (Code::OffDuty, None));
    let shift = sign_on(&guard).await;
    for (at_ms, expected) in [
        (NOW_MS + MAX_AHEAD_MS + 1, (Code::Invalid, Some("at_ms".to_owned()))),
        (NOW_MS - 25 * 60 * 60 * 1_000, (Code::Invalid, Some("at_ms".to_owned()))),
        (NOW_MS - 1, (Code::OffDuty, None)),
    ] {
        guard.report(vec![fix(at_ms)]).await;
        assert_eq!(error(&mut notices).await, expected, "{at_ms}");
    }
    node.clock.advance_ms(60_000);
    guard.report(vec![fix(NOW_MS + 30_000), fix(NOW_MS + 60_000)]).await;
    guard.request(Request::SignOff { shift }).await.unwrap();
    node.clock.advance_ms(60_000);
    guard.report(vec![fix(NOW_MS + 90_000), fix(NOW_MS + 45_000)]).await;
    assert_eq!(error(&mut notices).await, (Code::OffDuty, None));
    let track = crate::support::eventually(DEADLINE, "three fixes are kept", async || {
        let track = node.app.store.track(&"guard".into(), 0, i64::MAX).await.unwrap();
        (track.len() == 3).then_some(track)
    })
    .await;
    let times: Vec<i64> = track.iter().map(|fix| fix.at_ms - NOW_MS).collect();
    assert_eq!(times, [30_000, 45_000, 60_000]);
    guard.request(Request::WithdrawConsent {}).await.unwrap();
    let again = Request::SignOn { shift: ShiftId::from("s-9"), officer: None };
    guard.request(again).await.unwrap();
    guard.report(vec![fix(NOW_MS + 120_000)]).await;
    assert_eq!(error(&mut notices).await, (Code::NoConsent, None));
    node.stop().await;
}

async fn error(notices: &mut tokio::sync::mpsc::Receiver<Notice>) -> (Code, Option<String>) {
    let next = async {
        loop {
            match notices.recv().await {
                Some(Notice::Error(refusal)) => return (refusal.code, refusal.field),
                Some(_) => {}
                None => panic!("the client ended"),
            }
        }
    };
    tokio::time::timeout(DEADLINE, next).await.expect("an error comes")
}

async fn rights_decide_who_leads_and_who_closes(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (desk, volunteer) = (node.client("dispatch").await, node.client("volunteer").await);
    let (guard, police) = (node.client("guard").await, node.client("police").await);
    sign_on(&guard).await;
    sign_on(&police).await;
    let id = IncidentId::from(fresh("outside"));
    volunteer.request(report(&id, Some(seed::at_home()), "criminal")).await.unwrap();
    let accept = IncidentMove::Accept { level: Level::Three, grid: None };
    desk.request(moved(&id, accept)).await.unwrap();
    let alone = IncidentMove::Dispatch { lead: "guard".into(), support: vec![] };
    let refused = refusal(desk.request(moved(&id, alone)).await);
    assert_eq!((refused.code, refused.field.as_deref()), (Code::Forbidden, Some("lead")));
    let led = IncidentMove::Dispatch { lead: "police".into(), support: vec!["guard".into()] };
    desk.request(moved(&id, led)).await.unwrap();
    let incident = super::sees(&guard, &id, |incident| incident.assignments.len() == 2).await;
    let lead = incident.assignments.iter().find(|a| a.lead).unwrap().id.clone();
    let take = super::responds(&id, &lead, xunfang::domain::AssignmentMove::Take {});
    assert_eq!(refusal(guard.request(take).await).code, Code::Forbidden);
    node.stop().await;
}
