//! Pairing on a network: a code signs in once, passwords don't, and guessing leads nowhere.

use serde_json::{Value, json};
use xunfang::app::Pairing;
use xunfang::app::pairing::{CODE_MS, PAUSE_MS, WRONG_TRIES};
use xunfang::bus::{Bus, LocalBus};
use xunfang::clock::Clock;
use xunfang::domain::MemberId;
use xunfang::http::Entrance;
use xunfang::server::Door;

use crate::support::http::{Answer, Ask, ask_at};
use crate::support::node::{NOW_MS, TestNode};
use crate::support::{Backend, seed};

/// A node with a door that pairs, at its address, and one of the usual kind.
async fn node(backend: &Backend) -> (TestNode, Pairing, std::net::SocketAddr) {
    let clock = Clock::manual(NOW_MS);
    let seats = ["guard", "dispatch"].map(|name| vec![MemberId::from(name)]);
    let pairing = Pairing::new(clock.clone(), seats.into());
    let entrance = Entrance { pairing: Some(pairing.clone()), ..Entrance::default() };
    let own = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = own.local_addr().unwrap();
    let doors = |listener| vec![Door { listener, tls: None, entrance }, own.into()];
    let bus = Bus::Local(LocalBus::new());
    let node = TestNode::start_through(backend, bus, clock, doors).await;
    seed::district(&node.app.writer).await;
    (node, pairing, address)
}

async fn pair(node: &TestNode, code: &str) -> Answer {
    node.ask(Ask::post("/api/session/pair", &json!({ "code": code }).to_string())).await
}

fn code(pairing: &Pairing, seat: usize) -> String {
    pairing.codes()[seat].to_string()
}

#[tokio::test]
async fn a_code_signs_one_browser_in() {
    let backend = Backend::sqlite();
    let (node, pairing, _) = node(&backend).await;
    for (seat, member) in [(0, "guard"), (1, "dispatch")] {
        let code = code(&pairing, seat).to_lowercase().replace('-', " ");
        let answer = pair(&node, &code).await;
        assert_eq!((answer.status, &answer.json()["member"]["id"]), (200, &json!(member)));
        assert_eq!(answer.json()["token"], Value::Null, "a browser's script never sees it");
        let cookie = answer.header("set-cookie");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        let cookie = [("cookie", cookie.split(';').next().unwrap())];
        let me = node.ask(Ask::get("/api/session").with(&cookie)).await;
        assert_eq!(me.json()["member"]["id"], member);
        let (status, refused, _) = pair(&node, &code).await.refused();
        assert_eq!((status, refused.as_str()), (401, "unauthenticated"), "it is used");
    }
    node.stop().await;
}

#[tokio::test]
async fn old_codes_and_guesses_are_refused_and_guessing_is_slow() {
    let backend = Backend::sqlite();
    let (node, pairing, _) = node(&backend).await;
    let old = code(&pairing, 0);
    node.clock.advance_ms(CODE_MS);
    assert_eq!(pair(&node, &old).await.status, 401, "it is too old");
    for guess in 1..WRONG_TRIES {
        assert_eq!(pair(&node, &format!("0000-000{guess}")).await.status, 401);
    }
    let right = code(&pairing, 0);
    for _ in 0..20 {
        let (status, refused, _) = pair(&node, &right).await.refused();
        assert_eq!((status, refused.as_str()), (429, "too_many"));
    }
    node.clock.advance_ms(PAUSE_MS);
    assert_eq!(pair(&node, &right).await.status, 200);
    node.stop().await;
}

#[tokio::test]
async fn passwords_hold_at_one_door_and_codes_at_the_other() {
    let backend = Backend::sqlite();
    let (node, pairing, own) = node(&backend).await;
    let credentials = json!({ "username": "guard", "password": seed::PASSWORD }).to_string();
    for device in [false, true] {
        let body = credentials.replace('}', &format!(",\"device\":{device}}}"));
        let answer = node.ask(Ask::post("/api/session", &body)).await;
        let (status, refused, _) = answer.refused();
        assert_eq!((status, refused.as_str()), (403, "forbidden"));
        assert!(answer.text().contains("pair with a code"), "{}", answer.text());
    }
    assert_eq!(ask_at(own, Ask::post("/api/session", &credentials)).await.status, 200);
    let body = json!({ "code": code(&pairing, 0) }).to_string();
    let (status, refused, _) = ask_at(own, Ask::post("/api/session/pair", &body)).await.refused();
    assert_eq!((status, refused.as_str()), (404, "not_found"), "nothing is paired there");
    let info = async |answer: Answer| answer.json()["pairing"].clone();
    assert_eq!(info(node.ask(Ask::get("/api/info")).await).await, true);
    assert_eq!(info(ask_at(own, Ask::get("/api/info")).await).await, false);
    assert_eq!(pair(&node, &code(&pairing, 0)).await.status, 200, "the code was not used up");
    node.stop().await;
}
