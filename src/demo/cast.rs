//! Who is simulated: a dispatcher, the demo's own members, and as many more as are asked for.
//!
//! Invariant: both sides of a run, the server that mints tokens and the process that walks, make
//! the same people of the same number.

use std::collections::HashMap;

use super::{DemoMember, DemoWorld, Walk};
use crate::app::Cast;
use crate::command::{MemberSeed, Settlement};
use crate::domain::{Checkpoint, Force, Member, MemberId, OrgKind, Role};

/// The dispatcher who steps in when no person does.
const DESK: &str = "demo-desk-01";

/// A member to simulate.
pub struct Part {
    /// Who.
    pub member: Member,
    /// Their way.
    pub walk: Walk,
    /// The checkpoints of their beat, in walking order.
    pub beat: Vec<Checkpoint>,
    /// When they are planned to be on duty: start and end, Unix ms UTC.
    pub duty: Vec<(i64, i64)>,
}

/// What a demo server must know to mint tokens: the dispatcher first, then members.
#[must_use]
pub fn actors(count: usize) -> Cast {
    let world = DemoWorld::new();
    let members = cast(&world, Some(count.saturating_sub(1)));
    let desk = desk(&world);
    let ids = std::iter::once(desk.id.clone()).chain(members.iter().map(|m| m.member.id.clone()));
    let ids = ids.collect();
    let crowd = world.crowd(members.len().saturating_sub(world.rostered().len()));
    let newcomers = crowd
        .members
        .into_iter()
        .map(|each| MemberSeed { member: each.member, phone: Some(each.phone) });
    let desk = MemberSeed { member: desk, phone: None };
    let settlement = Settlement {
        teams: crowd.teams,
        members: std::iter::once(desk).chain(newcomers).collect(),
        ..Settlement::of(world.map.district.id)
    };
    Cast { settlement, members: ids }
}

/// So many members: those who are ever rostered, crew by crew, then a crowd; without a number all
/// who are ever rostered.
#[must_use]
pub fn cast(world: &DemoWorld, members: Option<usize>) -> Vec<DemoMember> {
    let mut cast: Vec<DemoMember> = world.rostered().into_iter().cloned().collect();
    let wanted = members.unwrap_or(cast.len());
    cast.truncate(wanted);
    cast.extend(world.crowd(wanted - cast.len()).members);
    cast
}

/// What each of them does.
#[must_use]
pub fn parts(world: &DemoWorld, cast: &[DemoMember], seed: u64, now_ms: i64) -> Vec<Part> {
    let zone = world.map.district.timezone.parse().expect("the demo's zone is one");
    let mut duty = HashMap::<MemberId, Vec<(i64, i64)>>::new();
    for entry in world.rosters(&zone, now_ms) {
        duty.entry(entry.member).or_default().push((entry.starts_ms, entry.ends_ms));
    }
    let part = |each: &DemoMember| {
        let walk = world.walk(each, seed);
        Part {
            beat: walk.stops().cloned().collect(),
            walk,
            duty: duty.get(&each.member.id).cloned().unwrap_or_default(),
            member: each.member.clone(),
        }
    };
    cast.iter().map(part).collect()
}

fn desk(world: &DemoWorld) -> Member {
    Member {
        id: MemberId::from(DESK),
        district: world.map.district.id.clone(),
        org: super::organisation::org_id(OrgKind::Police, "000"),
        force: Force::Police,
        role: Role::Dispatcher,
        team: None,
        grid: None,
        name: "演示值班员".to_owned(),
    }
}
