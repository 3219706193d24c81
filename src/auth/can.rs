//! The one question: may this actor do this to that?

use super::action::Action;
use super::matrix::{Grant, cell};
use super::{Actor, Resident, Seat, force_seat, seat};
use crate::domain::{
    DistrictId, Force, Incident, IncidentId, Member, MemberId, OrgId, TeamId, TopKind,
};

/// The facts of an object that rights depend on. Build it from what is acted upon.
#[derive(Debug, Clone, Default)]
pub struct Object<'a> {
    /// The district that it belongs to.
    pub district: Option<&'a DistrictId>,
    /// The incident that it is or belongs to.
    pub incident: Option<&'a IncidentId>,
    /// The member whom it is about.
    pub subject: Option<&'a MemberId>,
    /// Who reported it.
    pub reporter: Option<&'a MemberId>,
    /// The teams that are called to it.
    pub teams: Vec<&'a TeamId>,
    /// The team that leads.
    pub lead: Option<&'a TeamId>,
    /// The class of its kind.
    pub top: Option<TopKind>,
    /// Whether it is a call for help that nobody took in time.
    pub escalated: bool,
    /// The organisations that own the grid where it is.
    pub owners: &'a [OrgId],
    /// Whether a police team is called to it, or about to be.
    pub with_police: bool,
}

impl<'a> Object<'a> {
    /// Something that belongs to a district and to nobody in particular.
    pub fn district(district: &'a DistrictId) -> Self {
        Self { district: Some(district), ..Self::default() }
    }

    /// An incident.
    pub fn incident(incident: &'a Incident) -> Self {
        let active = || incident.assignments.iter().filter(|a| a.state.is_active());
        Self {
            district: Some(&incident.district),
            incident: Some(&incident.id),
            reporter: incident.reporter.as_ref(),
            teams: active().map(|a| &a.team).collect(),
            lead: active().find(|a| a.lead).map(|a| &a.team),
            top: Some(incident.top),
            escalated: incident.flags.escalated,
            ..Self::default()
        }
    }
}

/// A refusal by the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{seat} may not {action} here")]
pub struct Denied {
    /// What was tried.
    pub action: Action,
    /// By whom.
    pub seat: &'static str,
}

/// What the matrix grants a member for an action.
pub fn grant(member: &Member, action: Action) -> Grant {
    match cell(action, seat(member)) {
        Grant::AsForce => cell(action, force_seat(member.force)),
        grant => grant,
    }
}

/// Whether the actor may do this to that.
///
/// # Errors
/// [`Denied`] when the matrix says no, always so in a foreign district; an administrator of the
/// installation serves every district.
pub fn can(actor: &Actor, action: Action, object: &Object<'_>) -> Result<(), Denied> {
    let member = match actor {
        Actor::System => return Ok(()),
        Actor::Resident(resident) => return resident_can(resident, action, object),
        Actor::Member(member) => member,
    };
    let serves_all = member.district.is_installation() && member.role.is_admin();
    let own_district = object.district.is_none_or(|district| *district == member.district);
    if (own_district || serves_all) && holds(member, grant(member, action), object) {
        Ok(())
    } else {
        Err(Denied { action, seat: seat(member).as_str() })
    }
}

fn resident_can(resident: &Resident, action: Action, object: &Object<'_>) -> Result<(), Denied> {
    let linked =
        object.district == Some(&resident.district) && object.incident == Some(&resident.incident);
    if linked && cell(action, Seat::Resident) == Grant::Linked {
        Ok(())
    } else {
        Err(Denied { action, seat: Seat::Resident.as_str() })
    }
}

fn holds(member: &Member, grant: Grant, object: &Object<'_>) -> bool {
    let own_report = object.reporter == Some(&member.id);
    let own_team = member.team.as_ref().is_some_and(|team| object.teams.contains(&team));
    match grant {
        Grant::Yes => true,
        // Resolved to a force's cell, or to a resident's link, before.
        Grant::No | Grant::AsForce | Grant::Linked => false,
        Grant::OwnSelf => object.subject == Some(&member.id),
        Grant::OwnReport => own_report,
        Grant::OwnTeam => own_team,
        Grant::OwnLead => member.team.is_some() && object.lead == member.team.as_ref(),
        Grant::Involved => own_report || own_team,
        Grant::PoliceMatterOrInvolved => {
            let police_matter = object.top.is_some_and(TopKind::is_police_matter);
            own_report || own_team || police_matter || object.escalated
        }
        Grant::DisputeOrInvolved => own_report || own_team || object.top == Some(TopKind::Dispute),
        Grant::OwnPremises => object.owners.contains(&member.org),
        Grant::HazardOrHelp => {
            matches!(object.top, Some(TopKind::Hazard | TopKind::Help))
        }
        Grant::WithPolice => object.with_police,
        Grant::PoliceForce => member.force == Force::Police,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::Role;

    pub(in crate::auth) fn member(role: Role, force: Force) -> Member {
        Member {
            id: MemberId::from("m"),
            district: DistrictId::from("d"),
            org: OrgId::from("o"),
            force,
            role,
            team: Some(TeamId::from("t")),
            grid: None,
            name: "演示".to_owned(),
        }
    }

    fn check(role: Role, force: Force, action: Action, object: &Object<'_>, allowed: bool) {
        let actor = Actor::Member(member(role, force));
        assert_eq!(can(&actor, action, object).is_ok(), allowed, "{role} {force} {action}");
    }

    #[test]
    fn a_guard_leads_only_on_own_premises() {
        let owners = [OrgId::from("o")];
        let own = Object { owners: &owners, ..Object::default() };
        check(Role::Patrol, Force::Guard, Action::LeadOrdinary, &own, true);
        check(Role::Patrol, Force::Guard, Action::LeadOrdinary, &Object::default(), false);
        check(Role::Patrol, Force::Guard, Action::LeadUrgent, &own, false);
    }

    #[test]
    fn police_matters_are_closed_by_police_in_any_chair() {
        let any = Object::default();
        for (role, force, allowed) in [
            (Role::Dispatcher, Force::Auxiliary, false),
            (Role::Dispatcher, Force::Police, true),
            (Role::Patrol, Force::Police, true),
            (Role::DutyChief, Force::Property, false),
        ] {
            check(role, force, Action::ReviewPoliceMatter, &any, allowed);
        }
    }

    #[test]
    fn a_team_works_on_what_it_is_called_to() {
        let team = TeamId::from("t");
        let other = TeamId::from("u");
        let called = Object { teams: vec![&team], lead: Some(&other), ..Object::default() };
        check(Role::Patrol, Force::Guard, Action::Respond, &called, true);
        check(Role::Patrol, Force::Guard, Action::Handle, &called, false);
        check(Role::Patrol, Force::Guard, Action::SeeIncident, &called, true);
        check(Role::Patrol, Force::Guard, Action::SeeIncident, &Object::default(), false);
        check(Role::Dispatcher, Force::Auxiliary, Action::Respond, &called, false);
    }

    #[test]
    fn a_foreign_district_is_closed_to_everybody_but_the_system() {
        let foreign = DistrictId::from("elsewhere");
        let object = Object::district(&foreign);
        for action in Action::ALL {
            for role in Role::ALL {
                check(*role, Force::Police, *action, &object, false);
            }
        }
        assert_eq!(can(&Actor::System, Action::Reopen, &object), Ok(()));
    }
}
