//! The session's end of its mailbox: what to send next, lane by lane.
//!
//! Lanes are drained in the order control, alert, events, positions.
//! Invariant: positions wait while an event does, and a batch is small, so that whatever comes on
//! an earlier lane overtakes no more than a batch.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;

use super::Hub;
use super::event_lane::Overrun;
use super::flush::{Sink, Tally};
use super::frame::Frame;
use super::mailbox::{Mailbox, Ready};
use super::publication::Page;
use super::viewer::{Out, Viewer, Watch};
use crate::domain::{AudienceKey, DistrictId};

/// Events are drained up to about this many bytes at once: what one write takes.
pub const BATCH_BYTES: usize = 16 * 1024;

/// What one session has to send; the session alone holds it.
#[derive(Debug)]
pub struct Outbox {
    hub: Hub,
    mailbox: Arc<Mailbox>,
    viewer: Viewer,
    /// The watch changed: full frames of all audiences come next.
    refresh: bool,
    /// Audiences whose full frame was asked for.
    wanted: Vec<u32>,
    /// Empty but for a moment: the room of what is taken from the mailbox.
    frames: Vec<Arc<Frame>>,
}

impl Outbox {
    pub(super) fn new(hub: Hub, mailbox: Arc<Mailbox>) -> Self {
        let (viewer, wanted, frames) = Default::default();
        Self { hub, mailbox, viewer, refresh: false, wanted, frames }
    }

    /// Whether the control lane takes this answer now. One that never fits is let through, and
    /// ends the session.
    pub fn has_room(&self, text: &str) -> bool {
        self.mailbox.has_control_room(text.len())
    }

    /// Queues an answer on the control lane.
    pub fn control(&self, text: String) {
        self.mailbox.push_control(Bytes::from(text));
    }

    /// Queues a text before the events, outside their bound: `welcome`.
    pub fn preface(&self, text: String) {
        self.mailbox.lock().events.push_plain(Bytes::from(text));
    }

    /// Sends a district's opening (`reset`), which is as of `seq`, and then its events after it;
    /// until now they were held.
    ///
    /// # Errors
    /// [`Overrun`] when an event newer than `seq` had to be dropped, or when the member's rights
    /// may have changed since [`Outbox::take_rights`]: read the state again.
    pub fn go_live(&self, district: &DistrictId, seq: i64, opening: String) -> Result<(), Overrun> {
        let mut state = self.mailbox.lock();
        if state.rights {
            return Err(Overrun);
        }
        state.events.go_live(district, seq, Bytes::from(opening))?;
        self.hub.0.metrics.resets.increment(1);
        Ok(())
    }

    /// Begins a district with what the client holds as of `seq`, after this opening (`resumed`)
    /// and these notices; what came since is then asked for by [`Outbox::wants_replay`].
    ///
    /// # Errors
    /// [`Overrun`] when the member's rights may have changed since [`Outbox::take_rights`].
    pub fn resume(
        &self,
        district: &DistrictId,
        seq: i64,
        opening: String,
        notices: Vec<String>,
    ) -> Result<(), Overrun> {
        let mut state = self.mailbox.lock();
        if state.rights {
            return Err(Overrun);
        }
        state.events.resume(district, seq, Bytes::from(opening));
        for notice in notices {
            state.events.push_notice(Bytes::from(notice));
        }
        self.hub.0.metrics.resumes.increment(1);
        Ok(())
    }

    /// Whether some district's log is still to be read on.
    pub fn is_replaying(&self) -> bool {
        self.mailbox.lock().events.is_replaying()
    }

    /// The district whose log is to be read on now, and after which place.
    pub fn wants_replay(&self) -> Option<(DistrictId, i64)> {
        self.mailbox.lock().events.wants_replay()
    }

    /// Takes the part of the log that was read after `from`, or none when the log no longer holds
    /// it. What the session may see of it is decided by the keys that it holds now.
    pub fn replay(&self, district: &DistrictId, from: i64, page: Option<&Page>) {
        let mut state = self.mailbox.lock();
        let state = &mut *state;
        match page {
            Some(page) => {
                let count = state.events.replay(district, from, page, &state.keys);
                self.hub.0.metrics.replayed.increment(count as u64);
            }
            None => {
                state.events.give_up_replay(district);
                state.rights = true;
            }
        }
    }

    /// From here on frames go to this sink while the session has nothing else to do.
    pub fn set_sink(&self, sink: Arc<dyn Sink>) {
        self.mailbox.lock().sink = Some(sink);
    }

    /// From here on a change of rights is told anew: find out what they are after this.
    pub fn take_rights(&self) {
        self.mailbox.lock().rights = false;
    }

    /// Whether a district waits for its opening: at first, and after keys of events changed.
    pub fn is_holding(&self, district: &DistrictId) -> bool {
        self.mailbox.lock().events.is_holding(district)
    }

    /// Says which positions the session wants from now on; full frames come first.
    pub fn watch(&mut self, watch: Watch) {
        self.viewer.set_watch(watch);
        self.refresh = self.viewer.is_watching();
        self.wanted.clear();
        self.hub.set_watching(&self.mailbox, self.viewer.is_watching());
    }

    /// Asks for a full frame of one audience. Returns false when there is none that the session
    /// may see.
    pub fn resync(&mut self, audience: u32) -> bool {
        let keys = self.mailbox.lock().keys.clone();
        if !self.viewer.is_watching() || !self.audiences(&keys).contains(&audience) {
            return false;
        }
        self.viewer.forget(audience);
        if !self.wanted.contains(&audience) {
            self.wanted.push(audience);
        }
        true
    }

    /// Makes [`Outbox::ready`] return [`Ready::Alarm`] once, within a second after `at_ms`.
    /// All sessions share the hub's timer.
    pub fn set_alarm(&self, at_ms: i64) {
        self.mailbox.set_alarm(at_ms);
    }

    /// Waits until there is something to do; frames count only if `wants_frames`, so that a
    /// session whose socket is blocked leaves them to their bounds. Cancelling it loses nothing.
    pub async fn ready(&mut self, wants_frames: bool) -> Ready {
        let asked = wants_frames && (self.refresh || !self.wanted.is_empty());
        poll_fn(|cx| match self.mailbox.poll_ready(wants_frames, cx.waker()) {
            Poll::Pending if asked => Poll::Ready(Ready::Frames),
            ready => ready,
        })
        .await
    }

    /// Hands out the next frames, in the order of the lanes. The lock is held meanwhile, so `out`
    /// does no more than to copy.
    pub fn drain(&mut self, mut out: impl FnMut(Out)) {
        let now_ms = self.hub.0.clock.now_ms();
        let mut tally = Tally::default();
        let mut state = self.mailbox.lock();
        state.hand_out_texts(now_ms, &mut tally, &mut out);
        if state.events.is_empty() {
            std::mem::swap(&mut self.frames, &mut state.positions);
            let changed = std::mem::take(&mut state.keys_changed);
            let changed = changed | std::mem::take(&mut self.refresh);
            let keys = changed.then(|| state.keys.clone());
            let lost_keys = std::mem::take(&mut state.lost_keys);
            drop(state);
            for audience in self.audiences(&lost_keys) {
                self.viewer.forget(audience);
            }
            self.drain_positions(keys.as_deref(), &mut |frame: Out| {
                tally.count_positions(frame.len());
                out(frame);
            });
            self.frames.clear();
        }
        tally.tell(&self.hub.0.metrics);
    }

    fn drain_positions(&mut self, keys: Option<&[AudienceKey]>, out: &mut impl FnMut(Out)) {
        if !self.viewer.is_watching() {
            return;
        }
        let mut new = Vec::new();
        if let Some(keys) = keys {
            new = self.audiences(keys);
            self.viewer.end_all_but(&new, out);
            self.frames.retain(|frame| new.contains(&frame.audience));
            self.wanted.retain(|audience| new.contains(audience));
        }
        for frame in &self.frames {
            if !self.viewer.take(frame, out) {
                if self.viewer.holds(frame.audience) {
                    self.hub.0.metrics.skips.increment(1);
                }
                self.wanted.push(frame.audience);
            }
        }
        new.retain(|audience| !self.viewer.holds(*audience));
        self.wanted.extend(new);
        self.wanted.sort_unstable();
        self.wanted.dedup();
        for audience in std::mem::take(&mut self.wanted) {
            let full = self.hub.0.board.lock().full(audience);
            if let Some(full) = full {
                self.viewer.take(&full, out);
            }
        }
    }

    /// The audiences of these keys that the board knows.
    fn audiences(&self, keys: &[AudienceKey]) -> Vec<u32> {
        if keys.is_empty() {
            return Vec::new();
        }
        let board = self.hub.0.board.lock();
        keys.iter().filter_map(|key| board.id(key)).collect()
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.mailbox.lock().sink = None;
    }
}
