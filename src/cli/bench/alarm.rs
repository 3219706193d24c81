//! Desks that hear calls for help, and one that reads so slowly that its lane stays nearly full.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::sleep;

use super::client::{Client, Said, said};
use super::crowd::{Crowd, Hear, turn};
use super::mark;
use super::measure::latency::Latency;
use super::measure::now_ns;
use super::receipts::Member;
use super::socket::{Reader, Writer};
use super::tally::Tally;

/// Bytes of the events lane's bound.
const LANE_BYTES: f64 = 256.0 * 1024.0;
/// Bytes that wait outside the lane, in the kernel's buffers on both sides; a session that was at
/// rest has no batch under way beside them.
const OUTSIDE_BYTES: f64 = 40.0 * 1024.0;
/// A throttled reader looks this often whether it may read.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// What desks have heard together.
#[derive(Default)]
pub(super) struct Alarms {
    /// From the meant time of the call to the first notice of it.
    pub(super) first: Latency,
    /// From the meant time of the call to its event.
    pub(super) event: Latency,
    heard: AtomicU64,
    lane_bytes: AtomicU64,
}

impl Alarms {
    /// How many calls were heard, summed over the desks.
    pub(super) fn heard(&self) -> u64 {
        self.heard.load(Ordering::Relaxed)
    }

    fn lane_bytes(&self) -> f64 {
        self.lane_bytes.load(Ordering::Relaxed) as f64
    }
}

/// A desk. The alarm sounds at the first of alert and event; an alert may come twice, and a call
/// that nobody takes has a second event, its escalation.
pub(super) struct Desk {
    member: Member,
    alarms: Arc<Alarms>,
    known: HashSet<u64>,
    told: HashSet<u64>,
}

impl Desk {
    /// One that has heard nothing.
    pub(super) fn new(member: Member, alarms: &Arc<Alarms>) -> Self {
        Self { member, alarms: Arc::clone(alarms), known: HashSet::new(), told: HashSet::new() }
    }

    fn hear(&mut self, number: u64, at_ns: u64) {
        if self.known.insert(number) {
            self.alarms.first.record(at_ns, now_ns());
            self.alarms.heard.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Hear for Desk {
    fn text(&mut self, text: &[u8]) {
        match said(text) {
            Said::Alert => {
                if let Some((number, at_ns)) = mark::read(text) {
                    self.hear(number, at_ns);
                }
            }
            Said::Follows { .. } => {
                self.alarms.lane_bytes.fetch_add(text.len() as u64, Ordering::Relaxed);
                if let Some((number, at_ns)) = mark::read(text) {
                    if self.told.insert(number) {
                        self.alarms.event.record(at_ns, now_ns());
                    }
                    self.hear(number, at_ns);
                }
                self.member.text(text);
            }
            _ => self.member.text(text),
        }
    }
}

/// Keeps a reader behind the other desks by what fills its lane to a share.
#[derive(Clone)]
pub(super) struct Throttle {
    ahead: Arc<Alarms>,
    desks: u64,
    own: Arc<AtomicU64>,
    behind_bytes: f64,
}

impl Throttle {
    /// Behind so many desks that count together, by a share (0 to 1) of the lane.
    pub(super) fn new(ahead: &Arc<Alarms>, desks: u64, share: f64) -> Self {
        let behind_bytes = LANE_BYTES * share + OUTSIDE_BYTES;
        Self { ahead: Arc::clone(ahead), desks, own: Arc::default(), behind_bytes }
    }

    /// Whether it is as far behind as it shall be.
    pub(super) fn is_full(&self) -> bool {
        let ahead = self.ahead.lane_bytes() / self.desks as f64;
        ahead - self.own.load(Ordering::Relaxed) as f64 >= self.behind_bytes
    }

    /// Desks that read only while they are too far behind.
    pub(super) fn crowd(
        &self,
        clients: Vec<Client>,
        alarms: &Arc<Alarms>,
        tally: &Arc<Tally>,
    ) -> Crowd {
        Crowd::of_tasks(clients.into_iter().map(|client| {
            let Client { reader, writer, place, .. } = client;
            let desk = Desk::new(Member::new(tally, place.seq), alarms);
            let (throttle, alarms, tally) = (self.clone(), Arc::clone(alarms), Arc::clone(tally));
            (writer.clone(), async move {
                if let Err(error) = throttle.read((reader, writer), desk, &alarms).await {
                    tally.ended(&error);
                }
            })
        }))
    }

    async fn read(
        &self,
        (mut reader, writer): (Reader, Writer),
        mut desk: Desk,
        alarms: &Alarms,
    ) -> io::Result<()> {
        loop {
            if self.is_full() {
                turn(&mut reader, &writer, &mut desk).await?;
                self.own.store(alarms.lane_bytes.load(Ordering::Relaxed), Ordering::Relaxed);
            } else {
                sleep(LOOK_EVERY).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_counts_once_at_the_first_of_alert_and_event() {
        let (tally, alarms) = (Arc::new(Tally::default()), Arc::new(Alarms::default()));
        let mut desk = Desk::new(Member::new(&tally, 0), &alarms);
        let id = mark::write(3, 0, 0);
        let alert = format!(r#"{{"type":"alert","incident":"{id}"}}"#);
        let event = format!(r#"{{"prev":{:16},"seq":{:16},"type":"event","id":"{id}"}}"#, 0, 1);
        let escalated = event.replacen(&format!("{:16}", 1), &format!("{:16}", 2), 1);
        let escalated = escalated.replacen(&format!("{:16}", 0), &format!("{:16}", 1), 1);
        for text in [&alert, &alert, &event, &alert, &escalated] {
            desk.text(text.as_bytes());
        }
        assert_eq!((alarms.heard(), alarms.first.count(), alarms.event.count()), (1, 1, 1));
        assert!((alarms.lane_bytes() - 2.0 * event.len() as f64).abs() < 1e-9);
    }

    #[test]
    fn a_throttled_reader_reads_only_when_it_is_too_far_behind() {
        let ahead = Arc::new(Alarms::default());
        let throttle = Throttle::new(&ahead, 2, 0.5);
        assert!(!throttle.is_full());
        ahead.lane_bytes.store(2 * (128 + 40) * 1024, Ordering::Relaxed);
        assert!(throttle.is_full());
        throttle.own.store(1, Ordering::Relaxed);
        assert!(!throttle.is_full());
    }
}
