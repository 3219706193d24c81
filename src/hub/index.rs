//! Who is here: sessions by the audience keys that they hold, and by district.
//!
//! It must not know why a session holds a key. Invariant: a session is found under exactly the
//! keys that it holds, and under nothing once it has left.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::mailbox::Mailbox;
use crate::domain::{AudienceKey, DistrictId};
use crate::protocol::event_frame::watermark_tail;

type Mailboxes = HashMap<u64, Arc<Mailbox>>;

#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) sessions: Mailboxes,
    audiences: HashMap<AudienceKey, Audience>,
    districts: HashMap<DistrictId, District>,
}

#[derive(Debug, Default)]
struct Audience {
    holders: Mailboxes,
    /// Those of the holders who want positions.
    watchers: Mailboxes,
}

#[derive(Debug)]
struct District {
    sessions: usize,
    last_seq: AtomicI64,
    /// What follows the head of its watermarks.
    watermark: Arc<str>,
}

impl District {
    fn new(id: &DistrictId) -> Self {
        Self { sessions: 0, last_seq: AtomicI64::new(0), watermark: watermark_tail(id) }
    }
}

impl Index {
    /// Adds a session; returns whether a district has its first one now.
    pub(super) fn join(&mut self, mailbox: &Arc<Mailbox>, districts: &[DistrictId]) -> bool {
        let mut first = false;
        self.sessions.insert(mailbox.id, Arc::clone(mailbox));
        for district in districts {
            let known = self.districts.entry(district.clone());
            let known = known.or_insert_with(|| District::new(district));
            known.sessions += 1;
            first |= known.sessions == 1;
        }
        let keys = mailbox.lock().keys.clone();
        self.hold(mailbox, &keys);
        first
    }

    pub(super) fn leave(&mut self, mailbox: &Mailbox, districts: &[DistrictId]) {
        if self.sessions.remove(&mailbox.id).is_none() {
            return;
        }
        for district in districts {
            if let Some(district) = self.districts.get_mut(district) {
                district.sessions -= 1;
            }
        }
        let keys = std::mem::take(&mut mailbox.lock().keys);
        self.let_go(mailbox, &keys);
    }

    /// Exchanges the keys of a session that is here.
    pub(super) fn set_keys(&mut self, mailbox: &Arc<Mailbox>, keys: Vec<AudienceKey>) {
        let before = mailbox.lock().keys.clone();
        self.let_go(mailbox, &before);
        self.hold(mailbox, &keys);
        mailbox.set_keys(keys);
    }

    /// Sends positions to a session that is here, or no longer.
    pub(super) fn set_watching(&mut self, mailbox: &Arc<Mailbox>, watching: bool) {
        mailbox.watching.store(watching, Ordering::Relaxed);
        let keys = mailbox.lock().keys.clone();
        self.let_go(mailbox, &keys);
        self.hold(mailbox, &keys);
    }

    fn hold(&mut self, mailbox: &Arc<Mailbox>, keys: &[AudienceKey]) {
        for key in keys {
            let audience = self.audiences.entry(key.clone()).or_default();
            audience.holders.insert(mailbox.id, Arc::clone(mailbox));
            if mailbox.watching.load(Ordering::Relaxed) {
                audience.watchers.insert(mailbox.id, Arc::clone(mailbox));
            }
        }
    }

    fn let_go(&mut self, mailbox: &Mailbox, keys: &[AudienceKey]) {
        for key in keys {
            if let Some(audience) = self.audiences.get_mut(key) {
                audience.holders.remove(&mailbox.id);
                audience.watchers.remove(&mailbox.id);
                if audience.holders.is_empty() {
                    self.audiences.remove(key);
                }
            }
        }
    }

    pub(super) fn holders(&self, key: &AudienceKey) -> impl Iterator<Item = &Arc<Mailbox>> {
        self.audiences.get(key).into_iter().flat_map(|audience| audience.holders.values())
    }

    pub(super) fn watchers(&self, key: &AudienceKey) -> impl Iterator<Item = &Arc<Mailbox>> {
        self.audiences.get(key).into_iter().flat_map(|audience| audience.watchers.values())
    }

    pub(super) fn is_watched(&self, key: &AudienceKey) -> bool {
        self.audiences.get(key).is_some_and(|audience| !audience.watchers.is_empty())
    }

    pub(super) fn viewers(&self, district: &DistrictId) -> usize {
        self.districts.get(district).map_or(0, |district| district.sessions)
    }

    pub(super) fn viewed(&self) -> Vec<DistrictId> {
        let viewed = self.districts.iter().filter(|(_, district)| district.sessions > 0);
        viewed.map(|(id, _)| id.clone()).collect()
    }

    /// The last place of a district that was published, and the tail of a watermark that says so.
    pub(super) fn watermark(&self, district: &DistrictId) -> Option<(i64, Arc<str>)> {
        let district = self.districts.get(district)?;
        Some((district.last_seq.load(Ordering::Acquire), Arc::clone(&district.watermark)))
    }

    /// Remembers the last place of a district that was published, if the district is known.
    pub(super) fn note_seq(&self, district: &DistrictId, seq: i64) {
        if let Some(district) = self.districts.get(district) {
            district.last_seq.fetch_max(seq, Ordering::Release);
        }
    }
}
