//! Whether a team may lead (主办) at an incident: its level, its kind, whose grid it is in.

use super::action::Action;
use super::{Actor, Denied, Object, can};
use crate::domain::{Incident, Level, Member, MemberId, OrgId, Role, Team, TopKind};

/// Whether the team may lead, with these other forces called beside it.
///
/// # Errors
/// [`Denied`] names the row that says no.
pub fn may_lead(
    team: &Team,
    incident: &Incident,
    owners: &[OrgId],
    with_police: bool,
) -> Result<(), Denied> {
    // A right to lead belongs to whoever is on the team, so the team stands in as one of them.
    let actor = Actor::Member(Member {
        id: MemberId::from(team.id.as_str()),
        district: team.district.clone(),
        org: team.org.clone(),
        force: team.force,
        role: Role::Patrol,
        team: Some(team.id.clone()),
        grid: None,
        name: team.name.clone(),
    });
    let object = Object { owners, with_police, ..Object::incident(incident) };
    let by_level = match incident.level {
        Some(Level::One | Level::Two) => Action::LeadUrgent,
        Some(Level::Three | Level::Four) | None => Action::LeadOrdinary,
    };
    can(&actor, by_level, &object)?;
    if incident.top == TopKind::Criminal {
        can(&actor, Action::LeadCriminal, &object)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Force;
    use crate::domain::incident::tests::incident;

    #[test]
    fn level_kind_and_premises_decide_who_leads() {
        let own = [OrgId::from("o")];
        type Case<'a> = (Force, Level, TopKind, &'a [OrgId], bool, bool);
        let cases: &[Case<'_>] = &[
            (Force::Police, Level::One, TopKind::Criminal, &[], false, true),
            (Force::Auxiliary, Level::Two, TopKind::Security, &[], false, false),
            (Force::Auxiliary, Level::Two, TopKind::Security, &[], true, true),
            (Force::Guard, Level::Two, TopKind::Security, &own, true, false),
            (Force::Guard, Level::Four, TopKind::Hazard, &own, false, true),
            (Force::Guard, Level::Four, TopKind::Hazard, &[], false, false),
            (Force::Guard, Level::Three, TopKind::Criminal, &own, false, false),
            (Force::Guard, Level::Three, TopKind::Criminal, &own, true, true),
            (Force::Volunteer, Level::Four, TopKind::Hazard, &[], false, true),
            (Force::Volunteer, Level::Four, TopKind::Dispute, &[], false, false),
        ];
        for (force, level, top, owners, with_police, allowed) in cases {
            let team = Team {
                id: "t".into(),
                district: "d".into(),
                org: "o".into(),
                force: *force,
                name: "演示队".to_owned(),
            };
            let incident = Incident { level: Some(*level), top: *top, ..incident() };
            let found = may_lead(&team, &incident, owners, *with_police).is_ok();
            assert_eq!(found, *allowed, "{force} {level} {top} {with_police}");
        }
    }
}
