//! From cells in a plane to rings in degrees that fit together without a gap.
//!
//! It must not know what a cell is called.
//! Invariant: a border between two cells is the same chain of points on both sides, to the bit,
//! also where three cells meet in a T.

use std::collections::{BTreeMap, BTreeSet};

use super::voronoi::{Place, Ring, distance_m};

/// Corners nearer than this are one corner.
const ONE_CORNER_M: f64 = 0.5;
/// Borders are cut into pieces of at most this length, so that they can bend.
const PIECE_M: f64 = 180.0;
/// The middle of the demo's box, longitude and latitude.
const MIDDLE: [f64; 2] = [113.22, 30.965];
/// Metres in a degree of a great circle (mean radius).
const METRES_IN_DEGREE: f64 = 111_195.08;
/// Published coordinates have seven decimals, about a centimetre.
const STEPS_IN_DEGREE: f64 = 1e7;

/// Waves that bend straight borders into ones that look drawn: length and height in metres.
/// The heights stay so small that the plane is never folded.
const WAVES_M: [(f64, f64); 3] = [(5_200.0, 230.0), (1_700.0, 45.0), (610.0, 10.0)];

/// A ring in WGS-84 degrees, closed.
pub(super) type DegreeRing = Vec<[f64; 2]>;

/// Where two cells touch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Border {
    /// Both cells, the smaller index first.
    pub(super) cells: [usize; 2],
    /// The middle of their longest common edge.
    pub(super) middle: Place,
}

/// Cells that share their corners.
#[derive(Clone, Debug)]
pub(super) struct Mesh {
    corners: Vec<Place>,
    cells: Vec<Vec<usize>>,
}

impl Mesh {
    /// Joins cells that tile a shape, giving each the corners that its neighbours have on its edges.
    pub(super) fn join(rings: &[Ring]) -> Self {
        let mut mesh = Self { corners: Vec::new(), cells: Vec::new() };
        for ring in rings {
            let mut cell: Vec<usize> = ring.iter().map(|&at| mesh.corner(at)).collect();
            cell.dedup();
            if cell.len() > 1 && cell.first() == cell.last() {
                cell.pop();
            }
            mesh.cells.push(cell);
        }
        mesh.cells = mesh.cells.iter().map(|cell| mesh.with_corners_between(cell)).collect();
        mesh
    }

    /// The ring of one cell.
    pub(super) fn cell(&self, index: usize) -> DegreeRing {
        self.degrees(&self.cells[index])
    }

    /// The corners of one cell in the plane.
    pub(super) fn corners(&self, index: usize) -> Ring {
        self.cells[index].iter().map(|&corner| self.corners[corner]).collect()
    }

    /// The borders between cells, by cells.
    pub(super) fn borders(&self) -> Vec<Border> {
        let sides = || {
            self.cells
                .iter()
                .enumerate()
                .flat_map(|(n, cell)| edges(cell).map(move |edge| (edge, n)))
        };
        let owner: BTreeMap<_, _> = sides().collect();
        let mut longest = BTreeMap::<[usize; 2], (f64, Place)>::new();
        for ((a, b), cell) in sides() {
            let Some(&other) = owner.get(&(b, a)) else { continue };
            let [from, to] = [a, b].map(|corner| self.corners[corner]);
            let (length_m, middle) = (distance_m(from, to), middle(from, to));
            if cell < other && longest.get(&[cell, other]).is_none_or(|known| known.0 < length_m) {
                longest.insert([cell, other], (length_m, middle));
            }
        }
        longest.into_iter().map(|(cells, (_, middle))| Border { cells, middle }).collect()
    }

    /// The ring around all cells together.
    pub(super) fn outline(&self) -> DegreeRing {
        let edges: BTreeSet<_> = self.cells.iter().flat_map(|cell| edges(cell)).collect();
        let outer = edges.iter().filter(|(a, b)| !edges.contains(&(*b, *a)));
        let next: BTreeMap<_, _> = outer.copied().collect();
        let (&first, _) = next.first_key_value().expect("a finite shape has an outline");
        let walk = std::iter::successors(Some(first), |at| {
            next.get(at).copied().filter(|&following| following != first)
        });
        self.degrees(&walk.collect::<Vec<_>>())
    }

    fn corner(&mut self, at: Place) -> usize {
        let known = self.corners.iter().position(|&known| distance_m(known, at) < ONE_CORNER_M);
        known.unwrap_or_else(|| {
            self.corners.push(at);
            self.corners.len() - 1
        })
    }

    fn with_corners_between(&self, cell: &[usize]) -> Vec<usize> {
        let mut all = Vec::with_capacity(cell.len() + 4);
        for (a, b) in edges(cell) {
            all.push(a);
            let mut between: Vec<_> = (0..self.corners.len())
                .filter(|&corner| corner != a && corner != b)
                .filter_map(|corner| self.share_along(a, b, corner).map(|share| (share, corner)))
                .collect();
            between.sort_by(|(a, _), (b, _)| a.total_cmp(b));
            all.extend(between.into_iter().map(|(_, corner)| corner));
        }
        all
    }

    /// How far along the edge from `a` to `b` a corner lies, 0 to 1; none if it lies beside it.
    fn share_along(&self, a: usize, b: usize, corner: usize) -> Option<f64> {
        let [a, b, at] = [a, b, corner].map(|index| self.corners[index]);
        let edge = [b[0] - a[0], b[1] - a[1]];
        let to = [at[0] - a[0], at[1] - a[1]];
        let length = edge[0].hypot(edge[1]);
        let aside_m = (edge[0] * to[1] - edge[1] * to[0]).abs() / length;
        let share = (edge[0] * to[0] + edge[1] * to[1]) / (length * length);
        (aside_m < ONE_CORNER_M && share > 0.0 && share < 1.0).then_some(share)
    }

    fn degrees(&self, cell: &[usize]) -> DegreeRing {
        let mut ring: DegreeRing = edges(cell).flat_map(|(a, b)| self.pieces(a, b)).collect();
        ring.extend(ring.first().copied());
        ring
    }

    /// The points of an edge but its last, computed in one direction whichever way it is walked.
    fn pieces(&self, a: usize, b: usize) -> Vec<[f64; 2]> {
        let (low, high) = (self.corners[a.min(b)], self.corners[a.max(b)]);
        let count = (1..).find(|&n| distance_m(low, high) <= PIECE_M * f64::from(n)).unwrap_or(1);
        let point = |piece: i32| {
            let share = f64::from(if a < b { piece } else { count - piece }) / f64::from(count);
            let along = |axis: usize| low[axis] + (high[axis] - low[axis]) * share;
            to_degrees([along(0), along(1)])
        };
        (0..count).map(point).collect()
    }
}

/// The place in the plane that the map shows at `degrees`.
pub(super) fn from_degrees(degrees: [f64; 2]) -> Place {
    let bent = [
        (degrees[0] - MIDDLE[0]) * METRES_IN_DEGREE * MIDDLE[1].to_radians().cos(),
        (degrees[1] - MIDDLE[1]) * METRES_IN_DEGREE,
    ];
    let mut flat = bent;
    for _ in 0..40 {
        let wave = wave_at(flat);
        flat = [bent[0] - wave[0], bent[1] - wave[1]];
    }
    flat
}

/// The place on the map of a place in the plane.
pub(super) fn to_degrees(flat: Place) -> [f64; 2] {
    let wave = wave_at(flat);
    let east = (flat[0] + wave[0]) / (METRES_IN_DEGREE * MIDDLE[1].to_radians().cos());
    let north = (flat[1] + wave[1]) / METRES_IN_DEGREE;
    [MIDDLE[0] + east, MIDDLE[1] + north].map(|degrees| {
        let steps = (degrees * STEPS_IN_DEGREE).round();
        steps / STEPS_IN_DEGREE
    })
}

fn wave_at([x, y]: Place) -> Place {
    WAVES_M.iter().fold([0.0, 0.0], |sum, &(length_m, height_m)| {
        let turn = std::f64::consts::TAU / length_m;
        let east = (turn * (y + 0.31 * x)).sin() * height_m;
        let north = (turn * (x - 0.27 * y) + 1.3).sin() * height_m;
        [sum[0] + east, sum[1] + north]
    })
}

/// Half-way between two places.
pub(super) fn middle(a: Place, b: Place) -> Place {
    [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0]
}

fn edges(cell: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    cell.iter().copied().zip(cell.iter().copied().cycle().skip(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_t_junction_gives_its_corner_to_the_long_side() {
        let left = vec![[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]];
        let lower = vec![[100.0, 0.0], [200.0, 0.0], [200.0, 40.0], [100.0, 40.0]];
        let upper = vec![[100.0, 40.0], [200.0, 40.0], [200.0, 100.0], [100.0, 100.0]];
        let mesh = Mesh::join(&[left, lower, upper]);
        assert_eq!(mesh.cells[0].len(), 5);
        let left = mesh.cell(0);
        for right in [mesh.cell(1), mesh.cell(2)] {
            assert_eq!(right[..4].iter().filter(|at| left.contains(at)).count(), 2);
        }
        // Seven corners around, and the first again.
        assert_eq!(mesh.outline().len(), 8);
    }

    #[test]
    fn bending_is_undone() {
        let seat = [113.23067, 30.96453];
        assert_eq!(to_degrees(from_degrees(seat)), seat);
    }
}
