//! Places: how many there are, where they stand, and that streets join them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::super::DemoWorld;
use super::WORLD;
use crate::domain::{EscalationUnit, EscalationUnitId, StationKind, Tier};
use crate::spatial::{GridIndex, Point};

fn grid_at(point: Point) -> Option<String> {
    let grids = WORLD.map.grids.iter();
    let index = GridIndex::new(grids.map(|g| (g.grid.code.clone(), g.shape.clone())).collect());
    index.locate(point).map(ToString::to_string)
}

#[test]
fn stations_are_as_many_as_the_report_says_and_stand_in_their_grids() {
    let stations = &WORLD.places.stations;
    let mut counts = BTreeMap::<StationKind, usize>::new();
    for station in stations {
        *counts.entry(station.kind).or_default() += 1;
        let shape = WORLD.map.grids.iter().find(|g| Some(&g.grid.code) == station.grid.as_ref());
        let grid = shape.unwrap();
        assert!(grid.shape.covers(station.point), "{}", station.name);
        assert_eq!(grid.grid.area, station.area, "{}", station.name);
        let kind = match station.kind {
            StationKind::LinkStation => "企业车间",
            StationKind::MutualAid => "湾组",
            StationKind::SelfGovernment => "小区",
            _ => continue,
        };
        assert_eq!(grid.grid.kind, kind, "{}", station.name);
    }
    for (kind, count) in [
        (StationKind::LinkStation, 8),
        (StationKind::MutualAid, 62),
        (StationKind::SelfGovernment, 12),
        (StationKind::PoliceOffice, 10),
        (StationKind::MediationRoom, 10),
        (StationKind::RallyPoint, 22),
    ] {
        assert_eq!(counts[&kind], count, "{kind}");
    }
    let names: HashSet<_> = stations.iter().map(|station| &station.name).collect();
    let ids: HashSet<_> = stations.iter().map(|station| &station.id).collect();
    assert_eq!((names.len(), ids.len()), (124, 124));
    for (n, a) in stations.iter().enumerate() {
        for b in &stations[n + 1..] {
            assert!(a.point.distance_m(b.point) > 20.0, "{} hides {}", a.name, b.name);
        }
    }
}

#[test]
fn checkpoints_are_one_a_grid_and_gates() {
    let checkpoints = &WORLD.places.checkpoints;
    assert_eq!(checkpoints.len(), 248 + 8 * 4 + 3);
    let names: HashSet<_> = checkpoints.iter().map(|checkpoint| &checkpoint.name).collect();
    assert_eq!(names.len(), checkpoints.len());
    for (checkpoint, grid) in checkpoints.iter().zip(&WORLD.map.grids) {
        assert_eq!(checkpoint.grid.as_ref(), Some(&grid.grid.code));
    }
    for checkpoint in checkpoints.iter().skip(240) {
        let code = checkpoint.grid.as_ref().map(ToString::to_string);
        assert_eq!(grid_at(checkpoint.point), code, "{}", checkpoint.name);
    }
    let must = checkpoints.iter().filter(|checkpoint| checkpoint.must_visit).count();
    assert_eq!(must, 8 * 6 + 8 * 4 + 3);
}

#[test]
fn streets_lie_inside_the_outline_and_join_every_grid() {
    let streets = &WORLD.places.streets;
    let names: HashSet<_> = streets.iter().map(|street| street.name.as_str()).collect();
    let ids: HashSet<_> = streets.iter().map(|street| &street.id).collect();
    assert_eq!((names.len(), ids.len()), (streets.len(), streets.len()));
    for name in ["永兴大道", "汀河路"] {
        assert!(names.contains(name), "{name}");
    }
    let mut met = BTreeSet::new();
    for street in streets {
        assert!(street.line.len() > 1, "{}", street.name);
        for pair in street.line.windows(2) {
            assert!((0.5..120.0).contains(&pair[0].distance_m(pair[1])), "{}", street.name);
        }
        for point in street.line.iter().step_by(3) {
            assert!(WORLD.map.outline.covers(*point), "{}", street.name);
        }
        met.extend(grid_at(street.line[street.line.len() / 2]));
    }
    assert_eq!(met.len(), 248, "each grid has a street of its own");
}

#[test]
fn the_network_joins_every_unit_by_itself() {
    let DemoWorld { map, places, .. } = &*WORLD;
    for (a, _) in map.grids.iter().enumerate() {
        let unit = places.unit_of[a];
        let first = places.unit_of.iter().position(|of| *of == unit).unwrap();
        let inside = |grid: usize| places.unit_of[grid] == unit;
        let way = places.network.way(first, a, |node| node.grids.iter().any(|&g| inside(g)));
        assert!(way.is_some(), "{}", map.grids[a].grid.name);
    }
}

#[test]
fn the_tree_is_one_of_five_tiers_that_names_no_person() {
    let tree = &WORLD.places.escalation;
    let by_id: HashMap<&EscalationUnitId, &EscalationUnit> =
        tree.iter().map(|unit| (&unit.id, unit)).collect();
    assert_eq!(by_id.len(), tree.len());
    let mut counts = BTreeMap::<Tier, usize>::new();
    for unit in tree {
        *counts.entry(unit.tier).or_default() += 1;
        let above = Tier::ALL.iter().position(|tier| *tier == unit.tier).unwrap().checked_sub(1);
        let parent = unit.parent.as_ref().map(|parent| by_id[parent].tier);
        assert_eq!(parent, above.map(|at| Tier::ALL[at]), "{}", unit.name);
        if let Some(grid) = &unit.grid {
            assert!(grid.as_str().starts_with(unit.area.as_deref().unwrap()), "{}", unit.name);
        }
    }
    let counted: Vec<usize> = Tier::ALL.iter().map(|tier| counts[tier]).collect();
    assert_eq!(counted, [1, 5, 22, 63, 248]);
    let of_tier = |tier: Tier| tree.iter().filter(move |unit| unit.tier == tier);
    let areas: HashSet<_> = of_tier(Tier::Branch).map(|unit| unit.area.as_ref()).collect();
    let grids: HashSet<_> = of_tier(Tier::Household).map(|unit| unit.grid.as_ref()).collect();
    assert_eq!((areas.len(), grids.len()), (22, 248));
    let names: HashSet<_> = tree.iter().map(|unit| &unit.name).collect();
    assert_eq!(names.len(), tree.len());
}
