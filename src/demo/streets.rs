//! The demo's streets: the network's ways joined into named lines.
//!
//! It must not know who walks them. Courses and names are invented (their ids begin with `demo`);
//! only the villages that they are named after are real.
//! Invariant: every way of the network is part of exactly one street, and no name occurs twice.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::district::DemoDistrict;
use super::gazetteer::{COMMUNITY, UNITS, UnitKind, YONGXING};
use super::mesh::to_degrees;
use super::network::{Network, pieces};
use super::sector::middle_grid;
use super::voronoi::Place;
use crate::domain::{Street, StreetId};
use crate::spatial::Point;

/// A drawn line is cut into pieces of at most this length, so that it bends with the map.
const PIECE_M: f64 = 80.0;
/// A street goes on at a crossing where it turns by less than this, in radians (60°).
const STRAIGHT: f64 = std::f64::consts::FRAC_PI_3;

/// All streets, the main roads first.
pub(super) fn streets(map: &DemoDistrict, network: &Network, unit_of: &[usize]) -> Vec<Street> {
    let mut used = BTreeSet::new();
    let mut named = main_roads(map, network, &mut used);
    named.extend(side_roads(network, unit_of, &mut used));
    let lanes = network.lanes.iter().enumerate();
    named.extend(lanes.map(|(grid, lane)| (lane_name(map, unit_of, grid), lane.clone())));
    let street = |(index, (name, nodes)): (usize, (String, Vec<usize>))| Street {
        id: StreetId::from(format!("demo-street-{:03}", index + 1)),
        district: map.district.id.clone(),
        name,
        line: line(network, &nodes, PIECE_M),
    };
    named.into_iter().enumerate().map(street).collect()
}

/// A chain of nodes as points on the map.
pub(super) fn line(network: &Network, nodes: &[usize], piece_m: f64) -> Vec<Point> {
    let places: Vec<Place> = nodes.iter().map(|&node| network.nodes[node].at).collect();
    pieces(&places, piece_m).into_iter().map(point).collect()
}

/// The point on the map of a place in the plane.
pub(super) fn point(at: Place) -> Point {
    let [lng, lat] = to_degrees(at);
    Point::new(lng, lat).expect("the demo lies in the world")
}

/// From the middle of each unit towards the seat, until a road that is there already: first from
/// 永兴村, which gives the town's own road its name, then the farthest, so that roads are long.
fn main_roads(
    map: &DemoDistrict,
    network: &Network,
    used: &mut BTreeSet<usize>,
) -> Vec<(String, Vec<usize>)> {
    let seat = middle_grid(map, COMMUNITY);
    let before = network.shortest(seat, None, |node| !node.on_lane);
    let mut roads = Vec::new();
    for unit in 0..UNITS.len() {
        let mut way = vec![middle_grid(map, unit)];
        while let Some(next) = way.last().and_then(|&node| before[node]) {
            way.push(next);
        }
        roads.push((unit, way));
    }
    roads.sort_by_key(|(unit, way)| (*unit != YONGXING, Reverse(way.len()), *unit));
    let mut joined = BTreeSet::from([seat]);
    let mut named = Vec::new();
    for (unit, mut way) in roads {
        let end = way.iter().position(|node| joined.contains(node)).unwrap_or(way.len() - 1);
        way.truncate(end + 1);
        joined.extend(&way);
        used.extend(&way);
        if way.len() > 1 {
            let kind = if UNITS[unit].kind == UnitKind::ParkVillage { "大道" } else { "路" };
            named.push((format!("{}{kind}", UNITS[unit].stem()), way));
        }
    }
    named
}

/// What is left between the grids, each joined to what goes straight on, numbered in its unit.
fn side_roads(
    network: &Network,
    unit_of: &[usize],
    used: &mut BTreeSet<usize>,
) -> Vec<(String, Vec<usize>)> {
    let mut numbers = BTreeMap::<usize, usize>::new();
    let mut roads = Vec::new();
    for link in &network.links {
        if !used.insert(link[1]) {
            continue;
        }
        let mut way = link.to_vec();
        prolong(network, &mut way, used);
        way.reverse();
        prolong(network, &mut way, used);
        let unit = unit_of[link[0]];
        let number = numbers.entry(unit).or_default();
        *number += 1;
        let kind = match UNITS[unit].kind {
            UnitKind::Community | UnitKind::LivingArea => "街",
            UnitKind::ParkVillage | UnitKind::Village => "路",
        };
        roads.push((format!("{}{}{kind}", UNITS[unit].stem(), numeral(*number)), way));
    }
    roads
}

/// Adds links at the end of a way for as long as one goes nearly straight on.
fn prolong(network: &Network, way: &mut Vec<usize>, used: &mut BTreeSet<usize>) {
    loop {
        let [.., gate, hub] = way[..] else { return };
        let onwards = network.links.iter().filter(|link| !used.contains(&link[1]));
        let turned = onwards.filter_map(|&[a, next, b]| {
            let far = if a == hub { b } else { a };
            ([a, b].contains(&hub)).then(|| (turn(network, [gate, hub, next]), next, far))
        });
        let Some((angle, next, far)) = turned.min_by(|a, b| a.0.total_cmp(&b.0)) else { return };
        if angle > STRAIGHT || way.contains(&far) {
            return;
        }
        used.insert(next);
        way.extend([next, far]);
    }
}

/// By how much a way turns at its middle node, in radians.
fn turn(network: &Network, nodes: [usize; 3]) -> f64 {
    let [a, b, c] = nodes.map(|node| network.nodes[node].at);
    let heading = |from: Place, to: Place| (to[1] - from[1]).atan2(to[0] - from[0]);
    let turned = (heading(b, c) - heading(a, b)).rem_euclid(std::f64::consts::TAU);
    turned.min(std::f64::consts::TAU - turned)
}

fn lane_name(map: &DemoDistrict, unit_of: &[usize], grid: usize) -> String {
    let stem = UNITS[unit_of[grid]].stem();
    let grid = &map.grids[grid].grid;
    let number: String = grid.name.chars().filter(char::is_ascii_digit).collect();
    match grid.kind.as_str() {
        "楼栋" => format!("{stem}{number}号楼巷"),
        "小区" => format!("{stem}{number}号小区环路"),
        "企业车间" => format!("{stem}{number}号厂区路"),
        _ => format!("{stem}{number}号湾路"),
    }
}

/// 一 to 九十九.
fn numeral(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (tens, ones) = (number / 10, number % 10);
    match tens {
        0 => DIGITS[ones].to_owned(),
        1 => format!("十{}", DIGITS[ones]),
        _ => format!("{}十{}", DIGITS[tens % 10], DIGITS[ones]),
    }
}
