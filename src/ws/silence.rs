//! When to ping a silent client, and when to give it up.

use crate::protocol::limits::{PING_AFTER_MS, PONG_WITHIN_MS};

const AFTER_MS: i64 = PING_AFTER_MS.cast_signed();
const WITHIN_MS: i64 = PONG_WITHIN_MS.cast_signed();

#[derive(Debug)]
pub(super) struct Silence {
    heard_ms: i64,
    pinged_ms: Option<i64>,
    patience_ms: i64,
}

/// What silence calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing before this time.
    Wait(i64),
    /// Ask whether the client is there.
    Ping,
    /// It isn't.
    GiveUp,
}

impl Silence {
    /// The first ping comes after a share (0 to 1) of the time, so that clients that came at once
    /// aren't pinged at once.
    pub(super) fn new(now_ms: i64, share: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "a share of 20 s")]
        #[expect(clippy::cast_precision_loss, reason = "a share of 20 s")]
        let patience_ms = 5_000 + ((AFTER_MS - 5_000) as f64 * share.clamp(0.0, 1.0)) as i64;
        Self { heard_ms: now_ms, pinged_ms: None, patience_ms }
    }

    pub(super) fn heard(&mut self, now_ms: i64) {
        self.heard_ms = now_ms;
        self.pinged_ms = None;
    }

    pub(super) fn judge(&mut self, now_ms: i64) -> Verdict {
        if let Some(pinged_ms) = self.pinged_ms {
            let until_ms = pinged_ms + WITHIN_MS;
            return if now_ms >= until_ms { Verdict::GiveUp } else { Verdict::Wait(until_ms) };
        }
        let due_ms = self.heard_ms + self.patience_ms;
        if now_ms < due_ms {
            return Verdict::Wait(due_ms);
        }
        self.pinged_ms = Some(now_ms);
        self.patience_ms = AFTER_MS;
        Verdict::Ping
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_client_is_pinged_and_then_given_up() {
        let mut silence = Silence::new(0, 0.0);
        assert_eq!(silence.judge(4_999), Verdict::Wait(5_000));
        assert_eq!(silence.judge(5_000), Verdict::Ping);
        assert_eq!(silence.judge(5_001), Verdict::Wait(15_000));
        silence.heard(9_000);
        assert_eq!(silence.judge(33_999), Verdict::Wait(34_000));
        assert_eq!(silence.judge(34_000), Verdict::Ping);
        assert_eq!(silence.judge(44_000), Verdict::GiveUp);
    }
}
