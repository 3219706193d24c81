//! The whole demo at once: map, places, people, planned duty, and the beats that lead through it.
//!
//! It must not know a store. Invariant: the same at every call, on every machine; only rosters
//! depend on the day, which is an argument.

use std::sync::{Arc, OnceLock};

use super::district::{DemoDistrict, district};
use super::duty::{Duty, duties};
use super::gazetteer::UNITS;
use super::people::{DemoMember, DemoPeople, people};
use super::place::{DemoPlaces, places};
use super::roster::rosters;
use super::route::Route;
use super::sort::SORTS;
use super::walk::{Pace, Walk};
use crate::clock::Zone;
use crate::domain::{CheckpointId, Force, MemberId, Role, RosterEntry, ShiftTemplate};

/// Checkpoints of a beat that no shift plans: the home grid's and its neighbours'.
const HOME_STOPS: usize = 4;

/// The demo.
#[derive(Debug)]
pub struct DemoWorld {
    /// Its map.
    pub map: DemoDistrict,
    /// What stands in it.
    pub places: DemoPlaces,
    /// Who lives in it.
    pub people: DemoPeople,
    pub(super) duties: Vec<Duty>,
    /// First the round at home of each grid, then that of each duty.
    beats: Vec<Beat>,
}

/// A round of checkpoints that members walk.
#[derive(Debug)]
pub struct Beat {
    /// How.
    pub pace: Pace,
    /// The checkpoints in walking order.
    pub checkpoints: Vec<CheckpointId>,
    stops: Vec<usize>,
    units: Vec<usize>,
    /// Found when somebody first walks it, then shared.
    route: OnceLock<Arc<Route>>,
}

impl Default for DemoWorld {
    fn default() -> Self {
        Self::new()
    }
}

impl DemoWorld {
    /// The demo, made anew.
    #[must_use]
    pub fn new() -> Self {
        let map = district();
        let places = places(&map);
        let mut people = people(&map);
        let duties = duties(&map, &places, &people);
        let at_home = (0..map.grids.len()).map(|grid| home_beat(&map, &places, grid));
        let on_duty = duties.iter().map(|duty| {
            beat(&places, SORTS[duty.sort].pace, duty.stops.clone(), duty.units.clone())
        });
        let beats = at_home.chain(on_duty).collect();
        for (index, duty) in duties.iter().enumerate() {
            for &member in duty.crews.iter().flatten().flatten().flatten() {
                people.members[member].beat = map.grids.len() + index;
            }
        }
        Self { map, places, people, duties, beats }
    }

    /// The officer whom simulated auxiliaries act under.
    ///
    /// # Panics
    /// Never: the demo has police.
    #[must_use]
    pub fn officer(&self) -> &MemberId {
        let officer = |each: &&DemoMember| {
            each.member.force == Force::Police && each.member.role == Role::Patrol
        };
        let found = self.people.members.iter().find(officer);
        &found.expect("the demo has police").member.id
    }

    /// The templates of planned shifts.
    #[must_use]
    pub fn templates(&self) -> Vec<ShiftTemplate> {
        self.duties.iter().map(|duty| duty.template.clone()).collect()
    }

    /// Who is planned on the civil day of a moment, the day before and the two days after.
    #[must_use]
    pub fn rosters(&self, zone: &Zone, now_ms: i64) -> Vec<RosterEntry> {
        rosters(&self.duties, &self.people, zone, now_ms)
    }

    /// The members without an account who stand in a shift on some day, crew by crew.
    #[must_use]
    pub fn rostered(&self) -> Vec<&DemoMember> {
        let crews = self.duties.iter().flat_map(|duty| duty.crews.iter().flatten().flatten());
        let members = crews.flatten().map(|&index| &self.people.members[index]);
        members.filter(|member| member.account.is_none()).collect()
    }

    /// The beat of a member: of the shift that they stand in, else around their home grid.
    #[must_use]
    pub fn beat(&self, member: &DemoMember) -> &Beat {
        &self.beats[member.beat]
    }

    /// The round of a member; another seed is another round.
    #[must_use]
    pub fn walk(&self, member: &DemoMember, seed: u64) -> Walk {
        let beat = self.beat(member);
        let route = beat.route.get_or_init(|| Arc::new(self.route(beat)));
        let number: u64 = member.phone.parse().expect("a demo phone is digits");
        Walk::new(Arc::clone(route), beat.pace, seed ^ number.rotate_left(32))
    }

    fn route(&self, beat: &Beat) -> Route {
        let places = &self.places;
        let stop = |&stop: &usize| (places.nodes[stop], places.checkpoints[stop].clone());
        let stops = beat.stops.iter().map(stop).collect();
        let inside = |grid: usize| beat.units.contains(&places.unit_of[grid]);
        Route::new(&places.network, stops, |node| node.grids.iter().any(|&grid| inside(grid)))
    }
}

/// A round of the home grid and those next to it in its unit.
fn home_beat(map: &DemoDistrict, places: &DemoPlaces, grid: usize) -> Beat {
    let unit = places.unit_of[grid];
    let off_m = |other: &usize| super::voronoi::distance_m(map.hub(*other), map.hub(grid));
    let mut stops = map.grids_of(&UNITS[unit]);
    stops.sort_by(|a, b| off_m(a).total_cmp(&off_m(b)));
    stops.truncate(HOME_STOPS);
    let node = |stop: usize| places.network.nodes[places.nodes[stop]].at;
    beat(places, Pace::OnFoot, super::tour::tour(&stops, node), vec![unit])
}

fn beat(places: &DemoPlaces, pace: Pace, stops: Vec<usize>, units: Vec<usize>) -> Beat {
    let checkpoints = stops.iter().map(|&stop| places.checkpoints[stop].id.clone()).collect();
    Beat { pace, checkpoints, stops, units, route: OnceLock::new() }
}
