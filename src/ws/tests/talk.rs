//! What is said and answered.

use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::Error;
use tokio_tungstenite::tungstenite::http::header;

use super::*;
use crate::hub::PositionUpdate;
use crate::protocol::event_frame::{Tail, encode_tail};
use crate::protocol::{CloseReason, PositionFrame};
use crate::spatial::Point;

#[tokio::test]
async fn what_cannot_be_read_is_answered_and_the_connection_lives_on() {
    let edge = Edge::start(0).await;
    let mut peer = edge.sign_in().await;
    for (text, answer, code) in [
        ("{", "error", "malformed"),
        (r#"{"type":"dance"}"#, "error", "unknown_type"),
        (r#"{"type":"hello","version":1}"#, "error", "invalid"),
        (r#"{"type":"resync","audience":9}"#, "error", "not_found"),
        (r#"{"type":"position","fixes":[]}"#, "error", "invalid"),
        (
            r#"{"type":"position","fixes":[{"at_ms":1,"point":{"lng":1,"lat":1}}]}"#,
            "error",
            "off_duty",
        ),
        (
            r#"{"type":"position","fixes":[{"at_ms":1,"point":{"lng":181,"lat":1}}]}"#,
            "error",
            "invalid",
        ),
        (r#"{"type":"command","id":"c","request":{"type":"fly"}}"#, "refused", "invalid"),
        (
            r#"{"type":"command","id":"","request":{"type":"sign_off","shift":"s"}}"#,
            "error",
            "invalid",
        ),
        (
            r#"{"type":"command","id":"c","request":{"type":"sign_off","shift":"s"}}"#,
            "refused",
            "not_found",
        ),
        (
            r#"{"type":"watch","format":"json","viewport":
                {"west":0,"south":5,"east":1,"north":4}}"#,
            "error",
            "invalid",
        ),
    ] {
        peer.say(text).await;
        let heard = peer.hear().await;
        assert_eq!((&heard["type"], &heard["code"]), (&answer.into(), &code.into()), "{text}");
    }
    peer.socket.send(Frame::binary(vec![1])).await.unwrap();
    assert_eq!(peer.hear().await["code"], "malformed");
    let fixes = vec![r#"{"at_ms":1,"point":{"lng":1,"lat":1}}"#; 101].join(",");
    peer.say(&format!(r#"{{"type":"position","fixes":[{fixes}]}}"#)).await;
    assert_eq!(peer.hear().await["code"], "too_large");
    peer.say(r#"{"type":"ping"}"#).await;
    assert_eq!(peer.hear().await["server_ms"], 1_000_000);
}

#[tokio::test]
async fn a_greeting_that_fails_says_why() {
    let edge = Edge::start(0).await;
    for (text, code) in [
        (r#"{"type":"ping"}"#, CloseReason::NoHello),
        ("{", CloseReason::NoHello),
        (r#"{"type":"hello","version":2,"token":"good"}"#, CloseReason::Version),
        (r#"{"type":"hello","version":1,"token":"bad"}"#, CloseReason::Unauthenticated),
        (r#"{"type":"hello","version":1}"#, CloseReason::Unauthenticated),
    ] {
        let mut peer = edge.connect().await;
        peer.say(text).await;
        assert_eq!(peer.hear().await["type"], "error", "{text}");
        assert_eq!(peer.close_code().await, Some(code.code()), "{text}");
    }
    let mut silent = edge.connect().await;
    assert_eq!(silent.close_code().await, Some(CloseReason::Silent.code()));
}

#[tokio::test]
async fn a_browser_comes_with_its_cookie_and_only_from_its_own_site() {
    let edge = Edge::start(0).await;
    let url = format!("ws://{}/ws", edge.address);
    for (origin, refused) in
        [(format!("http://{}", edge.address), false), ("http://b".into(), true)]
    {
        let mut request = url.as_str().into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert(header::ORIGIN, origin.parse().unwrap());
        headers.insert(header::COOKIE, "a=b; xunfang_session=good".parse().unwrap());
        match connect_async(request).await {
            Ok((socket, _)) => {
                assert!(!refused, "{origin}");
                let mut peer = Peer { socket };
                peer.say(r#"{"type":"hello","version":1}"#).await;
                assert_eq!(peer.hear().await["type"], "welcome");
            }
            Err(Error::Http(response)) => {
                assert!(refused, "{origin}");
                assert_eq!(response.status(), 403);
            }
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn events_positions_and_answers_arrive() {
    let edge = Edge::start(200_000).await;
    let mut peer = edge.sign_in().await;
    let key = AudienceKey::everyone(&"d".into());
    let tail = encode_tail(&Tail::Watermark { district: "d".into() });
    edge.stub.hub.publish_event(&"d".into(), &Publication::plain(9, [key.clone()], tail));
    let event = peer.hear().await;
    assert_eq!((&event["prev"], &event["seq"]), (&5.into(), &9.into()));

    let fix = Fix {
        at_ms: 1_000_000,
        point: Point::new(113.25, 30.5).unwrap(),
        speed_mps: None,
        heading_deg: None,
        accuracy_m: None,
    };
    edge.stub.hub.apply_positions([PositionUpdate {
        district: "d".into(),
        member: (&member()).into(),
        keys: vec![key],
        fix,
    }]);
    edge.stub.hub.tick_once();
    peer.say(r#"{"type":"watch","format":"binary"}"#).await;
    let names = peer.hear().await;
    assert_eq!(names["members"][0]["id"], "m");
    let Some(Frame::Binary(bytes)) = peer.next().await else { panic!("no frame") };
    assert_eq!(PositionFrame::decode(&bytes).unwrap().units, [(0, fix)]);
    peer.say(r#"{"type":"watch","format":"json"}"#).await;
    assert_eq!(peer.hear().await["units"][0]["member"], "m");
}

#[tokio::test]
async fn work_goes_on_beside_reading_and_has_a_bound() {
    let edge = Edge::start(0).await;
    let mut peer = edge.sign_in().await;
    for n in 0..=32 {
        peer.say(&format!(
            r#"{{"type":"command","id":"c{n}","request":
                {{"type":"post_message","message":"m","channel":"c","body":"wait"}}}}"#
        ))
        .await;
    }
    let refused = peer.hear().await;
    assert_eq!((&refused["id"], &refused["code"]), (&"c32".into(), &"busy".into()));
    peer.say(r#"{"type":"ping"}"#).await;
    assert_eq!(peer.hear().await["type"], "pong");
    edge.stub.gate.add_permits(32);
    for _ in 0..32 {
        assert_eq!(peer.hear().await["outcome"]["seq"], 6);
    }
}

#[tokio::test]
async fn a_call_for_help_is_begun_when_nothing_else_is() {
    let edge = Edge::start(0).await;
    let mut peer = edge.sign_in().await;
    for n in 0..32 {
        peer.say(&format!(
            r#"{{"type":"command","id":"c{n}","request":
                {{"type":"post_message","message":"m","channel":"c","body":"wait"}}}}"#
        ))
        .await;
    }
    for n in 32..41 {
        peer.say(&format!(
            r#"{{"type":"command","id":"c{n}","request":
                {{"type":"sos","incident":"i{n}","observed_ms":1}}}}"#
        ))
        .await;
    }
    let refused = peer.hear().await;
    assert_eq!((&refused["id"], &refused["code"]), (&"c40".into(), &"busy".into()));
    edge.stub.gate.add_permits(40);
    let mut seqs = Vec::new();
    for _ in 0..40 {
        seqs.push(peer.hear().await["outcome"]["seq"].as_i64());
    }
    seqs.sort_unstable();
    assert_eq!((seqs[31], seqs[32], seqs[39]), (Some(6), Some(8), Some(8)));
}

#[tokio::test]
async fn a_drain_closes_everybody_and_waits_for_them() {
    let edge = Edge::start(0).await;
    let mut peer = edge.sign_in().await;
    edge.stub.hub.drain(CloseReason::Draining).await;
    assert_eq!(peer.close_code().await, Some(CloseReason::Draining.code()));
    drop(peer);
    timeout(PATIENCE, edge.sockets.drained()).await.unwrap();
    assert_eq!(edge.stub.hub.viewers(&"d".into()), 0);
}

#[tokio::test]
async fn rights_are_read_again_only_when_they_changed_on_the_way_in() {
    let edge = Edge::start(0).await;
    for (token, name, reads) in [("good", "m", 0), ("changing", "now", 1), ("good", "m", 1)] {
        let mut peer = edge.connect().await;
        peer.say(&format!(r#"{{"type":"hello","version":1,"token":"{token}"}}"#)).await;
        assert_eq!(peer.hear().await["member"]["name"], name);
        assert_eq!(peer.hear().await["type"], "reset");
        assert_eq!(*edge.stub.refreshed.lock(), reads, "{token}");
    }
}
