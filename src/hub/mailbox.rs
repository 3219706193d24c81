//! The mailbox of one session: filled by the hub, emptied by the session or into its sink.
//!
//! Invariant: each lane has a bound, and what is done at the bound is done here. The lock is held
//! for a few pushes or one write that doesn't wait, and never across an await.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::task::{Poll, Waker};

use bytes::Bytes;
use parking_lot::{Mutex, MutexGuard};

use super::event_lane::{EventLane, Pushed};
use super::frame::Frame;
use super::lane_metrics::overflowed;
use super::waiting::State;
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

/// What became of an event.
#[derive(Debug, Default)]
pub(super) struct Push {
    /// It was queued or held.
    pub(super) is_taken: bool,
    /// The session is at rest, and was not due before.
    pub(super) is_due: bool,
}

/// Why a session was woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ready {
    /// There is something to drain.
    Frames,
    /// The time of the alarm has come.
    Alarm,
    /// The sink did not take all that was written: look after the rest.
    Left,
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
        self.lock().push_control(text);
    }

    /// Queues a notice among the answers. Returns whether the session is due.
    pub(super) fn push_notice(&self, text: &Bytes) -> bool {
        let mut state = self.lock();
        state.push_control(text.clone()) && state.becomes_due()
    }

    /// Queues a notice of an SOS; closes the session when they pile up. Returns whether the
    /// session is due.
    pub(super) fn push_alert(&self, text: &Bytes) -> bool {
        let mut state = self.lock();
        if state.closed.is_some() {
            return false;
        }
        if state.alerts.len() == ALERTS {
            state.overflow("alert");
            return false;
        }
        state.alerts.push_back(text.clone());
        state.becomes_due()
    }

    /// Queues an event in the form for the keys that are held, or closes the session when it has
    /// no room.
    pub(super) fn push_event<'a>(
        &self,
        district: &DistrictId,
        seq: i64,
        form: impl FnOnce(&[AudienceKey]) -> &'a Arc<str>,
    ) -> Push {
        let state = &mut *self.lock();
        if state.closed.is_some() {
            return Push::default();
        }
        match state.events.push(district, seq, form(&state.keys)) {
            Ok(Pushed::Taken) => {
                // Events that are held for an opening give the session nothing to do yet.
                let is_due = !state.events.is_empty() && state.becomes_due();
                return Push { is_taken: true, is_due };
            }
            Ok(Pushed::Ignored) => {}
            Ok(lost @ (Pushed::Overran | Pushed::Lost)) => {
                overflowed("resume");
                if lost == Pushed::Lost {
                    state.rights = true;
                    state.wake();
                }
            }
            Err(_) => state.overflow("events"),
        }
        Push::default()
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

    /// Queues watermarks for silent districts; `last` knows a district's last place and the tail.
    /// Returns whether the session is due.
    pub(super) fn push_watermarks(
        &self,
        before_ms: i64,
        last: impl Fn(&DistrictId) -> Option<(i64, Arc<str>)>,
    ) -> bool {
        let mut state = self.lock();
        match state.events.push_watermarks(before_ms, last) {
            Ok(any) => any && state.becomes_due(),
            Err(_) => {
                state.overflow("events");
                false
            }
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
            self.lock().raise_alarm();
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
        if std::mem::take(&mut state.left) {
            return Poll::Ready(Ready::Left);
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
