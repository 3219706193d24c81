//! Who may see what, written down a second time and naively, from the domain page and not from
//! the matrix: plain conditions, so that a person can hold them against the page.

use xunfang::domain::{Force, Incident, Member, MemberBrief, Role, Shift, TopKind};

fn is_patrol(member: &Member) -> bool {
    matches!(member.role, Role::Patrol | Role::TeamLeader | Role::GridWorker | Role::Mediator)
}

fn is_desk(member: &Member) -> bool {
    matches!(member.role, Role::Dispatcher | Role::DutyChief)
}

/// A grid worker is a volunteer, whatever force the record says.
fn acts_as_police(member: &Member) -> bool {
    member.force == Force::Police
        && matches!(member.role, Role::Patrol | Role::TeamLeader | Role::Mediator)
}

pub(crate) fn sees_incident(member: &Member, incident: &Incident) -> bool {
    if member.district != incident.district {
        return false;
    }
    if is_desk(member) || member.role == Role::StreetOffice {
        return true;
    }
    if incident.reporter.as_ref() == Some(&member.id) {
        return true;
    }
    if !is_patrol(member) {
        return false;
    }
    let called = incident
        .assignments
        .iter()
        .any(|call| call.state.is_active() && Some(&call.team) == member.team.as_ref());
    let police_matter = matches!(incident.top, TopKind::Criminal | TopKind::Security);
    let by_trade = match member.role {
        Role::Mediator => incident.top == TopKind::Dispute,
        Role::Patrol | Role::TeamLeader => {
            member.force == Force::Police && (police_matter || incident.flags.escalated)
        }
        _ => false,
    };
    called || by_trade
}

pub(crate) fn knows_reporter(member: &Member, incident: &Incident) -> bool {
    is_desk(member) || acts_as_police(member) || incident.reporter.as_ref() == Some(&member.id)
}

pub(crate) fn reads_district_channel(member: &Member) -> bool {
    !matches!(member.role, Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin)
}

pub(crate) fn sees_shift(member: &Member, shift: &Shift) -> bool {
    let own_team = shift.team.is_some() && shift.team == member.team;
    shift.member == member.id || is_desk(member) || (is_patrol(member) && own_team)
}

/// Of somebody else's visit.
pub(crate) fn sees_check_in(member: &Member, who: &MemberBrief) -> bool {
    let own_team = who.team.is_some() && who.team == member.team;
    is_desk(member) || (is_patrol(member) && own_team)
}
