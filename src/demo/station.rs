//! The demo's stations of six kinds, each beside a lane of its grid.
//!
//! It must not know who works there.
//! Invariant: a station lies inside the grid that it names.

use super::district::DemoDistrict;
use super::gazetteer::{COMMUNITY, UNITS, Unit, UnitKind};
use super::network::{Network, towards};
use super::sector::middle_grid;
use super::streets::point;
use crate::domain::{Station, StationId, StationKind};

/// 湾组互助中心 of a village; those with nine grids have one more, which makes 62.
const AID_CENTRES: usize = 3;
/// 小区自管委 of the community, of the living area and of a 园区村: 3 + 1 + 8 = 12.
const SELF_GOVERNMENTS: [usize; 3] = [3, 1, 1];

/// Stations of one grid at most.
const MOST_IN_GRID: usize = 5;

/// Where a station of a kind is wanted: the unit, its grid, the name.
type Wanted = (StationKind, usize, String);

/// All stations, by kind.
pub(super) fn stations(map: &DemoDistrict, network: &Network) -> Vec<Station> {
    let mut wanted: Vec<Wanted> = Vec::new();
    wanted.push((
        StationKind::PoliceOffice,
        middle_grid(map, COMMUNITY),
        "永兴派出所警务室".into(),
    ));
    let room = (StationKind::MediationRoom, middle_grid(map, COMMUNITY), "永兴派出所调解室".into());
    wanted.push(room);
    for unit in 0..UNITS.len() {
        wanted.extend(of_unit(map, unit));
    }
    let order = |kind: StationKind| StationKind::ALL.iter().position(|known| *known == kind);
    wanted.sort_by_key(|(kind, ..)| order(*kind));
    let mut in_grid = vec![0_usize; map.grids.len()];
    let station = |(index, (kind, grid, name)): (usize, Wanted)| {
        let lane = &network.lanes[grid];
        let bends = lane.len() - 1;
        // Each at a bend of its own, so that two of one grid don't hide each other.
        let bend = lane[in_grid[grid] * (bends / MOST_IN_GRID).max(1) % bends];
        in_grid[grid] += 1;
        let at = towards(network.nodes[grid].at, network.nodes[bend].at, 0.9);
        Station {
            id: StationId::from(format!("demo-station-{:03}", index + 1)),
            district: map.district.id.clone(),
            kind,
            name,
            point: point(at),
            area: map.grids[grid].grid.area.clone(),
            grid: Some(map.grids[grid].grid.code.clone()),
        }
    };
    wanted.into_iter().enumerate().map(station).collect()
}

fn of_unit(map: &DemoDistrict, index: usize) -> Vec<Wanted> {
    let unit = &UNITS[index];
    let of_kind = |kind: &str| -> Vec<usize> {
        let grids = map.grids_of(unit).into_iter();
        grids.filter(|&grid| map.grids[grid].grid.kind == kind).collect()
    };
    let mut wanted: Vec<Wanted> =
        vec![(StationKind::RallyPoint, middle_grid(map, index), format!("{}集结点", unit.name))];
    if let Some(&workshop) = of_kind("企业车间").first() {
        let name = format!("{}村企连心驿站", unit.name);
        wanted.push((StationKind::LinkStation, workshop, name));
    }
    if matches!(unit.kind, UnitKind::Community | UnitKind::ParkVillage) {
        let grid = of_kind("小区").first().copied().unwrap_or(middle_grid(map, index));
        wanted.push((StationKind::PoliceOffice, grid, format!("{}警务室", unit.name)));
        wanted.push((StationKind::MediationRoom, grid, format!("{}调解室", unit.name)));
    }
    let hamlets = of_kind("湾组");
    let centres = if hamlets.len() == 9 { AID_CENTRES + 1 } else { AID_CENTRES };
    for (number, &grid) in (1..=centres).zip(&hamlets) {
        let name = format!("{}{number}号湾组互助中心", unit.name);
        wanted.push((StationKind::MutualAid, grid, name));
    }
    for (number, &grid) in (1..=self_governments(unit)).zip(&of_kind("小区")) {
        let name = format!("{}{number}号小区自管委", unit.name);
        wanted.push((StationKind::SelfGovernment, grid, name));
    }
    wanted
}

fn self_governments(unit: &Unit) -> usize {
    match unit.kind {
        UnitKind::Community => SELF_GOVERNMENTS[0],
        UnitKind::LivingArea => SELF_GOVERNMENTS[1],
        UnitKind::ParkVillage => SELF_GOVERNMENTS[2],
        UnitKind::Village => 0,
    }
}
