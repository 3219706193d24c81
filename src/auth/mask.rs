//! What a reader doesn't get to see of an object that they may see.

use super::action::Action;
use super::{Actor, Object, can};
use crate::domain::{Entry, Incident, Member};

/// The incident without its reporter, unless the reader may know them.
#[must_use]
pub fn incident(reader: &Member, mut incident: Incident) -> Incident {
    if !sees_reporter(reader, &incident) {
        incident.reporter = None;
    }
    incident
}

/// The timeline without the reporter's name, unless the reader may know it.
#[must_use]
pub fn timeline(reader: &Member, incident: &Incident, mut entries: Vec<Entry>) -> Vec<Entry> {
    if !sees_reporter(reader, incident) {
        for entry in entries.iter_mut().filter(|entry| entry.actor == incident.reporter) {
            entry.actor = None;
            entry.actor_name = None;
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
}
