//! The hub: brings events and positions to the sessions that hold one of their keys.
//!
//! It carries bytes and keys. It must not know databases, rights or sockets. Invariants: a session
//! gets each event of its districts whose keys it holds once and in order, or is closed; every
//! queue has a bound; locks are short and never held across an await. Locks are taken in the order
//! index, then board or a mailbox, then a sink, and never a board and a mailbox at once.

mod audience;
mod board;
mod drain;
mod event_lane;
mod flush;
mod frame;
mod index;
mod lane_metrics;
mod mailbox;
mod outbox;
mod publication;
mod slice;
#[cfg(test)]
mod tests;
mod tick;
mod viewer;
mod waiting;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use bytes::Bytes;
use parking_lot::{Mutex, RwLock};
use tokio::sync::Notify;

pub use board::PositionUpdate;
pub use event_lane::{LIVE_BYTES, LIVE_ITEMS, Overrun, RESUME_BYTES};
pub use flush::{Frames, Sink, Written};
pub use mailbox::{ALERTS, CONTROL_BYTES, Ready};
pub use outbox::{BATCH_BYTES, Outbox};
pub use publication::{EventForms, Page, Publication};
pub use viewer::{Out, Watch};

use crate::clock::Clock;
use crate::domain::{AudienceKey, DistrictId, MemberId, SessionId};
use crate::protocol::CloseReason;
use board::Board;
use flush::Due;
use index::Index;
use lane_metrics::HubMetrics;
use mailbox::{Mailbox, Push};

/// The hub of this process; clones share it.
#[derive(Debug, Clone)]
pub struct Hub(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    clock: Clock,
    index: RwLock<Index>,
    board: Mutex<Board>,
    closing: Mutex<Option<CloseReason>>,
    /// What every session is told, those that join later too.
    standing: Mutex<Option<Bytes>>,
    next_session: AtomicU64,
    swept_ms: AtomicI64,
    /// A district got its first session.
    first_viewers: Notify,
    /// Changes of rights that were told so far.
    rights: AtomicU64,
    metrics: HubMetrics,
}

/// What a session asks for when it joins.
#[derive(Debug, Clone, Default)]
pub struct JoinRequest {
    /// The sign-in session that it speaks for.
    pub session: Option<SessionId>,
    /// The keys that it holds.
    pub keys: Vec<AudienceKey>,
    /// The districts whose logs it follows; their events are held until it goes live.
    pub districts: Vec<DistrictId>,
}

/// A session's membership: dropping it leaves.
#[derive(Debug)]
pub struct Guard {
    hub: Hub,
    mailbox: Arc<Mailbox>,
    districts: Vec<DistrictId>,
}

impl Hub {
    /// A hub without sessions.
    pub fn new(clock: Clock) -> Self {
        let swept_ms = AtomicI64::new(clock.now_ms());
        Self(Arc::new(Shared {
            clock,
            index: RwLock::default(),
            board: Mutex::default(),
            closing: Mutex::new(None),
            standing: Mutex::new(None),
            next_session: AtomicU64::new(1),
            swept_ms,
            first_viewers: Notify::new(),
            rights: AtomicU64::new(0),
            metrics: HubMetrics::new(),
        }))
    }

    /// Adds a session. Events are held for it from now on: read the state afterwards.
    pub fn join(&self, request: JoinRequest) -> (Guard, Outbox) {
        let JoinRequest { session, keys, districts } = request;
        let id = self.0.next_session.fetch_add(1, Ordering::Relaxed);
        let mailbox = Mailbox::new(id, session, keys, &districts, self.0.clock.now_ms());
        let mailbox = Arc::new(mailbox);
        if self.0.index.write().join(&mailbox, &districts) {
            self.0.first_viewers.notify_one();
        }
        // After the index knows it, so that one of the two sees the other.
        if let Some(reason) = *self.0.closing.lock() {
            mailbox.close(reason);
        }
        if let Some(text) = &*self.0.standing.lock() {
            mailbox.push_control(text.clone());
        }
        let outbox = Outbox::new(self.clone(), Arc::clone(&mailbox));
        (Guard { hub: self.clone(), mailbox, districts }, outbox)
    }

    /// Brings an event to the sessions that hold one of its keys, each in the form that it may
    /// read. Of one district, events must come in the order of `seq`, one at a time.
    pub fn publish_event(&self, district: &DistrictId, event: &Publication) {
        let Publication { seq, audience, forms } = event;
        let index = self.0.index.read();
        let masked = forms.masked.as_ref().map(|masked| (masked, &audience.clear[..]));
        let (mut deliveries, mut due) = (0, Due::default());
        let mut count = |mailbox: &Arc<Mailbox>, push: Push| {
            deliveries += u64::from(push.is_taken);
            if push.is_due {
                due.add(self, mailbox);
            }
        };
        for mailbox in audience.sees.iter().flat_map(|key| index.holders(key)) {
            let push = mailbox.push_event(district, *seq, |keys| match masked {
                Some((masked, clear)) if !clear.iter().any(|key| keys.contains(key)) => masked,
                _ => &forms.whole,
            });
            count(mailbox, push);
        }
        // After those who see it: a place is taken once, so whoever does isn't told to forget.
        if let Some(forget) = &forms.forget {
            for mailbox in audience.left.iter().flat_map(|key| index.holders(key)) {
                count(mailbox, mailbox.push_event(district, *seq, |_| forget));
            }
        }
        due.write(self);
        // After the pushes: a watermark may only speak of what was brought.
        index.note_seq(district, *seq);
        self.0.metrics.published.increment(1);
        self.0.metrics.deliveries.increment(deliveries);
    }

    /// Brings an alert to the sessions that hold one of these keys, ahead of all events.
    pub fn publish_alert(&self, keys: &[AudienceKey], text: &Bytes) {
        let index = self.0.index.read();
        let (mut told, mut due) = (HashSet::new(), Due::default());
        for mailbox in keys.iter().flat_map(|key| index.holders(key)) {
            if told.insert(mailbox.id) && mailbox.push_alert(text) {
                due.add(self, mailbox);
            }
        }
        due.write(self);
    }

    /// Brings a text to all sessions, ahead of all events; with `standing` also to those that join
    /// later, until the next call. One that joins meanwhile may be told twice.
    pub fn tell_all(&self, text: &Bytes, standing: bool) {
        *self.0.standing.lock() = standing.then(|| text.clone());
        let index = self.0.index.read();
        let mut due = Due::default();
        for mailbox in index.sessions.values() {
            if mailbox.push_notice(text) {
                due.add(self, mailbox);
            }
        }
        due.write(self);
    }

    /// How many sessions are here.
    pub fn sessions(&self) -> usize {
        self.0.index.read().sessions.len()
    }

    /// Puts positions on the board; they go out with the next tick. Older ones are ignored.
    pub fn apply_positions(&self, updates: impl IntoIterator<Item = PositionUpdate>) {
        let mut board = self.0.board.lock();
        for update in updates {
            board.apply(update);
        }
    }

    /// Takes a member off the board at sign-off; fixes taken up to `until_ms` (Unix ms UTC) that
    /// come later are ignored.
    pub fn remove_member(&self, member: &MemberId, until_ms: i64) {
        self.0.board.lock().remove(member, until_ms);
    }

    /// Takes a member off these audiences' maps at once; the others still see them.
    pub fn hide_member(&self, member: &MemberId, keys: &[AudienceKey]) {
        self.0.board.lock().hide(member, keys);
    }

    /// How many sessions follow a district.
    pub fn viewers(&self, district: &DistrictId) -> usize {
        self.0.index.read().viewers(district)
    }

    /// The districts that at least one session follows.
    pub fn viewed_districts(&self) -> Vec<DistrictId> {
        self.0.index.read().viewed()
    }

    /// Waits until a district has got its first session; one waits at a time.
    pub async fn first_viewer(&self) {
        self.0.first_viewers.notified().await;
    }

    /// Closes the sessions that hold a key: the member's own key ends all of a member's.
    pub fn close_holders(&self, key: &AudienceKey, reason: CloseReason) {
        for mailbox in self.0.index.read().holders(key) {
            mailbox.close(reason);
        }
    }

    /// How many changes of rights this hub was told. What was read about a member after one call
    /// of this still holds when another one, after joining, returns the same.
    pub fn rights_changes(&self) -> u64 {
        self.0.rights.load(Ordering::Relaxed)
    }

    /// Closes those of a member's sessions that speak for one of these sign-in sessions.
    pub fn close_sessions(&self, member: &MemberId, ended: &[SessionId], reason: CloseReason) {
        let index = self.0.index.read();
        self.0.rights.fetch_add(1, Ordering::Relaxed);
        for mailbox in index.holders(&AudienceKey::member(member)) {
            if mailbox.session.as_ref().is_some_and(|session| ended.contains(session)) {
                mailbox.close(reason);
            }
        }
    }

    /// A member's rights are other ones: their sessions hold these keys from the next event on,
    /// and find out the rest by themselves ([`Ready::Rights`]).
    pub fn set_member_keys(&self, member: &MemberId, keys: &[AudienceKey]) {
        let mut index = self.0.index.write();
        self.0.rights.fetch_add(1, Ordering::Relaxed);
        let held: Vec<_> = index.holders(&AudienceKey::member(member)).cloned().collect();
        for mailbox in held {
            index.set_keys(&mailbox, keys.to_vec());
            mailbox.tell_rights();
        }
    }

    /// A member signed on or off: their sessions lose sight of the planned shift at once, and
    /// find out by themselves what they see from now on ([`Ready::Rights`]).
    pub fn review_member(&self, member: &MemberId) {
        let mut index = self.0.index.write();
        self.0.rights.fetch_add(1, Ordering::Relaxed);
        let held: Vec<_> = index.holders(&AudienceKey::member(member)).cloned().collect();
        for mailbox in held {
            let mut keys = mailbox.lock().keys.clone();
            keys.retain(|key| !key.is_of_duty());
            index.set_keys(&mailbox, keys);
            mailbox.tell_rights();
        }
    }

    fn set_watching(&self, mailbox: &Arc<Mailbox>, watching: bool) {
        let mut index = self.0.index.write();
        if index.sessions.contains_key(&mailbox.id) {
            index.set_watching(mailbox, watching);
        }
    }
}

impl Guard {
    /// Exchanges the keys that the session holds; from the next event on they decide.
    pub fn set_keys(&self, keys: Vec<AudienceKey>) {
        self.hub.0.index.write().set_keys(&self.mailbox, keys);
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.hub.0.index.write().leave(&self.mailbox, &self.districts);
    }
}
