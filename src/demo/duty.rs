//! The demo's planned duty: its templates, and who takes turns in each.
//!
//! It must not know dates. Invariants: everybody is in one crew at most, so nobody is booked
//! twice, and a crew's windows leave more than eight hours from one day to the next.

use super::district::DemoDistrict;
use super::gazetteer::{COMMUNITY, UNITS};
use super::people::{Corps, DemoPeople};
use super::place::{DemoPlaces, SCHOOLS};
use super::sector::middle_grid;
use super::sort::{At, REGULARS, SORTS, Sort};
use super::tour::tour;
use crate::domain::{ShiftTemplate, TemplateId, Window};

/// A template with what the demo knows besides.
#[derive(Clone, Debug)]
pub(super) struct Duty {
    pub(super) template: ShiftTemplate,
    pub(super) sort: usize,
    /// Its checkpoints by index, in walking order.
    pub(super) stops: Vec<usize>,
    /// The units that its beat leads through.
    pub(super) units: Vec<usize>,
    /// The crew of each window: by force, then by turn, the members by index.
    pub(super) crews: Vec<Vec<Vec<Vec<usize>>>>,
}

/// All planned duty of the demo.
pub(super) fn duties(map: &DemoDistrict, places: &DemoPlaces, people: &DemoPeople) -> Vec<Duty> {
    let mut duties = Vec::new();
    for (index, sort) in SORTS.iter().enumerate() {
        for unit in sort.at.units(&SCHOOLS) {
            let id = format!("demo-{}-{}", sort.key, UNITS[unit].digits);
            let name = format!("{}·{}", sort.name, UNITS[unit].name);
            let stops = stops_of_unit(map, places, sort.at, unit);
            duties.push(duty(map, places, index, (id, name), (stops, vec![unit])));
        }
        for (number, sector) in (1..).zip(&places.sectors).filter(|_| sort.at == At::Sectors) {
            let id = format!("demo-{}-{number}", sort.key);
            let name = format!("{}·{}", sort.name, sector.name);
            let stops = stops_of_sector(map, &sector.units);
            let mut units = sector.units.clone();
            units.push(COMMUNITY);
            duties.push(duty(map, places, index, (id, name), (stops, units)));
        }
    }
    man(&mut duties, people);
    duties
}

fn duty(
    map: &DemoDistrict,
    places: &DemoPlaces,
    index: usize,
    (id, name): (String, String),
    (stops, units): (Vec<usize>, Vec<usize>),
) -> Duty {
    let sort = &SORTS[index];
    let stops = tour(&stops, |stop| places.network.nodes[places.nodes[stop]].at);
    let headcount: usize = sort.crew.iter().map(|(_, count, _)| count).sum();
    let template = ShiftTemplate {
        id: TemplateId::from(id),
        district: map.district.id.clone(),
        name,
        windows: sort
            .windows
            .iter()
            .map(|&(start_min, end_min)| Window { start_min, end_min })
            .collect(),
        weekdays: sort.weekdays.to_vec(),
        laps: sort.laps,
        checkpoints: stops.iter().map(|&stop| places.checkpoints[stop].id.clone()).collect(),
        forces: sort.forces.to_vec(),
        headcount: i64::try_from(headcount).unwrap_or(i64::MAX),
        police_lead_required: sort.police_lead,
    };
    Duty { template, sort: index, stops, units, crews: Vec::new() }
}

fn stops_of_unit(map: &DemoDistrict, places: &DemoPlaces, at: At, unit: usize) -> Vec<usize> {
    let grids = map.grids_of(&UNITS[unit]);
    let of_kinds = |kinds: &[&str]| -> Vec<usize> {
        let fits = |grid: &&usize| kinds.contains(&map.grids[**grid].grid.kind.as_str());
        grids.iter().filter(fits).copied().collect()
    };
    let named = |end: &str| -> Vec<usize> {
        let own = places.of_units[unit].iter();
        own.filter(|&&stop| places.checkpoints[stop].name.ends_with(end)).copied().collect()
    };
    // The first checkpoints have the indexes of their grids.
    match at {
        At::Parks => [of_kinds(&["企业车间", "小区"]), named("厂门")].concat(),
        At::Workshops => of_kinds(&["企业车间"]),
        At::Community => of_kinds(&["小区"]),
        At::LivingArea => grids,
        At::Hamlets => of_kinds(&["湾组"]).into_iter().take(3).collect(),
        At::Ponds => of_kinds(&["湾组"]),
        At::Shops => of_kinds(&["楼栋"]).into_iter().take(8).collect(),
        At::Schools => [named("校门"), vec![grids[grids.len() / 2]]].concat(),
        At::Sectors => Vec::new(),
    }
}

/// Two checkpoints of each unit: the middle grid's, and its last grid's.
fn stops_of_sector(map: &DemoDistrict, units: &[usize]) -> Vec<usize> {
    let of_unit = |&unit: &usize| {
        let grids = map.grids_of(&UNITS[unit]);
        let middle = middle_grid(map, unit);
        let other = grids.iter().rev().find(|grid| **grid != middle).copied();
        std::iter::once(middle).chain(other)
    };
    units.iter().flat_map(of_unit).collect()
}

/// Gives each crew its members: nobody twice, in the order of members.
fn man(duties: &mut [Duty], people: &DemoPeople) {
    let mut taken: Vec<bool> = people.members.iter().map(|m| m.account.is_some()).collect();
    for duty in duties {
        let sort = &SORTS[duty.sort];
        let unit = duty.units[0];
        for window in 0..sort.windows.len() {
            let mut crew: Vec<Vec<Vec<usize>>> = Vec::new();
            for &(corps, count, turns) in sort.crew {
                let corps = stand_in(corps, sort, unit);
                let turn = |_| (0..count).map(|_| take(people, &mut taken, corps, unit)).collect();
                crew.push((0..turns).map(turn).collect());
            }
            if window == 0 {
                crew.extend(regulars(people, sort, unit));
            }
            duty.crews.push(crew);
        }
    }
}

/// A school outside the community is minded by its village's own auxiliaries.
fn stand_in(corps: Corps, sort: &Sort, unit: usize) -> Corps {
    let outside = sort.at == At::Schools && unit != COMMUNITY;
    if outside && corps == Corps::StationAuxiliary { Corps::VillageAuxiliary } else { corps }
}

/// The next member of a corps who is free; the station's serve the whole district.
fn take(people: &DemoPeople, taken: &mut [bool], corps: Corps, unit: usize) -> usize {
    let everywhere = matches!(corps, Corps::Police | Corps::StationAuxiliary);
    let free = people.members.iter().zip(taken.iter()).position(|(member, taken)| {
        !taken && member.corps == corps && (everywhere || member.unit == unit)
    });
    let found = free.expect("the demo's corps are as large as its table of sorts asks");
    taken[found] = true;
    found
}

fn regulars(people: &DemoPeople, sort: &Sort, unit: usize) -> Option<Vec<Vec<usize>>> {
    let here = REGULARS
        .iter()
        .filter(|(_, key, digits)| *key == sort.key && *digits == UNITS[unit].digits);
    let found: Vec<usize> = here
        .filter_map(|(account, ..)| {
            people.members.iter().position(|member| member.account == Some(account))
        })
        .collect();
    (!found.is_empty()).then(|| vec![found])
}
