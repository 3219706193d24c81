//! How many messages a connection may send: a bucket that fills with time.
//!
//! A limit for each connection and not for each address: a whole county sits behind one address.

use crate::protocol::limits::{MESSAGES_BURST, MESSAGES_PER_S};

/// What a bucket lets through.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flow {
    /// At once, after silence.
    pub(super) burst: u32,
    /// For long, a second.
    pub(super) per_s: u32,
}

/// Messages of one connection.
pub(super) const MESSAGES: Flow = Flow { burst: MESSAGES_BURST, per_s: MESSAGES_PER_S };

/// Thousandths of messages, so that whole numbers are enough.
#[derive(Debug)]
pub(super) struct Bucket {
    flow: Flow,
    left: i64,
    at_ms: i64,
}

impl Bucket {
    pub(super) fn new(flow: Flow, now_ms: i64) -> Self {
        Self { flow, left: i64::from(flow.burst) * 1_000, at_ms: now_ms }
    }

    /// Takes one message. Returns false when there were too many.
    pub(super) fn take(&mut self, now_ms: i64) -> bool {
        self.fill(now_ms);
        if self.left < 1_000 {
            return false;
        }
        self.left -= 1_000;
        true
    }

    /// Whether nothing was taken lately.
    pub(super) fn is_full(&mut self, now_ms: i64) -> bool {
        self.fill(now_ms);
        self.left == i64::from(self.flow.burst) * 1_000
    }

    fn fill(&mut self, now_ms: i64) {
        // A clock that was set back gives nothing and takes nothing.
        let passed_ms = (now_ms - self.at_ms).clamp(0, 60_000);
        self.at_ms = now_ms;
        let burst = i64::from(self.flow.burst) * 1_000;
        self.left = burst.min(self.left + passed_ms * i64::from(self.flow.per_s));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_rate_does() {
        let mut bucket = Bucket::new(MESSAGES, 0);
        for n in 0..MESSAGES_BURST {
            assert!(bucket.take(0), "{n}");
        }
        assert!(!bucket.take(0));
        let passed = (1..=1_000).filter(|now_ms| bucket.take(*now_ms)).count();
        assert_eq!(passed, usize::try_from(MESSAGES_PER_S).unwrap());
        assert!(!bucket.take(-5_000));
    }
}
