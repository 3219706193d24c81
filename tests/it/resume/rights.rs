//! A cursor never implies a right.

use std::collections::BTreeMap;

use xunfang::auth::{Actor, keys, sight};
use xunfang::command::{Command, PlaceSlice};
use xunfang::domain::{Force, Member};
use xunfang::intake::MemberRow;

use super::{district, peer, report_one, say, types};
use crate::support::Backend;
use crate::support::node::TestNode;

on_both!(a_right_that_was_lost_meanwhile_hides_what_came_before, a_forged_sight_grants_nothing);

/// Makes the police officer a volunteer, with no new sign-in.
async fn demote(node: &TestNode) -> Member {
    let before = node.app.store.member(&"police".into()).await.unwrap().unwrap();
    let member = Member { force: Force::Volunteer, team: None, ..before };
    let row = MemberRow { member: member.clone(), phone: None, new_team: None };
    let slice = PlaceSlice::Members(vec![row]);
    let command = Command::ImportPlaces { district: district(), slice };
    node.app.writer.apply(Actor::System, command).await.unwrap();
    member
}

async fn a_right_that_was_lost_meanwhile_hides_what_came_before(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let mut police = peer(&node, "police").await;
    let (seen, _) = report_one(&node, "guard", "criminal").await;
    let seq = say(&node, "值班").await;
    police.read_to(&district(), seq).await.unwrap();
    assert!(police.state.views[&district()].incidents.contains_key(&seen));
    police.go_away();
    let (missed, _) = report_one(&node, "guard", "criminal").await;
    demote(&node).await;
    let seq = say(&node, "换班").await;
    police.come_back(node.address).await;
    let frames = police.read_to(&district(), seq).await.unwrap();
    assert_eq!(types(&frames)[..2], ["welcome", "reset"]);
    let told = frames.concat();
    assert!(!told.contains(seen.as_str()) && !told.contains(missed.as_str()), "{told}");
    assert!(police.state.views[&district()].incidents.is_empty());
    node.stop().await;
}

async fn a_forged_sight_grants_nothing(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let mut police = peer(&node, "police").await;
    let mut cursor = police.state.cursors()[&district()].clone();
    police.go_away();
    let (missed, _) = report_one(&node, "guard", "criminal").await;
    let demoted = demote(&node).await;
    let seq = say(&node, "换班").await;
    // It claims to have read its state under the rights that it has now.
    cursor.sight = sight(&keys(&demoted, None));
    police.come_back_with(node.address, &BTreeMap::from([(district(), cursor)])).await;
    let frames = police.read_to(&district(), seq).await.unwrap();
    assert_eq!(types(&frames)[..2], ["welcome", "resumed"]);
    let told = frames.concat();
    assert!(!told.contains(missed.as_str()), "{told}");
    assert!(told.contains("换班"));
    node.stop().await;
}
