//! Where things happen: a grid by its weight, and a point inside it.

use super::pattern::{PATTERNS, Pattern};
use super::swing::weighted;
use crate::demo::DemoDistrict;
use crate::demo::random::Random;
use crate::domain::GridCode;
use crate::spatial::{GridIndex, GridPolygon, Point};

/// Some grids have more of everything, always the same ones.
const APPEAL_SEED: u64 = 0xA9_9E_A1;
/// The busiest grid has this many times what the quietest of its kind has, as a logarithm.
const APPEAL: f64 = 2.4;
/// Metres of a degree of latitude, near enough for a few hundred metres.
const METRES_A_DEGREE: f64 = 111_195.0;

/// The district's grids with their weights.
pub(super) struct Places {
    grids: Vec<(GridCode, GridPolygon)>,
    index: GridIndex<GridCode>,
    /// For each pattern, a weight a grid.
    weights: Vec<Vec<f64>>,
    /// Where a surge may lie: the workshops of one village.
    workshops: Vec<usize>,
}

impl Places {
    pub(super) fn new(map: &DemoDistrict) -> Self {
        let mut random = Random::new(APPEAL_SEED);
        let appeals: Vec<f64> =
            map.grids.iter().map(|_| (APPEAL * (random.unit() - 0.5)).exp()).collect();
        let weights = |pattern: &Pattern| {
            let own = map.grids.iter().map(|each| grid_weight(pattern, &each.grid.kind));
            own.zip(&appeals).map(|(own, appeal)| own * appeal).collect()
        };
        let grids: Vec<_> =
            map.grids.iter().map(|each| (each.grid.code.clone(), each.shape.clone())).collect();
        let is_workshop = |&slot: &usize| {
            let grid = &map.grids[slot].grid;
            grid.kind == WORKSHOP && grid.area.as_deref() == Some(super::surge::VILLAGE)
        };
        Self {
            weights: PATTERNS.iter().map(weights).collect(),
            workshops: (0..grids.len()).filter(is_workshop).take(super::surge::GRIDS).collect(),
            index: GridIndex::new(grids.clone()),
            grids,
        }
    }

    /// A place for the pattern at `of`.
    pub(super) fn any(&self, of: usize, random: &mut Random) -> Point {
        self.inside(weighted(&self.weights[of], random), random)
    }

    /// A place in the surge's workshops.
    pub(super) fn in_workshops(&self, random: &mut Random) -> Point {
        let even = vec![1.0; self.workshops.len()];
        self.inside(self.workshops[weighted(&even, random)], random)
    }

    /// A place less than `metres` along streets from `from`, in the district.
    pub(super) fn near(&self, from: Point, metres: f64, random: &mut Random) -> Point {
        let (share, along) = (random.unit().sqrt() * metres, random.between(-1.0, 1.0));
        let side = if random.unit() < 0.5 { -1.0 } else { 1.0 };
        let north_deg = share * along / METRES_A_DEGREE;
        let east_m = share * (1.0 - along.abs()) * side;
        let east_deg = east_m / (METRES_A_DEGREE * from.lat().to_radians().cos());
        let near = Point::new(from.lng() + east_deg, from.lat() + north_deg).ok();
        // Beyond the border is another district's: then the same place again.
        near.filter(|near| self.index.locate(*near).is_some()).unwrap_or(from)
    }

    fn inside(&self, slot: usize, random: &mut Random) -> Point {
        let (_, shape) = &self.grids[slot];
        let bounds = shape.bounds();
        let (least, most) = (bounds.least, bounds.most);
        // Cells are convex, so about every second throw hits.
        for _ in 0..MOST_THROWS {
            let lng = random.between(least.lng(), most.lng());
            let lat = random.between(least.lat(), most.lat());
            if let Some(point) = Point::new(lng, lat).ok().filter(|point| shape.covers(*point)) {
                return point;
            }
        }
        shape.label_point()
    }
}

/// Misses in a row that a shape gets before its label's point will do.
const MOST_THROWS: u32 = 100;

const WORKSHOP: &str = "企业车间";
/// The kinds of grid, in the order of a pattern's weights.
const GRID_KINDS: [&str; 4] = ["楼栋", "小区", WORKSHOP, "湾组"];

fn grid_weight(pattern: &Pattern, kind: &str) -> f64 {
    let known = GRID_KINDS.iter().zip(pattern.grids).find(|(known, _)| **known == kind);
    known.map_or(0.0, |(_, weight)| weight)
}
