//! At 刑事 guards and property staff are never alone: called only beside police, and called back
//! on their way when the last police team's call ends.

use super::Fault;
use super::call::recall;
use super::context::Context;
use crate::domain::incident::Step;
use crate::domain::{
    Assignment, AssignmentState, Flags, Force, Incident, IncidentState, Team, TopKind,
};
use crate::protocol::{Code, Refusal};
use crate::store::organisation;

/// The timeline's word for guards who were called back because no police was left.
const STEP: &str = "recall_unescorted";

/// Whether a team is there or coming: one that is done has left.
fn comes(assignment: &Assignment) -> bool {
    assignment.state.is_active() && assignment.state != AssignmentState::Done
}

fn needs_police(force: Force) -> bool {
    matches!(force, Force::Guard | Force::Property)
}

/// The teams that are there or coming.
async fn coming(cx: &mut Context<'_, '_>, incident: &Incident) -> Result<Vec<Team>, Fault> {
    let mut teams = Vec::new();
    for assignment in incident.assignments.iter().filter(|a| comes(a)) {
        teams.extend(organisation::find_team(cx.tx, &assignment.team).await?);
    }
    Ok(teams)
}

/// Whether police are there, coming, or among those who are about to be called.
pub(super) async fn with_police(
    cx: &mut Context<'_, '_>,
    incident: &Incident,
    joining: &[Team],
) -> Result<bool, Fault> {
    let police = |team: &Team| team.force == Force::Police;
    Ok(joining.iter().any(police) || coming(cx, incident).await?.iter().any(police))
}

/// Refuses to call guards to 刑事 without police.
pub(super) async fn check(
    cx: &mut Context<'_, '_>,
    incident: &Incident,
    joining: &[Team],
) -> Result<(), Fault> {
    let alone = incident.top == TopKind::Criminal
        && joining.iter().any(|team| needs_police(team.force))
        && !with_police(cx, incident, joining).await?;
    if alone {
        let message = "guards and property staff go to a criminal case with police only";
        return Err(Refusal::new(Code::Forbidden, message).about("support").into());
    }
    Ok(())
}

/// What a moved incident becomes when guards would now come alone, and the line that says so.
pub(super) async fn recalled(
    cx: &mut Context<'_, '_>,
    moved: &Incident,
) -> Result<Option<(Incident, crate::domain::Entry)>, Fault> {
    if moved.top != TopKind::Criminal || !moved.state.is_open() {
        return Ok(None);
    }
    let teams = coming(cx, moved).await?;
    if teams.iter().any(|team| team.force == Force::Police) {
        return Ok(None);
    }
    let on_their_way = |assignment: &Assignment| {
        comes(assignment)
            && assignment.state != AssignmentState::OnScene
            && teams.iter().any(|team| team.id == assignment.team && needs_police(team.force))
    };
    let back: Vec<&Assignment> = moved.assignments.iter().filter(|a| on_their_way(a)).collect();
    if back.is_empty() {
        return Ok(None);
    }
    let names = teams.iter().filter(|team| back.iter().any(|a| a.team == team.id));
    let names = names.map(|team| team.name.clone()).collect::<Vec<_>>().join("、");
    let mut after = moved.clone();
    if back.iter().any(|assignment| assignment.lead) {
        after.state = without_lead(moved.state);
    }
    recall(&mut after, on_their_way);
    let mut entry = cx.entry(STEP, Some(moved.state), after.state);
    // Nobody decided it: the rule did.
    (entry.actor, entry.actor_name, entry.team) = (None, None, Some(names));
    Ok(Some((after, entry)))
}

/// Nobody waits for a resumption before guards are called back, so no flag holds it up.
fn without_lead(state: IncidentState) -> IncidentState {
    state.after(Step::Recall, &Flags::default()).unwrap_or(state)
}
