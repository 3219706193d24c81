//! Counts by week, day and two-hour bin × grid × kind, built from the count ledger.
//!
//! It must not know names or databases. Invariant: the cube is the sum of its rows up to a
//! sequence number, so a brief can be rebuilt as of the time it was made.

mod calendar;
mod row;

use std::ops::RangeInclusive;

pub use calendar::{CountCalendar, CountedBy, Day, Week, bin_of};
pub use row::{CountRow, GridIndex, KindIndex, Names};

use super::definition::Selection;

/// What is left of a row once its day is known.
#[derive(Clone, Copy, Debug)]
struct Fact {
    seq: u64,
    grid: Option<GridIndex>,
    n: i32,
    kind: KindIndex,
    grid_version: u16,
    bin: u8,
}

/// The cube of one district.
#[derive(Clone, Debug)]
pub struct Cube {
    calendar: CountCalendar,
    first_day: i32,
    /// One list of facts a day, from `first_day` on, each in the order added.
    days: Vec<Vec<Fact>>,
}

/// What to count.
#[derive(Clone, Debug)]
pub struct CubeQuery<'a> {
    /// Days, both included.
    pub days: RangeInclusive<Day>,
    /// Grids and kinds.
    pub selection: &'a Selection,
    /// Changes up to this sequence number; `None`: all.
    pub as_of: Option<u64>,
}

/// How to break a count down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// By two-hour bin, 12 values.
    Bin,
    /// By grid number; the last value is "no grid".
    Grid {
        /// Number of grids.
        grids: usize,
    },
    /// By kind number.
    Kind {
        /// Number of kinds.
        kinds: usize,
    },
}

impl Cube {
    /// A cube without rows.
    pub fn new(calendar: CountCalendar) -> Self {
        Self { calendar, first_day: 0, days: Vec::new() }
    }

    /// A cube of these rows, in their order.
    pub fn build(calendar: CountCalendar, rows: &[CountRow]) -> Self {
        let mut cube = Self::new(calendar);
        let day = |row: &CountRow| calendar.day(cube_minute(&calendar, row)).0;
        let (Some(first), Some(last)) = (rows.iter().map(day).min(), rows.iter().map(day).max())
        else {
            return cube;
        };
        cube.reach(first);
        cube.reach(last);
        let mut sizes = vec![0; cube.days.len()];
        for row in rows {
            sizes[cube.slot(day(row)).expect("every day was reached")] += 1;
        }
        for (facts, size) in cube.days.iter_mut().zip(sizes) {
            facts.reserve_exact(size);
        }
        for row in rows {
            cube.push(row);
        }
        cube
    }

    /// Adds one change.
    pub fn push(&mut self, row: &CountRow) {
        let minute = cube_minute(&self.calendar, row);
        let day = self.calendar.day(minute).0;
        let slot = self.reach(day);
        self.days[slot].push(Fact {
            seq: row.seq,
            grid: row.grid,
            n: row.n,
            kind: row.kind,
            grid_version: row.grid_version,
            bin: bin_of(minute),
        });
    }

    /// The calendar that it counts by.
    pub fn calendar(&self) -> &CountCalendar {
        &self.calendar
    }

    /// First and last day that hold a row.
    pub fn span(&self) -> Option<RangeInclusive<Day>> {
        let first = self.days.iter().position(|facts| !facts.is_empty())?;
        let last = self.days.iter().rposition(|facts| !facts.is_empty())?;
        Some(self.day_at(first)..=self.day_at(last))
    }

    /// The count; never below 0 once every correction is in.
    pub fn count(&self, query: &CubeQuery<'_>) -> i64 {
        self.facts(query).map(|(_, fact)| i64::from(fact.n)).sum()
    }

    /// The count of each week that the days touch, in order.
    pub fn weekly(&self, query: &CubeQuery<'_>) -> Vec<i64> {
        let week = |day| self.calendar.week(day).0;
        let first = week(*query.days.start());
        let weeks = (week(*query.days.end()) - first + 1).max(0);
        let mut counts = vec![0; usize::try_from(weeks).unwrap_or(0)];
        for (day, fact) in self.facts(query) {
            let slot = usize::try_from(week(day) - first).unwrap_or(0);
            counts[slot] += i64::from(fact.n);
        }
        counts
    }

    /// The count of each day, in order.
    pub fn daily(&self, query: &CubeQuery<'_>) -> Vec<i64> {
        let first = query.days.start().0;
        let days = (query.days.end().0 - first + 1).max(0);
        let mut counts = vec![0; usize::try_from(days).unwrap_or(0)];
        for (day, fact) in self.facts(query) {
            counts[usize::try_from(day.0 - first).unwrap_or(0)] += i64::from(fact.n);
        }
        counts
    }

    /// The count along one axis.
    pub fn along(&self, axis: Axis, query: &CubeQuery<'_>) -> Vec<i64> {
        let size = match axis {
            Axis::Bin => 12,
            Axis::Grid { grids } => grids + 1,
            Axis::Kind { kinds } => kinds,
        };
        let mut counts = vec![0; size];
        for (_, fact) in self.facts(query) {
            let slot = match axis {
                Axis::Bin => usize::from(fact.bin),
                Axis::Grid { grids } => fact.grid.map_or(grids, |grid| grid.0 as usize),
                Axis::Kind { .. } => usize::from(fact.kind.0),
            };
            if let Some(count) = counts.get_mut(slot) {
                *count += i64::from(fact.n);
            }
        }
        counts
    }

    /// Versions of the grids' outlines that placed the rows counted, rising.
    pub fn grid_versions(&self, query: &CubeQuery<'_>) -> Vec<u16> {
        let placed = self.facts(query).filter(|(_, fact)| fact.grid.is_some());
        let mut versions: Vec<u16> = placed.map(|(_, fact)| fact.grid_version).collect();
        versions.sort_unstable();
        versions.dedup();
        versions
    }

    fn facts<'a>(&'a self, query: &'a CubeQuery<'_>) -> impl Iterator<Item = (Day, &'a Fact)> {
        let first = query.days.start().0.max(self.first_day);
        let length = i32::try_from(self.days.len()).unwrap_or(i32::MAX);
        let last = query.days.end().0.min(self.first_day + length - 1);
        let wanted = Wanted::new(query.selection);
        let days = (first..=last).filter_map(|day| Some((Day(day), self.slot(day)?)));
        let facts = days.flat_map(|(day, slot)| self.days[slot].iter().map(move |f| (day, f)));
        facts.filter(move |(_, fact)| {
            query.as_of.is_none_or(|seq| fact.seq <= seq) && wanted.holds(fact)
        })
    }

    fn slot(&self, day: i32) -> Option<usize> {
        usize::try_from(day - self.first_day).ok().filter(|&slot| slot < self.days.len())
    }

    fn day_at(&self, slot: usize) -> Day {
        Day(self.first_day + i32::try_from(slot).unwrap_or(i32::MAX))
    }

    /// Makes room for a day and says where it is.
    fn reach(&mut self, day: i32) -> usize {
        if self.days.is_empty() {
            self.first_day = day;
        }
        if day < self.first_day {
            let missing = usize::try_from(self.first_day - day).unwrap_or(0);
            self.days.splice(0..0, std::iter::repeat_n(Vec::new(), missing));
            self.first_day = day;
        }
        let slot = usize::try_from(day - self.first_day).unwrap_or(0);
        if slot >= self.days.len() {
            self.days.resize_with(slot + 1, Vec::new);
        }
        slot
    }
}

fn cube_minute(calendar: &CountCalendar, row: &CountRow) -> i64 {
    match calendar.counted_by {
        CountedBy::Occurred => row.occurred_minute,
        CountedBy::Reported => row.reported_minute,
    }
}

/// A selection as two tables of yes and no.
struct Wanted {
    grids: Option<Vec<bool>>,
    kinds: Option<Vec<bool>>,
}

impl Wanted {
    fn new(selection: &Selection) -> Self {
        let marked = |numbers: Vec<usize>| {
            let mut marks = vec![false; numbers.iter().max().map_or(0, |most| most + 1)];
            numbers.into_iter().for_each(|number| marks[number] = true);
            marks
        };
        let grids = selection.grids.as_ref();
        let kinds = selection.kinds.as_ref();
        Self {
            grids: grids.map(|all| marked(all.iter().map(|grid| grid.0 as usize).collect())),
            kinds: kinds.map(|all| marked(all.iter().map(|kind| usize::from(kind.0)).collect())),
        }
    }

    fn holds(&self, fact: &Fact) -> bool {
        let marked = |marks: &Vec<bool>, number: usize| marks.get(number) == Some(&true);
        let grid = |marks| fact.grid.is_some_and(|grid| marked(marks, grid.0 as usize));
        self.grids.as_ref().is_none_or(grid)
            && self.kinds.as_ref().is_none_or(|marks| marked(marks, usize::from(fact.kind.0)))
    }
}

#[cfg(test)]
mod tests;
