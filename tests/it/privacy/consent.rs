//! Consent stands apart from the shift: withdrawn in the middle of it, positions stop at once.

use xunfang::domain::{AuditAction, CheckInMethod, Shift};
use xunfang::protocol::{Code, Request};

use super::{DEADLINE, error, fix, loses, sees, watches};
use crate::support::http::Ask;
use crate::support::node::{NOW_MS, TestNode, consent, fresh, refusal, sign_on};
use crate::support::{Backend, eventually, seed};
use xunfang::client::Client;

on_both!(
    a_withdrawal_in_the_middle_of_a_shift_ends_positions,
    check_ins_work_without_consent_and_keep_no_place,
    consent_is_told_by_version,
);

/// The guard's shift as the desk sees it once its consent is this.
async fn desk_reads(desk: &Client, version: Option<i64>) -> Shift {
    eventually(DEADLINE, "the desk hears of the consent", async || {
        desk.look(|state| {
            let view = state.views.values().next()?;
            let shift = &view.on_duty.get(&"guard".into())?.shift;
            (shift.consent_version == version).then(|| shift.clone())
        })
    })
    .await
}

async fn a_withdrawal_in_the_middle_of_a_shift_ends_positions(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (desk, guard) = (node.client("dispatch").await, node.client("guard").await);
    let mut notices = guard.events().await;
    watches(&desk).await;
    sign_on(&guard).await;
    guard.report(vec![fix(NOW_MS)]).await;
    sees(&desk, "guard", NOW_MS).await;
    node.clock.advance_ms(10_000);
    guard.request(Request::WithdrawConsent {}).await.unwrap();
    loses(&desk, "guard").await;
    assert_eq!(desk_reads(&desk, None).await.consent_ms, None);
    // A fix of before the withdrawal may come late; one of after it is nobody's.
    node.clock.advance_ms(10_000);
    guard.report(vec![fix(NOW_MS + 9_000), fix(NOW_MS + 10_000), fix(NOW_MS + 20_000)]).await;
    assert_eq!(error(&mut notices).await, Code::NoConsent);
    let track = eventually(DEADLINE, "the late fix is kept", async || {
        let track = node.app.store.track(&"guard".into(), 0, i64::MAX).await.unwrap();
        (track.len() == 2).then_some(track)
    })
    .await;
    assert_eq!(track[1].at_ms, NOW_MS + 9_000);
    assert!(!super::is_seen(&desk, "guard"), "a late fix is shown to nobody");
    consent(&guard).await;
    assert_eq!(desk_reads(&desk, Some(1)).await.consent_ms, Some(NOW_MS + 20_000));
    guard.report(vec![fix(NOW_MS + 20_000)]).await;
    sees(&desk, "guard", NOW_MS + 20_000).await;
    let records = node.app.store.audit_since(&seed::DISTRICT.into(), 0, 100).await.unwrap();
    let (given, withdrawn) = (AuditAction::ConsentGiven, AuditAction::ConsentWithdrawn);
    let consents = records.iter().filter(|record| [given, withdrawn].contains(&record.action));
    let said = consents.map(|record| record.action);
    let said: Vec<AuditAction> = said.filter(|action| *action != AuditAction::SignedIn).collect();
    assert_eq!(said, [given, withdrawn, given]);
    node.stop().await;
}

async fn check_ins_work_without_consent_and_keep_no_place(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let guard = node.client("guard").await;
    let on = Request::SignOn { shift: fresh("shift").into(), officer: None };
    guard.request(on).await.unwrap();
    let visit = |method| Request::CheckIn {
        check_in: fresh("visit").into(),
        checkpoint: seed::CHECKPOINT.into(),
        method,
        point: Some(seed::in_park()),
        accuracy_m: Some(8.0),
        observed_ms: NOW_MS,
        reason: Some("未同意定位".to_owned()),
    };
    let refused = refusal(guard.request(visit(CheckInMethod::Gps)).await);
    assert_eq!((refused.code, refused.field.as_deref()), (Code::NoConsent, Some("method")));
    for method in [CheckInMethod::Qr, CheckInMethod::Manual] {
        let outcome = guard.request(visit(method)).await.unwrap();
        let kept = outcome.check_in.expect("it is kept");
        assert_eq!((kept.point, kept.distance_m), (None, None), "{method}");
    }
    consent(&guard).await;
    let kept = guard.request(visit(CheckInMethod::Gps)).await.unwrap().check_in.unwrap();
    assert_eq!(kept.point, Some(seed::in_park()));
    node.stop().await;
}

async fn consent_is_told_by_version(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let guard = node.client("guard").await;
    let token = node.token("guard").await;
    let reads = async |query: &str| {
        node.ask(Ask::get(&format!("/api/consent{query}")).by(&token)).await.json()
    };
    let before = reads("").await;
    assert_eq!((&before["given"], &before["last"]), (&false.into(), &serde_json::Value::Null));
    assert!(before["text"].as_str().unwrap().contains("随时撤回"));
    assert!(reads("?language=en").await["text"].as_str().unwrap().contains("withdraw"));
    consent(&guard).await;
    let given = reads("").await;
    assert_eq!((&given["given"], &given["last"]["from_ms"]), (&true.into(), &NOW_MS.into()));
    node.clock.advance_ms(1_000);
    // Said twice, it is said once.
    consent(&guard).await;
    assert_eq!(reads("").await["last"], given["last"]);
    guard.request(Request::WithdrawConsent {}).await.unwrap();
    guard.request(Request::WithdrawConsent {}).await.unwrap();
    let after = reads("").await;
    assert_eq!(
        (&after["given"], &after["last"]["until_ms"]),
        (&false.into(), &(NOW_MS + 1_000).into())
    );
    node.stop().await;
}
