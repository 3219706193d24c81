//! When to connect again: sooner at first, and never all at once.

use std::time::Duration;

/// The first wait is at most this.
pub const FIRST_MS: u64 = 500;
/// No wait is longer than this.
pub const LONGEST_MS: u64 = 30_000;

/// The waits of one client, growing until a connection has worked.
#[derive(Debug, Clone, Default)]
pub struct Backoff {
    tries: u32,
}

impl Backoff {
    /// The next wait: a `share` (0 to 1, drawn at random) of a ceiling that doubles each time, but
    /// no less than a tenth of it. Full jitter spreads clients that were dropped at once.
    pub fn next(&mut self, share: f64) -> Duration {
        let ceiling_ms = FIRST_MS.saturating_mul(1 << self.tries.min(16)).min(LONGEST_MS);
        self.tries = self.tries.saturating_add(1);
        Duration::from_millis(ceiling_ms).mul_f64(share.clamp(0.1, 1.0))
    }

    /// A connection worked: the next wait is short again.
    pub fn reset(&mut self) {
        self.tries = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_limit_and_start_again() {
        let mut backoff = Backoff::default();
        let waits: Vec<u128> = (0..9).map(|_| backoff.next(1.0).as_millis()).collect();
        assert_eq!(waits, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
        backoff.reset();
        assert_eq!(backoff.next(0.5).as_millis(), 250);
        assert_eq!(backoff.next(0.0).as_millis(), 100);
    }
}
