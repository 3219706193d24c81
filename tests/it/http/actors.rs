//! Nobody, the wrong actor and the foreign district are refused by every endpoint.

use hyper::Method;
use xunfang::domain::{IncidentMove, Level};
use xunfang::protocol::Request;

use super::{command, reads, reported};
use crate::support::http::Ask;
use crate::support::node::{NOW_MS, TestNode, moved};
use crate::support::{Backend, seed};

on_both!(every_endpoint_refuses_the_wrong_actor, pages_of_other_sites_change_nothing);

/// Endpoints that answer everybody.
const PUBLIC: &[&str] = &[
    "post /api/demo/tokens",
    "get /api/info",
    "get /api/openapi.json",
    "get /healthz",
    "get /readyz",
    "post /api/session",
    "post /api/session/pair",
];

#[tokio::test]
async fn every_endpoint_of_the_document_refuses_nobody() {
    let node = TestNode::seeded(&Backend::sqlite()).await;
    let document = serde_json::to_value(xunfang::http::openapi()).unwrap();
    let mut asked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            if PUBLIC.contains(&format!("{method} {path}").as_str()) {
                continue;
            }
            let path = path.replace("{district}", seed::DISTRICT).replace("{incident}", "i");
            let path = path.replace("{hold}", "h");
            let path = path.replace("{view}", "v").replace("{import}", "i");
            let path = path.replace("{table}", "grids").replace("{party}", "p");
            let path = path.replace("{text}", "t").replace("{member}", "m");
            let method: Method = method.to_uppercase().parse().unwrap();
            let body = (method == Method::POST).then_some("{}");
            let ask = Ask { method: method.clone(), body, ..Ask::get(&path) };
            let (status, code, _) = node.ask(ask).await.refused();
            assert_eq!((status, code.as_str()), (401, "unauthenticated"), "{method} {path}");
            asked += 1;
        }
    }
    assert!(asked > 12, "only {asked} endpoints are protected");
    node.stop().await;
}

const ALL: &[&str] = &[
    "police",
    "auxiliary",
    "property",
    "guard",
    "guard2",
    "volunteer",
    "dispatch",
    "chief",
    "street",
];
const ON_DUTY: &[&str] =
    &["police", "auxiliary", "property", "guard", "guard2", "volunteer", "dispatch", "chief"];
const DESK: &[&str] = &["guard", "dispatch", "chief", "street"];

/// Every endpoint that reads, and who may: the seats of the matrix. The incident is a hazard that
/// `guard` reported, so it is no police matter and nobody else's.
const READERS: &[(&str, &[&str])] = &[
    // Administrators alone, whom `account` tests.
    ("/api/districts/{district}/accounts", &[]),
    ("/api/districts/{district}/areas", ALL),
    ("/api/districts/{district}/audit", &[]),
    ("/api/districts/{district}/check-ins", ON_DUTY),
    ("/api/districts/{district}/checkpoints", ALL),
    ("/api/districts/{district}/counts", &["police", "dispatch", "chief", "street"]),
    ("/api/districts/{district}/escalation", ALL),
    ("/api/districts/{district}/export", &["police", "property", "dispatch", "chief", "street"]),
    ("/api/districts/{district}/grids", ALL),
    ("/api/districts/{district}/incidents", ALL),
    ("/api/districts/{district}/kinds", ALL),
    ("/api/districts/{district}/members", &["police", "dispatch", "chief"]),
    ("/api/districts/{district}/messages", DESK),
    ("/api/districts/{district}/officers", &["police", "auxiliary", "dispatch", "chief"]),
    ("/api/districts/{district}/organisations", ALL),
    ("/api/districts/{district}/outline", ALL),
    ("/api/districts/{district}/roster", ON_DUTY),
    ("/api/districts/{district}/stations", ALL),
    ("/api/districts/{district}/streets", ALL),
    ("/api/districts/{district}/tables/{table}", ALL),
    ("/api/districts/{district}/teams", ALL),
    ("/api/districts/{district}/templates", ALL),
    ("/api/districts/{district}/track-holds", &["chief"]),
    ("/api/districts/{district}/track-views/{view}", &["dispatch"]),
    ("/api/incidents/{incident}", DESK),
    ("/api/incidents/{incident}/parties", &["dispatch", "chief"]),
];

async fn every_endpoint_refuses_the_wrong_actor(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    seed::district_called(&node.app.writer, "420882003", "-b").await;
    let incident = reported(&node, "guard").await;
    let mut tokens = Vec::new();
    for account in ALL.iter().chain(&["dispatch-b", "chief-b"]) {
        tokens.push((*account, node.token(account).await));
    }
    looked(&node, "v-1").await;
    for (template, readers) in READERS {
        let mut path = template.replace("{district}", seed::DISTRICT).replace("{view}", "v-1");
        path = path.replace("{incident}", incident.as_str()).replace("{table}", "grids");
        match template.rsplit('/').next() {
            Some("messages") => path = format!("{path}?channel=incident:{incident}"),
            Some("check-ins") => path = format!("{path}?since_ms={NOW_MS}"),
            Some("roster") => path = format!("{path}?from_ms={NOW_MS}&to_ms={NOW_MS}"),
            _ => {}
        }
        // What is one thing is hidden; what is a whole district's is refused.
        let one = path.contains(incident.as_str()) || template.ends_with("{view}");
        let refused = if one { [404, 403] } else { [403, 403] };
        for (account, token) in &tokens {
            let answer = node.ask(Ask::get(&path).by(token)).await;
            let expected = if readers.contains(account) { [200, 200] } else { refused };
            assert!(expected.contains(&answer.status), "{account} {path}: {}", answer.status);
        }
    }
    for (account, district) in [("dispatch", seed::DISTRICT), ("dispatch-b", "420882003")] {
        let own = reads(&node, account, "/api/districts").await;
        assert_eq!((own.as_array().unwrap().len(), &own[0]["id"]), (1, &district.into()));
    }
    let accept = IncidentMove::Accept { level: Level::Four, grid: None };
    let body = command("wrong-actor", &moved(&incident, accept));
    for (account, status) in [("guard", 403), ("street", 403), ("dispatch-b", 404)] {
        let token = node.token(account).await;
        let answer = node.ask(Ask::post("/api/commands", &body).by(&token)).await;
        assert_eq!(answer.status, status, "{account}");
    }
    node.stop().await;
}

/// Has the desk look at where a guard was.
async fn looked(node: &TestNode, view: &str) {
    let request = Request::ViewTrack {
        view: view.into(),
        members: vec!["guard".into()],
        incident: None,
        from_ms: NOW_MS - 1,
        to_ms: NOW_MS,
        reason: "核对".to_owned(),
    };
    let token = node.token("dispatch").await;
    let answer = node.ask(Ask::post("/api/commands", &command(view, &request)).by(&token)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[test]
fn every_endpoint_that_reads_has_its_readers() {
    let document = serde_json::to_value(xunfang::http::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let reads = paths.filter(|(path, methods)| path.contains('{') && methods.get("get").is_some());
    let protected: Vec<&str> = reads.map(|(path, _)| path.as_str()).collect();
    let listed: Vec<&str> = READERS.iter().map(|(path, _)| *path).collect();
    assert_eq!(protected, listed);
}

async fn pages_of_other_sites_change_nothing(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let id = reported(&node, "guard").await;
    let cookie = format!("xunfang_session={}", node.token("dispatch").await);
    let dismiss = IncidentMove::Void { reason: "测试".to_owned() };
    let body = command("cross-site", &moved(&id, dismiss));
    let host = node.address.to_string();
    let own = format!("http://{host}");
    for (headers, status) in [
        ([("cookie", cookie.as_str()), ("sec-fetch-site", "cross-site")], 403),
        ([("cookie", &cookie), ("origin", "http://evil.example")], 403),
        ([("cookie", &cookie), ("sec-fetch-site", "same-site")], 403),
        ([("cookie", &cookie), ("origin", &own)], 200),
    ] {
        let answer = node.ask(Ask::post("/api/commands", &body).with(&headers)).await;
        assert_eq!(answer.status, status, "{headers:?}");
    }
    let upgrade = [("cookie", cookie.as_str()), ("upgrade", "websocket"), ("origin", "http://e")];
    let (status, code, _) = node.ask(Ask::get("/ws").with(&upgrade)).await.refused();
    assert_eq!((status, code.as_str()), (403, "forbidden"), "a socket is asked for by a page too");
    node.stop().await;
}
