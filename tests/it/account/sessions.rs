//! Sessions begin fresh, end when they must, and take their open sockets with them.

use std::time::Duration;

use hyper::Method;
use xunfang::bus::{Bus, RedisBus};
use xunfang::client::{Client, LinkEnd};
use xunfang::clock::Clock;
use xunfang::protocol::Request;

use super::{MINUTE_MS, change, cookie_of, staffed, status, try_sign_in, with};
use crate::support::http::Ask;
use crate::support::node::{TestNode, fresh};
use crate::support::{Backend, Redis, eventually, seed};

on_both!(
    a_console_without_a_person_ends,
    signing_out_everywhere_closes_what_is_open,
    tokens_cant_be_fixed_replayed_or_forged,
);

pub(super) const SOON: Duration = Duration::from_secs(20);

/// A socket that must be told by the server that its session ended.
async fn is_put_out(client: &Client, what: &str) {
    eventually(SOON, what, async || client.look(|state| state.closed)).await;
}

async fn a_console_without_a_person_ends(backend: Backend) {
    let node = staffed(&backend).await;
    let desk = cookie_of(&node, "dispatch", seed::PASSWORD).await;
    let phone = cookie_of(&node, "guard", seed::PASSWORD).await;
    let open = node.client("dispatch2").await;
    for _ in 0..3 {
        node.clock.advance_ms(14 * MINUTE_MS);
        let active = Ask::post("/api/session/active", "");
        assert_eq!(with(&node, &desk, active).await.status, 204, "a person is there");
        assert_eq!(status(&node, &phone).await, 200);
    }
    is_put_out(&open, "the other desk's socket, which nobody touched").await;
    node.clock.advance_ms(10 * MINUTE_MS);
    assert_eq!(status(&node, &desk).await, 200, "reading isn't activity, but it may go on");
    node.clock.advance_ms(5 * MINUTE_MS);
    assert_eq!(status(&node, &desk).await, 401, "15 minutes after the last");
    assert_eq!(status(&node, &phone).await, 200, "a phone stays signed in");
    node.clock.advance_ms(30 * 24 * 60 * MINUTE_MS);
    assert_eq!(status(&node, &phone).await, 401, "for 30 days");
    node.stop().await;
}

async fn signing_out_everywhere_closes_what_is_open(backend: Backend) {
    let node = staffed(&backend).await;
    let (one, two) = (node.client("guard").await, node.client("guard").await);
    let other = node.client("police").await;
    let browser = cookie_of(&node, "guard", seed::PASSWORD).await;
    let listed = with(&node, &browser, Ask::get("/api/sessions")).await.json();
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), 3);
    assert_eq!(listed.iter().filter(|one| one["this"] == true).count(), 1);
    assert!(listed.iter().all(|one| one["kind"] == "device"), "a patrol's");
    let all = Ask { method: Method::DELETE, ..Ask::get("/api/sessions") };
    assert_eq!(with(&node, &browser, all).await.status, 204);
    assert_eq!(status(&node, &browser).await, 401);
    is_put_out(&one, "the first device").await;
    is_put_out(&two, "the second device").await;
    assert_eq!(other.look(|state| state.closed), None, "nobody else is put out");
    node.stop().await;
}

async fn tokens_cant_be_fixed_replayed_or_forged(backend: Backend) {
    let node = staffed(&backend).await;
    // Fixation: a cookie that somebody planted is never the session's.
    let planted =
        "xunfang_session=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    let body = serde_json::json!({ "username": "dispatch", "password": seed::PASSWORD });
    let body = body.to_string();
    let answer = with(&node, planted, Ask::post("/api/session", &body)).await;
    let own = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    assert_ne!(own, planted);
    assert_eq!((status(&node, planted).await, status(&node, &own).await), (401, 200));
    let again = with(&node, &own, Ask::post("/api/session", &body)).await;
    assert!(!again.header("set-cookie").starts_with(&own), "each sign-in has a token of its own");

    // Forged: one bit off, the digest that the store holds, other forms.
    let (name, token) = own.split_once('=').unwrap();
    let digest = xunfang::auth::token::digest(token);
    let mut forged = vec![digest, token.to_uppercase(), format!("{token}0"), token[1..].to_owned()];
    for at in [0, 31, 63] {
        let digit = u8::from_str_radix(&token[at..=at], 16).unwrap() ^ 1;
        forged.push(format!("{}{digit:x}{}", &token[..at], &token[at + 1..]));
    }
    forged.extend(["", "null", "Bearer", "eyJhbGciOiJub25lIn0.e30."].map(str::to_owned));
    for token in forged {
        assert_eq!(status(&node, &format!("{name}={token}")).await, 401, "{token}");
        assert_eq!(node.ask(Ask::get("/api/session").by(&token)).await.status, 401, "{token}");
    }

    // Replayed: a token that was signed out is nobody's, on any road.
    let out = Ask { method: Method::DELETE, ..Ask::get("/api/session") };
    assert_eq!(with(&node, &own, out).await.status, 204);
    assert_eq!(status(&node, &own).await, 401);
    assert_eq!(node.ask(Ask::get("/api/session").by(token)).await.status, 401);
    let mut options = node.options("dispatch").await;
    options.token = Some(token.to_owned());
    assert!(Client::connect(options).await.is_err(), "the socket neither");
    node.stop().await;
}

/// Commands are what a person does; a connection that is open, or reads, is nobody.
#[tokio::test]
async fn commands_keep_a_console_and_an_open_socket_does_not() {
    let node = staffed(&Backend::sqlite()).await;
    let (busy, idle) = (node.client("dispatch").await, node.client("dispatch2").await);
    for _ in 0..2 {
        node.clock.advance_ms(10 * MINUTE_MS);
        let request = Request::PostMessage {
            message: fresh("message").into(),
            channel: format!("district:{}", seed::DISTRICT).into(),
            body: "在".to_owned(),
        };
        busy.request(request).await.expect("a person is there");
    }
    is_put_out(&idle, "the desk that only listens").await;
    assert_eq!(busy.look(|state| state.closed), None);
    node.stop().await;
}

#[tokio::test]
async fn a_one_time_password_opens_no_socket() {
    let node = staffed(&Backend::sqlite()).await;
    let keeper = node.token("keeper").await;
    let reset = change(&node, &keeper, "guard", serde_json::json!({ "type": "reset" })).await;
    let password = reset.json()["password"].as_str().unwrap().to_owned();
    let signed_in = node.app.sign_in("guard", &password, None).await.unwrap();
    assert!(signed_in.began.must_change);
    let mut options = node.options("police").await;
    options.token = Some(signed_in.token);
    let end = Client::connect(options).await.unwrap_err();
    assert!(matches!(end, LinkEnd::Closed { code: 4101, .. }), "{end}");
    node.stop().await;
}

/// Signed out on one node, put out on the other.
#[tokio::test]
async fn sessions_end_on_every_node() {
    let (redis, backend) = (Redis::start(), Backend::postgres().await);
    let bus = || Bus::Redis(RedisBus::start(&redis.url(), Clock::system()).unwrap());
    let one = TestNode::start(&backend, bus()).await;
    seed::district(&one.app.writer).await;
    seed::administrators(&one.app.writer).await;
    let two = TestNode::start(&backend, bus()).await;
    let desk = two.client("dispatch").await;
    let keeper = one.token("keeper").await;
    let answer = change(&one, &keeper, "dispatch", serde_json::json!({ "type": "disable" })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    is_put_out(&desk, "the desk at the other node").await;
    for wrong in 0..5 {
        try_sign_in(if wrong % 2 == 0 { &one } else { &two }, "guard", "Wrong-Pass-2026").await;
    }
    for node in [&one, &two] {
        assert_eq!(try_sign_in(node, "guard", seed::PASSWORD).await.status, 429, "locked on both");
    }
    one.stop().await;
    two.stop().await;
}

#[tokio::test]
async fn who_sits_at_a_desk_has_a_console_and_a_patrol_a_device() {
    let node = staffed(&Backend::sqlite()).await;
    for (account, kind) in [
        ("dispatch", "console"),
        ("chief", "console"),
        ("street", "console"),
        ("keeper", "console"),
        ("police", "device"),
        ("volunteer", "device"),
    ] {
        let answer = try_sign_in(&node, account, seed::PASSWORD).await;
        assert_eq!(answer.json()["kind"], kind, "{account}");
    }
    node.stop().await;
}
