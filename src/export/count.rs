//! Counts of incidents, folded by week or year, kind and grid.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::table::{Cell, Table};
use crate::clock::{Date, IsoWeek};

/// How many incidents of a kind there were on a civil day in a grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The civil day in the district's zone.
    pub day: Date,
    /// The kind's code; an imported one is the source's own text.
    pub kind: String,
    /// The micro-grid's code; empty for none.
    pub grid: String,
    /// How many.
    pub n: i64,
}

/// What a plain table counts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// ISO week and kind.
    WeekKind,
    /// Calendar year and grid.
    YearGrid,
    /// ISO week and grid.
    WeekGrid,
    /// Calendar year and kind.
    YearKind,
    /// Civil day and kind.
    DayKind,
}

impl By {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::WeekKind, Self::YearGrid, Self::WeekGrid, Self::YearKind, Self::DayKind];

    /// As it is asked for: `week,kind`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WeekKind => "week,kind",
            Self::YearGrid => "year,grid",
            Self::WeekGrid => "week,grid",
            Self::YearKind => "year,kind",
            Self::DayKind => "day,kind",
        }
    }

    /// Its file's name without the ending: `week_kind`.
    pub fn file_stem(self) -> &'static str {
        match self {
            Self::WeekKind => "week_kind",
            Self::YearGrid => "year_grid",
            Self::WeekGrid => "week_grid",
            Self::YearKind => "year_kind",
            Self::DayKind => "day_kind",
        }
    }

    fn header(self) -> &'static [&'static str] {
        match self {
            Self::WeekKind => &["week", "kind", "n"],
            Self::YearGrid => &["year", "grid", "n"],
            Self::WeekGrid => &["week", "grid", "n"],
            Self::YearKind => &["year", "kind", "n"],
            Self::DayKind => &["day", "kind", "n"],
        }
    }
}

impl FromStr for By {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|by| by.as_str() == text);
        found.ok_or_else(|| format!("use {}", Self::ALL.map(Self::as_str).join(" or ")))
    }
}

/// The plain table: sorted bytewise by its columns, rows of zero left out.
pub fn by(counts: &[Count], by: By) -> Table {
    fold(by.header(), counts, |count| match by {
        By::WeekKind => [week(count), count.kind.clone()],
        By::YearGrid => [year(count), count.grid.clone()],
        By::WeekGrid => [week(count), count.grid.clone()],
        By::YearKind => [year(count), count.kind.clone()],
        By::DayKind => [count.day.to_string(), count.kind.clone()],
    })
}

/// The weekly table: week, kind, grid.
pub fn weekly(counts: &[Count]) -> Table {
    let header = &["week", "kind", "grid", "n"];
    fold(header, counts, |count| [week(count), count.kind.clone(), count.grid.clone()])
}

fn week(count: &Count) -> String {
    IsoWeek::of(count.day).to_string()
}

fn year(count: &Count) -> String {
    format!("{:04}", count.day.year())
}

fn fold<const N: usize>(
    header: &'static [&'static str],
    counts: &[Count],
    key: impl Fn(&Count) -> [String; N],
) -> Table {
    let mut sums: BTreeMap<[String; N], i64> = BTreeMap::new();
    for count in counts {
        *sums.entry(key(count)).or_default() += count.n;
    }
    let row = |(key, n): ([String; N], i64)| {
        key.into_iter().map(Cell::Text).chain([Cell::Number(n)]).collect()
    };
    Table { header, rows: sums.into_iter().filter(|(_, n)| *n != 0).map(row).collect() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::civil_day;

    fn count(days: i64, kind: &str, grid: &str, n: i64) -> Count {
        Count { day: civil_day(days), kind: kind.to_owned(), grid: grid.to_owned(), n }
    }

    fn sum(table: &Table) -> i64 {
        let numbers = table.rows.iter().flatten().map(|cell| match cell {
            Cell::Number(n) => *n,
            Cell::Text(_) | Cell::Degrees(_) | Cell::Empty => 0,
        });
        numbers.sum()
    }

    #[test]
    fn weeks_and_years_part_at_their_own_ends() {
        // Friday 2016-01-01 is in 2015-W53, and Thursday 2015-12-31 too.
        let counts = [count(16_800, "b", "g", 1), count(16_801, "b", "", 2)];
        let csv = |which| String::from_utf8(by(&counts, which).plain_csv()).unwrap();
        assert_eq!(csv(By::WeekKind), "week,kind,n\n2015-W53,b,3\n");
        assert_eq!(csv(By::YearGrid), "year,grid,n\n2015,g,1\n2016,,2\n");
        assert_eq!(csv(By::WeekGrid), "week,grid,n\n2015-W53,,2\n2015-W53,g,1\n");
    }

    #[test]
    fn rows_stand_bytewise_and_zeros_are_left_out() {
        let counts = [
            count(20_000, "治安", "b", 1),
            count(20_000, "Zebra", "a", 1),
            count(20_000, "apple", "a", 1),
            count(20_000, "gone", "a", 1),
            count(20_001, "gone", "a", -1),
            count(20_000, "Zebra", "B", 1),
        ];
        let kinds: Vec<Cell> =
            by(&counts, By::WeekKind).rows.iter().map(|row| row[1].clone()).collect();
        let text = |text: &str| Cell::Text(text.to_owned());
        assert_eq!(kinds, [text("Zebra"), text("apple"), text("治安")]);
        let table = weekly(&counts);
        assert_eq!(table.header, ["week", "kind", "grid", "n"]);
        assert_eq!((table.rows.len(), sum(&table)), (4, 4));
    }

    #[test]
    fn what_to_count_by_has_a_name() {
        for which in By::ALL {
            assert_eq!(which.as_str().parse(), Ok(which));
            assert_eq!(which.header()[..2].join(","), which.as_str());
            assert_eq!(which.header()[..2].join("_"), which.file_stem());
        }
        let use_these =
            "use week,kind or year,grid or week,grid or year,kind or day,kind".to_owned();
        assert_eq!("kind,week".parse::<By>(), Err(use_these));
    }

    proptest! {
        #[test]
        fn every_table_has_the_same_sum(
            counts in prop::collection::vec((0..30_000_i64, "[a-c]", "[a-c]?", -2..5_i64), 0..40),
        ) {
            let counts: Vec<Count> =
                counts.iter().map(|(day, kind, grid, n)| count(*day, kind, grid, *n)).collect();
            let whole: i64 = counts.iter().map(|count| count.n).sum();
            for table in By::ALL.map(|which| by(&counts, which)) {
                prop_assert_eq!(sum(&table), whole);
            }
            prop_assert_eq!(sum(&weekly(&counts)), whole);
        }
    }
}
