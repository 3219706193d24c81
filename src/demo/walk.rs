//! Where a simulated member is, so many seconds after they set out.
//!
//! It must not know sockets or clocks: the second is an argument.
//! Invariant: a walk is smooth, the same for the same member and seed, stays within a few metres
//! of the streets, and passes every checkpoint of its beat, in order, in each lap.

use std::sync::Arc;

use geo::{Bearing, Haversine};

use super::random::Random;
use super::route::Route;
use crate::domain::Checkpoint;
use crate::spatial::Point;

/// Nobody keeps one speed: it swings by this share around the mean, over this many seconds.
const SWING: f64 = 0.35;
const SWING_S: f64 = 240.0;

/// How somebody patrols (步巡, 摩巡, 车巡).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// 步巡.
    OnFoot,
    /// 摩巡.
    ByMotorcycle,
    /// 车巡.
    ByCar,
}

impl Pace {
    /// The mean speed in metres a second.
    #[must_use]
    pub fn speed_mps(self) -> f64 {
        match self {
            Self::OnFoot => 1.2,
            Self::ByMotorcycle => 6.0,
            Self::ByCar => 8.0,
        }
    }
}

/// One member's round over a route that many may share; cheap to clone.
#[derive(Clone, Debug)]
pub struct Walk {
    route: Arc<Route>,
    speed_mps: f64,
    start_m: f64,
    swing_s: f64,
    backwards: bool,
}

/// A moment of a walk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stride {
    /// Where.
    pub point: Point,
    /// How fast, metres a second.
    pub speed_mps: f64,
    /// Which way, degrees clockwise from north, 0 up to 360.
    pub heading_deg: f64,
}

impl Walk {
    /// A round of a route; `seed` decides where it begins and which way round it goes.
    pub(super) fn new(route: Arc<Route>, pace: Pace, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let start_m = random.unit() * route.length_m();
        let swing_s = random.unit() * SWING_S;
        let backwards = random.unit() < 0.5;
        Self { route, speed_mps: pace.speed_mps(), start_m, swing_s, backwards }
    }

    /// Where the member is after `t_s` seconds.
    #[must_use]
    pub fn at(&self, t_s: f64) -> Stride {
        let at_m = self.along_m(t_s);
        let (from, to, share) = self.route.piece(at_m);
        let between = |a: f64, b: f64| a + (b - a) * share;
        let point = Point::new(between(from.lng(), to.lng()), between(from.lat(), to.lat()));
        let (back, ahead) = if self.backwards { (to, from) } else { (from, to) };
        let heading = Haversine.bearing(geo::Point::from(back), geo::Point::from(ahead));
        let turn = std::f64::consts::TAU / SWING_S;
        Stride {
            point: point.expect("between two points is a point"),
            speed_mps: self.speed_mps * (1.0 + SWING * ((t_s + self.swing_s) * turn).cos()),
            heading_deg: heading.rem_euclid(360.0),
        }
    }

    /// The checkpoints in the order in which this walk passes them; the first one is any.
    pub fn stops(&self) -> impl Iterator<Item = &Checkpoint> {
        let stops = self.route.stops();
        let count = stops.len();
        (0..count).map(move |n| if self.backwards { &stops[count - 1 - n] } else { &stops[n] })
    }

    /// One lap, in metres.
    #[must_use]
    pub fn lap_m(&self) -> f64 {
        self.route.length_m()
    }

    /// How far along the route.
    fn along_m(&self, t_s: f64) -> f64 {
        let turn = std::f64::consts::TAU / SWING_S;
        let paced_s = t_s + SWING / turn * ((t_s + self.swing_s) * turn).sin();
        let walked_m = self.speed_mps * paced_s;
        let signed_m = if self.backwards { -walked_m } else { walked_m };
        (self.start_m + signed_m).rem_euclid(self.route.length_m())
    }
}
