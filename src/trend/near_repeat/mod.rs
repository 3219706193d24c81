//! Near-repeat (Knox, 1964): do events close in space follow each other close in time?
//!
//! It must not know kinds or maps: metres and days in, a table out. Invariant: expectation and
//! variance are exact; permutations serve p alone.

mod exact;
mod pairs;
mod permuted;
mod zone;

use pairs::Bins;
pub use zone::{Zone, zones};

/// A place in metres and a day number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Happening {
    /// East, metres.
    pub x_m: f64,
    /// North, metres.
    pub y_m: f64,
    /// Whole days since any fixed day.
    pub day: i64,
}

/// How far apart two places are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distance {
    /// |Δx| + |Δy|: along streets.
    Manhattan,
    /// Straight line.
    Euclidean,
}

/// Settings of one table.
#[derive(Clone, Debug)]
pub struct KnoxSettings {
    /// Upper edges of the distance bins, rising, metres; a last bin takes what is farther.
    pub metres: Vec<f64>,
    /// Upper edges of the day bins, rising; a last bin takes what is later.
    pub days: Vec<i64>,
    /// How distance is measured.
    pub distance: Distance,
    /// Permutations for p; 0 leaves p undefined.
    pub permutations: u32,
    /// Seed of the permutations.
    pub seed: u64,
}

/// One cell: a distance bin and a day bin, both left-closed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KnoxCell {
    /// Pairs seen.
    pub observed: u64,
    /// Exact expectation.
    pub expected: f64,
    /// Exact standard deviation over permutations of the days.
    pub deviation: f64,
    /// Share of permutations (the seen order among them) with as many pairs.
    pub p: Option<f64>,
}

/// p below this, …
const SHOWN_P: f64 = 0.05;
/// … at least so many pairs, …
const SHOWN_PAIRS: u64 = 5;
/// … and at least this ratio: only then is a ratio shown.
const SHOWN_RATIO: f64 = 1.2;

impl KnoxCell {
    /// Observed over expected; `None` where nothing is expected.
    pub fn ratio(&self) -> Option<f64> {
        (self.expected > 0.0).then(|| self.observed as f64 / self.expected)
    }

    /// (observed − expected)/deviation; `None` where it cannot vary.
    pub fn z(&self) -> Option<f64> {
        (self.deviation > 0.0).then(|| (self.observed as f64 - self.expected) / self.deviation)
    }

    /// Whether the ratio may be shown, and zones suggested for the next 7 and 14 days.
    pub fn is_shown(&self) -> bool {
        self.observed >= SHOWN_PAIRS
            && self.p.is_some_and(|p| p < SHOWN_P)
            && self.ratio().is_some_and(|ratio| ratio >= SHOWN_RATIO)
    }
}

/// The Knox table: rows by distance, columns by days.
#[derive(Clone, Debug)]
pub struct KnoxTable {
    /// Number of events.
    pub events: usize,
    /// Number of pairs.
    pub pairs: u64,
    /// `cells[distance bin][day bin]`.
    pub cells: Vec<Vec<KnoxCell>>,
}

/// Builds the table; all cells are 0 with fewer than two events.
pub fn knox(events: &[Happening], settings: &KnoxSettings) -> KnoxTable {
    let bins = Bins::new(settings);
    let near = pairs::all(events, &bins);
    let observed = pairs::observed(&near, &bins);
    let moments = exact::moments(events.len(), &near, &bins);
    let p = permuted::p_values(events, &near, &observed, settings);
    let n = events.len() as u64;
    let cell = |row: usize, column: usize| KnoxCell {
        observed: observed[row][column],
        expected: moments.expected(row, column),
        deviation: moments.variance(row, column).max(0.0).sqrt(),
        p: p.as_ref().map(|p| p[row][column]),
    };
    let cells = (0..bins.rows())
        .map(|row| (0..bins.columns()).map(|column| cell(row, column)).collect())
        .collect();
    KnoxTable { events: events.len(), pairs: n * n.saturating_sub(1) / 2, cells }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(x_m: f64, day: i64) -> Happening {
        Happening { x_m, y_m: 0.0, day }
    }

    fn settings() -> KnoxSettings {
        KnoxSettings {
            metres: vec![100.0],
            days: vec![7],
            distance: Distance::Manhattan,
            permutations: 199,
            seed: 1,
        }
    }

    #[test]
    fn edges_belong_to_the_bin_they_open() {
        let table = knox(&[event(0.0, 0), event(100.0, 7), event(150.0, 8)], &settings());
        let seen: Vec<Vec<u64>> =
            table.cells.iter().map(|row| row.iter().map(|cell| cell.observed).collect()).collect();
        assert_eq!(seen, [[1, 0], [0, 2]]);
        assert_eq!(table.pairs, 3);
    }

    #[test]
    fn pairs_that_come_together_are_shown() {
        let events: Vec<Happening> = (0..40)
            .flat_map(|i| {
                [
                    event(f64::from(i) * 1e4, 30 * i64::from(i)),
                    event(f64::from(i) * 1e4, 30 * i64::from(i) + 2),
                ]
            })
            .collect();
        let table = knox(&events, &settings());
        assert_eq!(table.cells[0][0].observed, 40);
        assert!(table.cells[0][0].is_shown());
        assert!(!table.cells[1][1].is_shown());
    }

    #[test]
    fn one_event_has_no_pairs() {
        let table = knox(&[event(0.0, 0)], &settings());
        assert_eq!(table.cells[0][0].expected, 0.0);
        assert_eq!(table.cells[0][0].ratio(), None);
    }
}
