//! Who may no longer be here, decided on one node, is out on the other, with Redis away.

use serde_json::{Value, json};
use xunfang::domain::Role;
use xunfang::protocol::CloseReason;

use super::{DEADLINE, pair};
use crate::support::http::Ask;
use crate::support::node::TestNode;
use crate::support::{Backend, Redis, eventually, seed};

async fn change(node: &TestNode, keeper: &str, member: &str, change: Value) {
    let path = format!("/api/districts/{}/members/{member}/account", seed::DISTRICT);
    let answer = node.ask(Ask::post(&path, &change.to_string()).by(keeper)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test]
async fn ended_sessions_and_disabled_accounts_are_out_on_the_other_node_without_redis() {
    let (backend, mut redis) = (Backend::postgres().await, Redis::start());
    let (one, two) = pair(&backend, &redis).await;
    let keeper = one.token("keeper").await;
    let (guard, chief, desk) =
        (two.client("guard").await, two.client("chief").await, two.client("dispatch").await);
    redis.stop();
    change(&one, &keeper, "guard", json!({ "type": "end_sessions" })).await;
    change(&one, &keeper, "chief", json!({ "type": "disable" })).await;
    for (who, client) in [("guard", &guard), ("chief", &chief)] {
        let code = eventually(DEADLINE, who, async || client.look(|state| state.closed)).await;
        assert_eq!(code, CloseReason::Unauthenticated.code(), "{who}");
    }
    assert_eq!(desk.look(|state| (state.closed, state.connections)), (None, 1));
    assert!(two.app.sign_in("chief", seed::PASSWORD, None).await.is_err());
    change(&one, &keeper, "chief", json!({ "type": "enable" })).await;
    assert!(two.app.sign_in("chief", seed::PASSWORD, None).await.is_ok());
    one.stop().await;
    two.stop().await;
}

#[tokio::test]
async fn another_seat_given_on_one_node_is_seen_on_the_other_without_redis() {
    let (backend, mut redis) = (Backend::postgres().await, Redis::start());
    let (one, two) = pair(&backend, &redis).await;
    let keeper = one.token("keeper").await;
    let (desk, guard) = (two.client("dispatch").await, two.client("guard").await);
    redis.stop();
    let sits = async |member: &str, role: &str, org: &str| {
        let path = format!("/api/districts/{}/members/{member}/seat", seed::DISTRICT);
        let seat = json!({ "role": role, "force": "guard", "org": org }).to_string();
        let ask = Ask { method: hyper::Method::PUT, body: Some(&seat), ..Ask::get(&path) };
        let answer = one.ask(ask.by(&keeper)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    };
    sits("dispatch", "analyst", "station").await;
    eventually(DEADLINE, "the dispatcher counts now", async || {
        desk.look(|state| {
            let role = state.member.as_ref().map(|member| member.role);
            (state.live && role == Some(Role::Analyst)).then_some(())
        })
    })
    .await;
    assert_eq!(desk.look(|state| state.connections), 1, "on the same connection");
    // A phone's session lasts longer than a desk's may.
    sits("guard", "dispatcher", "company").await;
    let code = eventually(DEADLINE, "guard", async || guard.look(|state| state.closed)).await;
    assert_eq!(code, CloseReason::Unauthenticated.code());
    one.stop().await;
    two.stop().await;
}
