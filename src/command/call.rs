//! Calling teams to an incident, and calling them back.

use super::context::Context;
use super::{Fault, escort};
use crate::auth::may_lead;
use crate::domain::assignment::AssignmentStep;
use crate::domain::{Assignment, AssignmentId, AssignmentState, Incident, OrgId, Team, TeamId};
use crate::protocol::{Code, Refusal};
use crate::store::{organisation, shift};

/// Calls a lead team, and others beside it.
pub(super) async fn lead(
    cx: &mut Context<'_, '_>,
    incident: &mut Incident,
    owners: &[OrgId],
    lead: &TeamId,
    support: &[TeamId],
) -> Result<(), Fault> {
    let team = ready(cx, incident, lead, "lead").await?;
    let mut others = Vec::new();
    for id in support {
        others.push(ready(cx, incident, id, "support").await?);
    }
    let with_police = escort::with_police(cx, incident, &others).await?;
    if let Err(denied) = may_lead(&team, incident, owners, with_police) {
        let message = format!("{} may not lead here: {}", team.name, denied.action);
        return Err(Refusal::new(Code::Forbidden, message).about("lead").into());
    }
    add(cx, incident, &team, true)?;
    others.iter().try_for_each(|team| add(cx, incident, team, false))
}

/// Calls more teams.
pub(super) async fn support(
    cx: &mut Context<'_, '_>,
    incident: &mut Incident,
    teams: &[TeamId],
) -> Result<(), Fault> {
    if teams.is_empty() {
        return Err(Refusal::invalid("support", "name at least one team").into());
    }
    let mut others = Vec::new();
    for id in teams {
        others.push(ready(cx, incident, id, "support").await?);
    }
    escort::check(cx, incident, &others).await?;
    others.iter().try_for_each(|team| add(cx, incident, team, false))
}

/// Calls back those that fit; one that is done stays done.
pub(super) fn recall(incident: &mut Incident, fits: impl Fn(&Assignment) -> bool) {
    for assignment in incident.assignments.iter_mut().filter(|a| fits(a)) {
        if let Some(state) = assignment.state.after(AssignmentStep::Recall) {
            assignment.state = state;
        }
    }
}

/// A team's name, for the timeline.
pub(super) async fn team_name(
    cx: &mut Context<'_, '_>,
    id: &TeamId,
) -> Result<Option<String>, Fault> {
    Ok(organisation::find_team(cx.tx, id).await?.map(|team| team.name))
}

/// A team of the district with somebody on duty.
async fn ready(
    cx: &mut Context<'_, '_>,
    incident: &Incident,
    id: &TeamId,
    field: &str,
) -> Result<Team, Fault> {
    let team = organisation::find_team(cx.tx, id).await?;
    let Some(team) = team.filter(|team| team.district == incident.district) else {
        return Err(Refusal::not_found("team").about(field).into());
    };
    if !shift::team_on_duty(cx.tx, id).await? {
        let message = format!("nobody of {} is on duty", team.name);
        return Err(Refusal::new(Code::OffDuty, message).about(field).into());
    }
    Ok(team)
}

fn add(
    cx: &Context<'_, '_>,
    incident: &mut Incident,
    team: &Team,
    lead: bool,
) -> Result<(), Fault> {
    let called = incident.assignments.iter().any(|a| a.team == team.id && a.state.is_active());
    if called {
        let message = format!("{} is called already", team.name);
        return Err(Refusal::new(Code::Conflict, message).into());
    }
    incident.assignments.push(Assignment {
        id: AssignmentId::fresh(),
        team: team.id.clone(),
        lead,
        state: AssignmentState::Called,
        called_ms: cx.now_ms,
        taken_ms: None,
        arrived_ms: None,
    });
    Ok(())
}
