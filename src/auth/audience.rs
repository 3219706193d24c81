//! Who receives what: the keys of an event, fixed when it is written, and the keys of a member,
//! read when it is delivered.

use super::action::Action;
use super::{Actor, Object, can};
use crate::domain::{AudienceKey, DistrictId, Event, Incident, Member, TopKind};

/// What an event is about, beside itself.
#[derive(Debug, Clone, Copy)]
pub enum About<'a> {
    /// Nothing more.
    Itself,
    /// A moved incident as it was before: who saw it then hears of the move.
    Before(&'a Incident),
    /// A message in this incident's channel.
    ChannelOf(&'a Incident),
}

/// The keys under which an event is delivered.
pub fn audience(event: &Event, about: About<'_>) -> Vec<AudienceKey> {
    match event {
        Event::IncidentChanged { incident, .. } => {
            let mut keys = incident_keys(incident);
            if let About::Before(before) = about {
                keys.extend(incident_keys(before));
            }
            distinct(keys)
        }
        Event::MessagePosted { message } => match about {
            About::ChannelOf(incident) => distinct(incident_keys(incident)),
            _ => vec![AudienceKey::everyone(&message.district)],
        },
        Event::ShiftChanged { shift, member } => {
            let mut keys =
                vec![AudienceKey::desk(&shift.district), AudienceKey::member(&member.id)];
            keys.extend(shift.team.as_ref().map(AudienceKey::team));
            keys
        }
        Event::CheckedIn { check_in, member } => {
            let mut keys =
                vec![AudienceKey::desk(&check_in.district), AudienceKey::member(&member.id)];
            keys.extend(member.team.as_ref().map(AudienceKey::team));
            keys
        }
        Event::TrackViewed { view } => {
            let seen = view.members.iter().map(AudienceKey::member);
            distinct(seen.chain([AudienceKey::member(&view.viewer)]).collect())
        }
        Event::IncidentsImported { district, .. }
        | Event::GridsChanged { district, .. }
        | Event::PlacesChanged { district } => vec![AudienceKey::everyone(district)],
    }
}

fn incident_keys(incident: &Incident) -> Vec<AudienceKey> {
    let mut keys = vec![AudienceKey::desk(&incident.district)];
    keys.extend(incident.reporter.as_ref().map(AudienceKey::member));
    if incident.top.is_police_matter() {
        keys.push(AudienceKey::police(&incident.district));
    }
    let called = incident.assignments.iter().filter(|a| a.state.is_active());
    keys.extend(called.map(|a| AudienceKey::team(&a.team)));
    keys
}

fn distinct(mut keys: Vec<AudienceKey>) -> Vec<AudienceKey> {
    keys.sort();
    keys.dedup();
    keys
}

/// The keys that a member holds now.
pub fn keys(member: &Member) -> Vec<AudienceKey> {
    let actor = Actor::Member(member.clone());
    let district = &member.district;
    let may = |action, object: &Object<'_>| can(&actor, action, object).is_ok();
    let any = Object::district(district);
    let mut keys = vec![AudienceKey::everyone(district), AudienceKey::member(&member.id)];
    keys.extend(member.team.as_ref().map(AudienceKey::team));
    if may(Action::SeeIncident, &any) {
        keys.push(AudienceKey::desk(district));
    } else if may(Action::SeeIncident, &police_matter(district)) {
        keys.push(AudienceKey::police(district));
    }
    if may(Action::SeePositions, &any) {
        keys.push(AudienceKey::map(district));
    }
    keys
}

fn police_matter(district: &DistrictId) -> Object<'_> {
    Object { top: Some(TopKind::Criminal), ..Object::district(district) }
}

/// The keys under which a member's position is delivered: the desk's map and the own team.
pub fn position_audience(member: &Member) -> Vec<AudienceKey> {
    let mut keys = vec![AudienceKey::map(&member.district)];
    keys.extend(member.team.as_ref().map(AudienceKey::team));
    keys
}

/// Whether a member sees an incident, by the same row that decides their keys.
pub fn sees_incident(member: &Member, incident: &Incident) -> bool {
    let actor = Actor::Member(member.clone());
    can(&actor, Action::SeeIncident, &Object::incident(incident)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::can::tests::member;
    use super::*;
    use crate::domain::assignment::tests::assignment;
    use crate::domain::incident::tests::{changed, incident};
    use crate::domain::{AssignmentState, Force, Role};

    fn held(role: Role, force: Force) -> Vec<String> {
        keys(&member(role, force)).iter().map(|key| key.as_str().to_owned()).collect()
    }

    #[test]
    fn each_seat_holds_its_own_keys() {
        let patrol = ["district:d:everyone", "member:m", "team:t"];
        assert_eq!(held(Role::Patrol, Force::Guard), patrol);
        assert_eq!(held(Role::Patrol, Force::Police)[3..], ["district:d:police"]);
        assert_eq!(
            held(Role::Dispatcher, Force::Auxiliary)[3..],
            ["district:d:desk", "district:d:map"]
        );
        assert_eq!(held(Role::StreetOffice, Force::Volunteer)[3..], ["district:d:desk"]);
    }

    #[test]
    fn keys_and_rights_agree_on_who_sees_an_incident() {
        let mut incident = incident();
        for top in TopKind::ALL {
            incident.top = *top;
            for role in Role::ALL {
                for force in Force::ALL {
                    let member = member(*role, *force);
                    let held = keys(&member);
                    let meets = incident_keys(&incident).iter().any(|key| held.contains(key));
                    assert_eq!(meets, sees_incident(&member, &incident), "{role} {force} {top}");
                }
            }
        }
    }

    #[test]
    fn a_recalled_team_hears_of_its_recall_and_of_nothing_after() {
        let mut before = incident();
        before.assignments = vec![assignment("t", AssignmentState::Taken)];
        let mut after = before.clone();
        after.assignments[0].state = AssignmentState::Recalled;
        let team = AudienceKey::team(&"t".into());
        let event = changed(&after);
        assert!(audience(&event, About::Before(&before)).contains(&team));
        assert!(!audience(&event, About::Before(&after)).contains(&team));
    }
}
