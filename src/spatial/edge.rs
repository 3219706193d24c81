//! Whether rings of edges cover a point, exactly.
//!
//! It must not know codes or trees.
//! Invariant: no rounding decides: a point is on an edge only if the exact orientation is zero.

use geo::kernels::{Kernel, Orientation, RobustKernel};
use geo::{Coord, Line};

/// Whether `at` lies inside the closed rings made of `edges`, or on one of them (even-odd rule).
pub(super) fn covers<'a>(edges: impl IntoIterator<Item = &'a Line<f64>>, at: Coord<f64>) -> bool {
    let mut inside = false;
    for &Line { start, end } in edges {
        let crosses = (start.y > at.y) != (end.y > at.y);
        if !crosses {
            if touches(start, end, at) {
                return true;
            }
            continue;
        }
        if at.x > start.x && at.x > end.x {
            continue;
        }
        if at.x < start.x && at.x < end.x {
            inside = !inside;
            continue;
        }
        let left = match RobustKernel::orient2d(start, end, at) {
            Orientation::Collinear => return true,
            Orientation::CounterClockwise => true,
            Orientation::Clockwise => false,
        };
        inside ^= left == (end.y > start.y);
    }
    inside
}

/// Whether an edge that doesn't cross the point's parallel from below touches the point.
fn touches(start: Coord<f64>, end: Coord<f64>, at: Coord<f64>) -> bool {
    match (start.y == at.y, end.y == at.y) {
        (false, false) => false,
        (true, false) => start.x == at.x,
        (false, true) => end.x == at.x,
        (true, true) => start.x.min(end.x) <= at.x && at.x <= start.x.max(end.x),
    }
}
