//! The lane's bounds, openings and replays.

use super::*;
use crate::domain::AudienceKey;
use crate::hub::{Page, Publication};
use crate::protocol::EventFrame;
use crate::protocol::event_frame::watermark_tail;

fn district() -> DistrictId {
    DistrictId::from("d")
}

fn tail() -> Arc<str> {
    watermark_tail(&district())
}

fn live(at: i64) -> EventLane {
    let mut lane = EventLane::new(&[district()], 0);
    lane.go_live(&district(), at, Bytes::from_static(b"reset")).unwrap();
    assert_eq!(lane.pop(0).unwrap().payload(), "reset");
    lane
}

fn places(lane: &mut EventLane) -> Vec<(i64, i64)> {
    let texts = std::iter::from_fn(|| lane.pop(0));
    texts
        .map(|text| serde_json::from_slice::<EventFrame>(&text.payload()).unwrap())
        .map(|frame| (frame.prev, frame.seq))
        .collect()
}

#[test]
fn what_was_held_follows_the_opening_and_older_events_are_dropped() {
    let mut lane = EventLane::new(&[district()], 0);
    for seq in [3, 5, 7] {
        lane.push(&district(), seq, &tail()).unwrap();
    }
    assert!(lane.is_empty());
    lane.go_live(&district(), 5, Bytes::from_static(b"reset")).unwrap();
    lane.push(&district(), 7, &tail()).unwrap();
    lane.push(&district(), 9, &tail()).unwrap();
    lane.push(&DistrictId::from("elsewhere"), 99, &tail()).unwrap();
    assert_eq!(lane.pop(0).unwrap().payload(), "reset");
    assert_eq!(places(&mut lane), [(5, 7), (7, 9)]);
}

#[test]
fn the_live_bound_is_512_items_and_gives_room_again() {
    let mut lane = live(0);
    let count = i64::try_from(LIVE_ITEMS).unwrap();
    for seq in 1..=count {
        assert_eq!(lane.push(&district(), seq, &tail()), Ok(Pushed::Taken));
    }
    lane.pop(0).unwrap();
    assert_eq!(lane.push(&district(), count + 1, &tail()), Ok(Pushed::Taken));
    assert_eq!(lane.push(&district(), count + 2, &tail()), Err(LaneFull));
}

#[test]
fn the_live_bound_is_256_kib() {
    let half: Arc<str> = Arc::from("x".repeat(LIVE_BYTES / 2 - HEAD_BYTES));
    let mut lane = live(0);
    assert_eq!(lane.push(&district(), 1, &half), Ok(Pushed::Taken));
    assert_eq!(lane.push(&district(), 2, &half), Ok(Pushed::Taken));
    assert_eq!(lane.push(&district(), 3, &Arc::from("")), Err(LaneFull));
}

#[test]
fn a_resume_buffer_that_ran_over_asks_for_a_newer_state() {
    let mut lane = EventLane::new(&[district()], 0);
    let big: Arc<str> = Arc::from("x".repeat(RESUME_BYTES / 2));
    lane.push(&district(), 1, &big).unwrap();
    lane.push(&district(), 2, &big).unwrap();
    lane.push(&district(), 3, &tail()).unwrap();
    assert_eq!(lane.go_live(&district(), 1, Bytes::new()), Err(Overrun));
    assert_eq!(lane.go_live(&district(), 2, Bytes::new()), Ok(()));
    lane.pop(0).unwrap();
    assert_eq!(places(&mut lane), [(2, 3)]);
}

#[test]
fn a_replay_does_not_count_against_the_live_bound() {
    let mut lane = EventLane::new(&[district()], 0);
    let count = i64::try_from(LIVE_ITEMS).unwrap();
    for seq in 1..=count * 2 {
        lane.push(&district(), seq, &tail()).unwrap();
    }
    lane.go_live(&district(), 0, Bytes::new()).unwrap();
    assert_eq!(lane.push(&district(), count * 2 + 1, &tail()), Ok(Pushed::Taken));
    lane.pop(0).unwrap();
    assert_eq!(places(&mut lane).len(), LIVE_ITEMS * 2 + 1);
}

#[test]
fn silence_is_met_with_a_watermark_once() {
    let mut lane = live(4);
    assert_eq!(lane.push_watermarks(-1, |id| Some((9, watermark_tail(id)))), Ok(false));
    assert_eq!(lane.push_watermarks(0, |id| Some((9, watermark_tail(id)))), Ok(true));
    assert_eq!(lane.push_watermarks(0, |id| Some((9, watermark_tail(id)))), Ok(false));
    assert_eq!(places(&mut lane), [(4, 9)]);
    assert_eq!(lane.push_watermarks(0, |id| Some((0, watermark_tail(id)))), Ok(true));
    assert_eq!(places(&mut lane), [(9, 9)]);
}

fn part(range: std::ops::RangeInclusive<i64>, is_last: bool) -> Page {
    let to = *range.end();
    let events = range.map(|seq| Arc::new(Publication::plain(seq, [key()], tail())));
    Page { events: events.collect(), to, is_last }
}

fn key() -> AudienceKey {
    AudienceKey::everyone(&district())
}

fn resumed(at: i64) -> EventLane {
    let mut lane = EventLane::new(&[district()], 0);
    lane.resume(&district(), at, Bytes::from_static(b"resumed"));
    assert_eq!(lane.pop(0).unwrap().payload(), "resumed");
    lane
}

#[test]
fn a_replay_is_asked_for_when_the_lane_is_under_half() {
    let mut lane = resumed(0);
    let half = i64::try_from(LIVE_ITEMS / 2).unwrap();
    assert_eq!(lane.wants_replay(), Some((district(), 0)));
    lane.replay(&district(), 0, &part(1..=half + 1, false), &[key()]);
    assert_eq!(lane.wants_replay(), None);
    lane.pop(0).unwrap();
    assert_eq!(lane.wants_replay(), Some((district(), half + 1)));
    lane.replay(&district(), half + 1, &part(half + 2..=half + 3, true), &[key()]);
    assert_eq!(lane.wants_replay(), None);
    assert!(!lane.is_replaying());
    assert_eq!(places(&mut lane).last(), Some(&(half + 2, half + 3)));
}

#[test]
fn what_a_session_may_not_see_of_a_replay_is_a_watermark() {
    let mut lane = resumed(3);
    let other = AudienceKey::desk(&district());
    assert_eq!(lane.replay(&district(), 3, &part(4..=9, false), &[other]), 0);
    assert_eq!(places(&mut lane), [(3, 9)]);
    assert_eq!(lane.replay(&district(), 3, &part(4..=9, true), &[key()]), 0, "an old answer");
    assert!(lane.is_replaying());
}

#[test]
fn a_second_overrun_of_a_replay_asks_for_a_state() {
    let big: Arc<str> = Arc::from("x".repeat(RESUME_BYTES / 2));
    let mut lane = resumed(0);
    lane.push(&district(), 11, &big).unwrap();
    assert_eq!(lane.push(&district(), 12, &big), Ok(Pushed::Overran));
    // The log is read up to what was lost before the district goes live.
    lane.replay(&district(), 0, &part(1..=11, true), &[key()]);
    assert!(lane.is_replaying());
    lane.push(&district(), 13, &big).unwrap();
    assert_eq!(lane.push(&district(), 14, &big), Ok(Pushed::Lost));
    assert!(lane.is_holding(&district()));
    assert_eq!(lane.go_live(&district(), 13, Bytes::new()), Err(Overrun));
    lane.go_live(&district(), 14, Bytes::from_static(b"reset")).unwrap();
    lane.push(&district(), 15, &tail()).unwrap();
    let last: Vec<_> = std::iter::from_fn(|| lane.pop(0)).map(|out| out.payload()).collect();
    assert_eq!(last[last.len() - 2], "reset");
    assert!(last[last.len() - 1].starts_with(b"{\"prev\":              14,"));
}

#[test]
fn several_districts_are_read_in_turn() {
    let both = [DistrictId::from("a"), DistrictId::from("b")];
    let mut lane = EventLane::new(&both, 0);
    for id in &both {
        lane.resume(id, 0, Bytes::new());
    }
    let asked: Vec<_> = (0..4).filter_map(|_| lane.wants_replay()).map(|(id, _)| id).collect();
    assert_ne!(asked[0], asked[1]);
    assert_eq!(asked[..2], asked[2..]);
    lane.replay(&both[0], 0, &part(1..=2, true), &[key()]);
    assert!(lane.is_replaying());
    lane.replay(&both[1], 0, &part(1..=2, true), &[key()]);
    assert!(!lane.is_replaying());
}
