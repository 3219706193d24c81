//! Micro-grids that share ground: what would stand after an import, held against each other.

use std::collections::HashSet;
use std::fmt;

use crate::domain::GridCode;
use crate::spatial::{GridIndex, GridPolygon};
use crate::store::grid::ShapedGrid;

/// Two micro-grids that share more than the tolerated area.
#[derive(Debug, Clone, PartialEq)]
pub struct GridOverlap {
    /// The smaller code.
    pub a: GridCode,
    /// The greater code.
    pub b: GridCode,
    /// The shared area in m².
    pub area_m2: f64,
}

impl fmt::Display for GridOverlap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} and {} overlap by {:.0} m²", self.a, self.b, self.area_m2)
    }
}

/// The overlaps of those that would stand: the new ones, and the old ones that they don't
/// replace. Shapes that can't be read overlap with nothing.
pub fn overlaps(standing: &[ShapedGrid], new: &[&ShapedGrid]) -> Vec<GridOverlap> {
    let replaced: HashSet<&GridCode> = new.iter().map(|shaped| &shaped.grid.code).collect();
    let kept = standing.iter().filter(|old| !replaced.contains(&old.grid.code));
    let shape = |shaped: &ShapedGrid| {
        let polygon: GridPolygon = serde_json::from_str(&shaped.shape).ok()?;
        Some((shaped.grid.code.clone(), polygon))
    };
    let index = GridIndex::new(kept.chain(new.iter().copied()).filter_map(shape).collect());
    let overlaps = index.overlaps().into_iter();
    let owned = |found: crate::spatial::Overlap<'_, GridCode>| GridOverlap {
        a: found.a.clone(),
        b: found.b.clone(),
        area_m2: found.area_m2,
    };
    overlaps.map(owned).collect()
}
