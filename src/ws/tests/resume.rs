//! Coming back with a cursor.

use super::*;
use crate::auth::sight;
use crate::domain::Event;
use crate::hub::{LIVE_ITEMS, RESUME_BYTES};
use crate::protocol::event_frame::{Tail, encode_tail};

fn key() -> AudienceKey {
    AudienceKey::everyone(&"d".into())
}

/// An event, padded by so many bytes.
fn event(seq: i64, padding: usize) -> Publication {
    let id = format!("e{}", "x".repeat(padding)).into();
    let event = Event::GridsChanged { district: "d".into(), count: seq };
    let tail = Tail::Event { district: "d".into(), id, at_ms: 0, event };
    Publication::plain(seq, [key()], encode_tail(&tail))
}

impl Edge {
    /// Writes events up to `last` into the log, unheard by the hub.
    fn write(&self, last: i64) {
        let mut log = self.stub.log.lock();
        let next = log.last().map_or(5, |event| event.seq) + 1;
        log.extend((next..=last).map(|seq| Arc::new(event(seq, 100))));
    }

    async fn come_back(&self, epoch: &str, seq: i64, sight: &str) -> Peer {
        let mut peer = self.connect().await;
        let cursor = format!(r#"{{"epoch":"{epoch}","seq":{seq},"sight":"{sight}"}}"#);
        let hello =
            format!(r#"{{"type":"hello","version":1,"token":"good","cursors":{{"d":{cursor}}}}}"#);
        peer.say(&hello).await;
        assert_eq!(peer.hear().await["type"], "welcome");
        peer
    }
}

impl Peer {
    /// Reads events and watermarks, each following the one before, up to the place `to`; returns
    /// the places of the events.
    async fn follow(&mut self, mut at: i64, to: i64) -> Vec<i64> {
        let mut events = Vec::new();
        while at < to {
            let frame = self.hear().await;
            assert_eq!(frame["prev"], at, "{frame}");
            at = frame["seq"].as_i64().unwrap();
            if frame["type"] == "event" {
                events.push(at);
            }
        }
        events
    }
}

#[tokio::test]
async fn a_client_goes_on_from_its_cursor_and_then_lives() {
    let edge = Edge::start(0).await;
    // Twice what may wait for a session: it is read as the client reads.
    let head = 5 + 2 * i64::try_from(LIVE_ITEMS).unwrap();
    edge.write(head);
    let mut peer = edge.come_back("e", 7, &sight(&[key()])).await;
    let resumed = peer.hear().await;
    assert_eq!(resumed["type"], "resumed");
    assert_eq!((&resumed["seq"], &resumed["head"]), (&7.into(), &head.into()));
    assert_eq!(peer.follow(7, head).await, (8..=head).collect::<Vec<_>>());
    edge.stub.hub.publish_event(&"d".into(), &event(head + 1, 0));
    assert_eq!(peer.follow(head, head + 1).await, [head + 1]);
    assert!(edge.stub.reads.lock().len() > 9, "read in parts");
}

#[tokio::test]
async fn what_happens_during_a_replay_follows_it_once() {
    let edge = Edge::start(0).await;
    edge.write(300);
    let mut peer = edge.come_back("e", 5, &sight(&[key()])).await;
    assert_eq!(peer.hear().await["type"], "resumed");
    // Some of it is read from the log as well as heard.
    for seq in 301..=350 {
        edge.write(seq);
        edge.stub.hub.publish_event(&"d".into(), &event(seq, 0));
        tokio::task::yield_now().await;
    }
    assert_eq!(peer.follow(5, 350).await, (6..=350).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_cursor_that_does_not_fit_is_met_with_a_reset() {
    let edge = Edge::start(0).await;
    edge.write(20);
    let own = sight(&[key()]);
    for (epoch, seq, sight, what) in [
        ("another", 7, own.as_str(), "another log"),
        ("e", 7, "", "no sight"),
        ("e", 7, "0123456789abcdef", "other rights"),
        ("e", 21, own.as_str(), "beyond the end"),
    ] {
        let mut peer = edge.come_back(epoch, seq, sight).await;
        let reset = peer.hear().await;
        assert_eq!(
            (&reset["type"], &reset["sight"]),
            (&"reset".into(), &own.clone().into()),
            "{what}"
        );
    }
    assert_eq!(edge.stub.reads.lock().len(), 0);
}

#[tokio::test]
async fn a_log_that_no_longer_holds_it_is_met_with_a_reset() {
    let edge = Edge::start(0).await;
    edge.write(20);
    edge.stub.log.lock().drain(..10);
    let mut peer = edge.come_back("e", 7, &sight(&[key()])).await;
    assert_eq!(peer.hear().await["type"], "resumed");
    assert_eq!(peer.hear().await["type"], "reset");
    assert_eq!(edge.stub.reads.lock().len(), 1);
}

#[tokio::test]
async fn events_that_overrun_a_replay_are_read_once_more_and_then_a_state_is() {
    let edge = Edge::start(0).await;
    // A reader that is stopped by its socket's bound, with the rest of the log unread.
    edge.write(5 + 40_000);
    let mut peer = edge.come_back("e", 5, &sight(&[key()])).await;
    assert_eq!(peer.hear().await["type"], "resumed");
    let overrun = |from: i64| {
        for seq in from..=from + 2 {
            edge.write(seq);
            edge.stub.hub.publish_event(&"d".into(), &event(seq, RESUME_BYTES / 2));
        }
    };
    overrun(40_006);
    overrun(40_009);
    let mut at = 5;
    loop {
        let frame = peer.hear().await;
        if frame["type"] == "reset" {
            break;
        }
        assert_eq!(frame["prev"], at);
        at = frame["seq"].as_i64().unwrap();
    }
    assert!(at < 40_000, "the state came instead of the rest");
}
