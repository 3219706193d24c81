//! Who is simulated: a dispatcher, the demo's own members, and as many more as are asked for.
//!
//! Invariant: both sides of a run, the server that mints tokens and the process that walks, make
//! the same people of the same number.

use super::{DemoMember, Walk, district, people};
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
    /// The checkpoints of their beat.
    pub beat: Vec<Checkpoint>,
    /// When they are planned to be on duty: start and end, Unix ms UTC.
    pub duty: Vec<(i64, i64)>,
}

/// What a demo server must know to mint tokens: the dispatcher first, then members.
#[must_use]
pub fn actors(count: usize) -> Cast {
    let map = district();
    let members = cast(Some(count.saturating_sub(1)));
    let desk = desk();
    let ids = std::iter::once(desk.id.clone()).chain(members.iter().map(|m| m.member.id.clone()));
    let settlement = Settlement {
        district: map.district.id.clone(),
        areas: Vec::new(),
        organisations: Vec::new(),
        teams: Vec::new(),
        members: vec![MemberSeed { member: desk, phone: None }],
        accounts: Vec::new(),
    };
    Cast { settlement, members: ids.collect() }
}

/// So many members, or all who are ever rostered.
#[must_use]
pub fn cast(members: Option<usize>) -> Vec<DemoMember> {
    let own = people(&district()).members.into_iter().filter(|member| member.account.is_none());
    own.take(members.unwrap_or(usize::MAX)).collect()
}

/// What each of them does.
#[must_use]
pub fn parts(cast: &[DemoMember], seed: u64, _now_ms: i64) -> Vec<Part> {
    let map = district();
    let people = people(&map);
    cast.iter()
        .map(|each| Part {
            member: each.member.clone(),
            walk: Walk::new(&map, &people, each, seed),
            beat: Vec::new(),
            duty: Vec::new(),
        })
        .collect()
}

fn desk() -> Member {
    Member {
        id: MemberId::from(DESK),
        district: district().district.id,
        org: super::organisation::org_id(OrgKind::Police, "000"),
        force: Force::Police,
        role: Role::Dispatcher,
        team: None,
        grid: None,
        name: "演示值班员".to_owned(),
    }
}
