//! How a district of a lane is opened: by a state, or by what was missed since a cursor.
//!
//! Invariant: a district goes live only when everything up to a place was given out and everything
//! after it is held.

use bytes::Bytes;

use super::{District, EventLane, Held, Item, LIVE_BYTES, LIVE_ITEMS, Load, Overrun, Phase};
use crate::domain::{AudienceKey, DistrictId};
use crate::hub::Page;
use crate::protocol::event_frame::watermark_tail;

impl EventLane {
    /// Takes back what waits and holds every district again, until its next opening: who reads it
    /// may see other things now.
    pub(in crate::hub) fn hold(&mut self) {
        self.queue.retain(|item| matches!(item, Item::Plain(_)));
        (self.live, self.replayed, self.held_bytes) = (Load::default(), Load::default(), 0);
        for district in &mut self.districts {
            // What was taken back is in the state that is read from now on.
            district.phase = Phase::Holding(Held::default());
            district.queued = 0;
        }
    }

    /// Whether a district waits for its opening.
    pub(in crate::hub) fn is_holding(&self, id: &DistrictId) -> bool {
        let at = self.at(id);
        at.is_some_and(|at| matches!(self.districts[at].phase, Phase::Holding(_)))
    }

    /// Ends the holding of a district: its opening, then what was held and is newer than `seq`.
    pub(in crate::hub) fn go_live(
        &mut self,
        id: &DistrictId,
        seq: i64,
        opening: Bytes,
    ) -> Result<(), Overrun> {
        let Some(at) = self.at(id) else { return Ok(()) };
        let Phase::Holding(held) = &mut self.districts[at].phase else { return Ok(()) };
        let events = held.take_after(seq, &mut self.held_bytes)?;
        self.open(at, seq, opening);
        self.follow(at, seq, events);
        Ok(())
    }

    /// Begins a district with what its client holds as of `seq`: the log is read from there.
    pub(in crate::hub) fn resume(&mut self, id: &DistrictId, seq: i64, opening: Bytes) {
        let Some(at) = self.at(id) else { return };
        let Phase::Holding(held) = &mut self.districts[at].phase else { return };
        let held = std::mem::take(held);
        self.districts[at].phase = Phase::Replaying { place: seq, held, overran: false };
        self.open(at, seq, opening);
    }

    /// Whether some district's log is still to be read on.
    pub(in crate::hub) fn is_replaying(&self) -> bool {
        self.districts.iter().any(|one| matches!(one.phase, Phase::Replaying { .. }))
    }

    /// The district whose log is to be read on, and from where: when what waits is under half of
    /// the live bound, so that a slow client's past costs no memory.
    pub(in crate::hub) fn wants_replay(&mut self) -> Option<(DistrictId, i64)> {
        let items = self.live.items + self.replayed.items;
        let bytes = self.live.bytes + self.replayed.bytes;
        if items > LIVE_ITEMS / 2 || bytes > LIVE_BYTES / 2 {
            return None;
        }
        let count = self.districts.len();
        let mut turns = (1..=count).map(|turn| (self.turn + turn) % count);
        let (at, place) = turns.find_map(|at| match self.districts[at].phase {
            Phase::Replaying { place, .. } => Some((at, place)),
            _ => None,
        })?;
        self.turn = at;
        Some((self.districts[at].id.clone(), place))
    }

    /// Takes a part of the log that was read from `from` on, as far as these keys show it. With
    /// the last part the district goes live. Returns how many events it brought.
    pub(in crate::hub) fn replay(
        &mut self,
        id: &DistrictId,
        from: i64,
        page: &Page,
        keys: &[AudienceKey],
    ) -> usize {
        let Some(at) = self.at(id) else { return 0 };
        // Read for a replay that has ended since: another right, or the second overrun.
        if !matches!(self.districts[at].phase, Phase::Replaying { place, .. } if place == from) {
            return 0;
        }
        let mut count = 0;
        for event in page.events.iter().filter(|event| event.seq > from) {
            if let Some(form) = event.form_for(keys) {
                self.queue_event(at, event.seq, form.clone(), false);
                count += 1;
            }
        }
        let district = &mut self.districts[at];
        if district.queued_to < page.to {
            // A sign of life, and a cursor that needn't be read from again.
            let watermark = watermark_tail(&district.id);
            self.queue_event(at, page.to, watermark, false);
        }
        let Phase::Replaying { place, held, .. } = &mut self.districts[at].phase else { return 0 };
        *place = page.to;
        if page.is_last
            && let Ok(events) = held.take_after(page.to, &mut self.held_bytes)
        {
            self.follow(at, page.to, events);
        }
        count
    }

    /// Has a district wait for a state after all: the log no longer holds what it missed.
    pub(in crate::hub) fn give_up_replay(&mut self, id: &DistrictId) {
        let Some(at) = self.at(id) else { return };
        if let Phase::Replaying { held, .. } = &mut self.districts[at].phase {
            self.districts[at].phase = Phase::Holding(std::mem::take(held));
        }
    }

    fn open(&mut self, at: usize, seq: i64, text: Bytes) {
        let district: &mut District = &mut self.districts[at];
        district.queued += 1;
        district.queued_to = seq;
        self.queue.push_back(Item::Opening { district: at, seq, text });
    }

    fn follow(&mut self, at: usize, seq: i64, events: Vec<(i64, std::sync::Arc<str>)>) {
        self.districts[at].phase = Phase::Live;
        self.districts[at].newest = self.districts[at].newest.max(seq);
        for (place, tail) in events {
            self.queue_event(at, place, tail, false);
        }
    }
}
