//! One session sends the positions of a shift: the one that signed on, or took it over.

use xunfang::domain::AuditAction;
use xunfang::protocol::{Code, Request};

use super::{error, fix, sees, watches};
use crate::support::node::{NOW_MS, TestNode, refusal, sign_on};
use crate::support::{Backend, seed};

on_both!(only_the_session_with_the_grant_sends_positions);

async fn only_the_session_with_the_grant_sends_positions(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let desk = node.client("dispatch").await;
    let (old, new) = (node.client("guard").await, node.client("guard").await);
    let (mut of_old, mut of_new) = (old.events().await, new.events().await);
    watches(&desk).await;
    let shift = sign_on(&old).await;
    new.report(vec![fix(NOW_MS)]).await;
    assert_eq!(error(&mut of_new).await, Code::NoGrant);
    old.report(vec![fix(NOW_MS + 1)]).await;
    sees(&desk, "guard", NOW_MS + 1).await;
    let take = || Request::TakeShift { shift: shift.clone() };
    let other = node.client("guard2").await;
    assert_eq!(refusal(other.request(take()).await).code, Code::OffDuty);
    new.request(take()).await.unwrap();
    new.request(take()).await.expect("taken twice is taken once");
    old.report(vec![fix(NOW_MS + 2)]).await;
    assert_eq!(error(&mut of_old).await, Code::NoGrant);
    new.report(vec![fix(NOW_MS + 3)]).await;
    sees(&desk, "guard", NOW_MS + 3).await;
    let audit = node.app.store.audit_since(&seed::DISTRICT.into(), 0, 100).await.unwrap();
    let taken = audit.iter().filter(|record| record.action == AuditAction::ShiftTaken);
    assert_eq!(taken.count(), 1);
    new.request(Request::SignOff { shift: shift.clone() }).await.unwrap();
    assert_eq!(refusal(old.request(take()).await).code, Code::OffDuty);
    node.stop().await;
}
