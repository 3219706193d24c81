//! Signing in and out, and what a browser and a device hold.

use serde_json::json;

use crate::support::http::{Answer, Ask};
use crate::support::node::TestNode;
use crate::support::{Backend, seed};

on_both!(browsers_hold_a_cookie_and_devices_a_token, sessions_end_and_forged_ones_never_begin);

async fn sign_in(node: &TestNode, username: &str, password: &str, device: bool) -> Answer {
    let body = json!({ "username": username, "password": password, "device": device });
    node.ask(Ask::post("/api/session", &body.to_string())).await
}

async fn browsers_hold_a_cookie_and_devices_a_token(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let browser = sign_in(&node, "dispatch", seed::PASSWORD, false).await;
    assert_eq!(browser.status, 200, "{}", browser.text());
    assert_eq!(browser.json()["member"]["role"], "dispatcher");
    assert_eq!(browser.json()["districts"][0]["id"], seed::DISTRICT);
    assert!(browser.json()["token"].is_null());
    let cookie = browser.header("set-cookie");
    for part in ["xunfang_session=", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{part} is not in {cookie}");
    }
    let cookie = cookie.split(';').next().unwrap();
    let me = node.ask(Ask::get("/api/session").with(&[("cookie", cookie)])).await;
    assert_eq!((me.status, &me.json()["member"]["id"]), (200, &json!("dispatch")));
    let device = sign_in(&node, "guard", seed::PASSWORD, true).await;
    assert_eq!(device.header("set-cookie"), "");
    let token = device.json()["token"].as_str().unwrap().to_owned();
    let me = node.ask(Ask::get("/api/session").by(&token)).await;
    assert_eq!(me.json()["member"]["id"], "guard");
    let wrong = sign_in(&node, "dispatch", "Wrong-Pass-2026", false).await;
    let unknown = sign_in(&node, "nobody", "Wrong-Pass-2026", false).await;
    assert_eq!((wrong.status, unknown.status), (401, 401));
    assert_eq!(wrong.body, unknown.body, "an unknown name looks like a wrong password");
    assert_eq!(wrong.header("set-cookie"), "");
    node.stop().await;
}

async fn sessions_end_and_forged_ones_never_begin(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let token = node.token("guard").await;
    let other = node.token("guard").await;
    let show = |token| node.ask(Ask::get("/api/session").by(token));
    let mut forged = token.clone();
    forged.replace_range(..1, if token.starts_with('0') { "1" } else { "0" });
    assert_eq!(show(&forged).await.status, 401);
    let out = Ask { method: hyper::Method::DELETE, ..Ask::get("/api/session") };
    assert_eq!(node.ask(out.by(&token)).await.status, 204);
    assert_eq!(show(&token).await.status, 401);
    assert_eq!(show(&other).await.status, 200, "the other device is still signed in");
    node.clock.advance_ms(31 * 24 * 60 * 60 * 1_000);
    assert_eq!(show(&other).await.status, 401, "it ends by itself");
    node.stop().await;
}
