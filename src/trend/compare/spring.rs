//! 春节: the first day of the lunar year, civil date in China.
//!
//! It must not compute: the dates are a table. Invariant: a year outside it has no date.

use jiff::civil::Date;

/// (month, day) of 2010 and the years after.
const FIRST_YEAR: i16 = 2010;
const FESTIVALS: [(i8, i8); 41] = [
    (2, 14),
    (2, 3),
    (1, 23),
    (2, 10),
    (1, 31),
    (2, 19),
    (2, 8),
    (1, 28),
    (2, 16),
    (2, 5),
    (1, 25),
    (2, 12),
    (2, 1),
    (1, 22),
    (2, 10),
    (1, 29),
    (2, 17),
    (2, 6),
    (1, 26),
    (2, 13),
    (2, 3),
    (1, 23),
    (2, 11),
    (1, 31),
    (2, 19),
    (2, 8),
    (1, 28),
    (2, 15),
    (2, 4),
    (1, 24),
    (2, 12),
    (2, 1),
    (1, 22),
    (2, 10),
    (1, 30),
    (2, 17),
    (2, 6),
    (1, 26),
    (2, 14),
    (2, 2),
    (1, 23),
];

/// The Spring Festival of a year, 2010 to 2050.
pub fn spring_festival(year: i16) -> Option<Date> {
    let index = usize::try_from(year.checked_sub(FIRST_YEAR)?).ok()?;
    let &(month, day) = FESTIVALS.get(index)?;
    Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_follow_each_other_by_12_or_13_moons() {
        for year in FIRST_YEAR + 1..=2050 {
            let days =
                (spring_festival(year).unwrap() - spring_festival(year - 1).unwrap()).get_days();
            assert!((353..=355).contains(&days) || (383..=385).contains(&days), "{year}: {days}");
        }
        assert_eq!(spring_festival(2051), None);
        assert_eq!(spring_festival(2026), Date::new(2026, 2, 17).ok());
    }
}
