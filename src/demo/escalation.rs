//! The demo's five-tier tree: the street, 片区, units, groups of grids, a household a grid.
//!
//! It must not know people: it hangs on places, and nobody's political status is recorded.
//! Invariant: one tree; a unit's parent stands before it and one tier above it.

use super::district::DemoDistrict;
use super::gazetteer::{DISTRICT_NAME, UNITS, Unit};
use super::sector::Sector;
use crate::domain::{EscalationUnit, EscalationUnitId, Tier};

/// Grids of one kind that share a 党小组, at most.
const GROUP: usize = 5;

/// The tree, each unit after the one above it.
pub(super) fn escalation(map: &DemoDistrict, sectors: &[Sector]) -> Vec<EscalationUnit> {
    let mut tree = Tree { map, units: Vec::new() };
    let street = tree.add(Tier::StreetCommittee, format!("{DISTRICT_NAME}党工委"), None);
    for sector in sectors {
        let name = format!("{}大党总支", sector.name);
        let branch_of_area = tree.add(Tier::AreaBranch, name, Some(&street));
        for unit in sector.units.iter().map(|&unit| &UNITS[unit]) {
            tree.add_unit(unit, &branch_of_area);
        }
    }
    tree.units
}

struct Tree<'a> {
    map: &'a DemoDistrict,
    units: Vec<EscalationUnit>,
}

impl Tree<'_> {
    fn add_unit(&mut self, unit: &Unit, above: &EscalationUnitId) {
        let branch = self.add(Tier::Branch, format!("{}党支部", unit.name), Some(above));
        self.units.last_mut().expect("one was added").area = Some(unit.code());
        let map = self.map;
        let grids = map.grids_of(unit);
        let of_one_kind = grids.chunk_by(|&a, &b| map.grids[a].grid.kind == map.grids[b].grid.kind);
        let groups = of_one_kind.flat_map(|grids| {
            let size = grids.len().div_ceil(grids.len().div_ceil(GROUP));
            (1..).zip(grids.chunks(size))
        });
        for (number, grids) in groups {
            let kind = &map.grids[grids[0]].grid.kind;
            let name = format!("{}{kind}第{number}党小组", unit.name);
            let group = self.add(Tier::Group, name, Some(&branch));
            self.units.last_mut().expect("one was added").area = Some(unit.code());
            for &grid in grids {
                let grid = &map.grids[grid].grid;
                let name = grid.name.replace("网格", "党员中心户");
                self.add(Tier::Household, name, Some(&group));
                let household = self.units.last_mut().expect("one was added");
                household.area = Some(unit.code());
                household.grid = Some(grid.code.clone());
            }
        }
    }

    fn add(
        &mut self,
        tier: Tier,
        name: String,
        parent: Option<&EscalationUnitId>,
    ) -> EscalationUnitId {
        let id = EscalationUnitId::from(format!("demo-tier-{:03}", self.units.len() + 1));
        self.units.push(EscalationUnit {
            id: id.clone(),
            district: self.map.district.id.clone(),
            tier,
            name,
            parent: parent.cloned(),
            area: None,
            grid: None,
        });
        id
    }
}
