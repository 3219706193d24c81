//! Events that are held for a session that isn't ready for them.
//!
//! Invariant: what was lost at the bound is remembered by its last place, so that nobody goes on
//! without it.

use std::sync::Arc;

use super::{Overrun, RESUME_BYTES, size};

#[derive(Debug, Default)]
pub(super) struct Held {
    events: Vec<(i64, Arc<str>)>,
    lost_to: i64,
}

impl Held {
    /// Holds an event; `bytes` is what the whole session holds. Returns false when the bound was
    /// reached, and what was held is lost.
    pub(super) fn push(&mut self, seq: i64, tail: &Arc<str>, bytes: &mut usize) -> bool {
        *bytes += size(tail);
        self.events.push((seq, Arc::clone(tail)));
        if *bytes <= RESUME_BYTES {
            return true;
        }
        self.lost_to = seq;
        self.clear(bytes);
        false
    }

    /// Gives out what is newer than `seq`, for a session that has everything up to there.
    ///
    /// # Errors
    /// [`Overrun`] when something newer was lost.
    pub(super) fn take_after(
        &mut self,
        seq: i64,
        bytes: &mut usize,
    ) -> Result<Vec<(i64, Arc<str>)>, Overrun> {
        if self.lost_to > seq {
            return Err(Overrun);
        }
        let mut events = std::mem::take(&mut self.events);
        *bytes -= events.iter().map(|(_, tail)| size(tail)).sum::<usize>();
        events.retain(|(place, _)| *place > seq);
        Ok(events)
    }

    fn clear(&mut self, bytes: &mut usize) {
        *bytes -= self.events.drain(..).map(|(_, tail)| size(&tail)).sum::<usize>();
    }
}
