//! Which timers an incident needs, and for how long they run.

use super::deadline::accept_within_ms;
use crate::domain::{AssignmentState, Incident, IncidentState, Level, TimerKind};

/// A timer that an incident needs. While it is needed the same, it runs on and isn't begun anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// What it does.
    pub kind: TimerKind,
    /// To what of the incident: the id of an assignment, or empty.
    pub subject: String,
    /// How long it runs from when it is first needed, in ms.
    pub within_ms: i64,
}

impl Need {
    /// Whether a timer is there for this.
    pub fn is_for(&self, kind: TimerKind, subject: &str) -> bool {
        self.kind == kind && self.subject == subject
    }
}

/// A closed incident that nobody rates is archived after this, in ms: 7 days. The migration that
/// made timers says the same of what was closed before it.
const SILENT_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// What an incident needs as it stands.
pub fn needs(incident: &Incident) -> Vec<Need> {
    let need = |kind, within_ms| Need { kind, subject: String::new(), within_ms };
    let pending = incident.state == IncidentState::Pending;
    // Whatever was made of it since, suspended or graded down: nobody took it.
    if pending && incident.flags.sos {
        return vec![need(TimerKind::Escalate, accept_within_ms(Some(Level::One)))];
    }
    if incident.state == IncidentState::Closed {
        return vec![need(TimerKind::Archive, SILENT_MS)];
    }
    // Whoever suspends an incident takes the clock off all of it, as with its deadline.
    if !incident.state.is_open() || incident.flags.suspended {
        return Vec::new();
    }
    let within_ms = accept_within_ms(incident.level);
    if pending {
        return vec![need(TimerKind::Accept, within_ms)];
    }
    let called = incident.assignments.iter().filter(|a| a.state == AssignmentState::Called);
    let take = |subject| Need { subject, ..need(TimerKind::Take, within_ms) };
    called.map(|assignment| take(assignment.id.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::assignment::tests::assignment;
    use crate::domain::incident::tests::incident;
    use crate::domain::{IncidentState, Level};

    fn called(level: Option<Level>, state: AssignmentState) -> Incident {
        let mut incident = incident();
        (incident.state, incident.level) = (IncidentState::Dispatched, level);
        incident.assignments = vec![assignment("t", state)];
        incident
    }

    fn take(within_ms: i64) -> Vec<Need> {
        vec![Need { kind: TimerKind::Take, subject: "a".to_owned(), within_ms }]
    }

    #[test]
    fn a_call_waits_to_be_taken_for_as_long_as_its_level_says() {
        for (level, within_ms) in [
            (Some(Level::One), 30_000),
            (Some(Level::Two), 120_000),
            (Some(Level::Three), 600_000),
            (Some(Level::Four), 7_200_000),
        ] {
            assert_eq!(
                needs(&called(level, AssignmentState::Called)),
                take(within_ms),
                "{level:?}"
            );
        }
    }

    #[test]
    fn what_came_in_waits_to_be_accepted_and_a_call_for_help_whatever_becomes_of_it() {
        let need = |kind, within_ms| vec![Need { kind, subject: String::new(), within_ms }];
        let mut pending = incident();
        assert_eq!(needs(&pending), need(TimerKind::Accept, 600_000));
        pending.flags.suspended = true;
        assert_eq!(needs(&pending), []);
        (pending.flags.sos, pending.level) = (true, Some(Level::Two));
        assert_eq!(needs(&pending), need(TimerKind::Escalate, 30_000));
        pending.state = IncidentState::Accepted;
        assert_eq!(needs(&pending), []);
    }

    #[test]
    fn only_what_is_closed_waits_to_be_archived() {
        for state in IncidentState::ALL.iter().filter(|state| !state.is_open()) {
            let over = Incident { state: *state, ..incident() };
            let archived: Vec<_> = needs(&over).iter().map(|need| need.within_ms).collect();
            let expected = (*state == IncidentState::Closed).then_some(604_800_000);
            assert_eq!(archived, expected.into_iter().collect::<Vec<_>>(), "{state}");
        }
    }

    #[test]
    fn a_call_that_was_answered_and_one_that_is_suspended_wait_for_nothing() {
        for state in AssignmentState::ALL.iter().filter(|state| **state != AssignmentState::Called)
        {
            assert_eq!(needs(&called(Some(Level::Two), *state)), [], "{state}");
        }
        let mut suspended = called(Some(Level::Two), AssignmentState::Called);
        suspended.flags.suspended = true;
        assert_eq!(needs(&suspended), []);
        let over = Incident {
            state: IncidentState::Archived,
            ..called(Some(Level::Two), AssignmentState::Called)
        };
        assert_eq!(needs(&over), []);
    }
}
