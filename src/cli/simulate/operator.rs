//! The simulated dispatcher's console: looks at the district, and does the one step that has
//! waited for longest.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::Run;
use super::desk::{self, TeamOnDuty};
use super::phone::Phone;
use crate::client::{Client, RequestError, State};
use crate::domain::{Force, Incident, TeamId};
use crate::protocol::{ClientMessage, PositionFormat, Request};

/// Looks this often.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// Works until the run is stopped.
pub(super) async fn run(mut phone: Phone, run: Run) {
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut watching = false;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = run.stop.cancelled() => return,
        }
        if phone.client().is_none() {
            watching = false;
        }
        if !phone.connected().await {
            continue;
        }
        let Some(client) = phone.client() else { continue };
        if !watching {
            let format = PositionFormat::Binary;
            client.say(ClientMessage::Watch { format, forces: None, viewport: None }).await;
            watching = true;
        }
        if let Some(request) = longest_waiting(client, &run)
            && let Some(Err(RequestError::Refused(refusal))) = phone.ask(request).await
        {
            tracing::debug!(code = %refusal.code, "the simulated desk was refused");
        }
    }
}

fn longest_waiting(client: &Client, run: &Run) -> Option<Request> {
    let now_ms = run.clock.now_ms();
    client.look(|state| {
        let view = state.views.values().next()?;
        let mut open: Vec<&Incident> =
            view.incidents.values().filter(|incident| incident.state.is_open()).collect();
        open.sort_by_key(|incident| (!incident.flags.sos, incident.moved_ms));
        open.into_iter().find_map(|incident| {
            let waited = run.felt(now_ms - incident.moved_ms);
            desk::next(incident, || teams_for(state, incident), waited)
        })
    })
}

/// The teams on duty, each as near as its nearest member.
fn teams_for(state: &State, incident: &Incident) -> Vec<TeamOnDuty> {
    let Some(view) = state.views.values().next() else { return Vec::new() };
    let busy: HashSet<&TeamId> = view
        .incidents
        .values()
        .filter(|incident| incident.state.is_open())
        .flat_map(|incident| &incident.assignments)
        .filter(|assignment| assignment.state.is_active())
        .map(|assignment| &assignment.team)
        .collect();
    let mut nearest: HashMap<&TeamId, (Force, f64)> = HashMap::new();
    for duty in view.on_duty.values() {
        let Some(team) = &duty.shift.team else { continue };
        let at = state.units.get(&duty.member.id).map(|fix| fix.point);
        let distance_m =
            at.zip(incident.point).map_or(f64::MAX, |(unit, point)| unit.distance_m(point));
        let entry = nearest.entry(team).or_insert((duty.member.force, distance_m));
        entry.1 = entry.1.min(distance_m);
    }
    nearest
        .into_iter()
        .map(|(team, (force, distance_m))| TeamOnDuty {
            team: team.clone(),
            force,
            distance_m,
            busy: busy.contains(team),
        })
        .collect()
}
