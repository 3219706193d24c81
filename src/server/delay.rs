//! How long after they were stored events are brought to the sessions of this node.
//!
//! Both ends are read off clocks, which may be two nodes' clocks: both go by the database's.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::clock::Clock;

/// The delays of this node; clones share them.
#[derive(Debug, Clone)]
pub(super) struct Delay {
    clock: Clock,
    worst_ms: Arc<AtomicI64>,
}

impl Delay {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, worst_ms: Arc::default() }
    }

    /// An event that was stored at `at_ms` (Unix ms UTC) is brought now.
    #[expect(clippy::cast_precision_loss, reason = "a delay is far below 2^52 ms")]
    pub(super) fn note(&self, at_ms: i64) {
        let ms = self.clock.now_ms().saturating_sub(at_ms).max(0);
        self.worst_ms.fetch_max(ms, Ordering::Relaxed);
        metrics::histogram!("xunfang_feed_delay_seconds").record(ms as f64 / 1_000.0);
    }

    /// The worst since the last call, in ms; 0 without any.
    pub(super) fn take_worst_ms(&self) -> i64 {
        self.worst_ms.swap(0, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_is_told_once_and_a_clock_that_runs_ahead_is_no_negative_delay() {
        let delay = Delay::new(Clock::manual(10_000));
        assert_eq!(delay.take_worst_ms(), 0);
        for at_ms in [9_990, 9_400, 12_000] {
            delay.note(at_ms);
        }
        assert_eq!((delay.take_worst_ms(), delay.take_worst_ms()), (600, 0));
    }
}
