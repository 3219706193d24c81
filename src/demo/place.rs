//! What stands in the demo's district: checkpoints, stations, streets, the five-tier tree.
//!
//! It must not know people. All of it is invented; the numbers of 驿站, 互助中心 and 自管委 are
//! the report's. Invariant: a checkpoint is a node of the network, so that walkers pass it.

use super::district::DemoDistrict;
use super::escalation::escalation;
use super::gazetteer::{UNITS, Unit, UnitKind};
use super::network::Network;
use super::sector::{Sector, sectors, units_of_grids};
use super::station::stations;
use super::streets::{point, streets};
use crate::domain::{Checkpoint, CheckpointId, EscalationUnit, Station, Street};

/// Workshop grids of a 园区村 with a second checkpoint, at the gate: 10 grids make 14 points.
const GATES: usize = 4;
/// Units with a school, by their last three digits.
pub(super) const SCHOOLS: [&str; 3] = ["001", "200", "210"];

/// Everything that stands still in the demo's district.
#[derive(Clone, Debug)]
pub struct DemoPlaces {
    /// The stations, by kind.
    pub stations: Vec<Station>,
    /// The checkpoints: first one in each grid, in the order of grids.
    pub checkpoints: Vec<Checkpoint>,
    /// The streets, the main roads first.
    pub streets: Vec<Street>,
    /// The five-tier tree, each unit after the one above it.
    pub escalation: Vec<EscalationUnit>,
    pub(super) network: Network,
    /// The unit of each grid.
    pub(super) unit_of: Vec<usize>,
    pub(super) sectors: Vec<Sector>,
    /// The network's node of each checkpoint.
    pub(super) nodes: Vec<usize>,
    /// The checkpoints of each unit: one a grid, then gates, then the school.
    pub(super) of_units: Vec<Vec<usize>>,
}

/// The places of the demo's district, the same at every call.
#[must_use]
pub fn places(map: &DemoDistrict) -> DemoPlaces {
    let unit_of = units_of_grids(map);
    let network = Network::new(map, &unit_of);
    let sectors = sectors(map);
    let mut places = DemoPlaces {
        stations: stations(map, &network),
        checkpoints: Vec::new(),
        streets: streets(map, &network, &unit_of),
        escalation: escalation(map, &sectors),
        of_units: vec![Vec::new(); UNITS.len()],
        nodes: Vec::new(),
        network,
        unit_of,
        sectors,
    };
    for grid in 0..map.grids.len() {
        let shown = &map.grids[grid].grid;
        let name = shown.name.replace("网格", "巡更点");
        places.add(map, name, grid, grid);
    }
    for unit in &UNITS {
        places.add_gates_and_schools(map, unit);
    }
    places
}

impl DemoPlaces {
    fn add_gates_and_schools(&mut self, map: &DemoDistrict, unit: &Unit) {
        let grids = map.grids_of(unit);
        if unit.kind == UnitKind::ParkVillage {
            for (number, &grid) in (1..).zip(grids.iter().take(GATES)) {
                let gate = self.network.lanes[grid][1];
                self.add(map, format!("{}企业车间{number}号厂门", unit.name), grid, gate);
            }
        }
        if SCHOOLS.contains(&unit.digits) {
            let grid = grids[grids.len() / 2];
            let gate = self.network.lanes[grid][2];
            self.add(map, format!("{}演示小学校门", unit.stem()), grid, gate);
        }
    }

    fn add(&mut self, map: &DemoDistrict, name: String, grid: usize, node: usize) {
        let index = self.checkpoints.len();
        let shown = &map.grids[grid].grid;
        self.checkpoints.push(Checkpoint {
            id: CheckpointId::from(format!("demo-checkpoint-{:03}", index + 1)),
            district: map.district.id.clone(),
            must_visit: shown.kind == "企业车间" || name.ends_with("校门"),
            name,
            point: point(self.network.nodes[node].at),
            grid: Some(shown.code.clone()),
        });
        self.nodes.push(node);
        self.of_units[self.unit_of[grid]].push(index);
    }
}
