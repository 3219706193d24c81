//! Whether delivery still turns: it beats after each look at the log that went well. What comes
//! over the bus is no sign of it: positions come also when no event can be read.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

/// Delivery looks at the heads once a second, so ten missed rounds are no accident.
const STUCK_AFTER: Duration = Duration::from_secs(10);

/// The pulse of this node's delivery; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Pulse(Arc<Mutex<Option<Instant>>>);

impl Pulse {
    /// Delivery went round.
    pub fn beat(&self) {
        *self.0.lock() = Some(Instant::now());
    }

    /// Whether it did lately.
    pub fn is_beating(&self) -> bool {
        self.beats_at(Instant::now())
    }

    /// How long ago it did; none when it never did.
    pub fn age(&self) -> Option<Duration> {
        self.0.lock().map(|last| last.elapsed())
    }

    fn beats_at(&self, now: Instant) -> bool {
        self.0.lock().is_some_and(|last| now.duration_since(last) < STUCK_AFTER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pulse_that_stops_is_noticed() {
        let pulse = Pulse::default();
        assert!(!pulse.is_beating());
        pulse.beat();
        assert!(pulse.is_beating());
        assert!(!pulse.beats_at(Instant::now() + STUCK_AFTER));
    }
}
