//! The tail of one district's log in memory, ready to be sent.
//!
//! Invariant: it holds every event from `first` to `last`, or none; what it doesn't hold is read.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::hub::{Page, Publication};
use crate::store::log::Head;

/// Events of a district that are kept: the last minutes of a busy night.
pub(super) const RING_EVENTS: usize = 1_024;
/// And in bytes, all forms together, so that a county's districts cost no more than some MiB.
pub(super) const RING_BYTES: usize = 1024 * 1024;

pub(super) struct Ring {
    pub(super) epoch: String,
    /// The last place that was delivered here.
    pub(super) last: i64,
    events: VecDeque<Arc<Publication>>,
    bytes: usize,
}

impl Ring {
    pub(super) fn new(head: Head) -> Self {
        Self { epoch: head.epoch, last: head.seq, events: VecDeque::new(), bytes: 0 }
    }

    /// The first place that it holds; one after the last when it holds none.
    pub(super) fn first(&self) -> i64 {
        self.events.front().map_or(self.last + 1, |event| event.seq)
    }

    /// Adds the event after the last.
    pub(super) fn push(&mut self, event: &Arc<Publication>) {
        if event.seq != self.last + 1 {
            self.clear();
        }
        self.last = event.seq;
        self.bytes += event.len();
        self.events.push_back(Arc::clone(event));
        while self.is_over() {
            self.bytes -= self.events.pop_front().map_or(0, |event| event.len());
        }
    }

    /// Puts older events before the first, as many as fit, if they end where it begins.
    pub(super) fn prepend(&mut self, events: &[Arc<Publication>]) {
        if events.last().is_none_or(|event| event.seq + 1 != self.first()) {
            return;
        }
        for event in events.iter().rev() {
            self.bytes += event.len();
            self.events.push_front(Arc::clone(event));
            if self.is_over() {
                self.bytes -= self.events.pop_front().map_or(0, |event| event.len());
                return;
            }
        }
    }

    /// Forgets the events, whose texts may be other ones now.
    pub(super) fn clear(&mut self) {
        self.events.clear();
        self.bytes = 0;
    }

    /// The part after `seq`, at most `most` events; none when that is older than what it holds.
    pub(super) fn page(&self, seq: i64, most: usize) -> Option<Page> {
        if seq >= self.last {
            // What comes next here is published later than now.
            return Some(Page { events: Vec::new(), to: seq, is_last: true });
        }
        let skip = usize::try_from(seq + 1 - self.first()).ok()?;
        let events: Vec<_> = self.events.iter().skip(skip).take(most).cloned().collect();
        let to = events.last()?.seq;
        Some(Page { events, to, is_last: to == self.last })
    }

    fn is_over(&self) -> bool {
        self.events.len() > RING_EVENTS || self.bytes > RING_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Audience;
    use crate::hub::EventForms;

    fn event(seq: i64, length: usize) -> Arc<Publication> {
        let forms = EventForms::from(Arc::from("x".repeat(length)));
        Arc::new(Publication { seq, audience: Audience::default(), forms })
    }

    fn ring(seq: i64) -> Ring {
        Ring::new(Head { district: "d".into(), epoch: "e".to_owned(), seq })
    }

    fn places(page: Option<Page>) -> Option<(Vec<i64>, i64, bool)> {
        page.map(|page| (page.events.iter().map(|e| e.seq).collect(), page.to, page.is_last))
    }

    #[test]
    fn what_it_holds_is_read_in_parts_and_what_it_does_not_is_said() {
        let mut ring = ring(10);
        assert_eq!(places(ring.page(10, 2)), Some((vec![], 10, true)));
        assert_eq!(places(ring.page(12, 2)), Some((vec![], 12, true)), "ahead of this node");
        assert_eq!(places(ring.page(9, 2)), None);
        for seq in 11..=13 {
            ring.push(&event(seq, 1));
        }
        assert_eq!(places(ring.page(10, 2)), Some((vec![11, 12], 12, false)));
        assert_eq!(places(ring.page(12, 2)), Some((vec![13], 13, true)));
        assert_eq!(places(ring.page(9, 2)), None);
        ring.prepend(&[event(8, 1), event(9, 1)]);
        assert_eq!(ring.first(), 11, "a gap");
        ring.prepend(&[event(9, 1), event(10, 1)]);
        assert_eq!(places(ring.page(9, 9)), Some((vec![10, 11, 12, 13], 13, true)));
        ring.clear();
        assert_eq!(places(ring.page(12, 2)), None);
        ring.prepend(&[event(13, 1)]);
        assert_eq!(places(ring.page(12, 2)), Some((vec![13], 13, true)));
    }

    #[test]
    fn it_stays_within_its_bounds() {
        let mut ring = ring(0);
        let count = i64::try_from(RING_EVENTS).unwrap();
        for seq in 1..=count + 5 {
            ring.push(&event(seq, 1));
        }
        assert_eq!(ring.first(), 6);
        ring.push(&event(count + 6, RING_BYTES));
        assert_eq!(ring.first(), count + 6);
        ring.push(&event(count + 7, RING_BYTES + 1));
        assert_eq!(ring.first(), count + 8, "larger than all of it");
        ring.prepend(&[event(count + 6, RING_BYTES - 10), event(count + 7, 10)]);
        assert_eq!(ring.first(), count + 6);
        ring.prepend(&[event(count + 5, 1)]);
        assert_eq!(ring.first(), count + 6, "full");
    }
}
