//! Exact mean and variance over permutations (Barton and David, 1966).
//!
//! It must not simulate. Invariant: both depend on the margins' graphs alone.

use super::pairs::{Bins, Pair};

/// One bin of one axis as a graph on the events.
#[derive(Clone, Copy, Default)]
struct Graph {
    edges: f64,
    /// Pairs of edges that share an event.
    paths: f64,
}

impl Graph {
    /// Pairs of edges that share none.
    fn disjoint(self) -> f64 {
        self.edges * (self.edges - 1.0) / 2.0 - self.paths
    }
}

/// Moments of every cell.
pub(super) struct Moments {
    events: f64,
    by_row: Vec<Graph>,
    by_column: Vec<Graph>,
}

pub(super) fn moments(events: usize, pairs: &[Pair], bins: &Bins<'_>) -> Moments {
    Moments {
        events: events as f64,
        by_row: graphs(events, bins.rows(), pairs.iter().map(|pair| (pair, pair.row))),
        by_column: graphs(events, bins.columns(), pairs.iter().map(|pair| (pair, pair.column))),
    }
}

fn graphs<'a>(
    events: usize,
    bins: usize,
    pairs: impl Iterator<Item = (&'a Pair, usize)>,
) -> Vec<Graph> {
    let mut degrees = vec![vec![0_u32; events]; bins];
    for (pair, bin) in pairs {
        degrees[bin][pair.i as usize] += 1;
        degrees[bin][pair.j as usize] += 1;
    }
    let graph = |degrees: &Vec<u32>| {
        let half = |d: f64| d * (d - 1.0) / 2.0;
        Graph {
            edges: degrees.iter().map(|&d| f64::from(d)).sum::<f64>() / 2.0,
            paths: degrees.iter().map(|&d| half(f64::from(d))).sum(),
        }
    };
    degrees.iter().map(graph).collect()
}

impl Moments {
    /// Space pairs × time pairs / all pairs; 0 when there is no pair.
    pub(super) fn expected(&self, row: usize, column: usize) -> f64 {
        let pairs = self.events * (self.events - 1.0) / 2.0;
        if pairs > 0.0 {
            self.by_row[row].edges * self.by_column[column].edges / pairs
        } else {
            0.0
        }
    }

    pub(super) fn variance(&self, row: usize, column: usize) -> f64 {
        let (a, b, n) = (self.by_row[row], self.by_column[column], self.events);
        let expected = self.expected(row, column);
        let over = |product: f64, ways: f64| if ways > 0.0 { product / ways } else { 0.0 };
        let paths = over(2.0 * a.paths * b.paths, n * (n - 1.0) * (n - 2.0) / 2.0);
        let ways = n * (n - 1.0) * (n - 2.0) * (n - 3.0) / 8.0;
        let disjoint = over(2.0 * a.disjoint() * b.disjoint(), ways);
        expected + paths + disjoint - expected * expected
    }
}
