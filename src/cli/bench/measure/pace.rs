//! Open-loop pacing: when each of many things is meant to happen, whatever became of those before.
//!
//! Invariant: one that is late is done at once and keeps its own time, so that a stall is seen by
//! all that it delays (no coordinated omission).

use tokio::time::sleep_until;

use super::latency::Latency;
use super::{instant_at, now_ns};

/// Times at a fixed rate, from a start to an end.
#[derive(Debug, Clone)]
pub(in crate::cli::bench) struct Pace {
    start_ns: u64,
    end_ns: u64,
    rate: f64,
    next: u64,
}

impl Pace {
    /// So many a second from `start_ns` until before `end_ns`, by [`now_ns`].
    pub(in crate::cli::bench) fn new(rate: f64, (start_ns, end_ns): (u64, u64)) -> Self {
        Self { start_ns, end_ns, rate, next: 0 }
    }

    /// The number and the time of the next one; none after the end.
    pub(in crate::cli::bench) fn step(&mut self) -> Option<(u64, u64)> {
        let number = self.next;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "years fit")]
        let at_ns = self.start_ns + (number as f64 * 1e9 / self.rate) as u64;
        self.next += 1;
        (at_ns < self.end_ns).then_some((number, at_ns))
    }

    /// Waits for the next one, and records by how much it is late.
    pub(in crate::cli::bench) async fn wait(&mut self, lateness: &Latency) -> Option<(u64, u64)> {
        let (number, at_ns) = self.step()?;
        if now_ns() < at_ns {
            sleep_until(instant_at(at_ns)).await;
        }
        lateness.record(at_ns, now_ns());
        Some((number, at_ns))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_even_and_end() {
        let mut pace = Pace::new(4.0, (1_000_000_000, 2_000_000_000));
        let times: Vec<_> = std::iter::from_fn(|| pace.step()).collect();
        let ms: Vec<_> = times.iter().map(|(_, at_ns)| at_ns / 1_000_000).collect();
        assert_eq!(ms, [1_000, 1_250, 1_500, 1_750]);
        assert_eq!(times.last().map(|(number, _)| *number), Some(3));
    }

    #[test]
    fn a_rate_that_divides_nothing_does_not_drift() {
        let mut pace = Pace::new(3.0, (0, 100_000_000_000));
        let last = std::iter::from_fn(|| pace.step()).last();
        assert_eq!(last, Some((299, 99_666_666_666)));
    }

    #[tokio::test]
    async fn one_that_is_late_keeps_its_time() {
        let now = now_ns();
        let mut pace = Pace::new(1_000.0, (now, now + 3_000_000));
        let lateness = Latency::default();
        let mut times = Vec::new();
        while let Some((_, at_ns)) = pace.wait(&lateness).await {
            assert!(now_ns() >= at_ns);
            times.push(at_ns - now);
        }
        assert_eq!(times, [0, 1_000_000, 2_000_000]);
        assert_eq!(lateness.count(), 3);
    }
}
