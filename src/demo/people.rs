//! The demo's people: ten teams of the five forces, and the four accounts that a visitor uses.
//!
//! It must not hold a real person's name or a phone that exists.
//! Invariant: everyone's home grid is one of their organisation's own grids.

use super::district::DemoDistrict;
use super::organisation::{org_id, organisations};
use crate::domain::{
    Force, GridCode, Member, MemberId, OrgId, OrgKind, Organisation, Role, Team, TeamId,
};

/// The members of one team.
const TEAM_SIZE: usize = 4;

/// Name, the organisation that fields it (kind and unit), and the force of its members.
const TEAMS: [(&str, OrgKind, &str, Force); 10] = [
    ("永兴派出所巡逻一组", OrgKind::Police, "000", Force::Police),
    ("永兴派出所巡逻二组", OrgKind::Police, "000", Force::Police),
    ("永兴派出所辅警组", OrgKind::Police, "000", Force::Auxiliary),
    ("永兴村辅警组", OrgKind::Village, "200", Force::Auxiliary),
    ("汪林岗园区物业组", OrgKind::Park, "210", Force::Property),
    ("群光园区物业组", OrgKind::Park, "212", Force::Property),
    ("汪林岗企业保安组", OrgKind::Company, "210", Force::Guard),
    ("群光企业保安组", OrgKind::Company, "212", Force::Guard),
    ("永兴街社区志愿组", OrgKind::Community, "001", Force::Volunteer),
    ("老柳河村义务巡逻组", OrgKind::Village, "201", Force::Volunteer),
];

/// Account, name, index in `TEAMS`, role; the dispatcher sits at the desk and has no team.
const ACCOUNTS: [(&str, &str, usize, Role); 4] = [
    ("dispatch", "演示调度员", 2, Role::Dispatcher),
    ("police", "演示民警", 0, Role::Patrol),
    ("guard", "演示保安", 6, Role::Patrol),
    ("volunteer", "演示群众", 8, Role::Patrol),
];

/// Everyone in the demo.
#[derive(Clone, Debug)]
pub struct DemoPeople {
    /// 39 organisations of the five kinds.
    pub orgs: Vec<Organisation>,
    /// Ten teams, each of one force.
    pub teams: Vec<Team>,
    /// First the 40 simulated members, four a team in the order of teams, then the accounts.
    pub members: Vec<DemoMember>,
}

/// A member with what the demo knows besides.
#[derive(Clone, Debug)]
pub struct DemoMember {
    /// The member; the name says that it is made up.
    pub member: Member,
    /// The sign-in name; none for the simulated.
    pub account: Option<&'static str>,
    /// Eleven digits that no phone has, counting up from 10000000001.
    pub phone: String,
    /// Where they patrol, one of their organisation's grids.
    pub home: GridCode,
    /// How they move.
    pub pace: Pace,
}

/// How somebody patrols (步巡, 摩巡, 车巡).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// 步巡, inside the home grid.
    OnFoot,
    /// 摩巡, through the organisation's grids around the home grid.
    ByMotorcycle,
    /// 车巡, through the organisation's grids around the home grid.
    ByCar,
}

impl Pace {
    /// The mean speed in metres a second.
    #[must_use]
    pub fn speed_mps(self) -> f64 {
        match self {
            Self::OnFoot => 1.2,
            Self::ByMotorcycle => 6.0,
            Self::ByCar => 8.0,
        }
    }
}

impl DemoPeople {
    /// The organisation with this id.
    #[must_use]
    pub fn org(&self, id: &OrgId) -> Option<&Organisation> {
        self.orgs.iter().find(|org| org.id == *id)
    }

    /// The members that `simulate` walks.
    pub fn simulated(&self) -> impl Iterator<Item = &DemoMember> {
        self.members.iter().filter(|member| member.account.is_none())
    }
}

/// The people of the demo's district, the same at every call.
#[must_use]
pub fn people(map: &DemoDistrict) -> DemoPeople {
    let orgs = organisations(map);
    let teams: Vec<_> = (0..TEAMS.len()).map(|index| team(map, index)).collect();
    let mut people = DemoPeople { orgs, teams, members: Vec::new() };
    for index in 0..TEAMS.len() * TEAM_SIZE {
        let member = simulated(&people, index);
        people.members.push(member);
    }
    for index in 0..ACCOUNTS.len() {
        let member = with_account(&people, index);
        people.members.push(member);
    }
    people
}

fn team(map: &DemoDistrict, index: usize) -> Team {
    let (name, kind, digits, force) = TEAMS[index];
    Team {
        id: TeamId::from(format!("demo-team-{:02}", index + 1)),
        district: map.district.id.clone(),
        org: org_id(kind, digits),
        force,
        name: name.to_owned(),
    }
}

fn simulated(people: &DemoPeople, index: usize) -> DemoMember {
    let (team_index, seat) = (index / TEAM_SIZE, index % TEAM_SIZE);
    let team = &people.teams[team_index];
    let comrades = people.members.iter().filter(|other| other.member.force == team.force).count();
    let member = Member {
        id: MemberId::from(format!("demo-member-{:02}", index + 1)),
        district: team.district.clone(),
        org: team.org.clone(),
        force: team.force,
        role: Role::Patrol,
        team: Some(team.id.clone()),
        grid: None,
        name: format!("演示{}{:02}", force_name(team.force), comrades + 1),
    };
    let pace = match team.force {
        Force::Police if seat < 2 => Pace::ByCar,
        Force::Auxiliary if seat < 2 => Pace::ByMotorcycle,
        _ => Pace::OnFoot,
    };
    // Teams of one organisation take other grids, and a team's members spread over them.
    let home = home_grid(people, &team.org, seat * TEAMS.len() + team_index);
    DemoMember { member, account: None, phone: phone(index), home, pace }
}

fn with_account(people: &DemoPeople, index: usize) -> DemoMember {
    let (account, name, team_index, role) = ACCOUNTS[index];
    let team = &people.teams[team_index];
    let member = Member {
        id: MemberId::from(format!("demo-{account}")),
        district: team.district.clone(),
        org: team.org.clone(),
        force: team.force,
        role,
        team: (role == Role::Patrol).then(|| team.id.clone()),
        grid: None,
        name: name.to_owned(),
    };
    let home = home_grid(people, &team.org, 0);
    let phone = phone(TEAMS.len() * TEAM_SIZE + index);
    DemoMember { member, account: Some(account), phone, home, pace: Pace::OnFoot }
}

/// The grid that comes after `at` fortieths of an organisation's grids.
fn home_grid(people: &DemoPeople, org: &OrgId, at: usize) -> GridCode {
    let grids = &people.org(org).expect("every team names an organisation").grids;
    grids[at * grids.len() / (TEAMS.len() * TEAM_SIZE)].clone()
}

fn phone(index: usize) -> String {
    format!("1{:010}", index + 1)
}

fn force_name(force: Force) -> &'static str {
    match force {
        Force::Police => "民警",
        Force::Auxiliary => "辅警",
        Force::Property => "物业",
        Force::Guard => "保安",
        Force::Volunteer => "群众",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::district;
    use super::*;

    #[test]
    fn forty_members_of_five_forces_and_four_accounts() {
        let people = people(&district());
        assert_eq!((people.orgs.len(), people.teams.len(), people.members.len()), (39, 10, 44));
        for force in Force::ALL {
            let count = people.simulated().filter(|other| other.member.force == *force).count();
            assert_eq!(count, 8, "{force}");
        }
        for kind in OrgKind::ALL {
            assert!(people.orgs.iter().any(|org| org.kind == *kind), "{kind}");
        }
        let distinct = |text: fn(&DemoMember) -> &str| {
            people.members.iter().map(text).collect::<HashSet<_>>().len()
        };
        assert_eq!(distinct(|member| member.member.id.as_str()), 44);
        assert_eq!(distinct(|member| &member.member.name), 44);
        assert_eq!(distinct(|member| &member.phone), 44);
        assert_eq!(people.members[0].phone, "10000000001");
        assert!(people.members.iter().all(|member| member.member.name.starts_with("演示")));
    }

    #[test]
    fn a_kind_of_organisation_is_not_a_force() {
        let people = people(&district());
        let pairs: HashSet<_> = people
            .members
            .iter()
            .map(|other| (people.org(&other.member.org).unwrap().kind, other.member.force))
            .collect();
        assert!(pairs.contains(&(OrgKind::Police, Force::Auxiliary)));
        assert!(pairs.contains(&(OrgKind::Village, Force::Auxiliary)));
        assert!(pairs.contains(&(OrgKind::Village, Force::Volunteer)));
    }

    #[test]
    fn homes_are_grids_of_the_own_organisation_and_spread() {
        let people = people(&district());
        for other in &people.members {
            let org = people.org(&other.member.org).unwrap();
            assert!(org.grids.contains(&other.home), "{}", other.member.name);
            assert!(org.grids.iter().all(|grid| grid.as_str().starts_with("420882002")));
        }
        for team in people.members[..40].chunks(TEAM_SIZE) {
            let homes: HashSet<_> = team.iter().map(|other| &other.home).collect();
            assert_eq!(homes.len(), TEAM_SIZE);
        }
    }

    #[test]
    fn accounts_are_what_their_names_say() {
        let people = people(&district());
        let account =
            |name: &str| people.members.iter().find(|member| member.account == Some(name)).unwrap();
        let org = |name: &str| people.org(&account(name).member.org).unwrap();
        assert_eq!(account("dispatch").member.role, Role::Dispatcher);
        assert_eq!(account("dispatch").member.team, None);
        assert_eq!(org("dispatch").kind, OrgKind::Police);
        assert_eq!(account("police").member.force, Force::Police);
        assert_eq!(account("guard").member.force, Force::Guard);
        assert_eq!(account("volunteer").member.force, Force::Volunteer);
        assert_eq!(org("guard").kind, OrgKind::Company);
        let map = district();
        let workshop = |code: &GridCode| {
            let grid = map.grids.iter().find(|grid| grid.grid.code == *code).unwrap();
            grid.grid.kind == "企业车间"
        };
        assert!(!org("guard").grids.is_empty() && org("guard").grids.iter().all(workshop));
    }
}
