//! How often, when and where each kind happens: one row a kind.
//!
//! It must not draw. Invariant: every kind is one that each district has by itself.

use super::profile::{self as p, Hours, Months, Weekdays};
use crate::clock::IsoWeek;

/// One kind's habits.
pub(super) struct Pattern {
    /// The kind's code.
    pub(super) kind: &'static str,
    /// How many a day, the whole district, before [`Drift`] begins.
    pub(super) per_day: f64,
    /// How the level moves over the years.
    pub(super) drift: Drift,
    pub(super) months: &'static Months,
    /// The factor of the days of the Spring Festival.
    pub(super) festival: f64,
    pub(super) weekdays: &'static Weekdays,
    /// On Monday to Friday, and on the weekend.
    pub(super) hours: [&'static Hours; 2],
    /// Weights of a grid of 楼栋, 小区, 企业车间, 湾组.
    pub(super) grids: [f64; 4],
    /// The share that is followed by another close by, within two weeks.
    pub(super) repeats: f64,
}

/// How a level moves over the years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Drift {
    /// It stays.
    None,
    /// The patrols show: down by 15 % a year from [`PATROLS_FROM`] on, for four years.
    Falls,
    /// More is looked for and found, over the same years.
    Rises,
}

/// When the joint patrols begin in this story, (ISO year, week).
const PATROLS_FROM: (i16, i8) = (2024, 40);
/// How long they change anything, in weeks.
const CHANGING_WEEKS: f64 = 4.0 * 52.0;
/// The factor of a year.
const FALL_A_YEAR: f64 = 0.85;
const RISE_A_YEAR: f64 = 1.06;

impl Drift {
    /// The level of a week.
    pub(super) fn level(self, week: IsoWeek) -> f64 {
        let (year, number) = PATROLS_FROM;
        let from = IsoWeek::new(year, number).map_or(0, IsoWeek::index);
        let years = f64::from(week.index() - from).clamp(0.0, CHANGING_WEEKS) / 52.0;
        match self {
            Self::None => 1.0,
            Self::Falls => FALL_A_YEAR.powf(years),
            Self::Rises => RISE_A_YEAR.powf(years),
        }
    }
}

const NIGHT: [&Hours; 2] = [&p::DEAD_OF_NIGHT; 2];
const EVENING: [&Hours; 2] = [&p::LATE_EVENING; 2];
const ROAD: [&Hours; 2] = [&p::SCHOOL_RUN, &p::ROAD_DAY];
const LOUD: [&Hours; 2] = [&p::NOISY_NIGHT; 2];
const WORK: [&Hours; 2] = [&p::WORKING_DAY; 2];
const AWAKE: [&Hours; 2] = [&p::WAKING_DAY; 2];
const PATROL: [&Hours; 2] = [&p::NIGHT_PATROL; 2];

/// What most kinds share.
const PLAIN: Pattern = Pattern {
    kind: "other",
    per_day: 0.4,
    drift: Drift::None,
    months: &p::EVEN,
    festival: 1.0,
    weekdays: &p::DAILY,
    hours: AWAKE,
    grids: [1.5, 1.3, 1.0, 0.6],
    repeats: 0.0,
};

/// Every kind that happens.
#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    Pattern { kind: "criminal", per_day: 1.3, drift: Drift::Falls, months: &p::YEAR_END, hours: NIGHT, grids: [1.4, 1.5, 2.4, 0.5], repeats: 0.14, ..PLAIN },
    Pattern { kind: "security", per_day: 3.2, drift: Drift::Falls, months: &p::SUMMER, weekdays: &p::NIGHTS_OUT, hours: EVENING, grids: [2.4, 2.0, 1.5, 0.5], repeats: 0.12, ..PLAIN },
    Pattern { kind: "traffic", per_day: 1.7, months: &p::ROADS, festival: 1.3, weekdays: &p::SCHOOL_DAYS, hours: ROAD, grids: [1.8, 1.3, 1.4, 0.7], ..PLAIN },
    Pattern { kind: "fire", per_day: 0.2, months: &p::STRAW, festival: 2.5, grids: [0.8, 0.8, 1.0, 1.2], ..PLAIN },
    Pattern { kind: "help", per_day: 1.5, weekdays: &p::WEEKEND, ..PLAIN },
    Pattern { kind: "environment", per_day: 0.45, months: &p::SUMMER, hours: WORK, ..PLAIN },
    PLAIN,
    Pattern { kind: "dispute.neighbours", per_day: 0.35, festival: 1.3, weekdays: &p::WEEKEND, grids: [1.5, 1.4, 0.2, 1.0], ..PLAIN },
    Pattern { kind: "dispute.noise", per_day: 0.5, months: &p::NOISE, weekdays: &p::WEEKEND, hours: LOUD, grids: [3.0, 2.6, 0.5, 0.3], ..PLAIN },
    Pattern { kind: "dispute.labour", per_day: 0.25, months: &p::PAY, festival: 0.2, weekdays: &p::WORKDAYS, hours: WORK, grids: [0.1, 0.2, 5.0, 0.1], ..PLAIN },
    Pattern { kind: "dispute.property", per_day: 0.25, weekdays: &p::WEEKEND, hours: WORK, grids: [2.0, 3.0, 0.1, 0.0], ..PLAIN },
    Pattern { kind: "dispute.construction", per_day: 0.12, months: &p::BUILDING, festival: 0.1, weekdays: &p::WORKDAYS, hours: WORK, grids: [0.1, 0.4, 4.0, 0.4], ..PLAIN },
    Pattern { kind: "dispute.land_water", per_day: 0.15, months: &p::FIELDS, hours: WORK, grids: [0.0, 0.0, 0.1, 1.5], ..PLAIN },
    Pattern { kind: "dispute.land_taking", per_day: 0.07, weekdays: &p::WORKDAYS, hours: WORK, grids: [0.1, 0.1, 1.0, 1.2], ..PLAIN },
    Pattern { kind: "hazard.fire_lane", per_day: 0.3, drift: Drift::Rises, hours: PATROL, grids: [2.6, 2.6, 1.0, 0.1], ..PLAIN },
    Pattern { kind: "hazard.charging", per_day: 0.35, drift: Drift::Rises, months: &p::SUMMER, hours: PATROL, grids: [3.2, 2.6, 0.7, 0.2], ..PLAIN },
    Pattern { kind: "hazard.manhole", per_day: 0.2, months: &p::ROADS, ..PLAIN },
    Pattern { kind: "hazard.door", per_day: 0.3, drift: Drift::Rises, hours: PATROL, grids: [0.8, 0.8, 3.4, 0.4], ..PLAIN },
    Pattern { kind: "hazard.suspicious", per_day: 0.35, months: &p::YEAR_END, hours: PATROL, ..PLAIN },
    Pattern { kind: "hazard.environment", per_day: 0.2, months: &p::FIELDS, hours: WORK, grids: [0.8, 0.8, 1.0, 1.0], ..PLAIN },
    Pattern { kind: "hazard.fraud", per_day: 0.25, drift: Drift::Rises, months: &p::YEAR_END, weekdays: &p::WORKDAYS, hours: WORK, grids: [1.6, 1.5, 0.8, 0.6], ..PLAIN },
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::domain::kind::BUILT_IN;

    #[test]
    fn kinds_are_built_in_and_each_has_one_row() {
        let codes: HashSet<_> = PATTERNS.iter().map(|pattern| pattern.kind).collect();
        assert_eq!(codes.len(), PATTERNS.len());
        for code in codes {
            assert!(BUILT_IN.iter().any(|(known, ..)| *known == code), "{code}");
        }
    }

    #[test]
    fn levels_hold_move_for_four_years_and_hold_again() {
        let level = |drift: Drift, week: &str| drift.level(week.parse().unwrap());
        assert_eq!(level(Drift::Falls, "2021-W45"), 1.0);
        assert_eq!(level(Drift::Falls, "2024-W40"), 1.0);
        assert!((level(Drift::Falls, "2025-W40") - FALL_A_YEAR).abs() < 1e-9);
        assert_eq!(level(Drift::Falls, "2029-W01"), level(Drift::Falls, "2035-W30"));
        assert!(level(Drift::Rises, "2026-W40") > 1.1);
        assert_eq!(level(Drift::None, "2026-W40"), 1.0);
    }
}
