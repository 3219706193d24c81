//! A new installation: one administrator, one password that works once, nothing else.

use hyper::Method;
use serde_json::json;
use xunfang::bus::{Bus, LocalBus};

use super::{cookie_of, with};
use crate::support::Backend;
use crate::support::http::Ask;
use crate::support::node::TestNode;

on_both!(the_first_start_opens_nothing_but_a_change_of_password);

async fn the_first_start_opens_nothing_but_a_change_of_password(backend: Backend) {
    let node = TestNode::start(&backend, Bus::Local(LocalBus::new())).await;
    let (name, password) = node.app.found().await.unwrap().expect("it is the first start");
    assert_eq!(node.app.found().await.unwrap(), None, "a second start makes nobody");

    let admin = cookie_of(&node, name, &password).await;
    let me = with(&node, &admin, Ask::get("/api/session")).await.json();
    assert_eq!(
        (&me["must_change_password"], &me["member"]["role"]),
        (&json!(true), &json!("system_admin"))
    );
    let document = serde_json::to_value(xunfang::http::openapi()).unwrap();
    let own = ["/api/session", "/api/session/password"];
    let open = ["/healthz", "/readyz", "/api/openapi.json", "/api/info", "/api/session/pair"];
    for (path, methods) in document["paths"].as_object().unwrap() {
        if own.contains(&path.as_str()) || open.contains(&path.as_str()) {
            continue;
        }
        for method in ["get", "post", "put", "delete"] {
            if methods.get(method).is_none() || path.contains("/demo/") {
                continue;
            }
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let at = path.replace(['{', '}'], "");
            let ask = Ask { method: method.clone(), body: Some("{}"), ..Ask::get(&at) };
            let (status, code, _) = with(&node, &admin, ask).await.refused();
            let expected = (403, "password_change".to_owned());
            assert_eq!((status, code), expected, "{method} {path}");
        }
    }

    let body = json!({ "old": password, "new": "Neues-Wort-2026" }).to_string();
    let changed = with(&node, &admin, Ask::post("/api/session/password", &body)).await;
    assert_eq!(changed.status, 204, "{}", changed.text());
    let district = json!({
        "id": "420882002", "name": "永兴街道", "prefix": "YX", "timezone": "Asia/Shanghai"
    });
    for (change, status) in [
        (json!({}), 200),
        (json!({}), 409),
        (json!({ "id": "420882003", "timezone": "Mars/Olympus" }), 400),
        (json!({ "id": "../x" }), 400),
        (json!({ "id": "installation" }), 400),
        (json!({ "id": "420882003", "name": "" }), 400),
        (json!({ "id": "420882003", "prefix": "Y X" }), 400),
    ] {
        let mut body = district.clone();
        for (field, value) in change.as_object().unwrap() {
            body[field] = value.clone();
        }
        let answer = with(&node, &admin, Ask::post("/api/districts", &body.to_string())).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
    }
    let mine = with(&node, &admin, Ask::get("/api/districts")).await.json();
    assert_eq!(mine.as_array().unwrap().len(), 1, "{mine}");
    let accounts = "/api/districts/420882002/accounts";
    assert_eq!(with(&node, &admin, Ask::get(accounts)).await.status, 200);
    node.stop().await;
}
