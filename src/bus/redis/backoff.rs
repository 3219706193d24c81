//! How long to wait before the next attempt. It must not know what is attempted.
//! Invariant: the wait grows to a limit and is random, so that nodes don't return in step.

use std::time::Duration;

/// A Redis that was restarted by hand is back within this.
const FIRST: Duration = Duration::from_millis(50);
/// While it is away, viewers of other nodes' events wait for the log poll; 2 s adds little to it.
const LONGEST: Duration = Duration::from_secs(2);

#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }

    /// Whether nothing has failed since it last worked.
    pub(super) fn is_first(&self) -> bool {
        self.failures == 0
    }

    pub(super) async fn wait(&mut self) {
        tokio::time::sleep(self.next(rand::random_range(0.5..=1.0))).await;
    }

    fn next(&mut self, jitter: f64) -> Duration {
        let doubled = FIRST.saturating_mul(2_u32.saturating_pow(self.failures));
        self.failures = self.failures.saturating_add(1);
        doubled.min(LONGEST).mul_f64(jitter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_to_its_limit_and_starts_again() {
        let mut backoff = Backoff::default();
        assert!(backoff.is_first());
        let waits: Vec<_> = (0..8).map(|_| backoff.next(1.0).as_millis()).collect();
        assert_eq!(waits, [50, 100, 200, 400, 800, 1600, 2000, 2000]);
        for _ in 0..100 {
            assert_eq!(backoff.next(0.5), LONGEST / 2);
        }
        assert!(!backoff.is_first());
        backoff.reset();
        assert!(backoff.is_first());
        assert_eq!(backoff.next(1.0), FIRST);
    }
}
