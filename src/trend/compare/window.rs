//! Which days a period is compared with.
//!
//! It must not count. Invariant: a base that doesn't exist is `None`, never the nearest thing.

use jiff::{ToSpan, civil::Date};

use super::spring::spring_festival;
use crate::clock::{IsoWeek, Period};

/// 同比 of a week: the same weekdays, 364 days earlier.
const SAME_WEEKDAYS_DAYS: i32 = 364;

/// How the base is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Basis {
    /// 环比: as many days just before.
    Previous,
    /// 同比: the same weekdays, 364 days earlier.
    #[default]
    SameWeekdays,
    /// 同比 by ISO week number; week 53 has a base only where last year had one.
    SameWeekNumber,
    /// 同比 by calendar date; 29 February is compared with 28 February.
    SameDates,
    /// 春节对齐: as many days from the Spring Festival.
    SpringFestival,
}

impl Basis {
    /// 环比 or 同比, as the report says it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Previous => "环比",
            Self::SameWeekdays => "同比",
            Self::SameWeekNumber => "同比(同周序)",
            Self::SameDates => "同比(同日期)",
            Self::SpringFestival => "同比(春节对齐)",
        }
    }

    /// The period that `now` is compared with; `None` where there is none.
    pub fn of(self, now: Period) -> Option<Period> {
        match self {
            Self::Previous => earlier(now, days(now)),
            Self::SameWeekdays => earlier(now, SAME_WEEKDAYS_DAYS),
            Self::SameWeekNumber => same_week_number(now),
            Self::SameDates => period(a_year_before(now.first())?, a_year_before(now.last())?),
            Self::SpringFestival => {
                let this_year = spring_festival(now.first().year())?;
                let last_year = spring_festival(now.first().year().checked_sub(1)?)?;
                earlier(now, (this_year - last_year).get_days())
            }
        }
    }
}

/// Number of days of a period.
pub fn days(period: Period) -> i32 {
    (period.last() - period.first()).get_days() + 1
}

/// 今年以来: from 1 January to `last`.
pub fn year_to_date(last: Date) -> Option<Period> {
    period(last.first_of_year(), last)
}

/// The 28 days that end on `last`.
pub fn last_28_days(last: Date) -> Option<Period> {
    period(last.checked_sub(27.days()).ok()?, last)
}

fn period(first: Date, last: Date) -> Option<Period> {
    Period::new(first, last).ok()
}

fn earlier(now: Period, by_days: i32) -> Option<Period> {
    let shift = by_days.days();
    period(now.first().checked_sub(shift).ok()?, now.last().checked_sub(shift).ok()?)
}

fn same_week_number(now: Period) -> Option<Period> {
    let week = IsoWeek::of(now.first());
    if Period::week(week) != now {
        return None;
    }
    IsoWeek::new(week.year().checked_sub(1)?, week.week()).ok().map(Period::week)
}

fn a_year_before(date: Date) -> Option<Date> {
    date.checked_sub(1.year()).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn check(basis: Basis, now: (Date, Date), wanted: Option<(Date, Date)>) {
        let found = basis.of(Period::new(now.0, now.1).unwrap());
        let found = found.map(|period| (period.first(), period.last()));
        assert_eq!(found, wanted, "{basis:?} {now:?}");
    }

    #[test]
    fn every_basis_of_a_week() {
        let week = (date(2026, 11, 16), date(2026, 11, 22));
        check(Basis::Previous, week, Some((date(2026, 11, 9), date(2026, 11, 15))));
        check(Basis::SameWeekdays, week, Some((date(2025, 11, 17), date(2025, 11, 23))));
        check(Basis::SameWeekNumber, week, Some((date(2025, 11, 17), date(2025, 11, 23))));
        check(Basis::SameDates, week, Some((date(2025, 11, 16), date(2025, 11, 22))));
    }

    #[test]
    fn week_53_of_2026_has_no_namesake() {
        let week = (date(2026, 12, 28), date(2027, 1, 3));
        check(Basis::SameWeekNumber, week, None);
        check(Basis::SameWeekdays, week, Some((date(2025, 12, 29), date(2026, 1, 4))));
        check(Basis::SameWeekNumber, (date(2026, 11, 17), date(2026, 11, 23)), None);
    }

    #[test]
    fn spring_festival_moves_by_its_own_year() {
        let festival = (date(2026, 2, 17), date(2026, 2, 23));
        check(Basis::SpringFestival, festival, Some((date(2025, 1, 29), date(2025, 2, 4))));
        check(Basis::SpringFestival, (date(1999, 2, 16), date(1999, 2, 17)), None);
    }

    #[test]
    fn a_leap_day_is_compared_with_the_28th() {
        let day = (date(2024, 2, 29), date(2024, 2, 29));
        check(Basis::SameDates, day, Some((date(2023, 2, 28), date(2023, 2, 28))));
        let so_far = year_to_date(date(2024, 2, 29)).unwrap();
        assert_eq!((days(so_far), days(Basis::SameDates.of(so_far).unwrap())), (60, 59));
        assert_eq!(days(last_28_days(date(2026, 11, 22)).unwrap()), 28);
    }
}
