//! Moves of an assignment by the team that is called; the lead team's moves the incident too.

use super::context::Context;
use super::effect::{find_visible, illegal, next_state, store_moved};
use super::{Fault, call};
use crate::auth::{Action, Object};
use crate::domain::incident::Step;
use crate::domain::{AssignmentId, AssignmentMove, Incident, IncidentId};
use crate::protocol::{Code, Outcome, Refusal};
use crate::store::shift;

pub(super) async fn apply(
    cx: &mut Context<'_, '_>,
    incident: &IncidentId,
    assignment: &AssignmentId,
    step: &AssignmentMove,
) -> Result<Outcome, Fault> {
    let before = find_visible(cx, incident).await?;
    let at = before
        .assignments
        .iter()
        .position(|known| known.id == *assignment)
        .ok_or_else(|| Refusal::not_found("assignment").about("assignment"))?;
    let called = &before.assignments[at];
    // Rights are about this team's call, whether or not it has ended.
    let object = Object { teams: vec![&called.team], ..Object::incident(&before) };
    cx.allow(Action::Respond, &object)?;
    on_duty(cx).await?;
    check(called.lead, step)?;
    let mut after = before.clone();
    let state = called.state.after(step.step()).ok_or_else(|| {
        illegal(
            &before,
            format!("{} is not legal: the assignment is {}", step.step(), called.state),
            called.state.legal_steps().iter().map(ToString::to_string).collect(),
        )
    })?;
    after.assignments[at].state = state;
    note_times(cx, &mut after, at, step);
    if called.lead {
        after.state = next_state(&before, incident_step(step))?;
    }
    let mut entry = cx.entry(step.step().as_str(), Some(before.state), after.state);
    entry.team = call::team_name(cx, &called.team).await?;
    let typed = step.typed_text().unwrap_or_default();
    entry.text = cx.keep_text(&before.district, "reason", typed).await?;
    store_moved(cx, &before, after, entry).await
}

async fn on_duty(cx: &mut Context<'_, '_>) -> Result<(), Fault> {
    let member = cx.member()?.id.clone();
    match shift::open_of(cx.tx, &member).await? {
        Some(_) => Ok(()),
        None => Err(Refusal::new(Code::OffDuty, "sign on first").into()),
    }
}

fn check(lead: bool, step: &AssignmentMove) -> Result<(), Fault> {
    match step {
        AssignmentMove::Decline { reason } if reason.trim().is_empty() => {
            Err(Refusal::invalid("reason", "say why").into())
        }
        AssignmentMove::Arrive { point: None, manual_reason }
            if manual_reason.as_deref().unwrap_or_default().trim().is_empty() =>
        {
            Err(Refusal::invalid("manual_reason", "say why there is no position").into())
        }
        AssignmentMove::Complete {} if lead => {
            Err(Refusal::new(Code::IllegalMove, "the lead team's call ends with its feedback")
                .into())
        }
        _ => Ok(()),
    }
}

fn note_times(cx: &Context<'_, '_>, incident: &mut Incident, at: usize, step: &AssignmentMove) {
    let assignment = &mut incident.assignments[at];
    match step {
        AssignmentMove::Take {} => assignment.taken_ms = Some(cx.now_ms),
        AssignmentMove::Arrive { .. } => assignment.arrived_ms = Some(cx.now_ms),
        _ => {}
    }
}

/// The incident's step that the lead team's move makes.
fn incident_step(step: &AssignmentMove) -> Step {
    match step {
        AssignmentMove::Take {} => Step::Take,
        AssignmentMove::Decline { .. } => Step::Decline,
        AssignmentMove::Depart {} => Step::Depart,
        AssignmentMove::Arrive { .. } => Step::Arrive,
        AssignmentMove::Complete {} => Step::Feedback,
    }
}
