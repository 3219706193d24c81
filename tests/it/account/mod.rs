//! Accounts over real sockets: who gets in, for how long, and how one is put out again.

mod changes;
mod first_start;
mod lockout;
mod password;
mod sessions;

use serde_json::{Value, json};

use crate::support::http::{Answer, Ask};
use crate::support::node::TestNode;
use crate::support::{Backend, seed};

pub(crate) const MINUTE_MS: i64 = 60_000;

/// A node alone on this database, with the seeded district and its administrators.
pub(crate) async fn staffed(backend: &Backend) -> TestNode {
    let node = TestNode::seeded(backend).await;
    seed::administrators(&node.app.writer).await;
    node
}

/// Tries to sign in as a browser.
pub(crate) async fn try_sign_in(node: &TestNode, username: &str, password: &str) -> Answer {
    let body = json!({ "username": username, "password": password });
    node.ask(Ask::post("/api/session", &body.to_string())).await
}

/// Signs in as a browser, which must work; its cookie.
pub(crate) async fn cookie_of(node: &TestNode, username: &str, password: &str) -> String {
    let answer = try_sign_in(node, username, password).await;
    assert_eq!(answer.status, 200, "{username}: {}", answer.text());
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

/// Asks with a cookie.
pub(crate) async fn with(node: &TestNode, cookie: &str, ask: Ask<'_>) -> Answer {
    node.ask(ask.with(&[("cookie", cookie)])).await
}

/// The status that `GET /api/session` has with this cookie.
pub(crate) async fn status(node: &TestNode, cookie: &str) -> u16 {
    with(node, cookie, Ask::get("/api/session")).await.status
}

/// Does this to the account of a member, by the bearer of this token.
pub(crate) async fn change(node: &TestNode, token: &str, member: &str, change: Value) -> Answer {
    let path = format!("/api/districts/{}/members/{member}/account", seed::DISTRICT);
    node.ask(Ask::post(&path, &change.to_string()).by(token)).await
}
