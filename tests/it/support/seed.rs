//! A small district for the tests: two grids, the five kinds of organisation, the five forces,
//! a desk. It goes in through commands, as everything does.

use xunfang::auth::{Actor, password};
use xunfang::command::{AccountSeed, Command, Done, MemberSeed, Settlement, Writer};
use xunfang::domain::{
    AccountId, Checkpoint, CheckpointId, District, DistrictId, EscalationUnit, EscalationUnitId,
    Force, Grid, GridCode, Member, MemberId, OrgId, OrgKind, Organisation, Role, RosterEntry,
    RosterId, ShiftTemplate, Station, StationId, StationKind, Street, StreetId, Team, TeamId,
    TemplateId, Tier, Window,
};
use xunfang::spatial::Point;
use xunfang::store::account::Account;
use xunfang::store::grid::ShapedGrid;

use super::node::NOW_MS;

/// The password of every account here.
pub(crate) const PASSWORD: &str = "Test-Pass-2026";
/// The district's code.
pub(crate) const DISTRICT: &str = "420882002";
/// The grid of the park, whose property and guards are at home there.
pub(crate) const PARK_GRID: &str = "420882002210-001";
/// The grid of the community.
pub(crate) const HOME_GRID: &str = "420882002001-001";

/// The checkpoint in the park, at [`in_park`].
pub(crate) const CHECKPOINT: &str = "gate";

/// A point in the park's grid.
pub(crate) fn in_park() -> Point {
    Point::new(113.205, 30.955).expect("in the world")
}

/// A point in the community's grid.
pub(crate) fn at_home() -> Point {
    Point::new(113.215, 30.955).expect("in the world")
}

/// The people, by account: name, force, role, team, organisation.
const PEOPLE: &[(&str, Force, Role, Option<&str>, &str)] = &[
    ("police", Force::Police, Role::Patrol, Some("police"), "station"),
    ("auxiliary", Force::Auxiliary, Role::Patrol, Some("auxiliary"), "station"),
    ("property", Force::Property, Role::Patrol, Some("property"), "park"),
    ("guard", Force::Guard, Role::Patrol, Some("guard"), "company"),
    ("guard2", Force::Guard, Role::Patrol, Some("guard"), "company"),
    ("volunteer", Force::Volunteer, Role::Patrol, Some("volunteer"), "community"),
    ("dispatch", Force::Auxiliary, Role::Dispatcher, None, "station"),
    ("dispatch2", Force::Auxiliary, Role::Dispatcher, None, "station"),
    ("chief", Force::Police, Role::DutyChief, None, "station"),
    ("street", Force::Volunteer, Role::StreetOffice, None, "community"),
];

const ORGS: &[(&str, OrgKind, &[&str])] = &[
    ("station", OrgKind::Police, &[]),
    ("park", OrgKind::Park, &[PARK_GRID]),
    ("company", OrgKind::Company, &[PARK_GRID]),
    ("community", OrgKind::Community, &[HOME_GRID]),
    ("village", OrgKind::Village, &[]),
];

/// Adds the district with its people; every account's password is [`PASSWORD`].
pub(crate) async fn district(writer: &Writer) {
    district_called(writer, DISTRICT, "").await;
}

/// The same under another code, its people's accounts with a suffix.
pub(crate) async fn district_called(writer: &Writer, code: &str, suffix: &str) {
    let id = DistrictId::from(code);
    let district = District {
        id: id.clone(),
        name: "永兴街道".to_owned(),
        timezone: "Asia/Shanghai".to_owned(),
        prefix: "YX".to_owned(),
        demo: false,
    };
    apply(writer, Command::ImportDistrict { district, outline: None }).await;
    apply(writer, Command::ImportGrids { district: id.clone(), grids: grids(), checked: false })
        .await;
    apply(writer, Command::Settle(Box::new(settlement(&id, suffix)))).await;
}

/// Those who keep the district's accounts, rights and audit, and a volunteer without an account.
const STAFF: &[(&str, Role)] = &[
    ("keeper", Role::SystemAdmin),
    ("security", Role::SecurityAdmin),
    ("audit", Role::AuditAdmin),
    ("accountless", Role::Patrol),
];

/// Adds the three administrators to the district, and a member without an account.
pub(crate) async fn administrators(writer: &Writer) {
    let hash = password::hash(PASSWORD).expect("there is randomness");
    let id = DistrictId::from(DISTRICT);
    let member = |name: &str, role: Role| Member {
        id: MemberId::from(name),
        district: id.clone(),
        org: OrgId::from("community"),
        force: Force::Volunteer,
        role,
        team: None,
        grid: None,
        name: format!("演示{name}"),
    };
    let account = |name: &str| {
        AccountSeed(Account {
            id: AccountId::from(name),
            member: MemberId::from(name),
            username: name.to_owned(),
            password_hash: hash.clone(),
            must_change: false,
            disabled_ms: None,
        })
    };
    let members =
        STAFF.iter().map(|(name, role)| MemberSeed { member: member(name, *role), phone: None });
    let admins = STAFF.iter().filter(|(_, role)| role.is_admin());
    let settlement = Settlement {
        members: members.collect(),
        accounts: admins.map(|(name, _)| account(name)).collect(),
        ..Settlement::of(id.clone())
    };
    apply(writer, Command::Settle(Box::new(settlement))).await;
}

async fn apply(writer: &Writer, command: Command) -> Done {
    writer.apply(Actor::System, command).await.expect("the seed is right")
}

/// Two squares that share an edge.
fn grids() -> Vec<ShapedGrid> {
    [(PARK_GRID, 113.20, "企业车间"), (HOME_GRID, 113.21, "楼栋")]
        .map(|(code, west, kind)| {
            let east = west + 0.01;
            ShapedGrid {
                grid: Grid {
                    code: GridCode::from(code),
                    version: 0,
                    name: format!("测试网格 {code}"),
                    kind: kind.to_owned(),
                    area: None,
                },
                shape: format!(
                    r#"{{"type":"Polygon","coordinates":[[[{west},30.95],[{east},30.95],[{east},30.96],[{west},30.96],[{west},30.95]]]}}"#
                ),
            }
        })
        .into()
}

fn settlement(district: &DistrictId, suffix: &str) -> Settlement {
    // Hashing is slow on purpose; one hash serves every test account.
    let hash = password::hash(PASSWORD).expect("there is randomness");
    let named = |name: &str| format!("{name}{suffix}");
    Settlement {
        organisations: ORGS
            .iter()
            .map(|(name, kind, grids)| Organisation {
                id: OrgId::from(named(name)),
                district: district.clone(),
                kind: *kind,
                name: (*name).to_owned(),
                grids: grids.iter().map(|grid| GridCode::from(*grid)).collect(),
            })
            .collect(),
        teams: PEOPLE
            .iter()
            .filter_map(|(_, force, _, team, org)| team.map(|team| (force, team, org)))
            .map(|(force, team, org)| Team {
                id: TeamId::from(named(team)),
                district: district.clone(),
                org: OrgId::from(named(org)),
                force: *force,
                name: format!("{team}队"),
            })
            .collect(),
        members: PEOPLE
            .iter()
            .map(|(name, force, role, team, org)| MemberSeed {
                member: Member {
                    id: MemberId::from(named(name)),
                    district: district.clone(),
                    org: OrgId::from(named(org)),
                    force: *force,
                    role: *role,
                    team: team.map(|team| TeamId::from(named(team))),
                    grid: None,
                    name: format!("演示{name}"),
                },
                phone: Some("10000000001".to_owned()),
            })
            .collect(),
        accounts: PEOPLE
            .iter()
            .map(|(name, ..)| {
                AccountSeed(Account {
                    id: AccountId::from(named(name)),
                    member: MemberId::from(named(name)),
                    username: named(name),
                    password_hash: hash.clone(),
                    must_change: false,
                    disabled_ms: None,
                })
            })
            .collect(),
        ..places(district, suffix)
    }
}

/// A station and a checkpoint in the park, a street through both grids, and a tree of two.
fn places(district: &DistrictId, suffix: &str) -> Settlement {
    let named = |name: &str| format!("{name}{suffix}");
    let district = district.clone();
    let park = || Some(GridCode::from(PARK_GRID));
    let unit = |name: &str, tier: Tier, parent: Option<&str>| EscalationUnit {
        id: EscalationUnitId::from(named(name)),
        district: district.clone(),
        tier,
        name: name.to_owned(),
        parent: parent.map(|parent| EscalationUnitId::from(named(parent))),
        area: None,
        grid: park().filter(|_| tier == Tier::Household),
    };
    Settlement {
        stations: vec![Station {
            id: StationId::from(named("office")),
            district: district.clone(),
            kind: StationKind::PoliceOffice,
            name: "测试警务室".to_owned(),
            point: in_park(),
            area: None,
            grid: park(),
        }],
        checkpoints: vec![Checkpoint {
            id: CheckpointId::from(named(CHECKPOINT)),
            district: district.clone(),
            name: "测试巡更点".to_owned(),
            point: in_park(),
            grid: park(),
            must_visit: true,
        }],
        streets: vec![Street {
            id: StreetId::from(named("street")),
            district: district.clone(),
            name: "测试路".to_owned(),
            line: vec![in_park(), at_home()],
        }],
        escalation: vec![
            unit("committee", Tier::StreetCommittee, None),
            unit("household", Tier::Household, Some("committee")),
        ],
        ..duty(district, suffix)
    }
}

/// This evening's patrol of the park by `guard` and `police`.
fn duty(district: DistrictId, suffix: &str) -> Settlement {
    let named = |name: &str| format!("{name}{suffix}");
    let entry = |member: &str| RosterEntry {
        id: RosterId::from(format!("tonight-{}", named(member))),
        district: district.clone(),
        template: TemplateId::from(named("night")),
        member: MemberId::from(named(member)),
        team: Some(TeamId::from(named(member))),
        starts_ms: NOW_MS - 5 * 60_000,
        ends_ms: NOW_MS + 355 * 60_000,
    };
    Settlement {
        templates: vec![ShiftTemplate {
            id: TemplateId::from(named("night")),
            district: district.clone(),
            name: "园区夜巡".to_owned(),
            windows: vec![Window { start_min: 1_200, end_min: 1_560 }],
            weekdays: Vec::new(),
            laps: 2,
            checkpoints: vec![CheckpointId::from(named(CHECKPOINT))],
            forces: vec![Force::Police, Force::Guard],
            headcount: 2,
            police_lead_required: true,
        }],
        roster: vec![entry("guard"), entry("police")],
        ..Settlement::of(district)
    }
}
