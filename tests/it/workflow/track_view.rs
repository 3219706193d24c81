//! A look at a track is written down first, told to whoever was looked at, and theirs alone to read.

use xunfang::client::Notice;
use xunfang::domain::{Event, Fix, IncidentId, MemberId};
use xunfang::protocol::{Code, Request};

use super::{DEADLINE, graded};
use crate::support::eventually;
use crate::support::http::Ask;
use crate::support::node::{NOW_MS, TestNode, refusal, sign_on};
use crate::support::{Backend, seed};

on_both!(a_look_is_told_and_shows_the_track, a_look_needs_a_reason_a_right_and_a_bound);

fn look(view: &str, members: &[&str], incident: Option<&IncidentId>) -> Request {
    Request::ViewTrack {
        view: view.into(),
        members: members.iter().map(|member| MemberId::from(*member)).collect(),
        incident: incident.cloned(),
        from_ms: NOW_MS - 1_000,
        to_ms: NOW_MS + 1_000,
        reason: "核对漏巡".to_owned(),
    }
}

async fn a_look_is_told_and_shows_the_track(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (desk, guard) = (node.client("dispatch").await, node.client("guard").await);
    sign_on(&guard).await;
    let point = seed::in_park();
    let fix = Fix { at_ms: NOW_MS, point, speed_mps: None, heading_deg: None, accuracy_m: None };
    guard.report(vec![fix]).await;
    let member = MemberId::from("guard");
    eventually(DEADLINE, "the fix is kept", async || {
        node.app.store.last_fix(&member, 0).await.unwrap()
    })
    .await;
    let id = graded(&guard, &desk).await;
    let mut heard = guard.events().await;
    desk.request(look("v-1", &[], Some(&id))).await.unwrap();
    let view = loop {
        let notice = tokio::time::timeout(DEADLINE, heard.recv()).await.unwrap().unwrap();
        if let Notice::Event { event, .. } = notice
            && let Event::TrackViewed { view } = *event
        {
            break view;
        }
    };
    let nobody_else: &[MemberId] = &[];
    assert_eq!((view.viewer_name.as_str(), &*view.members), ("演示dispatch", nobody_else));
    assert_eq!(view.reason.body.as_deref(), Some("核对漏巡"));
    let path = format!("/api/districts/{}/track-views/v-1", seed::DISTRICT);
    let token = node.token("dispatch").await;
    let shown = node.ask(Ask::get(&path).by(&token)).await.json();
    assert_eq!(shown["tracks"][0]["member"]["id"], "guard");
    assert_eq!(shown["tracks"][0]["fixes"][0]["at_ms"], NOW_MS);
    assert_eq!(shown["view"]["incident"], id.as_str());
    node.clock.advance_ms(60 * 60 * 1_000);
    let token = node.token("dispatch").await;
    assert_eq!(node.ask(Ask::get(&path).by(&token)).await.status, 404, "an hour later");
    node.stop().await;
}

async fn a_look_needs_a_reason_a_right_and_a_bound(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    seed::district_called(&node.app.writer, "420882003", "-b").await;
    let desk = node.client("dispatch").await;
    let changed = |change: fn(&mut Request)| {
        let mut request = look("v-x", &["guard"], None);
        change(&mut request);
        request
    };
    let silent = changed(|request| {
        if let Request::ViewTrack { reason, .. } = request {
            *reason = " ".to_owned();
        }
    });
    let long = changed(|request| {
        if let Request::ViewTrack { from_ms, .. } = request {
            *from_ms -= 24 * 60 * 60 * 1_000;
        }
    });
    for (request, code, field) in [
        (silent, Code::Invalid, "reason"),
        (long, Code::Invalid, "to_ms"),
        (look("v-x", &[], None), Code::Invalid, "members"),
        (look("v-x", &["guard-b"], None), Code::NotFound, "members"),
        (look("v-x", &["guard"], Some(&"nowhere".into())), Code::NotFound, "incident"),
        (look("v x", &["guard"], None), Code::Invalid, "view"),
    ] {
        let refused = refusal(desk.request(request).await);
        assert_eq!((refused.code, refused.field.as_deref()), (code, Some(field)));
    }
    for account in ["police", "guard", "street"] {
        let client = node.client(account).await;
        let refused = refusal(client.request(look("v-x", &["guard"], None)).await);
        assert_eq!(refused.code, Code::Forbidden, "{account}");
    }
    desk.request(look("v-x", &["guard"], None)).await.unwrap();
    let again = desk.request(look("v-x", &["guard2"], None)).await;
    assert_eq!(refusal(again).code, Code::IdReused);
    node.stop().await;
}
