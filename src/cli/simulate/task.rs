//! What a simulated team does with a call: take it, set out, arrive, handle, report back.
//!
//! Plain: what an incident is like now decides the next request, so that a walker that lost its
//! connection goes on where the log stands.

use crate::domain::{
    Assignment, AssignmentMove, AssignmentState, Incident, IncidentMove, IncidentState, TeamId,
};
use crate::protocol::Request;
use crate::spatial::Point;

/// Near enough to have arrived, in metres.
const ARRIVED_M: f64 = 25.0;
/// A team thinks this long before it takes a call, in ms, and longer while a person might.
const TAKE_MS: i64 = 8_000;
const TAKE_AFTER_A_PERSON_MS: i64 = 60_000;
/// On the spot this long before it writes down what it found, in ms, and then reports back.
const LOOK_MS: i64 = 25_000;
const HANDLE_MS: i64 = 60_000;

/// What a walker does for its team.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Next {
    /// Walks on; there is nothing to do.
    Patrol,
    /// Goes there.
    GoTo(Point),
    /// Stays there.
    Stay,
    /// Says this.
    Say(Box<Request>),
}

/// The walker who acts: which team, whether a person is on it, where they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Actor<'a> {
    pub(super) team: &'a TeamId,
    pub(super) with_person: bool,
    pub(super) at: Point,
    /// How many times faster than people the run goes.
    pub(super) speed: f64,
}

impl Actor<'_> {
    /// Whether so much of the run's time has passed since then, in ms.
    fn passed(&self, since_ms: i64, now_ms: i64, wanted_ms: i64) -> bool {
        super::seconds(now_ms - since_ms) * self.speed >= super::seconds(wanted_ms)
    }
}

/// What comes next for the oldest call of the team.
pub(super) fn next<'a>(
    incidents: impl Iterator<Item = &'a Incident>,
    actor: Actor<'_>,
    now_ms: i64,
) -> Next {
    let mut called: Vec<(&Incident, &Assignment)> = incidents
        .filter(|incident| incident.state.is_open() && !incident.flags.suspended)
        .filter_map(|incident| {
            let own = |a: &&Assignment| a.team == *actor.team && a.state.is_active();
            incident.assignments.iter().rev().find(own).map(|assignment| (incident, assignment))
        })
        .filter(|(_, assignment)| assignment.state != AssignmentState::Done)
        .collect();
    called.sort_by_key(|(incident, assignment)| (incident.level, assignment.called_ms));
    called.first().map_or(Next::Patrol, |(incident, assignment)| {
        for_call(incident, assignment, actor, now_ms)
    })
}

fn for_call(incident: &Incident, assignment: &Assignment, actor: Actor<'_>, now_ms: i64) -> Next {
    let respond = |step| {
        Next::Say(Box::new(Request::MoveAssignment {
            incident: incident.id.clone(),
            assignment: assignment.id.clone(),
            step,
        }))
    };
    match assignment.state {
        AssignmentState::Called => {
            let wait_ms = if actor.with_person { TAKE_AFTER_A_PERSON_MS } else { TAKE_MS };
            let waited = actor.passed(assignment.called_ms, now_ms, wait_ms);
            if waited { respond(AssignmentMove::Take {}) } else { Next::Patrol }
        }
        AssignmentState::Taken => respond(AssignmentMove::Depart {}),
        AssignmentState::EnRoute => match incident.point {
            Some(point) if actor.at.distance_m(point) > ARRIVED_M => Next::GoTo(point),
            Some(_) => {
                respond(AssignmentMove::Arrive { point: Some(actor.at), manual_reason: None })
            }
            None => respond(AssignmentMove::Arrive {
                point: None,
                manual_reason: Some("警情无坐标，已到现场".to_owned()),
            }),
        },
        AssignmentState::OnScene if assignment.lead => handle(incident, assignment, actor, now_ms),
        AssignmentState::OnScene => {
            let arrived_ms = assignment.arrived_ms.unwrap_or(now_ms);
            let helped = actor.passed(arrived_ms, now_ms, HANDLE_MS);
            if helped { respond(AssignmentMove::Complete {}) } else { Next::Stay }
        }
        AssignmentState::Done | AssignmentState::Declined | AssignmentState::Recalled => {
            Next::Patrol
        }
    }
}

fn handle(incident: &Incident, assignment: &Assignment, actor: Actor<'_>, now_ms: i64) -> Next {
    let step =
        |step| Next::Say(Box::new(Request::MoveIncident { incident: incident.id.clone(), step }));
    let arrived_ms = assignment.arrived_ms.unwrap_or(now_ms);
    let there = |wanted_ms| actor.passed(arrived_ms, now_ms, wanted_ms);
    match incident.state {
        IncidentState::OnScene if there(LOOK_MS) => {
            step(IncidentMove::Record { note: "已到现场查看，正在处置。".to_owned() })
        }
        IncidentState::Handling if there(HANDLE_MS) => step(IncidentMove::Feedback {
            result: "现场已处置完毕，已提醒相关人员。".to_owned(),
            kind: incident.kind().clone(),
        }),
        _ => Next::Stay,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::assignment::tests::assignment;
    use crate::domain::incident::tests::incident;

    fn at(lat: f64) -> Point {
        Point::new(113.2, lat).unwrap()
    }

    fn called(state: AssignmentState, incident_state: IncidentState) -> Incident {
        let mut incident = incident();
        incident.state = incident_state;
        incident.point = Some(at(30.96));
        incident.assignments = vec![assignment("t", state)];
        incident.assignments[0].arrived_ms = Some(1);
        incident
    }

    fn asked(incident: &Incident, place: Point, now_ms: i64) -> Next {
        let team = TeamId::from("t");
        let actor = Actor { team: &team, with_person: false, at: place, speed: 1.0 };
        next(std::iter::once(incident), actor, now_ms)
    }

    fn says(next: Next) -> String {
        match next {
            Next::Say(request) => {
                serde_json::to_value(*request).unwrap()["move"]["step"].to_string()
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_team_walks_the_road_from_call_to_feedback() {
        use {AssignmentState as A, IncidentState as I};
        let (far, near) = (at(30.95), at(30.96));
        for (state, incident, place, now_ms, said) in [
            (A::Called, I::Dispatched, far, 2, "Patrol"),
            (A::Called, I::Dispatched, far, 1 + TAKE_MS, "\"take\""),
            (A::Taken, I::Taken, far, 2, "\"depart\""),
            (A::EnRoute, I::EnRoute, near, 2, "\"arrive\""),
            (A::OnScene, I::OnScene, near, 2, "Stay"),
            (A::OnScene, I::OnScene, near, 1 + LOOK_MS, "\"record\""),
            (A::OnScene, I::Handling, near, 1 + HANDLE_MS, "\"feedback\""),
            (A::OnScene, I::Review, near, 1 + HANDLE_MS, "Stay"),
            (A::Done, I::Review, near, 2, "Patrol"),
            (A::Recalled, I::Accepted, near, 2, "Patrol"),
        ] {
            assert_eq!(says(asked(&called(state, incident), place, now_ms)), said, "{state}");
        }
        let en_route = called(A::EnRoute, I::EnRoute);
        assert_eq!(asked(&en_route, far, 2), Next::GoTo(near));
    }

    #[test]
    fn a_person_on_the_team_is_given_time_and_another_team_is_left_alone() {
        let waiting = called(AssignmentState::Called, IncidentState::Dispatched);
        let team = TeamId::from("t");
        let actor = Actor { team: &team, with_person: true, at: at(30.95), speed: 1.0 };
        assert_eq!(next([&waiting].into_iter(), actor, 1 + TAKE_MS), Next::Patrol);
        let later = next([&waiting].into_iter(), actor, 1 + TAKE_AFTER_A_PERSON_MS);
        assert_eq!(says(later), "\"take\"");
        let other = TeamId::from("u");
        let actor = Actor { team: &other, ..actor };
        assert_eq!(next([&waiting].into_iter(), actor, 1 << 50), Next::Patrol);
    }
}
