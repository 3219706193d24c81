//! Which day, week and two-hour bin a civil minute counts in.
//!
//! It must not know time zones: minutes are already local. Invariant: a day starts at the cut-off
//! hour and a week on its first weekday, so every minute has one day and one week.

use jiff::{ToSpan, civil::Date, civil::Weekday};

/// Which time of an incident counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum CountedBy {
    /// When it happened.
    #[default]
    Occurred,
    /// When it was reported.
    Reported,
}

/// A district's settings for days and weeks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountCalendar {
    /// Which time counts.
    pub counted_by: CountedBy,
    /// First day of the week.
    pub week_start: Weekday,
    /// Hour at which the day starts, 0 to 23: earlier minutes belong to the day before.
    pub cut_off_hour: u8,
}

impl Default for CountCalendar {
    fn default() -> Self {
        Self { counted_by: CountedBy::Occurred, week_start: Weekday::Monday, cut_off_hour: 0 }
    }
}

/// Days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// Weeks since the one that holds 1970-01-01, which is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Week(pub i32);

const MINUTES_A_DAY: i64 = 24 * 60;
const EPOCH: Date = Date::constant(1970, 1, 1);

impl Day {
    /// The number of a date.
    pub fn of(date: Date) -> Self {
        Self((date - EPOCH).get_days())
    }

    /// The date; `None` beyond the calendar.
    pub fn date(self) -> Option<Date> {
        EPOCH.checked_add(self.0.days()).ok()
    }
}

impl CountCalendar {
    /// The day that a civil minute counts in.
    pub fn day(&self, minute: i64) -> Day {
        let day = (minute - 60 * i64::from(self.cut_off_hour)).div_euclid(MINUTES_A_DAY);
        Day(i32::try_from(day).unwrap_or(if day < 0 { i32::MIN } else { i32::MAX }))
    }

    /// The week that holds a day.
    pub fn week(&self, day: Day) -> Week {
        Week((day.0 - self.first_offset()).div_euclid(7))
    }

    /// The first day of a week.
    pub fn first_day(&self, week: Week) -> Day {
        Day(week.0 * 7 + self.first_offset())
    }

    /// The first day of week 0, at or before 1970-01-01, which was a Thursday.
    fn first_offset(&self) -> i32 {
        let thursday = i32::from(Weekday::Thursday.to_monday_zero_offset());
        let start = i32::from(self.week_start.to_monday_zero_offset());
        -(thursday - start).rem_euclid(7)
    }
}

/// The two-hour bin of a civil minute, 0 to 11: by the clock, whatever the cut-off.
pub fn bin_of(minute: i64) -> u8 {
    u8::try_from(minute.rem_euclid(MINUTES_A_DAY) / 120).expect("a day has twelve bins")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::clock::IsoWeek;

    fn minute(date: Date, hour: i64) -> i64 {
        i64::from(Day::of(date).0) * MINUTES_A_DAY + hour * 60
    }

    #[test]
    fn weeks_are_iso_weeks_by_default() {
        let calendar = CountCalendar::default();
        for day in [date(1969, 12, 31), date(1970, 1, 1), date(2020, 12, 31), date(2026, 11, 24)] {
            let week = calendar.week(Day::of(day));
            assert_eq!(week.0, IsoWeek::of(day).index(), "{day}");
            assert_eq!(calendar.first_day(week).date(), Some(IsoWeek::of(day).first_day()));
        }
    }

    #[test]
    fn a_week_may_start_on_any_day() {
        let calendar = CountCalendar { week_start: Weekday::Friday, ..CountCalendar::default() };
        let week = calendar.week(Day::of(date(2026, 11, 24)));
        assert_eq!(calendar.first_day(week).date(), Some(date(2026, 11, 20)));
        assert_eq!(calendar.week(Day::of(date(2026, 11, 20))), week);
        assert_eq!(calendar.week(Day::of(date(1970, 1, 1))), Week(0));
    }

    #[test]
    fn the_cut_off_gives_the_small_hours_to_the_night_before() {
        let calendar = CountCalendar { cut_off_hour: 6, ..CountCalendar::default() };
        let day = date(2026, 11, 24);
        assert_eq!(calendar.day(minute(day, 5)).date(), Some(date(2026, 11, 23)));
        assert_eq!(calendar.day(minute(day, 6)).date(), Some(day));
        assert_eq!((bin_of(minute(day, 5)), bin_of(minute(day, 23)), bin_of(-1)), (2, 11, 11));
    }
}
