//! Fixes are kept for 30 days, longer only while they are held; what stays is a summary.

use serde_json::json;
use xunfang::app::Purged;
use xunfang::domain::{AuditAction, Fix};
use xunfang::protocol::Request;
use xunfang::spatial::Point;

use super::DEADLINE;
use crate::support::http::Ask;
use crate::support::node::{NOW_MS, TestNode, sign_on};
use crate::support::{Backend, eventually, seed};

on_both!(
    old_fixes_leave_a_summary_and_go,
    a_hold_keeps_what_it_names_until_it_is_released,
    a_hold_needs_a_reason_and_a_right,
);

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
const HOLDS: &str = "/api/districts/420882002/track-holds";

/// The guard walks 20 m north five times, 15 s each, and signs off.
async fn walked(node: &TestNode) -> xunfang::domain::ShiftId {
    let guard = node.client("guard").await;
    let shift = sign_on(&guard).await;
    let start = seed::in_park();
    let fixes: Vec<Fix> = (0..6)
        .map(|n| Fix {
            at_ms: NOW_MS + i64::from(n) * 15_000,
            point: Point::new(start.lng(), start.lat() + f64::from(n) * 20.0 / 111_195.0).unwrap(),
            speed_mps: None,
            heading_deg: None,
            accuracy_m: Some(8.0),
        })
        .collect();
    node.clock.advance_ms(75_000);
    guard.report(fixes).await;
    kept(node, 6).await;
    guard.request(Request::SignOff { shift: shift.clone() }).await.unwrap();
    shift
}

async fn kept(node: &TestNode, count: usize) {
    eventually(DEADLINE, "the fixes are kept", async || {
        let track = node.app.store.track(&"guard".into(), 0, i64::MAX).await.unwrap();
        (track.len() == count).then_some(())
    })
    .await;
}

async fn left(node: &TestNode) -> usize {
    node.app.store.track(&"guard".into(), 0, i64::MAX).await.unwrap().len()
}

async fn old_fixes_leave_a_summary_and_go(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let shift = walked(&node).await;
    node.clock.set_ms(NOW_MS + 30 * DAY_MS);
    assert_eq!(node.app.purge().await.unwrap(), Purged::default(), "not a moment early");
    node.clock.advance_ms(30_000);
    let purged = node.app.purge().await.unwrap();
    assert_eq!(purged, Purged { fixes: 2, summaries: 1 });
    assert_eq!(left(&node).await, 4);
    node.clock.advance_ms(DAY_MS);
    assert_eq!(node.app.purge().await.unwrap(), Purged { fixes: 4, summaries: 0 });
    assert_eq!(node.app.purge().await.unwrap(), Purged::default(), "once is enough");
    let summary = node.app.store.shift_summary(&shift).await.unwrap().expect("it stays");
    assert!((summary.distance_m - 100.0).abs() < 0.5, "{summary:?}");
    assert_eq!((summary.fixes, summary.grids.len()), (6, 1));
    assert_eq!(summary.grids[0].as_str(), seed::PARK_GRID);
    let audit = node.app.store.audit_since(&seed::DISTRICT.into(), 0, 100).await.unwrap();
    let details: Vec<&str> = audit
        .iter()
        .filter(|record| record.action == AuditAction::Purged)
        .filter_map(|record| record.detail.as_deref())
        .collect();
    assert_eq!(details.len(), 2);
    assert!(details[0].starts_with("2 fixes before ") && details[0].ends_with("1 summaries"));
    node.stop().await;
}

async fn a_hold_keeps_what_it_names_until_it_is_released(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    walked(&node).await;
    let token = node.token("chief").await;
    let wanted = json!({
        "id": "hold-1", "members": ["guard"], "reason": "案件调查",
        "from_ms": NOW_MS + 15_000, "to_ms": NOW_MS + 45_000,
    });
    let placed = node.ask(Ask::post(HOLDS, &wanted.to_string()).by(&token)).await;
    assert_eq!(placed.status, 201, "{}", placed.text());
    assert_eq!(placed.json()["reason"]["body"], "案件调查");
    let again = node.ask(Ask::post(HOLDS, &wanted.to_string()).by(&token)).await;
    assert_eq!(again.status, 409);
    node.clock.advance_ms(40 * DAY_MS);
    let token = node.token("chief").await;
    assert_eq!(node.app.purge().await.unwrap(), Purged { fixes: 4, summaries: 1 });
    assert_eq!(left(&node).await, 2);
    let path = format!("{HOLDS}/hold-1/release");
    let released = node.ask(Ask::post(&path, r#"{"reason":"已结案"}"#).by(&token)).await;
    assert_eq!(released.json()["released_by_name"], "演示chief");
    let twice = node.ask(Ask::post(&path, r#"{"reason":"已结案"}"#).by(&token)).await;
    assert_eq!(twice.status, 409);
    let listed = node.ask(Ask::get(HOLDS).by(&token)).await.json();
    assert_eq!(listed["items"][0]["release_reason"]["body"], "已结案");
    assert_eq!(node.app.purge().await.unwrap(), Purged { fixes: 2, summaries: 0 });
    let audit = node.app.store.audit_since(&seed::DISTRICT.into(), 0, 100).await.unwrap();
    let about_hold = audit.iter().filter(|r| r.object.as_deref() == Some("track_hold:hold-1"));
    let actions: Vec<_> = about_hold.map(|r| (r.action, r.reason_digest.is_some())).collect();
    assert_eq!(actions, [(AuditAction::HoldPlaced, true), (AuditAction::HoldReleased, true)]);
    node.stop().await;
}

async fn a_hold_needs_a_reason_and_a_right(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let wanted = |change: serde_json::Value| {
        let mut body = json!({
            "id": "hold-1", "members": ["guard"], "reason": "案件", "from_ms": 1, "to_ms": 2,
        });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        body.to_string()
    };
    let token = node.token("chief").await;
    for (change, status, field) in [
        (json!({"reason": "  "}), 400, "reason"),
        (json!({"members": []}), 400, "members"),
        (json!({"members": ["nobody"]}), 404, "members"),
        (json!({"to_ms": 1}), 400, "to_ms"),
        (json!({"to_ms": i64::MAX}), 400, "to_ms"),
        (json!({"id": "a b"}), 400, "id"),
    ] {
        let answer = node.ask(Ask::post(HOLDS, &wanted(change.clone())).by(&token)).await;
        assert_eq!((answer.status, &answer.json()["field"]), (status, &field.into()), "{change}");
    }
    for account in ["guard", "police", "dispatch", "street"] {
        let token = node.token(account).await;
        let answer = node.ask(Ask::post(HOLDS, &wanted(json!({}))).by(&token)).await;
        assert_eq!(answer.status, 403, "{account}");
    }
    let path = format!("{HOLDS}/nothing/release");
    let answer = node.ask(Ask::post(&path, r#"{"reason":"无"}"#).by(&token)).await;
    assert_eq!(answer.status, 404);
    node.stop().await;
}
