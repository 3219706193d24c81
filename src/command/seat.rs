//! What a member does in the system: role, force, organisation, team, micro-grid.
//!
//! Invariants: nobody changes their own; administrators are appointed by the security
//! administrator alone, once there is one; somebody always keeps the installation.

use super::account::of_district;
use super::context::Context;
use super::end_sessions::{self, Which};
use super::{Done, Fault};
use crate::auth::{About, Action, Object, seat};

use crate::domain::{
    AuditAction, AuditNote, DistrictId, Event, Force, GridCode, Member, MemberId, OrgId, Role,
    TeamId,
};
use crate::protocol::{Code, Refusal};
use crate::store::{member, organisation};

/// What a member is to be.
#[derive(Debug, Clone)]
pub struct NewSeat {
    /// Their role.
    pub role: Role,
    /// Their force.
    pub force: Force,
    /// Their organisation.
    pub org: OrgId,
    /// Their team.
    pub team: Option<TeamId>,
    /// The micro-grid that a 微网格员 answers for.
    pub grid: Option<GridCode>,
}

pub(super) async fn change(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    id: &MemberId,
    given: &NewSeat,
) -> Result<Done, Fault> {
    let object = Object::district(district);
    cx.allow(Action::SeeAccounts, &object)?;
    let before = of_district(cx, district, id).await?;
    if cx.member().is_ok_and(|actor| actor.id == before.id) {
        let message = "your own duties are changed by another administrator";
        return Err(Refusal::new(Code::Forbidden, message).into());
    }
    let after = Member {
        role: given.role,
        force: given.force,
        org: given.org.clone(),
        team: given.team.clone(),
        grid: given.grid.clone(),
        ..before.clone()
    };
    if before.role.is_admin() || after.role.is_admin() {
        appoint(cx, &before, &after).await?;
    } else {
        cx.allow(Action::AssignDuties, &object)?;
    }
    check(cx, &before, &after).await?;
    member::upsert(cx.tx, &after).await?;
    let seats = [&before, &after].map(|member| seat(member).as_str());
    tell(cx, &before, &after).await?;
    let note = AuditNote {
        detail: Some(format!("{} → {}", seats[0], seats[1])),
        ..AuditNote::of(AuditAction::MemberChanged, format!("member:{id}"))
    };
    cx.audit(district, &note, None).await?;
    Ok(Done::Member(Box::new(after)))
}

/// Tells that a member is another, and ends their sessions when they now sit elsewhere: a phone's
/// session lasts longer than a desk may.
pub(super) async fn tell(
    cx: &mut Context<'_, '_>,
    before: &Member,
    after: &Member,
) -> Result<(), Fault> {
    if before == after {
        return Ok(());
    }
    let event = Event::MemberChanged { member: after.clone() };
    cx.emit(&after.district, event, About::Itself).await?;
    if seat(before).has_console() != seat(after).has_console() {
        end_sessions::end(cx, &after.district, &after.id, &Which::All).await?;
    }
    Ok(())
}

async fn appoint(cx: &mut Context<'_, '_>, before: &Member, after: &Member) -> Result<(), Fault> {
    cx.allow(Action::AppointAdmins, &Object::district(&before.district))?;
    let actor = cx.member()?.clone();
    if actor.role == Role::SystemAdmin
        && member::any_with_role(cx.tx, &before.district, Role::SecurityAdmin).await?
    {
        let message = "the security administrator appoints administrators here";
        return Err(Refusal::new(Code::Forbidden, message).about("role").into());
    }
    let keeper = |member: &Member| {
        member.role == Role::SystemAdmin && member.district == DistrictId::installation()
    };
    if keeper(before) && !keeper(after) {
        let message = "somebody must keep the installation";
        return Err(Refusal::new(Code::Conflict, message).about("role").into());
    }
    Ok(())
}

async fn check(cx: &mut Context<'_, '_>, before: &Member, after: &Member) -> Result<(), Fault> {
    let district = &after.district;
    if before.org != after.org {
        let org = organisation::find(cx.tx, &after.org).await?;
        if org.is_none_or(|org| org.district != *district) {
            return Err(Refusal::not_found("organisation").about("org").into());
        }
    }
    if let Some(id) = &after.team {
        let team = organisation::find_team(cx.tx, id).await?;
        let Some(team) = team.filter(|team| team.district == *district) else {
            return Err(Refusal::not_found("team").about("team").into());
        };
        if team.force != after.force {
            let message = "the team is of another force";
            return Err(Refusal::invalid("team", message).into());
        }
    }
    if let Some(grid) = &after.grid {
        let map = cx.map(district).await?;
        if map.grid(grid).is_none() {
            return Err(Refusal::not_found("grid").about("grid").into());
        }
    }
    if after.role == Role::GridWorker && after.grid.is_none() {
        return Err(Refusal::invalid("grid", "a grid worker answers for one").into());
    }
    Ok(())
}
