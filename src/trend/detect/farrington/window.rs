//! Which earlier weeks train the model, and which seasonal level each belongs to.
//!
//! It must not know counts. Invariant: no week from `past` weeks before the one judged on.

use jiff::{ToSpan, civil::Date};

use super::FarringtonSettings;

/// How far back a year is.
#[derive(Clone, Copy, Debug)]
pub enum Calendar<'a> {
    /// The first day of each week, in order, one week apart.
    Dates(&'a [Date]),
    /// No dates: 52 weeks make a year.
    Weeks52,
}

/// A week that trains: its row and its level (1..=periods).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Week {
    pub(super) row: usize,
    pub(super) level: usize,
}

/// Training weeks in time order; `None` when the history doesn't reach back far enough.
pub(super) fn training(
    calendar: Calendar<'_>,
    row: usize,
    settings: &FarringtonSettings,
) -> Option<Vec<Week>> {
    let mut windows = Vec::with_capacity(settings.years + 1);
    for years in (1..=settings.years).rev() {
        let centre = reference_row(calendar, row, years)?;
        windows.push((centre.checked_sub(settings.half_window)?, centre + settings.half_window));
    }
    if settings.periods > 1 {
        windows.push((row.checked_sub(settings.half_window)?, row));
    }
    let end = row.checked_sub(settings.past)?;
    let mut weeks = labelled(&windows, settings.periods);
    weeks.retain(|week| week.row < end);
    weeks.dedup_by_key(|week| week.row);
    Some(weeks)
}

/// The row that lies `years` calendar years before, on the nearest same weekday.
fn reference_row(calendar: Calendar<'_>, row: usize, years: usize) -> Option<usize> {
    match calendar {
        Calendar::Weeks52 => row.checked_sub(52 * years),
        Calendar::Dates(dates) => {
            let week = *dates.get(row)?;
            let target = years_before(week, years)?;
            let weeks = (week - target).get_days();
            // Rows are one week apart: the nearest same weekday is the nearest whole week back.
            let back = usize::try_from((weeks + 3) / 7).ok()?;
            row.checked_sub(back)
        }
    }
}

/// The same calendar date earlier; 29 February becomes 1 March.
fn years_before(date: Date, years: usize) -> Option<Date> {
    let year = date.year() - i16::try_from(years).ok()?;
    match Date::new(year, date.month(), date.day()) {
        Ok(date) => Some(date),
        Err(_) => date.first_of_month().checked_add(1.month()).ok()?.with().year(year).build().ok(),
    }
}

/// Windows have level `periods`; each gap is cut into `periods` − 1 blocks, the first ones longer.
fn labelled(windows: &[(usize, usize)], periods: usize) -> Vec<Week> {
    let mut weeks = Vec::new();
    for (index, &(start, end)) in windows.iter().enumerate() {
        weeks.extend((start..=end).map(|row| Week { row, level: periods }));
        let Some(&(next, _)) = windows.get(index + 1) else { break };
        if periods == 1 {
            continue;
        }
        let gap = next.saturating_sub(end + 1);
        let (short, longer) = (gap / (periods - 1), gap % (periods - 1));
        let mut row = end + 1;
        for block in 0..periods - 1 {
            let length = short + usize::from(block < longer);
            weeks.extend((row..row + length).map(|row| Week { row, level: block + 1 }));
            row += length;
        }
    }
    weeks
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn leap_days_go_to_march() {
        assert_eq!(years_before(date(2024, 2, 29), 1), Some(date(2023, 3, 1)));
        assert_eq!(years_before(date(2024, 2, 29), 4), Some(date(2020, 2, 29)));
    }

    #[test]
    fn the_reference_week_is_the_nearest() {
        let monday = date(2015, 12, 28);
        let dates: Vec<Date> = (0..521).map(|week| monday + (7 * week).days()).collect();
        for row in 270..521 {
            for years in 1..=5 {
                let found = dates[reference_row(Calendar::Dates(&dates), row, years).unwrap()];
                let target = years_before(dates[row], years).unwrap();
                assert!((found - target).get_days().abs() <= 3, "{} {years}", dates[row]);
            }
        }
    }

    #[test]
    fn a_gap_of_11_in_4_blocks() {
        let weeks = labelled(&[(0, 2), (14, 15)], 5);
        let levels: Vec<usize> = weeks.iter().map(|week| week.level).collect();
        assert_eq!(levels, [5, 5, 5, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5]);
        assert_eq!(weeks.last().unwrap().row, 15);
        assert_eq!(labelled(&[(0, 2), (14, 15)], 1).len(), 5);
    }
}
