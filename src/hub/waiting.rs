//! What waits for one session, lane by lane, and how the session is told.
//!
//! Invariant: a session that sleeps is woken, or is due to be written to, whenever something waits
//! for it that it asked for.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::Waker;

use bytes::Bytes;

use super::event_lane::EventLane;
use super::flush::Sink;
use super::frame::Frame;
use super::lane_metrics::overflowed;
use super::mailbox::CONTROL_BYTES;
use crate::domain::AudienceKey;
use crate::protocol::CloseReason;

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) control: VecDeque<Bytes>,
    pub(super) control_bytes: usize,
    pub(super) alerts: VecDeque<Bytes>,
    pub(super) events: EventLane,
    /// The newest frame of each audience.
    pub(super) positions: Vec<Arc<Frame>>,
    pub(super) keys: Vec<AudienceKey>,
    pub(super) keys_changed: bool,
    /// Keys that it didn't hold for some time since it was drained, though it may hold them again.
    pub(super) lost_keys: Vec<AudienceKey>,
    /// Where frames go while the session is at rest.
    pub(super) sink: Option<Arc<dyn Sink>>,
    /// Somebody is about to write what waits.
    pub(super) due: bool,
    /// The sink did not take all that was written.
    pub(super) left: bool,
    pub(super) closed: Option<CloseReason>,
    pub(super) alarm: bool,
    pub(super) rights: bool,
    pub(super) waker: Option<Waker>,
    pub(super) wants_frames: bool,
}

impl State {
    pub(super) fn has_frames(&self) -> bool {
        self.has_texts() || !self.positions.is_empty() || self.keys_changed
    }

    /// Queues a text on the control lane; closes the session when they pile up. Returns whether it
    /// was queued.
    pub(super) fn push_control(&mut self, text: Bytes) -> bool {
        if self.closed.is_some() {
            return false;
        }
        if self.control_bytes + text.len() > CONTROL_BYTES {
            self.overflow("control");
            return false;
        }
        self.control_bytes += text.len();
        self.control.push_back(text);
        true
    }

    pub(super) fn pop_control(&mut self) -> Option<Bytes> {
        let text = self.control.pop_front()?;
        self.control_bytes -= text.len();
        Some(text)
    }

    pub(super) fn close(&mut self, reason: CloseReason) {
        if self.closed.is_none() {
            self.closed = Some(reason);
            self.control.clear();
            self.alerts.clear();
            self.events.clear();
            self.positions.clear();
            self.wake();
        }
    }

    /// Ends a session whose lane is full: it resumes when it comes back.
    pub(super) fn overflow(&mut self, lane: &'static str) {
        overflowed(lane);
        self.close(CloseReason::TooSlow);
    }

    /// Whether something waits on the lanes before the positions.
    pub(super) fn has_texts(&self) -> bool {
        !self.control.is_empty() || !self.alerts.is_empty() || !self.events.is_empty()
    }

    pub(super) fn raise_alarm(&mut self) {
        self.alarm = true;
        self.wake();
    }

    /// Marks a session at rest whose frames are to be written, and returns whether it was not
    /// marked yet; one without a sink is woken.
    pub(super) fn becomes_due(&mut self) -> bool {
        if self.wants_frames && self.sink.is_some() {
            return !std::mem::replace(&mut self.due, true);
        }
        self.wake_for_frames();
        false
    }

    pub(super) fn wake_for_frames(&mut self) {
        if self.wants_frames {
            self.wake();
        }
    }

    pub(super) fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}
