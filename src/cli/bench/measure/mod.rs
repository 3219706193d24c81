//! What a benchmark measures with: one clock, histograms, processes, cores, a disk.
//!
//! It must not know what is benchmarked. Invariant: every latency counts from the time at which
//! something was meant to happen, by one monotonic clock of this process.

pub(super) mod disk;
pub(super) mod latency;
pub(super) mod pace;
pub(super) mod pin;
pub(super) mod process;
pub(super) mod search;
pub(super) mod watch;

use std::sync::OnceLock;
use std::time::Duration;

use tokio::time::Instant;

static BEGUN: OnceLock<Instant> = OnceLock::new();

/// Nanoseconds of the monotonic clock since this was first asked.
pub(super) fn now_ns() -> u64 {
    nanoseconds(BEGUN.get_or_init(Instant::now).elapsed())
}

/// The instant at which [`now_ns`] reads so much.
pub(super) fn instant_at(ns: u64) -> Instant {
    *BEGUN.get_or_init(Instant::now) + Duration::from_nanos(ns)
}

/// A duration in whole nanoseconds; 584 years fit.
pub(super) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Seconds as [`now_ns`] counts them.
pub(super) fn seconds_ns(seconds: f64) -> u64 {
    nanoseconds(Duration::from_secs_f64(seconds.max(0.0)))
}

/// Nanoseconds as seconds.
pub(super) fn seconds(ns: u64) -> f64 {
    ns as f64 / 1e9
}
