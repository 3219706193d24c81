//! The demo's people: 600 members in teams of the five forces, and the nine accounts that a
//! visitor uses.
//!
//! It must not hold a real person's name or a phone that exists; names are made by `names`.
//! Invariant: everyone's home grid is one of their organisation's own grids, and every micro-grid
//! has one 微网格员.

use super::district::DemoDistrict;
use super::gazetteer::{COMMUNITY, UNITS, UnitKind};
use super::names::name;
use super::organisation::{org_id, organisations};
use crate::domain::{
    Force, GridCode, Member, MemberId, OrgId, OrgKind, Organisation, Role, Team, TeamId,
};

/// The micro-grid whose 微网格员 is the account `grid`: the first one of the community.
const GRID_OF_ACCOUNT: usize = 0;
/// Members without a team: dispatchers, duty chiefs, street office, beside the accounts.
const DESK: [(usize, Force, Role); 3] = [
    (5, Force::Auxiliary, Role::Dispatcher),
    (3, Force::Police, Role::DutyChief),
    (2, Force::Volunteer, Role::StreetOffice),
];

/// Everyone in the demo.
#[derive(Clone, Debug)]
pub struct DemoPeople {
    /// 39 organisations of the five kinds.
    pub orgs: Vec<Organisation>,
    /// 79 teams, each of one force.
    pub teams: Vec<Team>,
    /// 600 members: the 248 微网格员 in the order of grids, then the teams, the desk, accounts.
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
    /// Their place on a quiet day, one of their organisation's grids.
    pub home: GridCode,
    /// Which planned shifts they can stand in.
    pub(super) corps: Corps,
    /// The unit that they belong to; the station belongs to the community.
    pub(super) unit: usize,
    /// Which of the world's beats they walk.
    pub(super) beat: usize,
}

/// A body of people that planned shifts draw from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Corps {
    Police,
    StationAuxiliary,
    VillageAuxiliary,
    Property,
    Guard,
    Volunteer,
    GridWorker,
    /// Those who sit: nobody plans their patrol.
    Desk,
}

impl DemoPeople {
    /// The organisation with this id.
    #[must_use]
    pub fn org(&self, id: &OrgId) -> Option<&Organisation> {
        self.orgs.iter().find(|org| org.id == *id)
    }
}

/// The people of the demo's district, the same at every call.
#[must_use]
pub fn people(map: &DemoDistrict) -> DemoPeople {
    let orgs = organisations(map);
    let mut roll =
        Roll { map, people: DemoPeople { orgs, teams: Vec::new(), members: Vec::new() } };
    for unit in 0..UNITS.len() {
        roll.add_grid_workers(unit);
    }
    for squad in squads() {
        roll.add_squad(&squad);
    }
    for (count, force, role) in DESK {
        for _ in 0..count {
            let seat = Seat { corps: Corps::Desk, role, force, unit: COMMUNITY, team: None };
            roll.add(&seat, None, None);
        }
    }
    roll.add_accounts();
    roll.people
}

/// A team to be made.
struct Squad {
    name: String,
    corps: Corps,
    unit: usize,
    size: usize,
}

/// Where somebody sits.
struct Seat {
    corps: Corps,
    role: Role,
    force: Force,
    unit: usize,
    team: Option<usize>,
}

/// The teams but those of 微网格员.
fn squads() -> Vec<Squad> {
    let mut squads = Vec::new();
    let mut add = |name: String, corps, unit, size| squads.push(Squad { name, corps, unit, size });
    for number in ["一", "二", "三", "四", "五", "六"] {
        add(format!("永兴派出所巡逻{number}组"), Corps::Police, COMMUNITY, 6);
    }
    for number in ["一", "二", "三", "四", "五", "六"] {
        add(format!("永兴派出所辅警{number}组"), Corps::StationAuxiliary, COMMUNITY, 6);
    }
    for (unit, known) in UNITS.iter().enumerate() {
        let stem = known.stem();
        if known.kind == UnitKind::ParkVillage {
            add(format!("{}辅警组", known.name), Corps::VillageAuxiliary, unit, 4);
            add(format!("{stem}园区物业组"), Corps::Property, unit, 5);
            add(format!("{stem}企业保安组"), Corps::Guard, unit, 8);
        }
        if known.kind != UnitKind::LivingArea {
            add(format!("{}志愿服务队", known.name), Corps::Volunteer, unit, 6);
        }
    }
    squads
}

/// The force of a corps; those who sit have several.
fn force_of(corps: Corps) -> Force {
    match corps {
        Corps::Police => Force::Police,
        Corps::StationAuxiliary | Corps::VillageAuxiliary | Corps::Desk => Force::Auxiliary,
        Corps::Property => Force::Property,
        Corps::Guard => Force::Guard,
        Corps::Volunteer | Corps::GridWorker => Force::Volunteer,
    }
}

/// The organisation that fields a force in a unit.
pub(super) fn org_of(force: Force, corps: Corps, unit: usize) -> OrgId {
    let own = match UNITS[unit].kind {
        UnitKind::Community | UnitKind::LivingArea => OrgKind::Community,
        UnitKind::ParkVillage | UnitKind::Village => OrgKind::Village,
    };
    let digits = UNITS[unit].digits;
    match (force, corps) {
        (Force::Police, _) | (Force::Auxiliary, Corps::StationAuxiliary | Corps::Desk) => {
            org_id(OrgKind::Police, "000")
        }
        (Force::Auxiliary | Force::Volunteer, _) => org_id(own, digits),
        (Force::Property, _) => org_id(OrgKind::Park, digits),
        (Force::Guard, _) => org_id(OrgKind::Company, digits),
    }
}

/// The list while it is made.
struct Roll<'a> {
    map: &'a DemoDistrict,
    people: DemoPeople,
}

impl Roll<'_> {
    fn add_grid_workers(&mut self, unit: usize) {
        let corps = Corps::GridWorker;
        let name = format!("{}网格员组", UNITS[unit].name);
        let team = Some(self.add_team(name, org_of(Force::Volunteer, corps, unit), corps));
        for grid in self.map.grids_of(&UNITS[unit]) {
            let account = (grid == GRID_OF_ACCOUNT).then_some(("grid", "演示网格员"));
            let seat = Seat { corps, role: Role::GridWorker, force: Force::Volunteer, unit, team };
            let code = self.map.grids[grid].grid.code.clone();
            self.add(&seat, Some(code), account);
        }
    }

    fn add_squad(&mut self, squad: &Squad) {
        let Squad { corps, unit, .. } = *squad;
        let force = force_of(corps);
        let team = Some(self.add_team(squad.name.clone(), org_of(force, corps, unit), corps));
        for _ in 0..squad.size {
            self.add(&Seat { corps, role: Role::Patrol, force, unit, team }, None, None);
        }
    }

    /// The visitors' accounts: two at the desk, three on patrol, the three administrators; the
    /// 微网格员's is among the workers.
    fn add_accounts(&mut self) {
        let park = UNITS.iter().position(|unit| unit.digits == "210").unwrap_or(COMMUNITY);
        for (account, corps, force, role, unit) in [
            ("security", Corps::Desk, Force::Volunteer, Role::SecurityAdmin, COMMUNITY),
            ("audit", Corps::Desk, Force::Volunteer, Role::AuditAdmin, COMMUNITY),
            ("dispatch", Corps::Desk, Force::Auxiliary, Role::Dispatcher, COMMUNITY),
            ("chief", Corps::Desk, Force::Police, Role::DutyChief, COMMUNITY),
            ("police", Corps::Police, Force::Police, Role::Patrol, COMMUNITY),
            ("guard", Corps::Guard, Force::Guard, Role::Patrol, park),
            ("volunteer", Corps::Volunteer, Force::Volunteer, Role::Patrol, COMMUNITY),
            ("admin", Corps::Desk, Force::Volunteer, Role::SystemAdmin, COMMUNITY),
        ] {
            let mates = self.people.members.iter().find(|m| m.corps == corps && m.unit == unit);
            let team = mates.and_then(|mate| mate.member.team.clone());
            let team = self.people.teams.iter().position(|known| Some(&known.id) == team.as_ref());
            let shown = match account {
                "dispatch" => "演示调度员",
                "chief" => "演示值班长",
                "police" => "演示民警",
                "guard" => "演示保安",
                "volunteer" => "演示群众",
                "security" => "演示安全管理员",
                "audit" => "演示审计管理员",
                _ => "演示管理员",
            };
            self.add(&Seat { corps, role, force, unit, team }, None, Some((account, shown)));
        }
    }

    fn add_team(&mut self, name: String, org: OrgId, corps: Corps) -> usize {
        let district = self.map.district.id.clone();
        let id = TeamId::from(format!("demo-team-{:02}", self.people.teams.len() + 1));
        self.people.teams.push(Team { id, district, org, force: force_of(corps), name });
        self.people.teams.len() - 1
    }

    fn add(&mut self, seat: &Seat, grid: Option<GridCode>, account: Option<(&'static str, &str)>) {
        let number = self.people.members.len();
        let org = org_of(seat.force, seat.corps, seat.unit);
        let grids = &self.people.org(&org).expect("every seat names an organisation").grids;
        // Comrades spread over the organisation's grids.
        let home = grid.clone().unwrap_or_else(|| grids[number * 5 % grids.len()].clone());
        let id = match account {
            Some((account, _)) => format!("demo-{account}"),
            None => format!("demo-member-{:03}", number + 1),
        };
        let beat = self.map.grids.iter().position(|known| known.grid.code == home);
        let member = Member {
            id: MemberId::from(id),
            district: self.map.district.id.clone(),
            org,
            force: seat.force,
            role: seat.role,
            team: seat.team.map(|team| self.people.teams[team].id.clone()),
            grid,
            name: account.map_or_else(|| name(number), |(_, shown)| shown.to_owned()),
        };
        self.people.members.push(DemoMember {
            member,
            account: account.map(|(account, _)| account),
            phone: phone(number),
            home,
            corps: seat.corps,
            unit: seat.unit,
            beat: beat.expect("a home is on the map"),
        });
    }
}

/// A phone number that no phone has.
pub(super) fn phone(number: usize) -> String {
    format!("1{:010}", number + 1)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashSet};

    use super::super::district;
    use super::*;

    #[test]
    fn six_hundred_members_of_five_forces_in_five_kinds_of_organisation() {
        let people = people(&district());
        assert_eq!((people.orgs.len(), people.teams.len(), people.members.len()), (39, 79, 600));
        let mut forces = BTreeMap::<Force, usize>::new();
        let mut kinds = HashSet::new();
        for other in &people.members {
            *forces.entry(other.member.force).or_default() += 1;
            kinds.insert(people.org(&other.member.org).unwrap().kind);
        }
        let counted: Vec<_> = Force::ALL.iter().map(|force| forces[force]).collect();
        assert_eq!(counted, [41, 74, 40, 65, 380]);
        assert_eq!(kinds.len(), OrgKind::ALL.len());
        let volunteers = |team: &&Team| team.name.ends_with("志愿服务队");
        assert_eq!(people.teams.iter().filter(volunteers).count(), 21);
    }

    #[test]
    fn every_grid_has_its_worker_in_the_team_of_its_unit() {
        let map = district();
        let people = people(&map);
        let workers: Vec<_> =
            people.members.iter().filter(|m| m.member.role == Role::GridWorker).collect();
        assert_eq!(workers.len(), 248);
        let grids: HashSet<_> = workers.iter().filter_map(|m| m.member.grid.as_ref()).collect();
        assert_eq!(grids.len(), 248);
        let teams: HashSet<_> = workers.iter().filter_map(|m| m.member.team.as_ref()).collect();
        assert_eq!(teams.len(), 22);
        for worker in workers {
            assert_eq!(worker.member.grid.as_ref(), Some(&worker.home));
            assert_eq!(worker.member.force, Force::Volunteer);
        }
    }

    #[test]
    fn nobody_is_taken_for_another_or_for_a_real_person() {
        let people = people(&district());
        let distinct = |text: fn(&DemoMember) -> &str| {
            people.members.iter().map(text).collect::<HashSet<_>>().len()
        };
        assert_eq!(distinct(|member| member.member.id.as_str()), 600);
        assert_eq!(distinct(|member| &member.member.name), 600);
        assert_eq!(distinct(|member| &member.phone), 600);
        for other in &people.members {
            let name = &other.member.name;
            let found = people.members.iter().filter(|any| any.member.name.contains(name)).count();
            assert_eq!(found, 1, "a search for {name} finds one");
            assert!(name.contains('演') || name.contains('示'), "{name}");
            assert!(other.phone.starts_with("10000000"), "{}", other.phone);
        }
        assert!(people.members.iter().filter(|m| m.member.name.starts_with('张')).count() > 10);
        let teams: HashSet<_> = people.teams.iter().map(|team| &team.name).collect();
        assert_eq!(teams.len(), 79);
    }

    #[test]
    fn homes_are_grids_of_the_own_organisation_and_teams_are_of_one_force() {
        let people = people(&district());
        for other in &people.members {
            let org = people.org(&other.member.org).unwrap();
            assert!(org.grids.contains(&other.home), "{}", other.member.name);
            if let Some(id) = &other.member.team {
                let team = people.teams.iter().find(|team| team.id == *id).unwrap();
                assert_eq!((team.force, &team.org), (other.member.force, &other.member.org));
            }
        }
    }

    #[test]
    fn accounts_are_what_their_names_say() {
        let people = people(&district());
        for (account, role, force, kind) in [
            ("dispatch", Role::Dispatcher, Force::Auxiliary, OrgKind::Police),
            ("chief", Role::DutyChief, Force::Police, OrgKind::Police),
            ("police", Role::Patrol, Force::Police, OrgKind::Police),
            ("guard", Role::Patrol, Force::Guard, OrgKind::Company),
            ("volunteer", Role::Patrol, Force::Volunteer, OrgKind::Community),
            ("grid", Role::GridWorker, Force::Volunteer, OrgKind::Community),
            ("admin", Role::SystemAdmin, Force::Volunteer, OrgKind::Community),
            ("security", Role::SecurityAdmin, Force::Volunteer, OrgKind::Community),
            ("audit", Role::AuditAdmin, Force::Volunteer, OrgKind::Community),
        ] {
            let of_account = |member: &&DemoMember| member.account == Some(account);
            let member = &people.members.iter().find(of_account).unwrap().member;
            assert_eq!((member.role, member.force), (role, force), "{account}");
            assert_eq!(people.org(&member.org).unwrap().kind, kind, "{account}");
            let patrols = matches!(role, Role::Patrol | Role::GridWorker);
            assert_eq!(member.team.is_some(), patrols, "{account}");
        }
    }
}
