//! As many more members as a simulation asks for, in the same district.
//!
//! They are made, not stored: whoever simulates them settles them first.
//! Invariant: the first ones of a larger crowd are the whole of a smaller one.

use super::gazetteer::{COMMUNITY, UNITS, UnitKind};
use super::names::simulated_name;
use super::people::{Corps, DemoMember, org_of, phone};
use super::world::DemoWorld;
use crate::domain::{Force, Member, MemberId, Role, Team, TeamId};

/// Members of a team.
const TEAM_SIZE: usize = 6;
/// Their phones count on from this number, far behind the district's own people.
const FIRST_PHONE: usize = 100_000;

/// Simulated members and their teams.
#[derive(Clone, Debug)]
pub struct Crowd {
    /// `demo-sim-team-0001` and so on.
    pub teams: Vec<Team>,
    /// `demo-sim-00001` and so on, six a team.
    pub members: Vec<DemoMember>,
}

impl DemoWorld {
    /// So many simulated members, their teams spread over the units and the forces there.
    #[must_use]
    pub fn crowd(&self, count: usize) -> Crowd {
        let teams: Vec<Team> =
            (0..count.div_ceil(TEAM_SIZE)).map(|at| self.crowd_team(at)).collect();
        let member = |index: usize| {
            let team = &teams[index / TEAM_SIZE];
            let unit = index / TEAM_SIZE % UNITS.len();
            let org = self.people.org(&team.org).expect("a team names an organisation");
            let grids = self.map.grids_of(&UNITS[unit]);
            let own = |grid: &&usize| org.grids.contains(&self.map.grids[**grid].grid.code);
            let own: Vec<usize> = grids.iter().filter(own).copied().collect();
            let beat = own[(index / TEAM_SIZE / UNITS.len() + index) % own.len()];
            let member = Member {
                id: MemberId::from(format!("demo-sim-{:05}", index + 1)),
                district: team.district.clone(),
                org: team.org.clone(),
                force: team.force,
                role: Role::Patrol,
                team: Some(team.id.clone()),
                grid: None,
                name: simulated_name(index + 1),
            };
            DemoMember {
                member,
                account: None,
                phone: phone(FIRST_PHONE + index),
                home: self.map.grids[beat].grid.code.clone(),
                corps: Corps::Desk,
                unit,
                beat,
            }
        };
        let members = (0..count).map(member).collect();
        Crowd { teams, members }
    }

    fn crowd_team(&self, at: usize) -> Team {
        let unit = at % UNITS.len();
        let round = at / UNITS.len();
        let forces: &[Force] = match UNITS[unit].kind {
            UnitKind::ParkVillage => {
                &[Force::Guard, Force::Property, Force::Volunteer, Force::Auxiliary]
            }
            _ if unit == COMMUNITY => &[Force::Police, Force::Volunteer],
            _ => &[Force::Volunteer, Force::Auxiliary],
        };
        let force = forces[round % forces.len()];
        Team {
            id: TeamId::from(format!("demo-sim-team-{:04}", at + 1)),
            district: self.map.district.id.clone(),
            org: org_of(force, Corps::Volunteer, unit),
            force,
            name: format!("{}模拟{:04}组", UNITS[unit].stem(), at + 1),
        }
    }
}
