//! The HTTP edge over real sockets: who is let in, what is refused, what is answered.

mod actors;
mod figures;
mod headers;
mod imports;
mod input;
mod listing;
mod pages;
mod pairing;
mod raw;
mod reading;
mod server;
mod session;

use serde_json::Value;
use xunfang::domain::IncidentId;
use xunfang::protocol::Request;

use crate::support::http::Ask;
use crate::support::node::{TestNode, fresh, report};
use crate::support::seed;

/// The district's endpoint.
pub(crate) fn of_district(rest: &str) -> String {
    format!("/api/districts/{}/{rest}", seed::DISTRICT)
}

/// What an account is answered, which must be 200.
pub(crate) async fn reads(node: &TestNode, account: &str, path: &str) -> Value {
    let token = node.token(account).await;
    let answer = node.ask(Ask::get(path).by(&token)).await;
    assert_eq!(answer.status, 200, "{account} {path}: {}", answer.text());
    answer.json()
}

/// A command's body.
pub(crate) fn command(id: &str, request: &Request) -> String {
    serde_json::json!({ "id": id, "request": request }).to_string()
}

/// Reports a manhole in the park as this account, over HTTP.
pub(crate) async fn reported(node: &TestNode, account: &str) -> IncidentId {
    let id = IncidentId::from(fresh("http"));
    let body = command(id.as_str(), &report(&id, Some(seed::in_park()), "hazard.manhole"));
    let token = node.token(account).await;
    let answer = node.ask(Ask::post("/api/commands", &body).by(&token)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["incident"]["state"], "pending");
    id
}
