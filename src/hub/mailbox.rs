//! What waits for one session, filled by the hub and emptied by the session alone.
//!
//! Invariant: each lane has a bound, and what is done at the bound is done here. The lock is held
//! for a few pushes and never across an await.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::task::{Poll, Waker};

use bytes::Bytes;
use parking_lot::{Mutex, MutexGuard};

use super::event_lane::{EventLane, Pushed};
use super::frame::Frame;
use super::lane_metrics::overflowed;
use crate::domain::{AudienceKey, DistrictId, SessionId};
use crate::protocol::CloseReason;

/// Answers and pongs that wait for one session, in bytes: more means that it doesn't read.
pub const CONTROL_BYTES: usize = 4 * 1024;
/// Notices of an SOS that wait for one session: more means that it doesn't read, and each stands in
/// the log as well.
pub const ALERTS: usize = 16;
const NEVER_MS: i64 = i64::MAX;

#[derive(Debug)]
pub(super) struct Mailbox {
    pub(super) id: u64,
    /// The sign-in session that it speaks for.
    pub(super) session: Option<SessionId>,
    /// Whether positions go to it; changed under the index's lock.
    pub(super) watching: AtomicBool,
    alarm_ms: AtomicI64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) control: VecDeque<Bytes>,
    control_bytes: usize,
    pub(super) alerts: VecDeque<Bytes>,
    pub(super) events: EventLane,
    /// The newest frame of each audience.
    pub(super) positions: Vec<Arc<Frame>>,
    pub(super) keys: Vec<AudienceKey>,
    pub(super) keys_changed: bool,
    /// Keys that it didn't hold for some time since it was drained, though it may hold them again.
    pub(super) lost_keys: Vec<AudienceKey>,
    closed: Option<CloseReason>,
    alarm: bool,
    pub(super) rights: bool,
    waker: Option<Waker>,
    wants_frames: bool,
}

/// Why a session was woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ready {
    /// There is something to drain.
    Frames,
    /// The time of the alarm has come.
    Alarm,
    /// The member's rights may be other ones, or a replay could not be kept up with: find out
    /// which they are, and open what waits for it.
    Rights,
    /// The connection must be closed.
    Closed(CloseReason),
}

impl Mailbox {
    pub(super) fn new(
        id: u64,
        session: Option<SessionId>,
        keys: Vec<AudienceKey>,
        districts: &[DistrictId],
        now_ms: i64,
    ) -> Self {
        let events = EventLane::new(districts, now_ms);
        Self {
            id,
            session,
            watching: AtomicBool::new(false),
            alarm_ms: AtomicI64::new(NEVER_MS),
            state: Mutex::new(State { events, keys, ..State::default() }),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    pub(super) fn has_control_room(&self, bytes: usize) -> bool {
        bytes > CONTROL_BYTES || self.lock().control_bytes + bytes <= CONTROL_BYTES
    }

    /// Queues an answer; closes the session when its answers pile up.
    pub(super) fn push_control(&self, text: Bytes) {
        let mut state = self.lock();
        if state.closed.is_some() {
            return;
        }
        if state.control_bytes + text.len() > CONTROL_BYTES {
            return state.overflow("control");
        }
        state.control_bytes += text.len();
        state.control.push_back(text);
    }

    /// Queues a notice of an SOS; closes the session when they pile up.
    pub(super) fn push_alert(&self, text: &Bytes) {
        let mut state = self.lock();
        if state.closed.is_some() {
            return;
        }
        if state.alerts.len() == ALERTS {
            return state.overflow("alert");
        }
        state.alerts.push_back(text.clone());
        state.wake_for_frames();
    }

    /// Queues an event in the form for the keys that the session holds, or closes the session when
    /// it has no room. Returns whether it was queued.
    pub(super) fn push_event<'a>(
        &self,
        district: &DistrictId,
        seq: i64,
        form: impl FnOnce(&[AudienceKey]) -> &'a Arc<str>,
    ) -> bool {
        let mut state = self.lock();
        let state = &mut *state;
        if state.closed.is_some() {
            return false;
        }
        match state.events.push(district, seq, form(&state.keys)) {
            Ok(Pushed::Taken) => {
                // Events that are held for an opening give the session nothing to do yet.
                if !state.events.is_empty() {
                    state.wake_for_frames();
                }
                true
            }
            Ok(Pushed::Ignored) => false,
            Ok(Pushed::Overran) => {
                overflowed("resume");
                false
            }
            Ok(Pushed::Lost) => {
                overflowed("resume");
                state.rights = true;
                state.wake();
                false
            }
            Err(_) => {
                state.overflow("events");
                false
            }
        }
    }

    /// Puts an audience's frame in the place of the one that waits.
    pub(super) fn push_positions(&self, frame: &Arc<Frame>) {
        let mut state = self.lock();
        if state.closed.is_some() {
            return;
        }
        match state.positions.iter_mut().find(|waits| waits.audience == frame.audience) {
            Some(waits) => *waits = Arc::clone(frame),
            None => state.positions.push(Arc::clone(frame)),
        }
        state.wake_for_frames();
    }

    /// Queues watermarks for silent districts.
    pub(super) fn push_watermarks(&self, before_ms: i64, last_seq: impl Fn(&DistrictId) -> i64) {
        let mut state = self.lock();
        match state.events.push_watermarks(before_ms, last_seq) {
            Ok(true) => state.wake_for_frames(),
            Ok(false) => {}
            Err(_) => state.overflow("events"),
        }
    }

    /// Exchanges the keys. Where they decide on events, what waits is taken back and the districts
    /// are held: what the session may see comes as a fresh state.
    pub(super) fn set_keys(&self, keys: Vec<AudienceKey>) {
        let mut state = self.lock();
        let other = of_events(&state.keys) != of_events(&keys);
        let before = std::mem::replace(&mut state.keys, keys);
        for key in before {
            if !state.keys.contains(&key) && !state.lost_keys.contains(&key) {
                state.lost_keys.push(key);
            }
        }
        state.keys_changed = true;
        if other {
            state.events.hold();
            state.alerts.clear();
        }
        state.wake_for_frames();
    }

    /// Has the session find out what its member may do now.
    pub(super) fn tell_rights(&self) {
        let mut state = self.lock();
        state.rights = true;
        state.wake();
    }

    pub(super) fn set_alarm(&self, at_ms: i64) {
        self.alarm_ms.store(at_ms, Ordering::Relaxed);
    }

    /// Wakes the session when its time has come, once.
    pub(super) fn ring(&self, now_ms: i64) {
        if self.alarm_ms.load(Ordering::Relaxed) <= now_ms {
            self.alarm_ms.store(NEVER_MS, Ordering::Relaxed);
            let mut state = self.lock();
            state.alarm = true;
            state.wake();
        }
    }

    /// Ends the session; what waits is dropped. The first reason stands.
    pub(super) fn close(&self, reason: CloseReason) {
        self.lock().close(reason);
    }

    /// Whether there is something for the session; if not, `waker` is called when there is.
    pub(super) fn poll_ready(&self, wants_frames: bool, waker: &Waker) -> Poll<Ready> {
        let mut state = self.lock();
        if let Some(reason) = state.closed {
            return Poll::Ready(Ready::Closed(reason));
        }
        if std::mem::take(&mut state.rights) {
            return Poll::Ready(Ready::Rights);
        }
        if std::mem::take(&mut state.alarm) {
            return Poll::Ready(Ready::Alarm);
        }
        if wants_frames && state.has_frames() {
            return Poll::Ready(Ready::Frames);
        }
        state.wants_frames = wants_frames;
        match &mut state.waker {
            Some(held) => held.clone_from(waker),
            None => state.waker = Some(waker.clone()),
        }
        Poll::Pending
    }
}

/// The keys that decide on events, as a set.
fn of_events(keys: &[AudienceKey]) -> BTreeSet<&AudienceKey> {
    keys.iter().filter(|key| !key.is_of_units()).collect()
}

impl State {
    fn has_frames(&self) -> bool {
        !self.control.is_empty()
            || !self.alerts.is_empty()
            || !self.events.is_empty()
            || !self.positions.is_empty()
            || self.keys_changed
    }

    pub(super) fn pop_control(&mut self) -> Option<Bytes> {
        let text = self.control.pop_front()?;
        self.control_bytes -= text.len();
        Some(text)
    }

    fn close(&mut self, reason: CloseReason) {
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
    fn overflow(&mut self, lane: &'static str) {
        overflowed(lane);
        self.close(CloseReason::TooSlow);
    }

    fn wake_for_frames(&mut self) {
        if self.wants_frames {
            self.wake();
        }
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}
