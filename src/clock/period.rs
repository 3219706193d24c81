//! A span of civil days, as `--from` and `--to` name it: weeks or dates, both inclusive.
//!
//! It must not know what is counted in it.
//! Invariant: a period holds at least one day.

use jiff::civil::Date;

use super::{IsoWeek, WeekError};

/// Civil days from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    first: Date,
    last: Date,
}

/// Why two texts don't name a period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// Neither a week nor a date.
    #[error("{0:?} is neither a week such as 2026-W48 nor a date such as 2026-11-24")]
    Form(String),
    /// Of a week's form, but not in the calendar.
    #[error(transparent)]
    Week(#[from] WeekError),
    /// The end comes first.
    #[error("the period ends on {last}, before it begins on {first}")]
    Reversed {
        /// The first day asked for.
        first: Date,
        /// The last day asked for.
        last: Date,
    },
}

impl Period {
    /// From `first` to `last`, both included.
    pub fn new(first: Date, last: Date) -> Result<Self, PeriodError> {
        if last < first {
            return Err(PeriodError::Reversed { first, last });
        }
        Ok(Self { first, last })
    }

    /// From the first day of `from` to the last day of `to`, each a week or a date.
    pub fn parse(from: &str, to: &str) -> Result<Self, PeriodError> {
        Self::new(days(from)?.first, days(to)?.last)
    }

    /// The seven days of a week.
    #[must_use]
    pub fn week(week: IsoWeek) -> Self {
        Self { first: week.first_day(), last: week.last_day() }
    }

    /// The first day.
    #[must_use]
    pub fn first(self) -> Date {
        self.first
    }

    /// The last day, included.
    #[must_use]
    pub fn last(self) -> Date {
        self.last
    }

    /// Whether `date` is one of its days.
    #[must_use]
    pub fn contains(self, date: Date) -> bool {
        self.first <= date && date <= self.last
    }
}

/// A date of the form `2026-11-24`, and of no other; none if the calendar lacks it.
#[must_use]
pub fn parse_date(text: &str) -> Option<Date> {
    let dashed = text.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    if text.len() == 10 && dashed { text.parse().ok() } else { None }
}

fn days(text: &str) -> Result<Period, PeriodError> {
    if let Some(date) = parse_date(text) {
        return Ok(Period { first: date, last: date });
    }
    match text.parse::<IsoWeek>() {
        Ok(week) => Ok(Period::week(week)),
        Err(WeekError::Form(_)) => Err(PeriodError::Form(text.to_owned())),
        Err(missing) => Err(missing.into()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn ends_are_weeks_or_dates_and_both_inclusive() {
        let cases = [
            ("2015-W53", "2021-W52", date(2015, 12, 28), date(2022, 1, 2)),
            ("2016-01-01", "2020-12-31", date(2016, 1, 1), date(2020, 12, 31)),
            ("2026-W48", "2026-W48", date(2026, 11, 23), date(2026, 11, 29)),
            ("2026-11-24", "2026-11-24", date(2026, 11, 24), date(2026, 11, 24)),
            ("2026-11-24", "2026-W48", date(2026, 11, 24), date(2026, 11, 29)),
            ("2026-W53", "2027-01-01", date(2026, 12, 28), date(2027, 1, 1)),
        ];
        for (from, to, first, last) in cases {
            let period = Period::parse(from, to).unwrap();
            assert_eq!((period.first(), period.last()), (first, last), "{from} to {to}");
            assert!(period.contains(first) && period.contains(last));
            assert!(!period.contains(first.yesterday().unwrap()));
            assert!(!period.contains(last.tomorrow().unwrap()));
        }
    }

    #[test]
    fn what_is_not_a_period_says_why() {
        let cases = [
            ("2026-W48", "2026-W47", "ends on 2026-11-22, before it begins on 2026-11-23"),
            ("2016-W53", "2017-W01", "2016 has no week 53"),
            ("last week", "2026-W48", "\"last week\" is neither a week"),
            ("2026-02-30", "2026-W48", "\"2026-02-30\" is neither"),
            ("20261124", "2026-W48", "\"20261124\" is neither"),
            ("2026-11-24T00:00", "2026-W48", "is neither"),
            ("2026-W48", "", "\"\" is neither"),
            ("+026-11-24", "2026-W48", "is neither"),
        ];
        for (from, to, reason) in cases {
            let error = Period::parse(from, to).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
