//! Who sees whom on the map: the own planned shift, the own team, or the own team's one dot.

use super::{fix, is_seen, loses, sees, watches};
use crate::support::Backend;
use crate::support::node::{NOW_MS, TestNode, sign_on};
use xunfang::protocol::Request;

on_both!(
    each_sees_the_units_that_the_matrix_grants,
    a_teams_dot_names_nobody_and_goes_with_the_last
);

async fn each_sees_the_units_that_the_matrix_grants(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (guard, police) = (node.client("guard").await, node.client("police").await);
    let (colleague, desk) = (node.client("guard2").await, node.client("dispatch").await);
    let (property, auxiliary) = (node.client("property").await, node.client("auxiliary").await);
    for client in [&guard, &police, &colleague, &property, &auxiliary, &desk] {
        watches(client).await;
    }
    // The roster has guard and police on one planned shift, the others on none.
    for client in [&guard, &police, &property, &auxiliary] {
        sign_on(client).await;
    }
    guard.report(vec![fix(NOW_MS)]).await;
    property.report(vec![fix(NOW_MS)]).await;
    for client in [&desk, &guard, &colleague, &police] {
        sees(client, "guard", NOW_MS).await;
    }
    for client in [&desk, &property] {
        sees(client, "property", NOW_MS).await;
    }
    for (who, client) in [("property", &property), ("auxiliary", &auxiliary)] {
        assert!(!is_seen(client, "guard"), "{who}");
    }
    for (who, client) in [("guard", &guard), ("police", &police), ("auxiliary", &auxiliary)] {
        assert!(!is_seen(client, "property"), "{who}");
    }
    node.stop().await;
}

async fn a_teams_dot_names_nobody_and_goes_with_the_last(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (volunteer, desk) = (node.client("volunteer").await, node.client("dispatch").await);
    watches(&volunteer).await;
    watches(&desk).await;
    let shift = sign_on(&volunteer).await;
    volunteer.report(vec![fix(NOW_MS)]).await;
    sees(&volunteer, "team:volunteer", NOW_MS).await;
    sees(&desk, "volunteer", NOW_MS).await;
    assert!(!is_seen(&volunteer, "volunteer"), "a dot, and nobody");
    assert!(!is_seen(&desk, "team:volunteer"));
    volunteer.request(Request::SignOff { shift }).await.unwrap();
    loses(&volunteer, "team:volunteer").await;
    loses(&desk, "volunteer").await;
    node.stop().await;
}
