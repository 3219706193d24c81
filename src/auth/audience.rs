//! Who receives what: the keys of an event, fixed when it is written, and the keys of a member,
//! read when it is delivered.

use super::matrix::Action;
use super::{Actor, Object, can};
use crate::domain::message::ChannelKind;
use crate::domain::{AudienceKey, Channel, DistrictId, Event, Incident, Member, TeamId};

/// The keys under which an event is delivered. A message needs its channel, and an incident's
/// message the incident.
pub fn audience(event: &Event, channel: Option<(&Channel, Option<&Incident>)>) -> Vec<AudienceKey> {
    match event {
        Event::IncidentChanged { incident, entry } => {
            let moved = entry.team.as_deref().map(TeamId::from);
            incident_keys(incident, moved.as_ref())
        }
        Event::MessagePosted { message } => match channel {
            Some((Channel { kind: ChannelKind::Incident, .. }, Some(incident))) => {
                incident_keys(incident, None)
            }
            Some((Channel { kind: ChannelKind::District, .. }, _)) => {
                vec![AudienceKey::everyone(&message.district)]
            }
            _ => vec![AudienceKey::member(&message.sender)],
        },
        Event::ShiftChanged { shift, member } => {
            let mut keys =
                vec![AudienceKey::desk(&shift.district), AudienceKey::member(&member.id)];
            keys.extend(shift.team.as_ref().map(AudienceKey::team));
            keys
        }
        Event::IncidentsImported { district, .. } | Event::GridsChanged { district, .. } => {
            vec![AudienceKey::everyone(district)]
        }
    }
}

/// The team that a move is about hears of it too, although the move may end its call.
fn incident_keys(incident: &Incident, moved: Option<&TeamId>) -> Vec<AudienceKey> {
    let mut keys = vec![AudienceKey::desk(&incident.district)];
    keys.extend(incident.reporter.as_ref().map(AudienceKey::member));
    if incident.top.is_police_matter() {
        keys.push(AudienceKey::police(&incident.district));
    }
    let called = incident.assignments.iter().filter(|a| a.state.is_active()).map(|a| &a.team);
    for key in called.chain(moved).map(AudienceKey::team) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// The keys that a member holds now.
pub fn keys(member: &Member) -> Vec<AudienceKey> {
    let actor = Actor::Member(member.clone());
    let district = &member.district;
    let any = Object::district(district);
    let mut keys = vec![AudienceKey::everyone(district), AudienceKey::member(&member.id)];
    keys.extend(member.team.as_ref().map(AudienceKey::team));
    if can(&actor, Action::SeeIncident, &any).is_ok() {
        keys.push(AudienceKey::desk(district));
    } else if can(&actor, Action::SeeIncident, &police_matter(district)).is_ok() {
        keys.push(AudienceKey::police(district));
    }
    if can(&actor, Action::SeePositions, &any).is_ok() {
        keys.push(AudienceKey::map(district));
    }
    keys
}

fn police_matter(district: &DistrictId) -> Object<'_> {
    Object { top: Some(crate::domain::TopKind::Criminal), ..Object::district(district) }
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
    use crate::domain::incident::tests::incident;
    use crate::domain::{Force, Role};

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
        for top in crate::domain::TopKind::ALL {
            incident.top = *top;
            for role in Role::ALL {
                for force in Force::ALL {
                    let member = member(*role, *force);
                    let held = keys(&member);
                    let meets = incident_keys(&incident, None).iter().any(|k| held.contains(k));
                    assert_eq!(meets, sees_incident(&member, &incident), "{role} {force} {top}");
                }
            }
        }
    }
}
