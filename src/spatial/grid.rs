//! Which micro-grid a point lies in, and which micro-grids overlap.
//!
//! It must not know where grids are stored or what a code means beyond its order.
//! Invariant: a point on an edge belongs to every touching grid, and the smallest code wins.

use std::ops::Range;

use geo::{BoundingRect, Coord, Line, LinesIter, Rect};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::edge::covers;
use super::{GridPolygon, Point, overlap_m2};

/// Grids that share more than this are refused; less is rounding along a common edge.
pub const OVERLAP_TOLERANCE_M2: f64 = 1.0;

type Boxed = GeomWithData<Rectangle<[f64; 2]>, usize>;

/// Micro-grids by place: an R-tree over their boxes, then the exact test.
#[derive(Debug)]
pub struct GridIndex<Code> {
    /// Ascending codes, so that the smaller slot is the smaller code.
    grids: Vec<(Code, GridPolygon)>,
    edges: Vec<Line<f64>>,
    edges_of: Vec<Range<usize>>,
    tree: RTree<Boxed>,
}

/// Two grids that share more than the tolerated area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap<'a, Code> {
    /// The smaller code.
    pub a: &'a Code,
    /// The greater code.
    pub b: &'a Code,
    /// The shared area.
    pub area_m2: f64,
}

impl<Code: Ord> GridIndex<Code> {
    /// Indexes grids with their codes, in any order.
    #[must_use]
    pub fn new(mut grids: Vec<(Code, GridPolygon)>) -> Self {
        grids.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut edges = Vec::new();
        let mut edges_of = Vec::with_capacity(grids.len());
        let mut boxes = Vec::with_capacity(grids.len());
        for (slot, (_, grid)) in grids.iter().enumerate() {
            let first = edges.len();
            edges.extend(grid.shape().lines_iter());
            edges_of.push(first..edges.len());
            boxes.extend(grid.shape().bounding_rect().map(|bounds| boxed(bounds, slot)));
        }
        Self { grids, edges, edges_of, tree: RTree::bulk_load(boxes) }
    }

    /// The code of the grid that covers `point`; the smallest if it lies on a common edge.
    #[must_use]
    pub fn locate(&self, point: Point) -> Option<&Code> {
        let at = Coord::from(point);
        let mut best: Option<usize> = None;
        for found in self.tree.locate_in_envelope_intersecting(&AABB::from_point([at.x, at.y])) {
            let slot = found.data;
            let smaller = best.is_none_or(|best| slot < best);
            if smaller && covers(&self.edges[self.edges_of[slot].clone()], at) {
                best = Some(slot);
            }
        }
        best.map(|slot| &self.grids[slot].0)
    }

    /// Every pair that shares more than `OVERLAP_TOLERANCE_M2`, in order of codes.
    #[must_use]
    pub fn overlaps(&self) -> Vec<Overlap<'_, Code>> {
        let mut found: Vec<_> = self
            .tree
            .intersection_candidates_with_other_tree(&self.tree)
            .map(|(a, b)| (a.data, b.data))
            .filter(|(a, b)| a < b)
            .collect();
        found.sort_unstable();
        let overlap = |(a, b): (usize, usize)| {
            let area_m2 = overlap_m2(&self.grids[a].1, &self.grids[b].1);
            Overlap { a: &self.grids[a].0, b: &self.grids[b].0, area_m2 }
        };
        let counts = |overlap: &Overlap<'_, Code>| overlap.area_m2 > OVERLAP_TOLERANCE_M2;
        found.into_iter().map(overlap).filter(counts).collect()
    }

    /// The grids with their codes, ascending.
    #[must_use]
    pub fn grids(&self) -> &[(Code, GridPolygon)] {
        &self.grids
    }
}

fn boxed(bounds: Rect<f64>, slot: usize) -> Boxed {
    let (least, most) = (bounds.min(), bounds.max());
    GeomWithData::new(Rectangle::from_corners([least.x, least.y], [most.x, most.y]), slot)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Square `column`, `row` of a lattice of 0.01°, `wide` degrees on a side.
    fn square(column: u32, row: u32, wide: f64) -> GridPolygon {
        let (x, y) = (f64::from(column) * 0.01, f64::from(row) * 0.01);
        let (e, n) = (x + wide, y + wide);
        let ring = [[x, y], [e, y], [e, n], [x, n], [x, y]];
        let rings = vec![ring.to_vec()];
        GridPolygon::from_geojson(&geojson::Geometry::new_polygon(rings)).unwrap()
    }

    fn lattice() -> GridIndex<String> {
        let cells = (0..16).map(|cell| {
            let (column, row) = (cell % 4, cell / 4);
            // Codes fall as columns grow, so that order of reading isn't order of codes.
            (format!("{row}-{}", 9 - column), square(column, row, 0.01))
        });
        GridIndex::new(cells.collect())
    }

    #[test]
    fn a_point_on_an_edge_belongs_to_the_smallest_code() {
        let index = lattice();
        let cases = [
            ((0.005, 0.005), Some("0-9")),
            ((0.01, 0.005), Some("0-8")),
            ((0.005, 0.01), Some("0-9")),
            ((0.01, 0.01), Some("0-8")),
            ((0.0, 0.0), Some("0-9")),
            ((0.035, 0.04), Some("3-6")),
            ((0.04_f64.next_up(), 0.01), None),
            ((-1e-12, 0.005), None),
            ((100.0, 50.0), None),
        ];
        for ((lng, lat), code) in cases {
            let found = index.locate(Point::new(lng, lat).unwrap());
            assert_eq!(found.map(String::as_str), code, "{lng} {lat}");
        }
        assert_eq!(
            GridIndex::<String>::new(Vec::new()).locate(Point::new(0.0, 0.0).unwrap()),
            None
        );
    }

    #[test]
    fn a_slanted_edge_is_judged_exactly() {
        let triangle = |ring: [[f64; 2]; 4]| {
            let rings = vec![ring.to_vec()];
            GridPolygon::from_geojson(&geojson::Geometry::new_polygon(rings)).unwrap()
        };
        let index = GridIndex::new(vec![
            ("b", triangle([[0.0, 0.0], [3.0, 3.0], [0.0, 3.0], [0.0, 0.0]])),
            ("a", triangle([[0.0, 0.0], [3.0, 0.0], [3.0, 3.0], [0.0, 0.0]])),
        ]);
        for at in [0.1, 0.7, 1.0 / 3.0, 2.9] {
            let locate = |lng, lat| index.locate(Point::new(lng, lat).unwrap()).copied();
            assert_eq!(locate(at, at), Some("a"));
            assert_eq!(locate(at, at.next_down()), Some("a"));
            assert_eq!(locate(at, at.next_up()), Some("b"));
        }
    }

    #[test]
    fn only_pairs_above_the_tolerance_overlap() {
        // About 0.99 m² and 1.1 m² along the common edge of 0.01°.
        for (excess_deg, found) in [(0.0, 0), (0.8e-8, 0), (0.9e-8, 1), (0.001, 1)] {
            let index = GridIndex::new(vec![
                ("right", square(1, 0, 0.01)),
                ("left", square(0, 0, 0.01 + excess_deg)),
                ("far", square(3, 3, 0.01)),
            ]);
            let overlaps = index.overlaps();
            assert_eq!(overlaps.len(), found, "{excess_deg}: {overlaps:?}");
            assert!(overlaps.iter().all(|pair| (*pair.a, *pair.b) == ("left", "right")));
        }
        assert_eq!(lattice().overlaps(), []);
    }

    proptest! {
        #[test]
        fn the_tree_agrees_with_asking_every_grid(lng in -0.01..0.05, lat in -0.01..0.05) {
            let index = lattice();
            let point = Point::new(lng, lat).unwrap();
            let asked = index.grids().iter().find(|(_, grid)| grid.covers(point));
            prop_assert_eq!(index.locate(point), asked.map(|(code, _)| code));
        }
    }
}
