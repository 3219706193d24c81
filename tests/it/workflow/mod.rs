//! The main job over real sockets: report, grade, dispatch, handle, review, rate.

mod audience;
mod broken_database;
mod check_in;
mod collision;
mod main_road;
mod refusals;
mod repeats;
mod sos;
mod track_view;

use std::time::Duration;

use xunfang::client::Client;
use xunfang::domain::{
    AssignmentId, AssignmentMove, Incident, IncidentId, IncidentMove, IncidentState, Level,
};
use xunfang::protocol::{Outcome, Request};

use crate::support::eventually;
use crate::support::node::{fresh, moved, report};
use crate::support::seed;

/// Nothing here takes a fraction of this; it ends a test that hangs.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// The incident as a client sees it once it is as wanted.
pub(crate) async fn sees(
    client: &Client,
    incident: &IncidentId,
    wanted: impl Fn(&Incident) -> bool,
) -> Incident {
    let look = |state: &xunfang::client::State| {
        let view = state.views.values().next()?;
        view.incidents.get(incident).filter(|incident| wanted(incident)).cloned()
    };
    tokio::time::timeout(DEADLINE, client.wait_for(look))
        .await
        .unwrap_or_else(|_| panic!("{incident} never came as wanted"))
}

/// The incident in this state.
pub(crate) async fn sees_state(
    client: &Client,
    incident: &IncidentId,
    state: IncidentState,
) -> Incident {
    sees(client, incident, |seen| seen.state == state).await
}

/// Reports a manhole in the park and has the desk grade it as 四级.
pub(crate) async fn graded(reporter: &Client, desk: &Client) -> IncidentId {
    let id = IncidentId::from(fresh("incident"));
    let point = Some(seed::in_park());
    reporter.request(report(&id, point, "hazard.manhole")).await.expect("is reported");
    sees_state(desk, &id, IncidentState::Pending).await;
    let accept = IncidentMove::Accept { level: Level::Four, grid: None };
    desk.request(moved(&id, accept)).await.expect("is graded");
    id
}

/// Dispatches the guards and returns their assignment.
pub(crate) async fn dispatched(desk: &Client, id: &IncidentId) -> AssignmentId {
    let dispatch = IncidentMove::Dispatch { lead: "guard".into(), support: Vec::new() };
    desk.request(moved(id, dispatch)).await.expect("is dispatched");
    sees_state(desk, id, IncidentState::Dispatched).await.assignments[0].id.clone()
}

/// A move of an assignment.
pub(crate) fn responds(
    incident: &IncidentId,
    assignment: &AssignmentId,
    step: AssignmentMove,
) -> Request {
    let (incident, assignment) = (incident.clone(), assignment.clone());
    Request::MoveAssignment { incident, assignment, step }
}

/// Where an incident stands after a request.
pub(crate) fn state_of(outcome: &Outcome) -> IncidentState {
    outcome.incident.as_ref().expect("it is about an incident").state
}

/// Waits until a client has heard of everything up to this place.
pub(crate) async fn caught_up(client: &Client, seq: i64) {
    eventually(DEADLINE, "the client is as far as the log", async || {
        client.look(|state| state.views.values().next().is_some_and(|v| v.seq >= seq)).then_some(())
    })
    .await;
}
