//! Where a simulated member is, so many seconds after they set out.
//!
//! It must not know sockets or clocks: the second is an argument.
//! Invariant: a walk is smooth, the same for the same seed, and stays in the grids of the
//! member's organisation.

use geo::{Bearing, Centroid, ChaikinSmoothing, Coord, Haversine, InterpolateLine, LineString};

use super::district::{DemoDistrict, DemoGrid};
use super::people::{DemoMember, DemoPeople, Pace};
use super::random::Random;
use crate::domain::GridCode;
use crate::spatial::Point;

/// Turning points of a round; then it begins again.
const TURNS: usize = 14;
/// How far a turning point may lie from the grid's centre, as a share of the way to its border.
const REACH_ON_FOOT: f64 = 0.8;
const REACH_DRIVING: f64 = 0.4;
/// Nobody keeps one speed: it swings by this share around the mean, over this many seconds.
const SWING: f64 = 0.35;
const SWING_S: f64 = 240.0;

/// One member's round.
#[derive(Clone, Debug)]
pub struct Walk {
    /// Turning points, smoothed, with the metres walked to each; the last is the first again.
    path: Vec<(f64, Point)>,
    speed_mps: f64,
    start_m: f64,
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
    /// The round of a member; another seed is another round.
    #[must_use]
    pub fn new(map: &DemoDistrict, people: &DemoPeople, member: &DemoMember, seed: u64) -> Self {
        let number: u64 = member.phone.parse().expect("a demo phone is digits");
        let mut random = Random::new(seed ^ number.rotate_left(32));
        let grids = grids_of(map, people, member);
        let reach = if member.pace == Pace::OnFoot { REACH_ON_FOOT } else { REACH_DRIVING };
        let mut turns: Vec<Coord<f64>> =
            (0..TURNS).map(|_| turning_point(&grids, reach, &mut random)).collect();
        turns.push(turns[0]);
        let path = measured(&LineString::new(turns).chaikin_smoothing(4));
        let start_m = random.unit() * length_m(&path);
        Self { path, speed_mps: member.pace.speed_mps(), start_m }
    }

    /// Where the member is after `t_s` seconds.
    #[must_use]
    pub fn at(&self, t_s: f64) -> Stride {
        let turn = std::f64::consts::TAU / SWING_S;
        let paced_s = t_s + SWING / turn * (t_s * turn).sin();
        let walked_m = (self.start_m + self.speed_mps * paced_s).rem_euclid(length_m(&self.path));
        let next = self.path.partition_point(|(metres, _)| *metres <= walked_m);
        let next = next.clamp(1, self.path.len() - 1);
        let ((from_m, from), (to_m, to)) = (self.path[next - 1], self.path[next]);
        let share = ((walked_m - from_m) / (to_m - from_m)).clamp(0.0, 1.0);
        let between = |a: f64, b: f64| a + (b - a) * share;
        let point = Point::new(between(from.lng(), to.lng()), between(from.lat(), to.lat()));
        let heading = Haversine.bearing(geo::Point::from(from), geo::Point::from(to));
        Stride {
            point: point.expect("between two points is a point"),
            speed_mps: self.speed_mps * (1.0 + SWING * (t_s * turn).cos()),
            heading_deg: heading.rem_euclid(360.0),
        }
    }
}

/// The home grid on foot; driving, all grids of the organisation in the home grid's area.
fn grids_of<'a>(
    map: &'a DemoDistrict,
    people: &DemoPeople,
    member: &DemoMember,
) -> Vec<&'a DemoGrid> {
    let of_code = |code: &GridCode| map.grids.iter().find(|grid| grid.grid.code == *code);
    let home = of_code(&member.home).expect("a home grid is on the map");
    if member.pace == Pace::OnFoot {
        return vec![home];
    }
    let org = people.org(&member.member.org).expect("a member has an organisation");
    let around = org.grids.iter().filter_map(of_code);
    around.filter(|grid| grid.grid.area == home.grid.area).collect()
}

/// A place in one of the grids: from its centre some of the way to a place on its border.
fn turning_point(grids: &[&DemoGrid], reach: f64, random: &mut Random) -> Coord<f64> {
    let shape = pick(grids, random).shape.shape();
    let centre = shape.centroid().expect("a grid has an area").0;
    let border = shape.0[0].exterior();
    let on_border = geo::Euclidean
        .point_at_ratio_from_start(border, random.unit())
        .expect("a border has a length");
    centre + (on_border.0 - centre) * (reach * random.unit().sqrt())
}

fn pick<'a, T>(among: &'a [T], random: &mut Random) -> &'a T {
    let share = random.unit();
    let last = among.len() - 1;
    let chosen = (0..last).find(|&at| share * index(among.len()) < index(at + 1));
    &among[chosen.unwrap_or(last)]
}

fn index(at: usize) -> f64 {
    f64::from(u32::try_from(at).expect("the demo counts in hundreds"))
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

fn length_m(path: &[(f64, Point)]) -> f64 {
    path.last().map_or(0.0, |(metres, _)| *metres)
}

#[cfg(test)]
mod tests {
    use super::super::{district, people};
    use super::*;
    use crate::spatial::GridIndex;

    #[test]
    fn everyone_stays_in_the_grids_of_their_organisation() {
        let map = district();
        let people = people(&map);
        let shapes = map.grids.iter().map(|grid| (grid.grid.code.clone(), grid.shape.clone()));
        let index = GridIndex::new(shapes.collect());
        for seed in [1, 2, 3] {
            for member in &people.members {
                let grids = &people.org(&member.member.org).unwrap().grids;
                let walk = Walk::new(&map, &people, member, seed);
                for step in 0..500_u32 {
                    let stride = walk.at(f64::from(step) * 11.0);
                    let code = index.locate(stride.point);
                    let inside = code.is_some_and(|code| grids.contains(code));
                    assert!(inside, "{} {seed} {step}: {code:?}", member.member.name);
                    let home = member.pace != Pace::OnFoot || code == Some(&member.home);
                    assert!(home, "{} {seed} {step}: {code:?}", member.member.name);
                }
            }
        }
    }

    #[test]
    fn a_walk_moves_at_its_pace_without_a_jump() {
        let map = district();
        let people = people(&map);
        for member in &people.members {
            let walk = Walk::new(&map, &people, member, 9);
            let pace = member.pace.speed_mps();
            let mut metres = 0.0;
            for second in 0..2_400_u32 {
                let t_s = f64::from(second);
                let (here, next) = (walk.at(t_s), walk.at(t_s + 1.0));
                let step_m = here.point.distance_m(next.point);
                assert!(step_m < 1.4 * pace, "{} {step_m}", member.member.name);
                assert!(here.speed_mps > 0.6 * pace && here.speed_mps < 1.4 * pace);
                assert!((0.0..360.0).contains(&here.heading_deg));
                metres += step_m;
            }
            assert!((metres / 2_400.0 / pace - 1.0).abs() < 0.1, "{metres}");
        }
    }

    #[test]
    fn a_seed_decides_the_round() {
        let map = district();
        let people = people(&map);
        let at = |member: usize, seed: u64| {
            Walk::new(&map, &people, &people.members[member], seed).at(1_000.0)
        };
        assert_eq!(at(5, 1), at(5, 1));
        assert_ne!(at(5, 1), at(5, 2));
        assert_ne!(at(5, 1), at(6, 1));
    }
}
