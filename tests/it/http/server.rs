//! The program itself: when it is ready, what it lets be kept, what Prometheus reads.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::net::TcpListener;
use xunfang::http::{install_recorder, metrics_router};

use super::of_district;
use crate::support::http::{Ask, ask_at};
use crate::support::node::TestNode;
use crate::support::{Backend, eventually};

on_both!(a_node_that_cannot_read_its_log_is_not_ready);

async fn a_node_that_cannot_read_its_log_is_not_ready(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let ready = eventually(Duration::from_secs(20), "a ready node", async || {
        let answer = node.ask(Ask::get("/readyz")).await;
        (answer.status == 200).then(|| answer.json())
    })
    .await;
    let all =
        json!({ "ready": true, "degraded": false, "log": true, "delivery": true, "bus": true });
    assert_eq!(ready, all);
    let token = node.token("guard").await;
    node.app.store.close().await;
    let answer = node.ask(Ask::get("/readyz")).await;
    assert_eq!((answer.status, &answer.json()["log"]), (503, &Value::Bool(false)));
    assert_eq!(node.ask(Ask::get("/healthz")).await.status, 200, "the process still answers");
    let (status, code, _) = node.ask(Ask::get("/api/session").by(&token)).await.refused();
    assert_eq!((status, code.as_str()), (503, "busy"));
    node.stop().await;
}

#[tokio::test]
async fn answers_are_packed_and_those_about_people_are_not_kept() {
    let node = TestNode::seeded(&Backend::sqlite()).await;
    let token = node.token("dispatch").await;
    let (members, grids) = (of_district("members"), of_district("grids"));
    for path in ["/api/session", &members, &grids, "/api/nothing"] {
        let packed = [("accept-encoding", "gzip")];
        let answer = node.ask(Ask::get(path).by(&token).with(&packed)).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        let large = [&members, &grids].contains(&&path.to_owned());
        assert!(!large || answer.header("content-encoding") == "gzip", "{path}");
        let policy = answer.header("content-security-policy");
        let own_socket = format!("connect-src 'self' ws://{0} wss://{0}", node.address);
        assert!(policy.ends_with(&own_socket), "{policy}");
    }
    let starter = node.ask(Ask::get("/api/docs/swagger-initializer.js")).await;
    assert!(starter.text().contains("/api/openapi.json"), "{}", starter.text());
    node.stop().await;
}

#[tokio::test]
async fn metrics_stand_on_a_listener_of_their_own_and_name_nobody() {
    let recorder = install_recorder();
    let node = TestNode::seeded(&Backend::sqlite()).await;
    let token = node.token("dispatch").await;
    let path = of_district("members?q=secret-name");
    assert_eq!(node.ask(Ask::get(&path).by(&token)).await.status, 200);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(axum::serve(listener, metrics_router(recorder)).into_future());
    let answer = ask_at(address, Ask::get("/metrics")).await;
    for part in [
        "xunfang_http_requests_total{route=\"/api/districts/{district}/members\"",
        "xunfang_http_request_seconds_bucket{route=\"/api/districts/{district}/members\"",
    ] {
        assert!(answer.text().contains(part), "{part} is not in {}", answer.text());
    }
    assert!(!answer.text().contains("secret-name"));
    serving.abort();
    node.stop().await;
}
