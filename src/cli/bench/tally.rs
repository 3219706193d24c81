//! What thousands of connections count together.
//!
//! Invariant: whatever is lost, doubled, refused or ended is counted, and becomes a fault of the
//! report.

use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use super::client::Step;
use super::measure::latency::Latency;
use super::measure::now_ns;
use super::report::Report;

/// What is still under way at the end gets this long to arrive; a busy disk may hold it up.
const SETTLE_WITHIN: Duration = Duration::from_secs(60);

/// Counters of one run.
#[derive(Default)]
pub(super) struct Tally {
    /// From the meant time of sending to the receipt.
    pub(super) receipt: Latency,
    /// From the meant time of sending to the ack.
    pub(super) ack: Latency,
    /// Messages of ours that came.
    pub(super) received: Count,
    /// Frames that came after a gap.
    pub(super) gaps: Count,
    /// Frames that came twice or out of order.
    pub(super) again: Count,
    /// Messages that were sent.
    pub(super) sent: Count,
    /// Commands that were stored.
    pub(super) acks: Count,
    /// Told with every answer.
    pub(super) answered: Notify,
    /// Commands that were refused, and messages that could not be taken.
    pub(super) refused: Count,
    /// Connections that ended.
    pub(super) ends: Count,
    /// Why the first of them did, or the first message could not be sent.
    reason: OnceLock<String>,
    /// Messages that could not be sent.
    pub(super) unsent: Count,
    /// Bytes of the last message.
    pub(super) bytes: Count,
}

/// A counter.
#[derive(Default)]
pub(super) struct Count(AtomicU64);

impl Count {
    /// One more.
    pub(super) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// This many, whatever it was before.
    pub(super) fn set(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// How many.
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Tally {
    /// Counts how a frame follows.
    pub(super) fn step(&self, step: Step) {
        match step {
            Step::Follows => {}
            Step::Gap => self.gaps.add(),
            Step::Again => self.again.add(),
        }
    }

    /// Counts a connection that ended, and keeps why the first did.
    pub(super) fn ended(&self, error: &io::Error) {
        self.ends.add();
        self.reason.get_or_init(|| error.to_string());
    }

    /// Counts a message that was sent, or could not be.
    pub(super) fn tell(&self, sent: &io::Result<()>) {
        match sent {
            Ok(()) => self.sent.add(),
            Err(error) => {
                self.unsent.add();
                self.reason.get_or_init(|| error.to_string());
            }
        }
    }

    /// Counts a message of ours, which was meant to be sent at `at_ns`.
    pub(super) fn receive(&self, message: &[u8], at_ns: u64) {
        self.receipt.record(at_ns, now_ns());
        self.received.add();
        self.bytes.set(message.len() as u64);
    }

    /// Waits until `done`, for a minute at most: what is still under way arrives.
    pub(super) async fn settle(&self, done: impl Fn(&Self) -> bool) {
        let end = Instant::now() + SETTLE_WITHIN;
        while !done(self) && Instant::now() < end {
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// Adds what went wrong to the report.
    pub(super) fn faults(&self, report: &mut Report) {
        report.fault_if(self.gaps.get(), "frames came after a gap");
        report.fault_if(self.again.get(), "frames came twice or out of order");
        report.fault_if(self.refused.get(), "messages were refused");
        let reason = self.reason.get().map_or("", String::as_str);
        report.fault_if(self.ends.get(), &format!("connections ended: {reason}"));
        report.fault_if(self.unsent.get(), &format!("messages could not be sent: {reason}"));
    }

    /// Adds the quantiles of the receipts, under names that begin with `name`.
    pub(super) fn quantiles(report: &mut Report, name: &str, latency: &Latency) {
        for (quantile, label) in [(0.5, "p50"), (0.9, "p90"), (0.99, "p99"), (0.999, "p999")] {
            report.figure(&format!("{name}{label}_ms"), latency.ms(quantile));
        }
        report.figure(&format!("{name}max_ms"), latency.max_ms());
    }
}
