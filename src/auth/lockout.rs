//! When a name is locked: 5 failed sign-ins close it for 15 minutes.
//!
//! It must not know whether the name is anybody's: names that nobody has are locked alike.
//! Invariant: while a name is locked, nothing that is typed counts.

/// Failures until a name is locked. Source: domain page.
pub const FAILURES: i64 = 5;
/// How long it stays so, and how long a failure counts, in ms. Source: domain page.
pub const LOCK_MS: i64 = 15 * 60 * 1_000;

/// What was typed wrongly under one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// How often.
    pub n: i64,
    /// When it was the last time, Unix ms UTC.
    pub last_ms: i64,
}

impl Failures {
    /// One more after the earlier ones, as far as they still count.
    #[must_use]
    pub fn after(earlier: Option<Self>, now_ms: i64) -> Self {
        let counts = earlier.filter(|earlier| now_ms - earlier.last_ms < LOCK_MS);
        Self { n: counts.map_or(0, |earlier| earlier.n) + 1, last_ms: now_ms }
    }

    /// Until when the name is locked, Unix ms UTC, if it is.
    pub fn locked_until_ms(&self, now_ms: i64) -> Option<i64> {
        let until_ms = self.last_ms + LOCK_MS;
        (self.n >= FAILURES && now_ms < until_ms).then_some(until_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_failure_locks_for_a_quarter_of_an_hour() {
        for (n, last_ms, now_ms, until_ms) in [
            (4, 1_000, 1_000, None),
            (5, 1_000, 1_000, Some(901_000)),
            (5, 1_000, 900_999, Some(901_000)),
            (5, 1_000, 901_000, None),
        ] {
            let failures = Failures { n, last_ms };
            assert_eq!(failures.locked_until_ms(now_ms), until_ms, "{n} {now_ms}");
        }
    }

    #[test]
    fn what_lies_a_quarter_of_an_hour_back_no_longer_counts() {
        let earlier = Some(Failures { n: 4, last_ms: 0 });
        assert_eq!(Failures::after(None, 5), Failures { n: 1, last_ms: 5 });
        assert_eq!(Failures::after(earlier, LOCK_MS - 1).n, 5);
        assert_eq!(Failures::after(earlier, LOCK_MS).n, 1);
    }
}
