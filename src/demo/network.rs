//! The demo's ways as a graph: nodes in the plane, straight links between them.
//!
//! It must not know names. Invariant: every link lies inside the cells that its ends belong to,
//! because those are convex, and all nodes are joined.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

use super::district::DemoDistrict;
use super::mesh::{Border, middle};
use super::voronoi::{Place, distance_m};

/// How far a grid's own lane runs from its centre, as a share of the way to the border.
const LANE_REACH: f64 = 0.55;

/// Bends nearer to each other than this are one.
const SHORTEST_M: f64 = 8.0;

/// A place where ways meet or bend.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// Where.
    pub(super) at: Place,
    /// Whether it is only on a grid's own lane.
    pub(super) on_lane: bool,
    /// The grid that it is in; two for the middle of a border.
    pub(super) grids: [usize; 2],
}

/// A graph of ways.
#[derive(Clone, Debug)]
pub(super) struct Network {
    /// The nodes: first the centre of each grid, in the order of grids.
    pub(super) nodes: Vec<Node>,
    /// The ways, each a chain of nodes: between the centres of two grids.
    pub(super) links: Vec<[usize; 3]>,
    /// The lane of each grid, a chain of nodes that begins and ends on other ways.
    pub(super) lanes: Vec<Vec<usize>>,
    near: Vec<Vec<(usize, f64)>>,
}

impl Node {
    fn new(at: Place, grids: [usize; 2]) -> Self {
        Self { at, on_lane: false, grids }
    }
}

impl Network {
    /// The ways of a map; `unit_of` names the unit of each grid.
    pub(super) fn new(map: &DemoDistrict, unit_of: &[usize]) -> Self {
        let hubs = (0..map.grids.len()).map(|grid| Node::new(map.hub(grid), [grid; 2]));
        let nodes: Vec<Node> = hubs.collect();
        let near = vec![Vec::new(); nodes.len()];
        let mut network = Self { nodes, links: Vec::new(), lanes: Vec::new(), near };
        let mut spokes = vec![Vec::new(); map.grids.len()];
        for border in worthwhile(&network, &map.mesh.borders(), unit_of) {
            let gate = network.add(Node::new(border.middle, border.cells));
            let [a, b] = border.cells;
            for hub in border.cells {
                let crossing = network.between(hub, gate);
                network.join(hub, crossing);
                network.join(crossing, gate);
                spokes[hub].push(crossing);
            }
            network.links.push([a, gate, b]);
        }
        for (grid, crossings) in spokes.iter().enumerate() {
            let lane = network.lane(&map.mesh.corners(grid), grid, crossings);
            network.lanes.push(lane);
        }
        network
    }

    /// The shortest way between two nodes through nodes that are allowed, both ends included;
    /// none if there is none.
    pub(super) fn way(
        &self,
        from: usize,
        to: usize,
        allowed: impl Fn(&Node) -> bool,
    ) -> Option<Vec<usize>> {
        let before = self.shortest(from, Some(to), allowed);
        let mut way = vec![to];
        while *way.last()? != from {
            way.push(before[*way.last()?]?);
        }
        way.reverse();
        Some(way)
    }

    /// For each node the one before it on the shortest way from `from` (Dijkstra); it stops at
    /// `to`.
    pub(super) fn shortest(
        &self,
        from: usize,
        to: Option<usize>,
        allowed: impl Fn(&Node) -> bool,
    ) -> Vec<Option<usize>> {
        let mut before = vec![None; self.nodes.len()];
        let mut length_m = vec![f64::INFINITY; self.nodes.len()];
        let mut open = BinaryHeap::from([Reached { length_m: 0.0, node: from }]);
        length_m[from] = 0.0;
        while let Some(reached) = open.pop() {
            if Some(reached.node) == to {
                break;
            }
            for &(next, step_m) in &self.near[reached.node] {
                let total_m = reached.length_m + step_m;
                if total_m < length_m[next] && allowed(&self.nodes[next]) {
                    length_m[next] = total_m;
                    before[next] = Some(reached.node);
                    open.push(Reached { length_m: total_m, node: next });
                }
            }
        }
        before
    }

    fn add(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.near.push(Vec::new());
        self.nodes.len() - 1
    }

    fn join(&mut self, a: usize, b: usize) {
        let length_m = distance_m(self.nodes[a].at, self.nodes[b].at);
        self.near[a].push((b, length_m));
        self.near[b].push((a, length_m));
    }

    /// Where a grid's lane crosses the way from its centre to a border.
    fn between(&mut self, hub: usize, gate: usize) -> usize {
        let at = towards(self.nodes[hub].at, self.nodes[gate].at, LANE_REACH);
        self.add(Node::new(at, [hub; 2]))
    }

    /// A lane around the centre: parallel to the border, through the crossings.
    fn lane(&mut self, corners: &[Place], grid: usize, crossings: &[usize]) -> Vec<usize> {
        let hub = self.nodes[grid].at;
        let mut lane = crossings.to_vec();
        for &corner in corners {
            let at = towards(hub, corner, LANE_REACH);
            if lane.iter().all(|&node| distance_m(self.nodes[node].at, at) > SHORTEST_M) {
                lane.push(self.add(Node { on_lane: true, ..Node::new(at, [grid; 2]) }));
            }
        }
        let turn = |node: &usize| {
            let at = self.nodes[*node].at;
            (at[1] - hub[1]).atan2(at[0] - hub[0])
        };
        lane.sort_by(|a, b| turn(a).total_cmp(&turn(b)));
        let start = lane.iter().position(|node| crossings.contains(node)).unwrap_or(0);
        lane.rotate_left(start);
        lane.push(lane[0]);
        for pair in lane.windows(2) {
            self.join(pair[0], pair[1]);
        }
        lane
    }
}

/// The borders that a way crosses: of three grids that touch each other, the two nearest pairs.
/// That keeps the shortest tree, so everything stays joined. Inside a unit only its own grids
/// count, so that each unit is joined by itself.
fn worthwhile(network: &Network, borders: &[Border], unit_of: &[usize]) -> Vec<Border> {
    let length_m = |border: &Border| {
        let [a, b] = border.cells.map(|cell| network.nodes[cell].at);
        distance_m(a, border.middle) + distance_m(border.middle, b)
    };
    let lengths: BTreeMap<_, _> = borders.iter().map(|b| (b.cells, length_m(b))).collect();
    let touching = |a: usize, b: usize| lengths.get(&[a.min(b), a.max(b)]).copied();
    let mut neighbours = vec![Vec::new(); network.nodes.len()];
    for Border { cells: [a, b], .. } in borders {
        neighbours[*a].push(*b);
        neighbours[*b].push(*a);
    }
    let is_worth = |border: &&Border| {
        let [a, b] = border.cells;
        let own_m = length_m(border);
        let inside = unit_of[a] == unit_of[b];
        !neighbours[a].iter().any(|&third| {
            let counts = !inside || unit_of[third] == unit_of[a];
            let shorter = |from| touching(from, third).is_some_and(|other_m| other_m < own_m);
            counts && third != b && shorter(a) && shorter(b)
        })
    };
    borders.iter().filter(is_worth).copied().collect()
}

/// The place at a share of the way.
pub(super) fn towards(from: Place, to: Place, share: f64) -> Place {
    [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]
}

/// A chain of nodes cut into pieces of at most this length.
pub(super) fn pieces(places: &[Place], longest_m: f64) -> Vec<Place> {
    let mut cut: Vec<Place> = Vec::with_capacity(places.len() * 4);
    for pair in places.windows(2) {
        cut.push(pair[0]);
        halve(pair[0], pair[1], longest_m, &mut cut);
    }
    cut.extend(places.last());
    cut
}

fn halve(a: Place, b: Place, longest_m: f64, cut: &mut Vec<Place>) {
    if distance_m(a, b) > longest_m {
        let half = middle(a, b);
        halve(a, half, longest_m, cut);
        cut.push(half);
        halve(half, b, longest_m, cut);
    }
}

/// A node on the edge of what is known; the nearest comes first out of a heap.
struct Reached {
    length_m: f64,
    node: usize,
}

impl Ord for Reached {
    fn cmp(&self, other: &Self) -> Ordering {
        other.length_m.total_cmp(&self.length_m).then_with(|| other.node.cmp(&self.node))
    }
}

impl PartialOrd for Reached {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Reached {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Reached {}
