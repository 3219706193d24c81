//! Every pair of events and the two bins it falls into.
//!
//! It must not know what a pair means. Invariant: bins are left-closed, [previous edge, edge).

use super::{Distance, Happening, KnoxSettings};

/// Edges of both axes.
pub(super) struct Bins<'a> {
    settings: &'a KnoxSettings,
}

/// A pair i < j with its bins.
pub(super) struct Pair {
    pub(super) i: u32,
    pub(super) j: u32,
    pub(super) row: usize,
    pub(super) column: usize,
}

impl<'a> Bins<'a> {
    pub(super) fn new(settings: &'a KnoxSettings) -> Self {
        Self { settings }
    }

    pub(super) fn rows(&self) -> usize {
        self.settings.metres.len() + 1
    }

    pub(super) fn columns(&self) -> usize {
        self.settings.days.len() + 1
    }

    fn row(&self, a: &Happening, b: &Happening) -> usize {
        let (dx, dy) = ((a.x_m - b.x_m).abs(), (a.y_m - b.y_m).abs());
        let metres = match self.settings.distance {
            Distance::Manhattan => dx + dy,
            Distance::Euclidean => (dx * dx + dy * dy).sqrt(),
        };
        self.settings.metres.partition_point(|&edge| edge <= metres)
    }

    pub(super) fn column(&self, a: i64, b: i64) -> usize {
        let days = (a - b).abs();
        self.settings.days.partition_point(|&edge| edge <= days)
    }
}

/// Every pair, i before j.
pub(super) fn all(events: &[Happening], bins: &Bins<'_>) -> Vec<Pair> {
    let mut pairs = Vec::with_capacity(events.len() * events.len().saturating_sub(1) / 2);
    for (j, b) in (0_u32..).zip(events) {
        for (i, a) in (0..j).zip(events) {
            pairs.push(Pair { i, j, row: bins.row(a, b), column: bins.column(a.day, b.day) });
        }
    }
    pairs
}

/// Pairs a cell.
pub(super) fn observed(pairs: &[Pair], bins: &Bins<'_>) -> Vec<Vec<u64>> {
    let mut counts = vec![vec![0; bins.columns()]; bins.rows()];
    for pair in pairs {
        counts[pair.row][pair.column] += 1;
    }
    counts
}
