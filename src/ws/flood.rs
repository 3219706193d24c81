//! How many messages a connection may send: a bucket that fills with time.
//!
//! A limit for each connection and not for each address: a whole county sits behind one address.

use crate::protocol::limits::{MESSAGES_BURST, MESSAGES_PER_S};

const BURST: i64 = MESSAGES_BURST as i64 * 1_000;

/// Thousandths of messages, so that whole numbers are enough.
#[derive(Debug)]
pub(super) struct Bucket {
    left: i64,
    at_ms: i64,
}

impl Bucket {
    pub(super) fn new(now_ms: i64) -> Self {
        Self { left: BURST, at_ms: now_ms }
    }

    /// Takes one message. Returns false when there were too many.
    pub(super) fn take(&mut self, now_ms: i64) -> bool {
        // A clock that was set back gives nothing and takes nothing.
        let passed_ms = (now_ms - self.at_ms).clamp(0, 60_000);
        self.at_ms = now_ms;
        self.left = BURST.min(self.left + passed_ms * i64::from(MESSAGES_PER_S));
        if self.left < 1_000 {
            return false;
        }
        self.left -= 1_000;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_rate_does() {
        let mut bucket = Bucket::new(0);
        for n in 0..MESSAGES_BURST {
            assert!(bucket.take(0), "{n}");
        }
        assert!(!bucket.take(0));
        let passed = (1..=1_000).filter(|now_ms| bucket.take(*now_ms)).count();
        assert_eq!(passed, usize::try_from(MESSAGES_PER_S).unwrap());
        assert!(!bucket.take(-5_000));
    }
}
