//! The shapes that patterns share: months of the year, days of the week, hours of the day.
//!
//! They are weights, made up after what stations publish; a mean of 1 keeps `per_day` honest, and
//! a test holds months and weekdays to it.

/// January to December.
pub(super) type Months = [f64; 12];
/// Monday to Sunday.
pub(super) type Weekdays = [f64; 7];
/// 00:00 to 23:00.
pub(super) type Hours = [f64; 24];

/// All year alike.
pub(super) const EVEN: Months = [1.0; 12];
/// The weeks before the year ends: thefts and unpaid wages.
pub(super) const YEAR_END: Months =
    [1.35, 1.05, 0.80, 0.80, 0.85, 0.90, 0.90, 0.90, 1.00, 1.05, 1.15, 1.25];
/// Wages fall due before the festival.
pub(super) const PAY: Months =
    [2.60, 0.80, 0.50, 0.55, 0.60, 0.75, 0.70, 0.70, 0.75, 0.80, 1.25, 2.00];
/// Warm evenings out of doors.
pub(super) const SUMMER: Months =
    [0.80, 0.78, 0.85, 0.95, 1.05, 1.15, 1.28, 1.30, 1.12, 0.98, 0.90, 0.84];
/// Open windows, food stalls, square dancing.
pub(super) const NOISE: Months =
    [0.35, 0.40, 0.60, 0.85, 1.15, 1.60, 2.05, 2.00, 1.20, 0.80, 0.55, 0.45];
/// Water for the seedlings, then the harvest's borders.
pub(super) const FIELDS: Months =
    [0.40, 0.50, 0.80, 1.10, 1.70, 1.60, 1.20, 0.90, 1.30, 1.30, 0.70, 0.50];
/// Straw after wheat in June and after rice in October, and the dry winter.
pub(super) const STRAW: Months =
    [1.10, 1.10, 0.70, 0.70, 0.80, 1.80, 0.70, 0.60, 1.10, 1.70, 0.90, 0.80];
/// Rain in June, harvest traffic, fog in December.
pub(super) const ROADS: Months =
    [0.95, 0.85, 0.92, 0.95, 1.00, 1.08, 0.98, 0.95, 1.08, 1.12, 1.02, 1.10];
/// Building stops in the cold.
pub(super) const BUILDING: Months =
    [0.55, 0.45, 1.00, 1.20, 1.25, 1.15, 1.05, 1.05, 1.20, 1.25, 1.05, 0.80];

/// Every day alike.
pub(super) const DAILY: Weekdays = [1.0; 7];
/// Offices and building sites.
pub(super) const WORKDAYS: Weekdays = [1.30, 1.22, 1.18, 1.15, 1.15, 0.60, 0.40];
/// Roads and schools.
pub(super) const SCHOOL_DAYS: Weekdays = [1.15, 1.05, 1.03, 1.05, 1.17, 0.80, 0.75];
/// Evenings out.
pub(super) const NIGHTS_OUT: Weekdays = [0.85, 0.85, 0.88, 0.95, 1.17, 1.25, 1.05];
/// People at home.
pub(super) const WEEKEND: Weekdays = [0.85, 0.82, 0.83, 0.88, 1.02, 1.35, 1.25];

/// Thefts: the dead of night.
#[rustfmt::skip]
pub(super) const DEAD_OF_NIGHT: Hours = [
    7.0, 8.5, 9.0, 8.5, 6.0, 3.0, 2.0, 1.5, 1.8, 2.0, 2.2, 2.0,
    2.0, 2.2, 2.0, 2.0, 2.0, 2.2, 2.8, 3.2, 3.8, 4.5, 5.5, 6.5,
];
/// Quarrels and petty theft: supper to midnight.
#[rustfmt::skip]
pub(super) const LATE_EVENING: Hours = [
    5.0, 3.0, 2.0, 1.5, 1.0, 0.8, 1.0, 1.5, 2.2, 2.5, 2.8, 3.0,
    3.0, 2.5, 2.5, 2.8, 3.0, 3.8, 5.5, 7.0, 9.0, 9.5, 9.0, 7.0,
];
/// 护学: the school run, twice a day.
#[rustfmt::skip]
pub(super) const SCHOOL_RUN: Hours = [
    0.6, 0.4, 0.3, 0.3, 0.5, 1.2, 4.0, 12.0, 7.5, 3.8, 3.5, 4.0,
    3.8, 3.0, 3.2, 4.0, 10.0, 9.5, 6.0, 4.0, 3.0, 2.2, 1.5, 1.0,
];
/// The same roads without school.
#[rustfmt::skip]
pub(super) const ROAD_DAY: Hours = [
    0.8, 0.5, 0.4, 0.4, 0.5, 1.2, 2.2, 3.5, 4.5, 5.5, 6.0, 5.5,
    4.5, 4.5, 5.0, 5.5, 6.0, 6.2, 5.5, 4.5, 3.5, 2.5, 1.8, 1.2,
];
/// Music, stalls and machines when others sleep.
#[rustfmt::skip]
pub(super) const NOISY_NIGHT: Hours = [
    4.5, 2.5, 1.5, 0.8, 0.6, 1.2, 2.2, 1.5, 1.0, 1.0, 1.0, 1.2,
    2.5, 2.2, 1.0, 1.0, 1.0, 1.5, 3.0, 6.5, 10.0, 12.0, 11.0, 7.5,
];
/// Offices' and patrols' working day.
#[rustfmt::skip]
pub(super) const WORKING_DAY: Hours = [
    0.1, 0.1, 0.1, 0.1, 0.1, 0.3, 1.0, 3.0, 8.0, 11.0, 10.0, 7.0,
    3.0, 4.0, 8.0, 9.5, 8.5, 5.5, 3.0, 2.0, 1.2, 0.6, 0.3, 0.2,
];
/// Whenever people are up.
#[rustfmt::skip]
pub(super) const WAKING_DAY: Hours = [
    1.2, 0.8, 0.6, 0.5, 0.6, 1.2, 2.8, 4.5, 6.0, 6.5, 6.2, 5.5,
    4.8, 4.5, 5.0, 5.5, 5.8, 6.0, 6.0, 5.8, 5.2, 4.2, 3.0, 1.8,
];
/// 园区夜巡 and 社区晚巡 find what is open and plugged in.
#[rustfmt::skip]
pub(super) const NIGHT_PATROL: Hours = [
    6.5, 5.0, 1.5, 0.5, 0.3, 0.5, 1.0, 1.5, 2.0, 2.2, 2.2, 2.0,
    1.5, 1.5, 1.8, 2.0, 2.0, 2.2, 3.5, 5.5, 10.0, 11.0, 10.0, 8.0,
];

#[cfg(test)]
mod tests {
    use super::super::pattern::PATTERNS;

    #[test]
    fn months_and_weekdays_have_a_mean_of_one() {
        for pattern in PATTERNS {
            let months = pattern.months.iter().sum::<f64>() / 12.0;
            let weekdays = pattern.weekdays.iter().sum::<f64>() / 7.0;
            assert!((months - 1.0).abs() < 0.01, "{} {months}", pattern.kind);
            assert!((weekdays - 1.0).abs() < 0.01, "{} {weekdays}", pattern.kind);
        }
    }
}
