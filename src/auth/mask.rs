//! What a reader doesn't get to see of an object that they may see.

use super::action::Action;
use super::{Actor, Object, can};
use crate::domain::{Entry, Event, Incident, Member, TrackView};

/// The incident without its reporter, unless the reader may know them.
#[must_use]
pub fn incident(reader: &Member, mut incident: Incident) -> Incident {
    if !sees_reporter(reader, &incident) {
        hide_reporter(&mut incident);
    }
    incident
}

/// An event as it is read by those who may not know all of it: an incident without its reporter,
/// a look at tracks without the others who were looked at. None when that is no other.
#[must_use]
pub fn event(event: &Event) -> Option<Event> {
    match event {
        Event::IncidentChanged { incident, entry } => {
            incident.reporter.as_ref()?;
            let (mut incident, mut entry) = (incident.clone(), entry.clone());
            if entry.actor == incident.reporter {
                hide_actor(&mut entry);
            }
            hide_reporter(&mut incident);
            Some(Event::IncidentChanged { incident, entry })
        }
        Event::TrackViewed { view } => {
            let view = TrackView { members: Vec::new(), ..view.clone() };
            Some(Event::TrackViewed { view })
        }
        _ => None,
    }
}

/// Whoever moved it last may be the reporter, so the name goes too.
fn hide_reporter(incident: &mut Incident) {
    incident.reporter = None;
    incident.moved_by = None;
}

fn hide_actor(entry: &mut Entry) {
    entry.actor = None;
    entry.actor_name = None;
}

/// The timeline without the reporter's name, unless the reader may know it.
#[must_use]
pub fn timeline(reader: &Member, incident: &Incident, mut entries: Vec<Entry>) -> Vec<Entry> {
    if !sees_reporter(reader, incident) {
        for entry in entries.iter_mut().filter(|entry| entry.actor == incident.reporter) {
            hide_actor(entry);
        }
    }
    entries
}

fn sees_reporter(reader: &Member, incident: &Incident) -> bool {
    let actor = Actor::Member(reader.clone());
    can(&actor, Action::SeeReporter, &Object::incident(incident)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::can::tests::member;
    use super::*;
    use crate::domain::incident::tests::incident as sample;
    use crate::domain::{Force, MemberId, Role};

    #[test]
    fn a_called_guard_does_not_learn_who_reported() {
        let reported = Incident { reporter: Some(MemberId::from("r")), ..sample() };
        for (role, force, seen) in [
            (Role::Dispatcher, Force::Auxiliary, true),
            (Role::Patrol, Force::Police, true),
            (Role::Patrol, Force::Guard, false),
        ] {
            let masked = incident(&member(role, force), reported.clone());
            assert_eq!(masked.reporter.is_some(), seen, "{role} {force}");
        }
    }

    #[test]
    fn an_event_is_masked_once_for_all_who_may_not_know() {
        let reported = Incident {
            reporter: Some(MemberId::from("r")),
            moved_by: Some("张三".to_owned()),
            ..sample()
        };
        let mut whole = crate::domain::incident::tests::changed(&reported);
        let Event::IncidentChanged { entry, .. } = &mut whole else { panic!("another event") };
        entry.actor = Some(MemberId::from("r"));
        entry.actor_name = Some("张三".to_owned());
        let masked = serde_json::to_string(&event(&whole).unwrap()).unwrap();
        assert!(!masked.contains("张三") && !masked.contains("\"r\""), "{masked}");
        assert_eq!(event(&crate::domain::incident::tests::changed(&sample())), None);
    }
}
