//! ISO 8601 weeks: Monday to Sunday, named by the year of their Thursday.
//!
//! It must not know zones: a week is made of civil dates.
//! Invariant: an `IsoWeek` exists in the calendar, so W53 only in long years.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};
use serde::{Deserialize, Serialize};

/// Monday of 1970-W01, whose index is 0.
const EPOCH: Date = Date::constant(1969, 12, 29);

/// An ISO week, ordered by time; as text and in JSON `2026-W48`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IsoWeek {
    year: i16,
    week: i8,
}

/// Why a text or a pair of numbers isn't a week.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeekError {
    /// Not of the form `YYYY-Www`.
    #[error("{0:?} isn't a week such as 2026-W48")]
    Form(String),
    /// The year has no such week.
    #[error("{year} has no week {week}: its last is W{last}")]
    Missing {
        /// The ISO year.
        year: i16,
        /// The week asked for.
        week: i8,
        /// The last week of that year, 52 or 53.
        last: i8,
    },
}

impl IsoWeek {
    /// Week `week` of ISO year `year`; years 1 to 9998.
    pub fn new(year: i16, week: i8) -> Result<Self, WeekError> {
        let week_text = || WeekError::Form(format!("{year:04}-W{week:02}"));
        if !(1..=9998).contains(&year) {
            return Err(week_text());
        }
        let first = ISOWeekDate::new(year, 1, Weekday::Monday).map_err(|_| week_text())?;
        let last = first.weeks_in_year();
        if (1..=last).contains(&week) {
            Ok(Self { year, week })
        } else {
            Err(WeekError::Missing { year, week, last })
        }
    }

    /// The week that holds `date`.
    #[must_use]
    pub fn of(date: Date) -> Self {
        let date = date.iso_week_date();
        Self { year: date.year(), week: date.week() }
    }

    /// The ISO year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.year
    }

    /// The week's number, 1 to 53.
    #[must_use]
    pub fn week(self) -> i8 {
        self.week
    }

    /// Its Monday.
    #[must_use]
    pub fn first_day(self) -> Date {
        self.day(Weekday::Monday).unwrap_or(Date::MIN)
    }

    /// Its Sunday.
    #[must_use]
    pub fn last_day(self) -> Date {
        self.day(Weekday::Sunday).unwrap_or(Date::MAX)
    }

    /// The absolute week: 0 is 1970-W01, and each week adds one.
    #[must_use]
    pub fn index(self) -> i32 {
        (self.first_day() - EPOCH).get_days() / 7
    }

    /// The week `weeks` later (or earlier, if negative); none beyond the calendar.
    #[must_use]
    pub fn plus(self, weeks: i32) -> Option<Self> {
        let span = jiff::Span::new().try_weeks(i64::from(weeks)).ok()?;
        self.first_day().checked_add(span).ok().map(Self::of)
    }

    /// The week after; none beyond the calendar.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        self.last_day().checked_add(1.day()).ok().map(Self::of)
    }

    /// The week before; none beyond the calendar.
    #[must_use]
    pub fn prev(self) -> Option<Self> {
        self.first_day().checked_sub(1.day()).ok().map(Self::of)
    }

    fn day(self, weekday: Weekday) -> Option<Date> {
        ISOWeekDate::new(self.year, self.week, weekday).ok().map(ISOWeekDate::date)
    }
}

impl FromStr for IsoWeek {
    type Err = WeekError;

    fn from_str(text: &str) -> Result<Self, WeekError> {
        let parts = text.split_once("-W").filter(|(year, week)| {
            let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            year.len() == 4 && week.len() == 2 && digits(year) && digits(week)
        });
        let numbers = parts.and_then(|(year, week)| year.parse().ok().zip(week.parse().ok()));
        let (year, week) = numbers.ok_or_else(|| WeekError::Form(text.to_owned()))?;
        Self::new(year, week)
    }
}

impl fmt::Display for IsoWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-W{:02}", self.year, self.week)
    }
}

impl TryFrom<String> for IsoWeek {
    type Error = WeekError;

    fn try_from(text: String) -> Result<Self, WeekError> {
        text.parse()
    }
}

impl From<IsoWeek> for String {
    fn from(week: IsoWeek) -> Self {
        week.to_string()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn weeks_have_their_days() {
        let cases = [
            ("2015-W53", date(2015, 12, 28), date(2016, 1, 3)),
            ("2016-W01", date(2016, 1, 4), date(2016, 1, 10)),
            ("2021-W52", date(2021, 12, 27), date(2022, 1, 2)),
            ("2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
            ("2026-W48", date(2026, 11, 23), date(2026, 11, 29)),
            ("2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        ];
        for (text, first, last) in cases {
            let week: IsoWeek = text.parse().unwrap();
            assert_eq!((week.first_day(), week.last_day()), (first, last), "{text}");
            assert_eq!(week.to_string(), text);
            assert_eq!(IsoWeek::of(first), week);
            assert_eq!(IsoWeek::of(last), week);
        }
    }

    #[test]
    fn neighbours_cross_the_long_year() {
        let week = |text: &str| text.parse::<IsoWeek>().unwrap();
        assert_eq!(week("2015-W53").next(), Some(week("2016-W01")));
        assert_eq!(week("2016-W01").prev(), Some(week("2015-W53")));
        assert_eq!(week("2026-W48").plus(6), Some(week("2027-W01")));
        assert_eq!(week("2026-W48").plus(-52), Some(week("2025-W48")));
        assert_eq!(week("2026-W48").plus(i32::MAX), None);
        assert_eq!(week("1970-W01").index(), 0);
        assert_eq!(week("1969-W52").index(), -1);
        assert_eq!(week("2026-W48").index() - week("2021-W52").index(), 256);
        assert!(week("2015-W53") < week("2016-W01"));
        assert_eq!(IsoWeek::of(Date::MAX).next(), None);
        assert_eq!(IsoWeek::of(Date::MIN).prev(), None);
    }

    #[test]
    fn impossible_weeks_are_refused() {
        let missing = "2016-W53".parse::<IsoWeek>().unwrap_err();
        assert_eq!(missing.to_string(), "2016 has no week 53: its last is W52");
        assert!(matches!(IsoWeek::new(2026, 0), Err(WeekError::Missing { last: 53, .. })));
        for text in ["", "2026", "2026-48", "2026-W5", "2026W48", "26-W48", "2026-w48", "0000-W01"]
        {
            let error = text.parse::<IsoWeek>().unwrap_err();
            assert_eq!(error, WeekError::Form(text.to_owned()));
        }
        assert!(serde_json::from_str::<IsoWeek>("\"2016-W53\"").is_err());
        assert_eq!(
            serde_json::from_str::<IsoWeek>("\"2026-W53\"").unwrap().first_day(),
            date(2026, 12, 28)
        );
    }

    proptest! {
        #[test]
        fn every_date_lies_in_its_week(days in -700_000_i32..2_900_000) {
            let day = EPOCH.checked_add(i64::from(days).days()).unwrap();
            let week = IsoWeek::of(day);
            prop_assert!(week.first_day() <= day && day <= week.last_day());
            prop_assert_eq!(week.index(), days.div_euclid(7));
            prop_assert_eq!(week.to_string().parse::<IsoWeek>().unwrap(), week);
            prop_assert_eq!(week.next().and_then(IsoWeek::prev), Some(week));
        }
    }
}
