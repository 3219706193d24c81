//! One session's lane of events: in order, once, behind a bound.
//!
//! It must not know sockets, locks or time sources. Invariant: what it gives out of a district is
//! contiguous by `prev`, from the opening on; what doesn't fit is never dropped silently.

mod held;
mod opening;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;

use crate::domain::DistrictId;
use crate::hub::Out;
use crate::protocol::event_frame::HEAD_BYTES;
use held::Held;

/// Live events that wait for one session, in bytes: a second of a busy district on a slow line.
pub const LIVE_BYTES: usize = 256 * 1024;
/// And in number, so that many small ones don't cost more than the bytes say.
pub const LIVE_ITEMS: usize = 512;
/// Events that are held while a session reads its state or what it missed, in bytes.
pub const RESUME_BYTES: usize = 1024 * 1024;

/// A lane that is empty keeps room for so many, so that a busy district allocates nothing.
const CALM_ITEMS: usize = 32;

/// The live bound was reached: the session reads too slowly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LaneFull;

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pushed {
    /// It is queued or held.
    Taken,
    /// It isn't new here, or of no district that is followed.
    Ignored,
    /// The resume buffer ran over for the first time: the log is read up to here as well.
    Overran,
    /// And for the second time: the district waits for a state again.
    Lost,
}

/// The resume buffer ran over, and what it lost is newer than the snapshot: read it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the resume buffer ran over, read the state again")]
pub struct Overrun;

#[derive(Debug, Default)]
pub(super) struct EventLane {
    districts: Vec<District>,
    queue: VecDeque<Item>,
    live: Load,
    /// What was read from the log and waits.
    replayed: Load,
    held_bytes: usize,
    /// The district whose replay was asked for last, so that each has its turn.
    turn: usize,
}

#[derive(Debug, Default)]
struct Load {
    items: usize,
    bytes: usize,
}

#[derive(Debug)]
struct District {
    id: DistrictId,
    phase: Phase,
    /// The last place that was queued or held.
    newest: i64,
    /// The last place that was queued.
    queued_to: i64,
    /// The last place that was given out.
    prev: i64,
    queued: usize,
    sent_ms: i64,
}

#[derive(Debug)]
enum Phase {
    /// Waits for its opening.
    Holding(Held),
    /// What it missed is read from the log; `place` is how far.
    Replaying { place: i64, held: Held, overran: bool },
    /// Gets what happens.
    Live,
}

#[derive(Debug)]
enum Item {
    /// Whole text without a place in a log: `welcome`.
    Plain(Bytes),
    /// Another one, which only those may read who hold the keys of now.
    Notice(Bytes),
    /// A district's first frame, as of a place in its log.
    Opening { district: usize, seq: i64, text: Bytes },
    /// An event or a watermark; a replayed one doesn't count against the live bound.
    Event { district: usize, seq: i64, tail: Arc<str>, live: bool },
}

impl EventLane {
    pub(super) fn new(districts: &[DistrictId], now_ms: i64) -> Self {
        let districts = districts.iter().map(|id| District {
            id: id.clone(),
            phase: Phase::Holding(Held::default()),
            newest: 0,
            queued_to: 0,
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

    /// Queues an alert behind an opening, outside the bound; a change of keys takes it back.
    pub(super) fn push_notice(&mut self, text: Bytes) {
        self.queue.push_back(Item::Notice(text));
    }

    /// Takes an event. One whose place is not new is dropped: a session that holds several of its
    /// keys gets it once.
    pub(super) fn push(
        &mut self,
        id: &DistrictId,
        seq: i64,
        tail: &Arc<str>,
    ) -> Result<Pushed, LaneFull> {
        let Some(at) = self.at(id) else { return Ok(Pushed::Ignored) };
        let district = &mut self.districts[at];
        if seq <= district.newest {
            return Ok(Pushed::Ignored);
        }
        district.newest = seq;
        match &mut district.phase {
            Phase::Live => self.push_live(at, seq, Arc::clone(tail))?,
            Phase::Holding(held) => {
                if !held.push(seq, tail, &mut self.held_bytes) {
                    return Ok(Pushed::Overran);
                }
            }
            Phase::Replaying { held, overran, .. } => {
                if !held.push(seq, tail, &mut self.held_bytes) {
                    if *overran {
                        district.phase = Phase::Holding(std::mem::take(held));
                        return Ok(Pushed::Lost);
                    }
                    *overran = true;
                    return Ok(Pushed::Overran);
                }
            }
        }
        Ok(Pushed::Taken)
    }

    fn push_live(&mut self, at: usize, seq: i64, tail: Arc<str>) -> Result<(), LaneFull> {
        let bytes = size(&tail);
        if self.live.items + 1 > LIVE_ITEMS || self.live.bytes + bytes > LIVE_BYTES {
            return Err(LaneFull);
        }
        self.queue_event(at, seq, tail, true);
        Ok(())
    }

    fn queue_event(&mut self, at: usize, seq: i64, tail: Arc<str>, live: bool) {
        self.load(live).add(&tail);
        let district = &mut self.districts[at];
        district.queued += 1;
        district.queued_to = seq;
        self.queue.push_back(Item::Event { district: at, seq, tail, live });
    }

    /// Queues a watermark behind the events of each district that was silent since `before_ms`.
    pub(super) fn push_watermarks(
        &mut self,
        before_ms: i64,
        last: impl Fn(&DistrictId) -> Option<(i64, Arc<str>)>,
    ) -> Result<bool, LaneFull> {
        let mut any = false;
        for at in 0..self.districts.len() {
            let district = &mut self.districts[at];
            let silent = district.queued == 0 && district.sent_ms <= before_ms;
            if silent
                && matches!(district.phase, Phase::Live)
                && let Some((seq, tail)) = last(&district.id)
            {
                district.newest = district.newest.max(seq);
                let seq = district.newest;
                self.push_live(at, seq, tail)?;
                any = true;
            }
        }
        Ok(any)
    }

    /// The next frame, with the head that it has now: only here is it known what was sent before.
    pub(super) fn pop(&mut self, now_ms: i64) -> Option<Out> {
        let (at, seq, out) = match self.queue.pop_front()? {
            Item::Plain(text) | Item::Notice(text) => return Some(Out::Text(text)),
            Item::Opening { district, seq, text } => (district, seq, Out::Text(text)),
            Item::Event { district, seq, tail, live } => {
                self.load(live).take(&tail);
                (district, seq, Out::Event { prev: self.districts[district].prev, seq, tail })
            }
        };
        let district = &mut self.districts[at];
        district.prev = seq;
        district.queued -= 1;
        district.sent_ms = now_ms;
        Some(out)
    }

    /// After a burst, gives back the room that it took: most sessions are quiet.
    pub(super) fn relax(&mut self) {
        if self.queue.is_empty() && self.queue.capacity() > CALM_ITEMS {
            self.queue.shrink_to(CALM_ITEMS);
        }
    }

    /// Lets go of all that waits: the session is being closed.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    fn at(&self, id: &DistrictId) -> Option<usize> {
        self.districts.iter().position(|district| district.id == *id)
    }

    fn load(&mut self, live: bool) -> &mut Load {
        if live { &mut self.live } else { &mut self.replayed }
    }
}

impl Load {
    fn add(&mut self, tail: &str) {
        self.items += 1;
        self.bytes += size(tail);
    }

    fn take(&mut self, tail: &str) {
        self.items -= 1;
        self.bytes -= size(tail);
    }
}

fn size(tail: &str) -> usize {
    HEAD_BYTES + tail.len()
}
