//! The sorts of planned shift that the demo ships, as a table.
//!
//! It must not know members. Times are common practice elsewhere, not the report's.
//! Invariant: a sort's crew holds every force that it asks for.

use super::gazetteer::{UNITS, UnitKind};
use super::people::Corps;
use super::walk::Pace;
use crate::domain::Force;

/// A sort of shift.
#[derive(Debug)]
pub(super) struct Sort {
    /// Part of its templates' ids.
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    /// Minutes after midnight, start and end; each window has a crew of its own.
    pub(super) windows: &'static [(i64, i64)],
    /// 1 for Monday; none for every day.
    pub(super) weekdays: &'static [u8],
    pub(super) laps: i64,
    pub(super) forces: &'static [Force],
    /// Who stands in it: how many at a time, and over how many days they take turns.
    pub(super) crew: &'static [(Corps, usize, usize)],
    pub(super) police_lead: bool,
    pub(super) pace: Pace,
    pub(super) at: At,
}

/// Where a sort has templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// Each 园区村: workshops, gates and quarters.
    Parks,
    /// Each 园区村: workshops only.
    Workshops,
    /// The community.
    Community,
    /// The living area.
    LivingArea,
    /// Each village: its first 湾组.
    Hamlets,
    /// The villages with fish ponds and sheds, by the demo's choice.
    Ponds,
    /// The community's shopping streets.
    Shops,
    /// The schools' gates.
    Schools,
    /// Each 片区.
    Sectors,
}

const ALL_FIVE: &[Force] = Force::ALL;
const STREET_PATROL: &[Force] = &[Force::Police, Force::Auxiliary, Force::Volunteer];
const NEIGHBOURS: &[Force] = &[Force::Auxiliary, Force::Volunteer];
const DAYTIME: &[Force] = &[Force::Property, Force::Guard, Force::Volunteer];
const VOLUNTEERS: &[Force] = &[Force::Volunteer];
const CARS: &[Force] = &[Force::Police, Force::Auxiliary];

use Corps::{GridWorker, Guard, Police, Property, StationAuxiliary, VillageAuxiliary, Volunteer};

/// All sorts: the six of the domain page, then two that fill the day, so that somebody is out at
/// any hour.
pub(super) const SORTS: [Sort; 9] = [
    Sort {
        key: "night",
        name: "园区夜巡",
        windows: &[(1_200, 1_560)],
        weekdays: &[],
        laps: 2,
        forces: ALL_FIVE,
        crew: &[
            (Police, 1, 2),
            (VillageAuxiliary, 1, 2),
            (Property, 1, 2),
            (Guard, 2, 2),
            (Volunteer, 1, 2),
        ],
        police_lead: true,
        pace: Pace::OnFoot,
        at: At::Parks,
    },
    Sort {
        key: "evening",
        name: "社区晚巡",
        windows: &[(1_200, 1_320)],
        weekdays: &[],
        laps: 1,
        forces: STREET_PATROL,
        crew: &[(Police, 1, 2), (StationAuxiliary, 1, 2), (Volunteer, 1, 2), (GridWorker, 2, 2)],
        police_lead: true,
        pace: Pace::OnFoot,
        at: At::Community,
    },
    Sort {
        key: "evening",
        name: "社区晚巡",
        windows: &[(1_200, 1_320)],
        weekdays: &[],
        laps: 1,
        forces: NEIGHBOURS,
        crew: &[(StationAuxiliary, 1, 2), (GridWorker, 4, 1)],
        police_lead: false,
        pace: Pace::OnFoot,
        at: At::LivingArea,
    },
    Sort {
        key: "hamlet",
        name: "湾组联防",
        windows: &[(1_140, 1_200)],
        weekdays: &[2, 7],
        laps: 1,
        forces: VOLUNTEERS,
        crew: &[(Volunteer, 1, 1), (GridWorker, 1, 1)],
        police_lead: false,
        pace: Pace::OnFoot,
        at: At::Hamlets,
    },
    Sort {
        key: "school",
        name: "护学岗",
        windows: &[(440, 490), (960, 1_030)],
        weekdays: &[1, 2, 3, 4, 5],
        laps: 1,
        forces: NEIGHBOURS,
        // Other people in the afternoon: from 08:10 to 16:00 are less than eight hours of rest.
        crew: &[(StationAuxiliary, 1, 1), (GridWorker, 2, 1)],
        police_lead: false,
        pace: Pace::OnFoot,
        at: At::Schools,
    },
    Sort {
        key: "ponds",
        name: "养殖区防盗巡",
        windows: &[(1_320, 1_680)],
        weekdays: &[],
        laps: 2,
        forces: NEIGHBOURS,
        crew: &[(StationAuxiliary, 2, 1), (Volunteer, 2, 2), (GridWorker, 1, 2)],
        police_lead: false,
        pace: Pace::ByMotorcycle,
        at: At::Ponds,
    },
    Sort {
        key: "shops",
        name: "夜经济带晚巡",
        windows: &[(1_110, 1_410)],
        weekdays: &[],
        laps: 2,
        forces: STREET_PATROL,
        crew: &[(Police, 1, 2), (StationAuxiliary, 2, 2), (Volunteer, 2, 2), (GridWorker, 1, 2)],
        police_lead: true,
        pace: Pace::OnFoot,
        at: At::Shops,
    },
    Sort {
        key: "day",
        name: "日间巡防",
        windows: &[(480, 840), (840, 1_200)],
        weekdays: &[],
        laps: 2,
        forces: DAYTIME,
        crew: &[(Property, 1, 1), (Guard, 1, 2), (GridWorker, 1, 2)],
        police_lead: false,
        pace: Pace::OnFoot,
        at: At::Workshops,
    },
    Sort {
        key: "cars",
        name: "片区车巡",
        windows: &[(120, 480), (480, 840), (840, 1_200)],
        weekdays: &[],
        laps: 4,
        forces: CARS,
        crew: &[(Police, 1, 1), (StationAuxiliary, 1, 1)],
        police_lead: true,
        pace: Pace::ByCar,
        at: At::Sectors,
    },
];

/// Accounts that stand in a shift every time, beside its crew: account, sort, unit.
pub(super) const REGULARS: [(&str, &str, &str); 4] = [
    ("police", "night", "210"),
    ("guard", "night", "210"),
    ("volunteer", "evening", "001"),
    ("grid", "evening", "001"),
];

/// Villages with fish ponds and sheds.
const PONDS: [&str; 2] = ["201", "202"];

impl At {
    /// The units where there is a template of its own; none for 片区.
    pub(super) fn units(self, schools: &[&str]) -> Vec<usize> {
        let fits = |unit: &usize| {
            let unit = &UNITS[*unit];
            match self {
                Self::Parks | Self::Workshops => unit.kind == UnitKind::ParkVillage,
                Self::Community | Self::Shops => unit.kind == UnitKind::Community,
                Self::LivingArea => unit.kind == UnitKind::LivingArea,
                Self::Hamlets => {
                    matches!(unit.kind, UnitKind::ParkVillage | UnitKind::Village)
                }
                Self::Ponds => PONDS.contains(&unit.digits),
                Self::Schools => schools.contains(&unit.digits),
                Self::Sectors => false,
            }
        };
        (0..UNITS.len()).filter(fits).collect()
    }
}
