//! Nobody, the wrong actor and the foreign district are refused by every endpoint.

use hyper::Method;
use xunfang::domain::IncidentMove;

use super::{command, of_district, reported};
use crate::support::http::Ask;
use crate::support::node::{TestNode, moved};
use crate::support::{Backend, seed};

on_both!(every_endpoint_refuses_the_wrong_actor, pages_of_other_sites_change_nothing);

/// Endpoints that answer everybody.
const PUBLIC: &[&str] =
    &["get /api/info", "get /api/openapi.json", "get /healthz", "get /readyz", "post /api/session"];

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

async fn every_endpoint_refuses_the_wrong_actor(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    seed::district_called(&node.app.writer, "420882003", "-b").await;
    let incident = format!("/api/incidents/{}", reported(&node, "guard").await);
    let channel = of_district(&format!(
        "messages?channel=incident:{}",
        incident.trim_start_matches("/api/incidents/")
    ));
    let everybody = ["guard", "police", "dispatch", "chief", "street", "volunteer"];
    let cases: [(String, &[&str], &[&str]); 9] = [
        (of_district("grids"), &everybody, &[]),
        (of_district("teams"), &everybody, &[]),
        (of_district("kinds"), &everybody, &[]),
        (
            of_district("members"),
            &["police", "dispatch", "chief"],
            &["guard", "property", "auxiliary", "volunteer", "street"],
        ),
        (
            of_district("counts"),
            &["police", "dispatch", "chief", "street"],
            &["guard", "property", "auxiliary", "volunteer"],
        ),
        (
            of_district("export"),
            &["police", "dispatch", "chief", "street", "property"],
            &["guard", "auxiliary", "volunteer"],
        ),
        (incident, &["guard", "dispatch", "chief", "street"], &["guard2", "volunteer", "police"]),
        (channel, &["guard", "dispatch"], &["guard2", "volunteer"]),
        (of_district("incidents"), &everybody, &[]),
    ];
    for (path, allowed, refused) in cases {
        let foreign = ["dispatch-b", "chief-b"];
        for (account, open) in allowed
            .iter()
            .map(|account| (account, true))
            .chain(refused.iter().chain(&foreign).map(|account| (account, false)))
        {
            let token = node.token(account).await;
            let answer = node.ask(Ask::get(&path).by(&token)).await;
            let expected: &[u16] = if open { &[200] } else { &[403, 404] };
            assert!(expected.contains(&answer.status), "{account} {path}: {}", answer.status);
        }
    }
    node.stop().await;
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
