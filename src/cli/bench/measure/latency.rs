//! Latencies in a histogram: three digits of every value, from a microsecond to a minute.
//!
//! Invariant: nothing that was recorded is dropped; what is longer than a minute counts as one.

use std::sync::Arc;

use hdrhistogram::Histogram;
use parking_lot::Mutex;

/// The longest that is told apart, in µs.
const LONGEST_US: u64 = 60_000_000;
/// Significant decimal digits that are kept.
const DIGITS: u8 = 3;

/// How long things took. Clones share it.
#[derive(Clone)]
pub(in crate::cli::bench) struct Latency(Arc<Mutex<Histogram<u64>>>);

impl Default for Latency {
    fn default() -> Self {
        let histogram = Histogram::new_with_bounds(1, LONGEST_US, DIGITS);
        Self(Arc::new(Mutex::new(histogram.expect("the bounds are right"))))
    }
}

impl Latency {
    /// Records the time between two readings of the clock, in ns.
    pub(in crate::cli::bench) fn record(&self, from_ns: u64, to_ns: u64) {
        self.record_us(to_ns.saturating_sub(from_ns) / 1_000);
    }

    /// Records a time in µs.
    pub(in crate::cli::bench) fn record_us(&self, us: u64) {
        self.0.lock().saturating_record(us.max(1));
    }

    /// Records many times in µs under one lock.
    pub(in crate::cli::bench) fn record_all_us(&self, all: impl Iterator<Item = u64>) {
        let mut histogram = self.0.lock();
        all.for_each(|us| histogram.saturating_record(us.max(1)));
    }

    /// Adds all that another holds.
    pub(in crate::cli::bench) fn add(&self, other: &Self) {
        let other = other.0.lock().clone();
        self.0.lock().add(other).expect("the bounds are the same");
    }

    /// How many were recorded.
    pub(in crate::cli::bench) fn count(&self) -> u64 {
        self.0.lock().len()
    }

    /// A quantile (0 to 1) in ms; 0 when nothing was recorded.
    pub(in crate::cli::bench) fn ms(&self, quantile: f64) -> f64 {
        self.0.lock().value_at_quantile(quantile) as f64 / 1_000.0
    }

    /// The longest in ms.
    pub(in crate::cli::bench) fn max_ms(&self) -> f64 {
        self.0.lock().max() as f64 / 1_000.0
    }

    /// Forgets everything: what came before the measured time doesn't count.
    pub(in crate::cli::bench) fn clear(&self) {
        self.0.lock().reset();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_keep_three_digits_and_nothing_is_dropped() {
        let latency = Latency::default();
        for us in 1..=10_000 {
            latency.record_us(us);
        }
        for (quantile, ms) in [(0.5, 5.0), (0.99, 9.9), (0.999, 9.99), (1.0, 10.0)] {
            let found = latency.ms(quantile);
            assert!((found / ms - 1.0).abs() < 0.002, "{quantile}: {found} for {ms}");
        }
        assert_eq!(latency.count(), 10_000);
        latency.record_us(u64::MAX);
        latency.record(5, 5);
        assert_eq!(latency.count(), 10_002);
        assert!(latency.max_ms() >= 60_000.0);
    }

    #[test]
    fn it_counts_from_what_was_meant() {
        let latency = Latency::default();
        latency.record(1_000_000, 3_500_000);
        assert!((latency.ms(0.5) - 2.5).abs() < 0.01, "{}", latency.ms(0.5));
        latency.clear();
        assert_eq!((latency.count(), latency.ms(0.99), latency.max_ms()), (0, 0.0, 0.0));
    }
}
