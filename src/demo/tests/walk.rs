//! Walks: along the streets, past the checkpoints, at their pace.

use std::collections::HashSet;

use super::super::{DemoMember, Pace};
use super::WORLD;
use crate::spatial::{GridIndex, Point};

/// Some of those who are ever out, and some who are at home.
fn walkers() -> Vec<&'static DemoMember> {
    let rostered = WORLD.rostered().into_iter().step_by(5);
    rostered.chain(WORLD.people.members.iter().step_by(29)).collect()
}

/// How far a point is from the nearest street, in metres.
fn off_street_m(point: Point) -> f64 {
    let near = |end: &Point| end.distance_m(point) < 120.0;
    let pieces = WORLD.places.streets.iter().flat_map(|street| street.line.windows(2));
    pieces.filter(|pair| near(&pair[0])).map(|pair| aside_m(pair, point)).fold(f64::MAX, f64::min)
}

/// How far a point is from a short straight piece.
fn aside_m(pair: &[Point], point: Point) -> f64 {
    let scale = point.lat().to_radians().cos();
    let flat = |at: Point| {
        [(at.lng() - point.lng()) * scale * 111_195.0, (at.lat() - point.lat()) * 111_195.0]
    };
    let [a, b] = [flat(pair[0]), flat(pair[1])];
    let along = [b[0] - a[0], b[1] - a[1]];
    let share = -(a[0] * along[0] + a[1] * along[1]) / (along[0].powi(2) + along[1].powi(2));
    let share = share.clamp(0.0, 1.0);
    (a[0] + along[0] * share).hypot(a[1] + along[1] * share)
}

#[test]
fn everyone_stays_on_the_streets_of_their_beats_units() {
    let grids = WORLD.map.grids.iter().map(|grid| (grid.grid.code.clone(), grid.shape.clone()));
    let index = GridIndex::new(grids.collect());
    for member in walkers() {
        let walk = WORLD.walk(member, 1);
        let units: HashSet<String> = WORLD
            .beat(member)
            .checkpoints
            .iter()
            .filter_map(|id| WORLD.places.checkpoints.iter().find(|known| known.id == *id))
            .filter_map(|checkpoint| checkpoint.grid.as_ref())
            .map(|grid| grid.as_str()[..12].to_owned())
            .collect();
        for step in 0..120_u32 {
            let point = walk.at(f64::from(step) * 61.0).point;
            let code = index.locate(point).map(ToString::to_string).unwrap_or_default();
            let seat = code.starts_with("420882002001") && WORLD.beat(member).pace == Pace::ByCar;
            let unit = code.get(..12).unwrap_or_default();
            assert!(seat || units.contains(unit), "{} {step}: {code}", member.member.name);
            let off_m = off_street_m(point);
            assert!(off_m < 12.0, "{} {step}: {off_m} m from a street", member.member.name);
        }
    }
}

#[test]
fn a_walk_moves_at_its_pace_without_a_jump() {
    for member in walkers() {
        let walk = WORLD.walk(member, 9);
        let pace = WORLD.beat(member).pace.speed_mps();
        let mut metres = 0.0;
        for second in 0..1_200_u32 {
            let t_s = f64::from(second);
            let (here, next) = (walk.at(t_s), walk.at(t_s + 1.0));
            let step_m = here.point.distance_m(next.point);
            assert!(step_m < 1.4 * pace, "{} {step_m}", member.member.name);
            assert!(here.speed_mps > 0.6 * pace && here.speed_mps < 1.4 * pace);
            assert!((0.0..360.0).contains(&here.heading_deg));
            metres += step_m;
        }
        assert!((metres / 1_200.0 / pace - 1.0).abs() < 0.1, "{metres}");
    }
}

#[test]
fn a_lap_passes_every_checkpoint_of_the_beat_in_order() {
    for member in walkers() {
        let beat = WORLD.beat(member);
        let walk = WORLD.walk(member, 4);
        // Ways lead past other stops too, so the first one met may not be in its turn.
        let steps = |laps: f64| {
            let step_s = 8.0 / beat.pace.speed_mps();
            let end_s = laps * walk.lap_m() / beat.pace.speed_mps();
            (0_u32..).map(move |n| f64::from(n) * step_s).take_while(move |t_s| *t_s < end_s)
        };
        let mut order: Vec<_> = walk.stops().collect();
        assert_eq!(order.len(), beat.checkpoints.len());
        let met = |t_s: f64, n: usize| order[n].point.distance_m(walk.at(t_s).point) < 20.0;
        let first = steps(1.2).find_map(|t_s| (0..order.len()).find(|&n| met(t_s, n)));
        order.rotate_left(first.unwrap());
        let mut left = order.iter().peekable();
        for t_s in steps(2.2) {
            let here = walk.at(t_s).point;
            left.next_if(|stop| stop.point.distance_m(here) < 20.0);
        }
        assert_eq!(left.len(), 0, "{} misses {:?}", member.member.name, left.peek());
    }
}

#[test]
fn a_seed_and_a_member_decide_the_round() {
    let members = &WORLD.people.members;
    let at = |member: usize, seed: u64| WORLD.walk(&members[member], seed).at(1_000.0);
    assert_eq!(at(5, 1), at(5, 1));
    assert_ne!(at(5, 1), at(5, 2));
    assert_ne!(at(5, 1), at(6, 1));
}

#[test]
fn a_crowd_grows_by_its_end_and_lives_in_the_district() {
    let (small, large) = (WORLD.crowd(100), WORLD.crowd(5_000));
    assert_eq!((large.teams.len(), large.members.len()), (834, 5_000));
    for (a, b) in small.members.iter().zip(&large.members) {
        assert_eq!(a.member, b.member);
    }
    let known: HashSet<_> = WORLD.people.members.iter().map(|m| &m.member.id).collect();
    let ids: HashSet<_> = large.members.iter().map(|m| &m.member.id).collect();
    let names: HashSet<_> = large.members.iter().map(|m| &m.member.name).collect();
    assert_eq!((ids.len(), names.len()), (5_000, 5_000));
    assert!(ids.is_disjoint(&known));
    let mut forces = HashSet::new();
    for (index, other) in large.members.iter().enumerate() {
        let team = &large.teams[index / 6];
        assert_eq!(other.member.team.as_ref(), Some(&team.id));
        assert_eq!((other.member.force, &other.member.org), (team.force, &team.org));
        assert!(WORLD.people.org(&team.org).unwrap().grids.contains(&other.home));
        assert!(WORLD.walk(other, 3).lap_m() > 100.0);
        forces.insert(team.force);
    }
    assert_eq!(forces.len(), 5);
}
