//! What administrators do with accounts and duties, and that it holds at once.

use hyper::Method;
use serde_json::{Value, json};

use super::sessions::SOON;
use super::{change, cookie_of, staffed, status, try_sign_in, with};
use crate::support::http::{Answer, Ask};
use crate::support::node::TestNode;
use crate::support::{Backend, eventually, seed};

on_both!(
    an_account_is_made_reset_disabled_and_enabled,
    a_disabled_account_is_put_out_while_its_page_is_open,
    duties_change_at_once_and_nobody_changes_their_own,
);

async fn seat(node: &TestNode, token: &str, member: &str, change: Value) -> Answer {
    let path = format!("/api/districts/{}/members/{member}/seat", seed::DISTRICT);
    let body = change.to_string();
    let ask = Ask { method: Method::PUT, body: Some(&body), ..Ask::get(&path) };
    node.ask(ask.by(token)).await
}

async fn listed(node: &TestNode, token: &str, member: &str) -> Value {
    let path = format!("/api/districts/{}/accounts?limit=500", seed::DISTRICT);
    let page = node.ask(Ask::get(&path).by(token)).await.json();
    let rows = page["items"].as_array().unwrap();
    rows.iter().find(|row| row["member"]["id"] == member).unwrap()["account"].clone()
}

async fn an_account_is_made_reset_disabled_and_enabled(backend: Backend) {
    let node = staffed(&backend).await;
    let keeper = node.token("keeper").await;
    assert_eq!(listed(&node, &keeper, "accountless").await, Value::Null);
    let make = |name: &str| json!({ "type": "make", "username": name });
    for (who, name, status) in [
        ("accountless", "Not Plain", 400),
        ("accountless", "guard", 409),
        ("guard", "guard.two", 409),
        ("nobody", "nobody", 404),
        ("accountless", "zhang.san", 200),
    ] {
        let answer = change(&node, &keeper, who, make(name)).await;
        assert_eq!(answer.status, status, "{who} {name}: {}", answer.text());
    }
    let reset = change(&node, &keeper, "accountless", json!({ "type": "reset" })).await;
    let password = reset.json()["password"].as_str().unwrap().to_owned();
    let cookie = cookie_of(&node, "zhang.san", &password).await;
    let refused = with(&node, &cookie, Ask::get("/api/districts")).await.refused();
    assert_eq!(refused.1, "password_change");
    let state = listed(&node, &keeper, "accountless").await;
    assert_eq!((&state["must_change"], &state["sessions"]), (&json!(true), &json!(1)));
    let unsaid = change(&node, &keeper, "accountless", json!({ "type": "disable" })).await;
    assert_eq!(unsaid.json()["password"], Value::Null);
    assert_eq!(status(&node, &cookie).await, 401);
    assert_eq!(try_sign_in(&node, "zhang.san", &password).await.status, 401);
    change(&node, &keeper, "accountless", json!({ "type": "enable" })).await;
    assert_eq!(try_sign_in(&node, "zhang.san", &password).await.status, 200);

    for account in ["guard", "dispatch", "chief", "street", "security", "audit"] {
        let token = node.token(account).await;
        let answer = change(&node, &token, "police", json!({ "type": "reset" })).await;
        assert_eq!(answer.status, 403, "{account}");
    }
    let own = change(&node, &keeper, "keeper", json!({ "type": "disable" })).await;
    assert_eq!(own.status, 403, "nobody keeps their own account");
    node.stop().await;
}

async fn a_disabled_account_is_put_out_while_its_page_is_open(backend: Backend) {
    let node = staffed(&backend).await;
    let keeper = node.token("keeper").await;
    let desk = node.client("dispatch").await;
    let other = node.client("dispatch2").await;
    let answer = change(&node, &keeper, "dispatch", json!({ "type": "disable" })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    eventually(SOON, "the desk is put out", async || desk.look(|state| state.closed)).await;
    assert_eq!(other.look(|state| state.closed), None);
    node.stop().await;
}

async fn duties_change_at_once_and_nobody_changes_their_own(backend: Backend) {
    let node = staffed(&backend).await;
    let (keeper, security) = (node.token("keeper").await, node.token("security").await);
    let seat_of = |role: &str, team: Value| json!({ "role": role, "force": "guard", "org": "company", "team": team, "grid": null });
    for (token, who, wanted, status) in [
        (&keeper, "guard2", seat_of("patrol", json!("police")), 400),
        (&keeper, "guard2", seat_of("patrol", json!("nowhere")), 404),
        (&keeper, "guard2", seat_of("grid_worker", Value::Null), 400),
        // There is a security administrator, who alone appoints administrators.
        (&keeper, "guard2", seat_of("system_admin", Value::Null), 403),
        (&keeper, "guard2", seat_of("security_admin", Value::Null), 403),
        (&keeper, "keeper", seat_of("dispatcher", Value::Null), 403),
        (&security, "security", seat_of("dispatcher", Value::Null), 403),
        (&security, "guard2", seat_of("audit_admin", Value::Null), 200),
        (&security, "guard2", seat_of("patrol", json!("guard")), 200),
        (&keeper, "guard2", seat_of("dispatcher", Value::Null), 200),
    ] {
        let answer = seat(&node, token, who, wanted.clone()).await;
        assert_eq!(answer.status, status, "{who} {wanted}: {}", answer.text());
    }
    let members = format!("/api/districts/{}/members", seed::DISTRICT);
    let guard2 = node.token("guard2").await;
    assert_eq!(node.ask(Ask::get(&members).by(&guard2)).await.status, 200, "a dispatcher now");
    let desk = node.client("guard2").await;
    let back = seat(&node, &keeper, "guard2", seat_of("patrol", json!("guard"))).await;
    assert_eq!(back.status, 200, "{}", back.text());
    eventually(SOON, "a desk that is none any more is put out", async || {
        desk.look(|state| state.closed)
    })
    .await;
    assert_eq!(node.ask(Ask::get(&members).by(&guard2)).await.status, 401, "its session too");
    node.stop().await;
}
