//! Who neighbours whom.
//!
//! It must not know values. Invariant: no cell is its own neighbour and none is listed twice; lists
//! are as given, not forced to be symmetric.

use std::collections::HashMap;

/// Neighbours of each cell, by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbours(Vec<Vec<usize>>);

/// Why lists are no neighbourhood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NeighboursError {
    /// A neighbour's row is outside the table.
    #[error("row {row} names neighbour {neighbour}, but there are {cells} cells")]
    Outside {
        /// Row that names it, from 0.
        row: usize,
        /// The row named.
        neighbour: usize,
        /// Number of cells.
        cells: usize,
    },
    /// Two rows stand at the same place.
    #[error("rows {first} and {second} are both at {x}, {y}")]
    SamePlace {
        /// Earlier row, from 0.
        first: usize,
        /// Later row.
        second: usize,
        /// Column of the raster.
        x: i64,
        /// Row of the raster.
        y: i64,
    },
}

impl Neighbours {
    /// Cells of a raster that touch by an edge or a corner.
    pub fn queen(cells: &[(i64, i64)]) -> Result<Self, NeighboursError> {
        let mut at = HashMap::with_capacity(cells.len());
        for (row, &(x, y)) in cells.iter().enumerate() {
            if let Some(first) = at.insert((x, y), row) {
                return Err(NeighboursError::SamePlace { first, second: row, x, y });
            }
        }
        let around = |&(x, y): &(i64, i64)| {
            let places = (-1..=1).flat_map(move |dy| (-1..=1).map(move |dx| (dx, dy)));
            places
                .filter(|place| *place != (0, 0))
                .filter_map(|(dx, dy)| at.get(&(x.saturating_add(dx), y.saturating_add(dy))))
                .copied()
                .collect()
        };
        Ok(Self(cells.iter().map(around).collect()))
    }

    /// Lists as given; a cell that names itself and repeated names are dropped.
    pub fn from_lists(mut lists: Vec<Vec<usize>>) -> Result<Self, NeighboursError> {
        let cells = lists.len();
        for (row, list) in lists.iter_mut().enumerate() {
            list.sort_unstable();
            list.dedup();
            list.retain(|&neighbour| neighbour != row);
            if let Some(&neighbour) = list.iter().find(|&&neighbour| neighbour >= cells) {
                return Err(NeighboursError::Outside { row, neighbour, cells });
            }
        }
        Ok(Self(lists))
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Neighbours of one cell, itself not among them.
    pub fn of(&self, row: usize) -> &[usize] {
        &self.0[row]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_nine_has_eight() {
        let cells: Vec<(i64, i64)> = (0..3).flat_map(|y| (0..3).map(move |x| (x, y))).collect();
        let neighbours = Neighbours::queen(&cells).unwrap();
        assert_eq!(neighbours.of(4).len(), 8);
        assert_eq!(neighbours.of(0), [1, 3, 4]);
        assert!(Neighbours::queen(&[(1, 1), (1, 1)]).is_err());
    }

    #[test]
    fn lists_lose_themselves_and_repeats() {
        let neighbours = Neighbours::from_lists(vec![vec![1, 1, 0], vec![0]]).unwrap();
        assert_eq!(neighbours.of(0), [1]);
        assert!(Neighbours::from_lists(vec![vec![2], vec![]]).is_err());
    }
}
