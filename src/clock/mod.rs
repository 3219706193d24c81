//! The clock: what time it is, and which civil day, week and hour that is in a district's zone.
//!
//! It must not know what the time is for: no shift, no incident, no deadline.
//! Invariant: `Clock::system` is the only reader of the machine's wall time; everyone else is
//! handed a `Clock`, so a test owns time and never sleeps.

mod period;
mod week;
mod zone;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

pub use jiff::civil::{Date, DateTime, Time, Weekday};

pub use period::{Period, PeriodError, parse_date};
pub use week::{IsoWeek, WeekError};
pub use zone::{Zone, ZoneError, bin_2h, civil_day, civil_minutes, day_number};

/// Where the time comes from; clones share it.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's wall time.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `now_ms` (Unix ms, UTC) until it is moved.
    #[must_use]
    pub fn manual(now_ms: i64) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(now_ms))))
    }

    /// Now, in Unix milliseconds, UTC.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        match &self.0 {
            Source::System => wall_ms(),
            Source::Manual(now) => now.load(Ordering::SeqCst),
        }
    }

    /// Whether somebody moves it: then it is the time of all that it was handed to, whatever
    /// another clock, a database's for example, says.
    #[must_use]
    pub fn is_manual(&self) -> bool {
        matches!(self.0, Source::Manual(_))
    }

    /// Moves a manual clock and all its clones by `by_ms`; the system's clock can't be moved.
    pub fn advance_ms(&self, by_ms: i64) {
        if let Source::Manual(now) = &self.0 {
            now.fetch_add(by_ms, Ordering::SeqCst);
        }
    }

    /// Sets a manual clock and all its clones to `to_ms`; the system's clock can't be set.
    pub fn set_ms(&self, to_ms: i64) {
        if let Source::Manual(now) = &self.0 {
            now.store(to_ms, Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads wall time")]
fn wall_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_of_a_manual_clock_share_its_time() {
        let clock = Clock::manual(1_000);
        let held_elsewhere = clock.clone();
        clock.advance_ms(500);
        assert_eq!(held_elsewhere.now_ms(), 1_500);
        held_elsewhere.set_ms(7);
        assert_eq!(clock.now_ms(), 7);
    }

    #[test]
    fn the_system_clock_reads_wall_time_and_cannot_be_moved() {
        let clock = Clock::system();
        let before = clock.now_ms();
        clock.set_ms(0);
        clock.advance_ms(-1_000_000);
        assert!(clock.now_ms() >= before);
        assert!(before > 1_700_000_000_000, "{before} is before this code was written");
    }
}
