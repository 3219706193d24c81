//! A closed round along the network, through a list of checkpoints.
//!
//! It must not know members. Invariant: its line is the streets' own, its corners rounded off.

use geo::{ChaikinSmoothing, LineString};

use super::network::{Network, Node};
use super::streets::line;
use crate::domain::Checkpoint;
use crate::spatial::Point;

/// The line is cut this fine before its corners are rounded, so that they lose few metres.
const PIECE_M: f64 = 24.0;
/// How often corners are rounded; twice keeps within a quarter of a piece.
const ROUNDINGS: usize = 2;
/// A round.
#[derive(Debug)]
pub(super) struct Route {
    /// Points with the metres to each; the last is the first again.
    path: Vec<(f64, Point)>,
    stops: Vec<Checkpoint>,
}

impl Route {
    /// The shortest round through these nodes in this order, by allowed nodes where there is such
    /// a way, by any else.
    pub(super) fn new(
        network: &Network,
        stops: Vec<(usize, Checkpoint)>,
        allowed: impl Fn(&Node) -> bool,
    ) -> Self {
        let mut drawn = Vec::new();
        for (index, (from, _)) in stops.iter().enumerate() {
            let to = stops[(index + 1) % stops.len()].0;
            let way = network.way(*from, to, &allowed);
            let way = way.or_else(|| network.way(*from, to, |_| true)).unwrap_or_default();
            let leg = line(network, &way, PIECE_M);
            drawn.extend(leg.into_iter().skip(usize::from(index > 0)).map(geo::Coord::from));
        }
        let path = measured(&LineString::new(drawn).chaikin_smoothing(ROUNDINGS));
        Self { path, stops: stops.into_iter().map(|(_, stop)| stop).collect() }
    }

    pub(super) fn length_m(&self) -> f64 {
        self.path.last().map_or(0.0, |(metres, _)| *metres)
    }

    pub(super) fn stops(&self) -> &[Checkpoint] {
        &self.stops
    }

    /// The two points around a place on the round, and how far it is from the first to the second.
    pub(super) fn piece(&self, at_m: f64) -> (Point, Point, f64) {
        let next = self.path.partition_point(|(metres, _)| *metres <= at_m);
        let next = next.clamp(1, self.path.len() - 1);
        let ((from_m, from), (to_m, to)) = (self.path[next - 1], self.path[next]);
        let share = if to_m > from_m { (at_m - from_m) / (to_m - from_m) } else { 0.0 };
        (from, to, share.clamp(0.0, 1.0))
    }
}

fn measured(line: &LineString<f64>) -> Vec<(f64, Point)> {
    let mut path: Vec<(f64, Point)> = Vec::with_capacity(line.0.len());
    for at in &line.0 {
        let here = Point::new(at.x, at.y).expect("the demo lies in the world");
        let walked_m = match path.last() {
            Some((metres, last)) => metres + last.distance_m(here),
            None => 0.0,
        };
        path.push((walked_m, here));
    }
    path
}
