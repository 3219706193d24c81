//! The demo's organisations of five kinds (村·警·园·企·社), each with its own micro-grids.
//!
//! It must not know people: which force somebody belongs to doesn't follow from these kinds.

use super::district::{DemoDistrict, DemoGrid};
use super::gazetteer::{UNITS, Unit, UnitKind};
use crate::domain::{GridCode, OrgId, OrgKind, Organisation};

/// One police station, a committee for each village and community, and for each 园区村 a park
/// property company and a company with workshops.
pub(super) fn organisations(map: &DemoDistrict) -> Vec<Organisation> {
    let station = Organisation {
        id: org_id(OrgKind::Police, "000"),
        district: map.district.id.clone(),
        kind: OrgKind::Police,
        name: "永兴派出所".to_owned(),
        grids: map.grids.iter().map(|grid| grid.grid.code.clone()).collect(),
    };
    let of_units = UNITS.iter().flat_map(|unit| {
        kinds_of(unit).iter().map(move |&kind| Organisation {
            id: org_id(kind, unit.digits),
            district: map.district.id.clone(),
            kind,
            name: name_of(unit, kind),
            grids: grids_of(map, unit, kind),
        })
    });
    std::iter::once(station).chain(of_units).collect()
}

/// The id of the organisation of a kind in the unit with these three digits.
pub(super) fn org_id(kind: OrgKind, digits: &str) -> OrgId {
    OrgId::from(format!("demo-{kind}-{digits}"))
}

fn kinds_of(unit: &Unit) -> &'static [OrgKind] {
    match unit.kind {
        UnitKind::Community | UnitKind::LivingArea => &[OrgKind::Community],
        UnitKind::ParkVillage => &[OrgKind::Village, OrgKind::Park, OrgKind::Company],
        UnitKind::Village => &[OrgKind::Village],
    }
}

fn name_of(unit: &Unit, kind: OrgKind) -> String {
    let short = unit.name.trim_end_matches('村');
    match kind {
        OrgKind::Police => format!("{short}派出所"),
        OrgKind::Village => format!("{}村民委员会", unit.name),
        OrgKind::Community => format!("{}居民委员会", unit.name),
        OrgKind::Park => format!("{short}园区演示物业"),
        OrgKind::Company => format!("{short}演示企业"),
    }
}

fn grids_of(map: &DemoDistrict, unit: &Unit, kind: OrgKind) -> Vec<GridCode> {
    let own = |grid: &&DemoGrid| {
        let kind_fits = match kind {
            OrgKind::Police | OrgKind::Village | OrgKind::Community => true,
            OrgKind::Park => ["企业车间", "小区"].contains(&grid.grid.kind.as_str()),
            OrgKind::Company => grid.grid.kind == "企业车间",
        };
        kind_fits && grid.grid.area.as_ref() == Some(&unit.code())
    };
    map.grids.iter().filter(own).map(|grid| grid.grid.code.clone()).collect()
}
