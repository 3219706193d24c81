//! Where rings cross themselves or each other, to be shown to whoever drew them.
//!
//! Invariant: it looks only at shapes that are broken, and gives up on large ones.

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Coord, Line, LinesIter, MultiPolygon};

/// Every edge is held against every other, so a larger shape is not searched.
const MOST_EDGES: usize = 2_000;

/// The first place where two edges meet that aren't neighbours.
pub(super) fn first_crossing(polygons: &MultiPolygon<f64>) -> Option<Coord<f64>> {
    let edges: Vec<Line<f64>> = polygons.lines_iter().take(MOST_EDGES + 1).collect();
    if edges.len() > MOST_EDGES {
        return None;
    }
    edges.iter().enumerate().find_map(|(at, a)| {
        edges[at + 1..].iter().find_map(|b| match line_intersection(*a, *b)? {
            LineIntersection::SinglePoint { intersection, is_proper: true } => Some(intersection),
            _ => None,
        })
    })
}
