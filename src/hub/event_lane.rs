//! One session's lane of events: in order, once, behind a bound.
//!
//! It must not know sockets, locks or time sources. Invariant: what it gives out of a district is
//! contiguous by `prev`, from the opening on; what doesn't fit is never dropped silently.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;

use crate::domain::DistrictId;
use crate::protocol::event_frame::{HEAD_BYTES, Tail, encode_tail, frame};

/// Live events that wait for one session, in bytes: a second of a busy district on a slow line.
pub const LIVE_BYTES: usize = 256 * 1024;
/// And in number, so that many small ones don't cost more than the bytes say.
pub const LIVE_ITEMS: usize = 512;
/// Events that are held while a session reads its snapshot, in bytes.
pub const RESUME_BYTES: usize = 1024 * 1024;

/// The live bound was reached: the session reads too slowly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LaneFull;

/// The resume buffer ran over, and what it lost is newer than the snapshot: read it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the resume buffer ran over, read the state again")]
pub struct Overrun;

#[derive(Debug, Default)]
pub(super) struct EventLane {
    districts: Vec<District>,
    queue: VecDeque<Item>,
    live_bytes: usize,
    live_items: usize,
    held_bytes: usize,
}

#[derive(Debug)]
struct District {
    id: DistrictId,
    phase: Phase,
    /// The last place that was queued or held.
    newest: i64,
    /// The last place that was given out.
    prev: i64,
    queued: usize,
    sent_ms: i64,
}

#[derive(Debug)]
enum Phase {
    Holding { events: Vec<(i64, Arc<str>)>, lost_to: i64 },
    Live,
}

#[derive(Debug)]
enum Item {
    /// Whole text without a place in a log: `welcome`.
    Plain(Bytes),
    /// A district's first frame, as of a place in its log.
    Opening { district: usize, seq: i64, text: Bytes },
    /// An event or a watermark; a replayed one doesn't count against the live bound.
    Event { district: usize, seq: i64, tail: Arc<str>, live: bool },
}

impl EventLane {
    pub(super) fn new(districts: &[DistrictId], now_ms: i64) -> Self {
        let districts = districts.iter().map(|id| District {
            id: id.clone(),
            phase: Phase::Holding { events: Vec::new(), lost_to: 0 },
            newest: 0,
            prev: 0,
            queued: 0,
            sent_ms: now_ms,
        });
        Self { districts: districts.collect(), ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Queues a text that moves no cursor, outside the bound: a connection's first words.
    pub(super) fn push_plain(&mut self, text: Bytes) {
        self.queue.push_back(Item::Plain(text));
    }

    /// Takes an event. One whose place is not new is dropped: a session that holds several of its
    /// keys gets it once.
    pub(super) fn push(
        &mut self,
        id: &DistrictId,
        seq: i64,
        tail: &Arc<str>,
    ) -> Result<bool, LaneFull> {
        let Some(at) = self.districts.iter().position(|district| district.id == *id) else {
            return Ok(false);
        };
        let district = &mut self.districts[at];
        if seq <= district.newest {
            return Ok(false);
        }
        district.newest = seq;
        match &mut district.phase {
            Phase::Live => self.push_live(at, seq, Arc::clone(tail))?,
            Phase::Holding { events, lost_to } => {
                self.held_bytes += size(tail);
                events.push((seq, Arc::clone(tail)));
                if self.held_bytes > RESUME_BYTES {
                    *lost_to = seq;
                    self.held_bytes -= events.drain(..).map(|(_, tail)| size(&tail)).sum::<usize>();
                }
            }
        }
        Ok(true)
    }

    fn push_live(&mut self, district: usize, seq: i64, tail: Arc<str>) -> Result<(), LaneFull> {
        let bytes = size(&tail);
        if self.live_items + 1 > LIVE_ITEMS || self.live_bytes + bytes > LIVE_BYTES {
            return Err(LaneFull);
        }
        self.live_items += 1;
        self.live_bytes += bytes;
        self.districts[district].queued += 1;
        self.queue.push_back(Item::Event { district, seq, tail, live: true });
        Ok(())
    }

    /// Takes back what waits and holds every district again, until its next opening: who reads it
    /// may see other things now.
    pub(super) fn hold(&mut self) {
        self.queue.retain(|item| matches!(item, Item::Plain(_)));
        (self.live_bytes, self.live_items, self.held_bytes) = (0, 0, 0);
        for district in &mut self.districts {
            // What was taken back is in the state that is read from now on.
            district.phase = Phase::Holding { events: Vec::new(), lost_to: 0 };
            district.queued = 0;
        }
    }

    /// Whether a district waits for its opening.
    pub(super) fn is_holding(&self, id: &DistrictId) -> bool {
        let mut districts = self.districts.iter().filter(|district| district.id == *id);
        districts.any(|district| matches!(district.phase, Phase::Holding { .. }))
    }

    /// Ends the holding of a district: its opening, then what was held and is newer than `seq`.
    pub(super) fn go_live(
        &mut self,
        id: &DistrictId,
        seq: i64,
        opening: Bytes,
    ) -> Result<(), Overrun> {
        let Some(at) = self.districts.iter().position(|district| district.id == *id) else {
            return Ok(());
        };
        let district = &mut self.districts[at];
        let Phase::Holding { events, lost_to } = &mut district.phase else { return Ok(()) };
        if *lost_to > seq {
            return Err(Overrun);
        }
        let events = std::mem::take(events);
        district.phase = Phase::Live;
        district.newest = district.newest.max(seq);
        district.queued += 1;
        self.queue.push_back(Item::Opening { district: at, seq, text: opening });
        for (place, tail) in events {
            self.held_bytes -= size(&tail);
            if place > seq {
                self.districts[at].queued += 1;
                self.queue.push_back(Item::Event { district: at, seq: place, tail, live: false });
            }
        }
        Ok(())
    }

    /// Queues a watermark behind the events of each district that was silent since `before_ms`.
    pub(super) fn push_watermarks(
        &mut self,
        before_ms: i64,
        last_seq: impl Fn(&DistrictId) -> i64,
    ) -> Result<bool, LaneFull> {
        let mut any = false;
        for at in 0..self.districts.len() {
            let district = &mut self.districts[at];
            let silent = district.queued == 0 && district.sent_ms <= before_ms;
            if silent && matches!(district.phase, Phase::Live) {
                district.newest = district.newest.max(last_seq(&district.id));
                let (seq, id) = (district.newest, district.id.clone());
                self.push_live(at, seq, encode_tail(&Tail::Watermark { district: id }))?;
                any = true;
            }
        }
        Ok(any)
    }

    /// The next frame, its head written now: only here is it known what was sent before.
    pub(super) fn pop(&mut self, now_ms: i64) -> Option<Bytes> {
        let (district, seq, text) = match self.queue.pop_front()? {
            Item::Plain(text) => return Some(text),
            Item::Opening { district, seq, text } => (district, seq, text),
            Item::Event { district, seq, tail, live } => {
                if live {
                    self.live_items -= 1;
                    self.live_bytes -= size(&tail);
                }
                (district, seq, Bytes::from(frame(self.districts[district].prev, seq, &tail)))
            }
        };
        let district = &mut self.districts[district];
        district.prev = seq;
        district.queued -= 1;
        district.sent_ms = now_ms;
        Some(text)
    }

    /// Lets go of all that waits: the session is being closed.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

fn size(tail: &str) -> usize {
    HEAD_BYTES + tail.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::EventFrame;

    fn district() -> DistrictId {
        DistrictId::from("d")
    }

    fn tail() -> Arc<str> {
        encode_tail(&Tail::Watermark { district: district() })
    }

    fn live(at: i64) -> EventLane {
        let mut lane = EventLane::new(&[district()], 0);
        lane.go_live(&district(), at, Bytes::from_static(b"reset")).unwrap();
        assert_eq!(lane.pop(0).unwrap(), "reset");
        lane
    }

    fn places(lane: &mut EventLane) -> Vec<(i64, i64)> {
        let texts = std::iter::from_fn(|| lane.pop(0));
        texts
            .map(|text| serde_json::from_slice::<EventFrame>(&text).unwrap())
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
        assert_eq!(lane.pop(0).unwrap(), "reset");
        assert_eq!(places(&mut lane), [(5, 7), (7, 9)]);
    }

    #[test]
    fn the_live_bound_is_512_items_and_gives_room_again() {
        let mut lane = live(0);
        let count = i64::try_from(LIVE_ITEMS).unwrap();
        for seq in 1..=count {
            assert_eq!(lane.push(&district(), seq, &tail()), Ok(true));
        }
        lane.pop(0).unwrap();
        assert_eq!(lane.push(&district(), count + 1, &tail()), Ok(true));
        assert_eq!(lane.push(&district(), count + 2, &tail()), Err(LaneFull));
    }

    #[test]
    fn the_live_bound_is_256_kib() {
        let half: Arc<str> = Arc::from("x".repeat(LIVE_BYTES / 2 - HEAD_BYTES));
        let mut lane = live(0);
        assert_eq!(lane.push(&district(), 1, &half), Ok(true));
        assert_eq!(lane.push(&district(), 2, &half), Ok(true));
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
        assert_eq!(lane.push(&district(), count * 2 + 1, &tail()), Ok(true));
        lane.pop(0).unwrap();
        assert_eq!(places(&mut lane).len(), LIVE_ITEMS * 2 + 1);
    }

    #[test]
    fn silence_is_met_with_a_watermark_once() {
        let mut lane = live(4);
        assert_eq!(lane.push_watermarks(-1, |_| 9), Ok(false));
        assert_eq!(lane.push_watermarks(0, |_| 9), Ok(true));
        assert_eq!(lane.push_watermarks(0, |_| 9), Ok(false));
        assert_eq!(places(&mut lane), [(4, 9)]);
        assert_eq!(lane.push_watermarks(0, |_| 0), Ok(true));
        assert_eq!(places(&mut lane), [(9, 9)]);
    }
}
