//! One thing that happened, and how the things of a week are drawn.

use jiff::ToSpan as _;

use super::pattern::Pattern;
use super::place::Places;
use super::swing::{gamma, poisson, weighted};
use crate::clock::{Date, DateTime, IsoWeek, Weekday, Zone, civil_minutes};
use crate::demo::random::Random;
use crate::intake::IncidentRow;
use crate::spatial::Point;
use crate::trend::compare::spring_festival;

/// How evenly a kind's weeks run: the variance of a week's level is one over this.
const EVENNESS: u32 = 120;
/// A repeat comes less than so many days after, …
const REPEAT_DAYS: f64 = 14.0;
/// … and less than so many metres away along streets.
const REPEAT_M: f64 = 190.0;
/// Days before and after the first day of the lunar year that count as the festival.
const FESTIVAL_DAYS: std::ops::RangeInclusive<i32> = -1..=6;

/// When and where, civil time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Happening {
    pub(super) at: DateTime,
    pub(super) point: Point,
}

/// What happens of a pattern in a week by itself.
pub(super) fn firsts(
    pattern: &Pattern,
    (of, places): (usize, &Places),
    week: IsoWeek,
    random: &mut Random,
) -> Vec<Happening> {
    let level = pattern.per_day * pattern.drift.level(week) * gamma(EVENNESS, random);
    let mut times = Vec::new();
    for (day, factor) in week.first_day().series(1.day()).zip(pattern.weekdays) {
        let count = poisson(level * factor * season(pattern, day), random);
        times.extend((0..count).map(|_| time(pattern, day, random)));
    }
    times.into_iter().map(|at| Happening { at, point: places.any(of, random) }).collect()
}

impl Happening {
    /// The one that follows it, if one does.
    pub(super) fn repeated(
        &self,
        pattern: &Pattern,
        places: &Places,
        random: &mut Random,
    ) -> Option<Self> {
        if random.unit() >= pattern.repeats {
            return None;
        }
        // Soon rather than late.
        let late = random.unit().powi(2) * REPEAT_DAYS;
        let days = (0..13).take_while(|days| f64::from(days + 1) <= late).count();
        let day = self.at.date().checked_add(i64::try_from(days).ok()?.days()).ok()?;
        let at = time(pattern, day, random);
        Some(Self { at, point: places.near(self.point, REPEAT_M, random) })
            .filter(|r| r.at > self.at)
    }

    /// As a row of an import.
    pub(super) fn row(self, source_id: String, kind: &str, zone: &Zone) -> IncidentRow {
        IncidentRow {
            source_id,
            occurred_min: civil_minutes(self.at),
            observed_ms: zone.instant_ms(self.at),
            kind: kind.into(),
            point: Some(self.point),
        }
    }
}

/// The factor of a day's place in the year.
fn season(pattern: &Pattern, day: Date) -> f64 {
    let month = usize::from(day.month().unsigned_abs()) - 1;
    let first = spring_festival(day.year());
    let is_festival = first.is_some_and(|first| FESTIVAL_DAYS.contains(&(day - first).get_days()));
    pattern.months[month] * if is_festival { pattern.festival } else { 1.0 }
}

/// A minute of a day by the pattern's hours.
pub(super) fn time(pattern: &Pattern, day: Date, random: &mut Random) -> DateTime {
    let rests = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let hour = weighted(pattern.hours[usize::from(rests)], random);
    let (hour, minute) = (i8::try_from(hour), i8::try_from(random.below(60)));
    day.at(hour.expect("a day has 24 hours"), minute.expect("below 60"), 0, 0)
}
