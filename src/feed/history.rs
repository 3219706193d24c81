//! What came before: whether a cursor can be gone on from, and the parts of the log since.
//!
//! The tail of each log stands in memory; older parts are read, and those who want the same part
//! at the same time share one read. Invariant: a part is complete, from the place that was asked
//! for to the one that it says.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use tokio::sync::OnceCell;

use super::forms::publication;
use super::ring::Ring;
use crate::domain::{DistrictId, Event, LoggedEvent};
use crate::hub::{Page, Publication};
use crate::protocol::Cursor;
use crate::protocol::limits::REPLAY_EVENTS;
use crate::store::Store;
use crate::store::log::Head;

/// Events of one part: some 200 KiB, which is what may wait for a session.
pub(super) const PART: i64 = 256;

/// The past of the logs on this node. Clones share it.
#[derive(Clone)]
pub struct History(Arc<Inner>);

struct Inner {
    store: Store,
    rings: Mutex<HashMap<DistrictId, Ring>>,
    /// Those under way, by district, the place after which they read, and how many at most.
    reads: Mutex<HashMap<(DistrictId, i64, i64), Arc<Read>>>,
    read: AtomicU64,
}

type Read = OnceCell<Arc<[Arc<Publication>]>>;

impl History {
    /// A past without a tail yet.
    pub fn new(store: Store) -> Self {
        let (rings, reads, read) = (Mutex::default(), Mutex::default(), AtomicU64::new(0));
        Self(Arc::new(Inner { store, rings, reads, read }))
    }

    /// How often a log was read so far.
    pub fn reads(&self) -> u64 {
        self.0.read.load(Ordering::Relaxed)
    }

    /// Begins the tails where the logs end now.
    pub(super) fn start(&self, heads: Vec<Head>) {
        let mut rings = self.0.rings.lock();
        for head in heads {
            rings.insert(head.district.clone(), Ring::new(head));
        }
    }

    /// Keeps an event that is published next: whoever joins the hub and then reads misses nothing.
    pub(super) fn note(&self, logged: &LoggedEvent, event: &Arc<Publication>) {
        let mut rings = self.0.rings.lock();
        // A district that is new here: its epoch is read when somebody asks.
        let ring = rings.entry(logged.district.clone()).or_insert_with(|| {
            let (district, epoch) = (logged.district.clone(), String::new());
            Ring::new(Head { district, epoch, seq: logged.seq - 1 })
        });
        if matches!(logged.event, Event::TextErased { .. }) {
            ring.clear();
        }
        ring.push(event);
    }

    /// Whether a client can go on from its cursor, and then where the log ends. Its sight is the
    /// caller's to judge.
    ///
    /// # Errors
    /// What the database says.
    pub async fn can_resume(
        &self,
        district: &DistrictId,
        cursor: &Cursor,
    ) -> Result<Option<i64>, sqlx::Error> {
        let known = self.0.rings.lock().get(district).map(|ring| (ring.epoch.clone(), ring.last));
        let (epoch, last) = match known {
            Some((epoch, last)) if !epoch.is_empty() && cursor.seq <= last => (epoch, last),
            // Unknown here, or ahead of what this node has heard.
            known => {
                let Some(head) = self.0.store.head(district).await? else { return Ok(None) };
                if let Some(ring) = self.0.rings.lock().get_mut(district) {
                    ring.epoch.clone_from(&head.epoch);
                }
                (head.epoch, head.seq.max(known.map_or(0, |(_, last)| last)))
            }
        };
        let is_near = (0..=last).contains(&cursor.seq) && last - cursor.seq <= REPLAY_EVENTS;
        Ok((epoch == cursor.epoch && is_near).then_some(last))
    }

    /// The part of a log after `seq`, or none when the log no longer holds it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn page(&self, district: &DistrictId, seq: i64) -> Result<Option<Page>, sqlx::Error> {
        let first = {
            let rings = self.0.rings.lock();
            let Some(ring) = rings.get(district) else { return Ok(None) };
            let most = usize::try_from(PART).unwrap_or(usize::MAX);
            if let Some(page) = ring.page(seq, most) {
                return Ok(Some(page));
            }
            ring.first()
        };
        // Parts begin at fixed places and end at the tail at the latest, so that they are shared.
        let after = seq / PART * PART;
        let events = self.part(district, after, PART.min(first - 1 - after)).await?;
        let events: Vec<_> = events.iter().filter(|event| event.seq > seq).cloned().collect();
        let to = match events.last() {
            Some(last) if events[0].seq == seq + 1 => last.seq,
            _ => return Ok(None),
        };
        Ok(Some(Page { events, to, is_last: false }))
    }

    /// At most so many events of a log after a place, read once for all who wait for the same.
    async fn part(
        &self,
        district: &DistrictId,
        after: i64,
        most: i64,
    ) -> Result<Arc<[Arc<Publication>]>, sqlx::Error> {
        let key = (district.clone(), after, most);
        let read = Arc::clone(self.0.reads.lock().entry(key.clone()).or_default());
        let events = read.get_or_try_init(|| self.read(district, after, most)).await.cloned();
        // Whoever comes later reads anew; those who wait hold the read themselves.
        let mut reads = self.0.reads.lock();
        if reads.get(&key).is_some_and(|now| Arc::ptr_eq(now, &read)) {
            reads.remove(&key);
        }
        events
    }

    async fn read(
        &self,
        district: &DistrictId,
        after: i64,
        most: i64,
    ) -> Result<Arc<[Arc<Publication>]>, sqlx::Error> {
        self.0.read.fetch_add(1, Ordering::Relaxed);
        metrics::counter!("xunfang_feed_log_reads_total").increment(1);
        let mut events = self.0.store.events_since(district, after, most).await?;
        let texts = events.iter_mut().flat_map(|logged| logged.event.texts_mut());
        self.0.store.fill_texts(texts.collect()).await?;
        let events: Vec<_> = events.iter().map(|logged| Arc::new(publication(logged))).collect();
        if let Some(ring) = self.0.rings.lock().get_mut(district) {
            ring.prepend(&events);
        }
        Ok(events.into())
    }
}
