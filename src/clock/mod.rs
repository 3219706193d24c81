//! The clock: what time it is, and which civil day, week and hour that is in a district's zone.
//!
//! It must not know what the time is for: no shift, no incident, no deadline.
//! Invariants: `Clock::system` is the only reader of the machine's wall time; everyone else is
//! handed a `Clock`, so a test owns time and never sleeps. One that follows another clock is no
//! further from it than its last answer took to come, whatever the machine's says.

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
    /// The machine's, with what it is corrected by, in ms.
    System(Arc<AtomicI64>),
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's wall time, until it follows another clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System(Arc::default()))
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
            Source::System(correction) => wall_ms() + correction.load(Ordering::SeqCst),
            Source::Manual(now) => now.load(Ordering::SeqCst),
        }
    }

    /// How far the machine's clock is ahead of this one, in ms: of the clock that it follows.
    #[must_use]
    pub fn machine_ahead_ms(&self) -> i64 {
        match &self.0 {
            Source::System(correction) => -correction.load(Ordering::SeqCst),
            Source::Manual(_) => 0,
        }
    }

    /// Goes by another clock, and all its clones with it: `ask` reads that one, in Unix ms UTC.
    /// It said so at some moment while it was asked; the correction changes only when that can't be
    /// (Cristian's algorithm), so a slow answer moves no clock. A manual clock doesn't ask.
    ///
    /// # Errors
    /// What `ask` says; then nothing changes.
    pub async fn follow<E>(&self, ask: impl Future<Output = Result<i64, E>>) -> Result<(), E> {
        let Source::System(correction) = &self.0 else { return Ok(()) };
        let asked_ms = wall_ms();
        let said_ms = ask.await?;
        let heard_ms = wall_ms();
        let held = correction.load(Ordering::SeqCst);
        correction.store(corrected(held, said_ms, (asked_ms, heard_ms)), Ordering::SeqCst);
        Ok(())
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

/// The correction nearest to the one held that another clock's answer allows, which came between
/// two times of the machine's clock. Those say nothing when that clock was set back meanwhile.
fn corrected(held: i64, said_ms: i64, (asked_ms, heard_ms): (i64, i64)) -> i64 {
    if heard_ms < asked_ms { held } else { held.clamp(said_ms - heard_ms, said_ms - asked_ms) }
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

    #[test]
    fn a_correction_changes_only_when_the_answer_proves_it_wrong() {
        // Asked at 1,000 and heard at 1,040: the other clock is 500 to 540 ms ahead.
        let said = |held| corrected(held, 1_540, (1_000, 1_040));
        assert_eq!([0, 500, 520, 540, 600_000].map(said), [500, 500, 520, 540, 540]);
        // Behind, and at once.
        assert_eq!(corrected(0, 400, (1_000, 1_000)), -600);
        // The machine's clock was set back while it waited.
        assert_eq!(corrected(7, 1_540, (1_000, 900)), 7);
    }

    #[tokio::test]
    async fn a_clock_that_follows_another_one_tells_its_time() {
        let (clock, machine) = (Clock::system(), Clock::system());
        let held_elsewhere = clock.clone();
        let ahead = || async { Ok::<_, ()>(machine.now_ms() + 600_000) };
        clock.follow(ahead()).await.unwrap();
        assert!((held_elsewhere.now_ms() - machine.now_ms() - 600_000).abs() < 60_000);
        assert!((clock.machine_ahead_ms() + 600_000).abs() < 60_000);

        clock.follow(async { Err(()) }).await.unwrap_err();
        assert!(clock.machine_ahead_ms() < -540_000, "what can't be asked changes nothing");
    }

    #[tokio::test]
    async fn a_manual_clock_follows_nobody() {
        let clock = Clock::manual(1_000);
        clock.follow(std::future::pending::<Result<i64, ()>>()).await.unwrap();
        assert_eq!((clock.now_ms(), clock.machine_ahead_ms()), (1_000, 0));
    }
}
