//! The hub as its sessions see it.

mod board_walk;
mod bounds;
mod event_walk;
mod flush;
mod resume_walk;

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::FutureExt;

use super::*;
use crate::domain::{Fix, Force, MemberBrief};
use crate::protocol::event_frame::{Tail, encode_tail};
use crate::protocol::{EventFrame, PositionFormat};
use crate::spatial::Point;

const OPENING: &str = "opening";

fn district(n: usize) -> DistrictId {
    DistrictId::from(format!("d{n}"))
}

fn key(n: usize) -> AudienceKey {
    AudienceKey::from(format!("key:{n}"))
}

fn keys(picked: &BTreeSet<usize>) -> Vec<AudienceKey> {
    picked.iter().map(|n| key(*n)).collect()
}

fn tail(n: usize) -> Arc<str> {
    encode_tail(&Tail::Watermark { district: district(n) })
}

fn drain(outbox: &mut Outbox) -> Vec<Out> {
    let mut batch = Vec::new();
    while outbox.ready(true).now_or_never() == Some(Ready::Frames) {
        outbox.drain(|out| batch.push(out));
    }
    batch
}

fn texts(outbox: &mut Outbox) -> Vec<String> {
    let text = |out: Out| match out {
        Out::Binary(_) => panic!("a binary frame"),
        text => String::from_utf8(text.payload().to_vec()).unwrap(),
    };
    drain(outbox).into_iter().map(text).collect()
}

fn live_session(hub: &Hub, held: &[AudienceKey]) -> (Guard, Outbox) {
    let join = JoinRequest { session: None, keys: held.to_vec(), districts: vec![district(0)] };
    let (guard, mut outbox) = hub.join(join);
    outbox.go_live(&district(0), 0, OPENING.to_owned()).unwrap();
    assert_eq!(texts(&mut outbox), [OPENING]);
    (guard, outbox)
}

fn update(member: usize, at_ms: i64, held: &BTreeSet<usize>) -> PositionUpdate {
    // A place that a binary frame carries exactly, inside the viewport for some times.
    let lng = f64::from(1_130_000_000 + i32::try_from(at_ms).unwrap() * 100_000) / 1e7;
    let force = if member == 0 { Force::Police } else { Force::Guard };
    PositionUpdate {
        district: district(0),
        member: MemberBrief {
            id: format!("m{member}").into(),
            name: "a".to_owned(),
            force,
            team: None,
        },
        keys: keys(held),
        fix: Fix {
            at_ms,
            point: Point::new(lng, 30.5).unwrap(),
            speed_mps: Some(1.25),
            heading_deg: None,
            accuracy_m: None,
        },
    }
}

#[test]
fn lanes_are_drained_in_order_and_positions_wait_for_events() {
    let hub = Hub::new(Clock::manual(0));
    let (_guard, mut outbox) = live_session(&hub, &[key(1)]);
    outbox.watch(Watch { format: PositionFormat::Binary, ..Watch::default() });
    hub.apply_positions([update(0, 1, &BTreeSet::from([1]))]);
    hub.publish_event(&district(0), &Publication::plain(1, [key(1)], tail(0)));
    hub.publish_alert(&[key(1), key(1)], &Bytes::from_static(b"sos!"));
    outbox.control("pong".to_owned());
    let order: Vec<String> = drain(&mut outbox)
        .into_iter()
        .map(|out| match out {
            Out::Binary(_) => "positions".to_owned(),
            text => String::from_utf8(text.payload()[..4].to_vec()).unwrap(),
        })
        .collect();
    assert_eq!(order, ["pong", "sos!", "{\"pr", "{\"ty", "positions"]);
}

#[test]
fn a_quiet_session_gets_a_watermark_within_ten_seconds() {
    let clock = Clock::manual(1_000_000);
    let hub = Hub::new(clock.clone());
    let (_guard, mut outbox) = live_session(&hub, &[key(1)]);
    hub.publish_event(&district(0), &Publication::plain(7, [key(2)], tail(0)));
    let mut heard = Vec::new();
    for second in 1..=20 {
        clock.advance_ms(1_000);
        hub.tick_once();
        heard.extend(texts(&mut outbox).into_iter().map(|text| (second, text)));
    }
    let heard: Vec<(i64, i64, i64)> = heard
        .iter()
        .map(|(second, text)| (*second, serde_json::from_str::<EventFrame>(text).unwrap()))
        .map(|(second, frame)| (second, frame.prev, frame.seq))
        .collect();
    assert_eq!(heard, [(9, 0, 7), (18, 7, 7)]);
}

#[test]
fn an_alarm_rings_once_when_its_time_has_come() {
    let clock = Clock::manual(0);
    let hub = Hub::new(clock.clone());
    let (_guard, mut outbox) = live_session(&hub, &[]);
    outbox.set_alarm(1_500);
    for (advance_ms, rings) in [(1_000, false), (1_000, true), (1_000, false)] {
        clock.advance_ms(advance_ms);
        hub.tick_once();
        assert_eq!(outbox.ready(false).now_or_never() == Some(Ready::Alarm), rings);
    }
}

#[tokio::test]
async fn leaving_and_closing_leave_nothing_behind() {
    let hub = Hub::new(Clock::manual(0));
    let (guard, _outbox) = live_session(&hub, &[key(1)]);
    let (_other_guard, mut other) = live_session(&hub, &[key(2)]);
    assert_eq!((hub.viewers(&district(0)), hub.viewers(&district(1))), (2, 0));
    drop(guard);
    assert_eq!(hub.viewed_districts(), [district(0)]);
    hub.close_holders(&key(1), CloseReason::Unauthenticated);
    assert_eq!(other.ready(true).now_or_never(), None);
    hub.drain(CloseReason::Draining).await;
    let draining = Some(Ready::Closed(CloseReason::Draining));
    assert_eq!(other.ready(true).now_or_never(), draining);
    let (_late_guard, mut late) = hub.join(JoinRequest::default());
    assert_eq!(late.ready(true).now_or_never(), draining);
}
