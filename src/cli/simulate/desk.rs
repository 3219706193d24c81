//! A simulated dispatcher who leaves a visitor time, and then does what has to be done.
//!
//! Plain: what the desk sees decides the next request.

use std::time::Duration;

use crate::domain::{
    AssignmentState, Force, Incident, IncidentMove, IncidentState, Level, TeamId, TopKind,
};
use crate::protocol::Request;

/// A visitor gets this long for each step; somebody who calls for help gets less.
const PATIENCE: Duration = Duration::from_secs(90);
const PATIENCE_SOS: Duration = Duration::from_secs(45);
/// A team that hasn't taken a call after this long is replaced.
const UNTAKEN: Duration = Duration::from_secs(240);

/// A team on duty, the nearest first for the incident in question.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TeamOnDuty {
    pub(super) team: TeamId,
    pub(super) force: Force,
    pub(super) distance_m: f64,
    pub(super) busy: bool,
}

/// The step that an incident has waited for too long, if any; `waited` since its last move.
pub(super) fn next(
    incident: &Incident,
    teams: impl Fn() -> Vec<TeamOnDuty>,
    waited: Duration,
) -> Option<Request> {
    let patience = if incident.flags.sos { PATIENCE_SOS } else { PATIENCE };
    if waited < patience || incident.flags.suspended || incident.flags.handed_off_to.is_some() {
        return None;
    }
    let step = match incident.state {
        IncidentState::Pending => IncidentMove::Accept { level: level(incident), grid: None },
        IncidentState::Accepted => {
            IncidentMove::Dispatch { lead: choose(incident, &teams())?, support: Vec::new() }
        }
        IncidentState::Dispatched if waited >= UNTAKEN => IncidentMove::Reassign {
            lead: choose(incident, &teams())?,
            reason: "超时未接单".to_owned(),
        },
        IncidentState::Review => IncidentMove::Approve { note: None },
        _ => return None,
    };
    Some(Request::MoveIncident { incident: incident.id.clone(), step })
}

fn level(incident: &Incident) -> Level {
    if incident.flags.sos {
        return Level::One;
    }
    match incident.top {
        TopKind::Criminal | TopKind::Fire => Level::Two,
        TopKind::Security | TopKind::Dispute | TopKind::Traffic => Level::Three,
        TopKind::Help | TopKind::Hazard | TopKind::Environment | TopKind::Other => Level::Four,
    }
}

/// The nearest team whose force may lead anything of that sort; a free one first.
fn choose(incident: &Incident, teams: &[TeamOnDuty]) -> Option<TeamId> {
    let urgent = matches!(incident.level, Some(Level::One | Level::Two));
    let criminal = incident.top == TopKind::Criminal;
    let tried = |team: &TeamId| {
        let over = |state: AssignmentState| {
            matches!(state, AssignmentState::Declined | AssignmentState::Called)
        };
        incident.assignments.iter().any(|a| a.team == *team && over(a.state))
    };
    let fits = |team: &&TeamOnDuty| match team.force {
        Force::Police => true,
        Force::Auxiliary => !urgent && !criminal,
        _ => false,
    };
    let order = |team: &&TeamOnDuty| (tried(&team.team), team.busy);
    teams
        .iter()
        .filter(fits)
        .min_by(|a, b| order(a).cmp(&order(b)).then(a.distance_m.total_cmp(&b.distance_m)))
        .map(|team| team.team.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incident::tests::incident;

    fn team(name: &str, force: Force, distance_m: f64) -> TeamOnDuty {
        TeamOnDuty { team: TeamId::from(name), force, distance_m, busy: false }
    }

    fn said(incident: &Incident, teams: &[TeamOnDuty], waited: Duration) -> serde_json::Value {
        let next = next(incident, || teams.to_vec(), waited);
        serde_json::to_value(next).unwrap()["move"].clone()
    }

    #[test]
    fn a_visitor_is_given_time_and_an_sos_less() {
        let mut waiting = incident();
        let early = PATIENCE - Duration::from_millis(1);
        assert_eq!(said(&waiting, &[], early), serde_json::Value::Null);
        assert_eq!(said(&waiting, &[], PATIENCE)["step"], "accept");
        waiting.flags.sos = true;
        let waited = PATIENCE_SOS;
        assert_eq!(said(&waiting, &[], waited)["level"], "1");
        waiting.flags.suspended = true;
        assert_eq!(said(&waiting, &[], waited), serde_json::Value::Null);
    }

    #[test]
    fn the_nearest_free_team_that_may_lead_is_called() {
        let mut accepted = incident();
        accepted.state = IncidentState::Accepted;
        accepted.level = Some(Level::Four);
        let mut near = team("near", Force::Auxiliary, 100.0);
        let teams = |near: &TeamOnDuty| {
            vec![near.clone(), team("far", Force::Police, 900.0), team("guard", Force::Guard, 1.0)]
        };
        let waited = PATIENCE;
        assert_eq!(said(&accepted, &teams(&near), waited)["lead"], "near");
        near.busy = true;
        assert_eq!(said(&accepted, &teams(&near), waited)["lead"], "far");
        near.busy = false;
        accepted.level = Some(Level::One);
        assert_eq!(said(&accepted, &teams(&near), waited)["lead"], "far");
        let guards = [team("guard", Force::Guard, 1.0)];
        assert_eq!(said(&accepted, &guards, waited), serde_json::Value::Null);
    }
}
