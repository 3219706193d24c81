//! Moves of an incident by a person: grade, dispatch, handle, review, and the side moves.

use super::Fault;
use super::atlas::DistrictMap;
use super::context::Context;
use super::effect::{find_visible, next_state, store_moved};
use super::{call, dismiss};
use crate::auth::{Action, Object};
use crate::domain::assignment::AssignmentStep;
use crate::domain::{
    Channel, GridCode, Incident, IncidentId, IncidentMove, KindCode, Level, TopKind,
};
use crate::protocol::{Outcome, Refusal};
use crate::store::message;

/// An archived incident can be reopened for this long, in ms: 30 days.
const REOPEN_WITHIN_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

pub(super) async fn apply(
    cx: &mut Context<'_, '_>,
    id: &IncidentId,
    step: &IncidentMove,
) -> Result<Outcome, Fault> {
    let before = find_visible(cx, id).await?;
    let map = cx.map(&before.district).await?;
    let owners = map.owners(before.grid.as_ref());
    let object = Object { owners, ..Object::incident(&before) };
    let first = map.top(&before.kind_first).is_some_and(TopKind::is_police_matter);
    cx.allow(action(step, &before, first), &object)?;
    let mut after = before.clone();
    after.state = next_state(&before, step.step())?;
    let mut entry = cx.entry(step.step().as_str(), Some(before.state), after.state);
    let typed = step.typed_text().unwrap_or_default();
    if step.needs_text() && typed.trim().is_empty() {
        return Err(Refusal::invalid(text_field(step), "say why or what").into());
    }
    entry.text = cx.keep_text(&before.district, text_field(step), typed).await?;
    effect(cx, &mut after, step).await?;
    let calls = matches!(step, IncidentMove::Dispatch { .. } | IncidentMove::Reassign { .. });
    if let Some(lead) = after.lead().filter(|_| calls) {
        entry.team = call::team_name(cx, &lead.team).await?;
    }
    store_moved(cx, &before, after, entry).await
}

/// The row of the matrix that a move is held against. What came in as 刑事 or 治安 is closed by
/// police, whatever it is called in the end: or else a feedback would take it out of their hands.
fn action(step: &IncidentMove, incident: &Incident, first: bool) -> Action {
    use IncidentMove as M;
    match step {
        M::Accept { .. } => Action::Grade,
        M::FalseAlarm { .. } | M::Void { .. } if incident.flags.sos => Action::DismissSos,
        M::FalseAlarm { .. } | M::Void { .. } => Action::Dismiss,
        M::Dispatch { .. } | M::Reassign { .. } | M::Reinforce { .. } | M::Recall { .. } => {
            Action::Dispatch
        }
        M::Record { .. } | M::Feedback { .. } => Action::Handle,
        M::Approve { .. } | M::SendBack { .. } if first || incident.top.is_police_matter() => {
            Action::ReviewPoliceMatter
        }
        M::Approve { .. } | M::SendBack { .. } => Action::Review,
        M::Rate { .. } => Action::Rate,
        M::Reopen { .. } => Action::Reopen,
        M::Merge { .. } => Action::Merge,
        M::ToPolice { .. }
        | M::HandOff { .. }
        | M::HandOffDone { .. }
        | M::Suspend { .. }
        | M::Resume {}
        | M::Escalate { .. }
        | M::Downgrade { .. } => Action::Side,
    }
}

fn text_field(step: &IncidentMove) -> &'static str {
    match step {
        IncidentMove::Record { .. } | IncidentMove::Approve { .. } | IncidentMove::Rate { .. } => {
            "note"
        }
        IncidentMove::Feedback { .. } => "result",
        IncidentMove::HandOffDone { .. } => "answer",
        _ => "reason",
    }
}

async fn effect(
    cx: &mut Context<'_, '_>,
    incident: &mut Incident,
    step: &IncidentMove,
) -> Result<(), Fault> {
    use IncidentMove as M;
    let map = cx.map(&incident.district).await?;
    let owners = map.owners(incident.grid.as_ref());
    match step {
        M::Accept { level, grid } => accept(incident, &map, *level, grid.as_ref())?,
        M::Dispatch { lead, support } => {
            call::lead(cx, incident, owners, lead, support).await?;
        }
        M::Reassign { lead, .. } => {
            call::recall(incident, |assignment| assignment.lead);
            call::lead(cx, incident, owners, lead, &[]).await?;
        }
        M::Reinforce { support } => call::support(cx, incident, support).await?,
        M::Recall { .. } => call::recall(incident, |_| true),
        M::Feedback { kind, .. } => finish(cx, incident, kind).await?,
        M::Approve { .. } => call::recall(incident, |_| true),
        M::SendBack { .. } => move_lead(incident, AssignmentStep::SendBack),
        M::Rate { score, .. } => rate(incident, *score)?,
        M::Reopen { .. } => reopen(cx, incident).await?,
        M::Escalate { level, .. } => regrade(incident, *level, true)?,
        M::Downgrade { level, .. } => regrade(incident, *level, false)?,
        M::Record { .. } => {}
        _ => dismiss::effect(cx, incident, step).await?,
    }
    Ok(())
}

/// 受理 + 定级. A call for help waits for no grid, and its level is lowered only with a reason.
fn accept(
    incident: &mut Incident,
    map: &DistrictMap,
    level: Level,
    grid: Option<&GridCode>,
) -> Result<(), Fault> {
    if incident.flags.sos && level != Level::One {
        return Err(Refusal::invalid("level", "an SOS is level 1; downgrade it afterwards").into());
    }
    incident.level = Some(level);
    if let Some(code) = grid {
        let grid = map.grid(code).ok_or_else(|| Refusal::not_found("grid").about("grid"))?;
        incident.grid = Some(grid.code.clone());
        incident.grid_version = Some(grid.version);
    }
    if incident.grid.is_none() && map.has_grids() && !incident.flags.sos {
        return Err(Refusal::invalid("grid", "the point is in no grid: name one").into());
    }
    Ok(())
}

/// 反馈: the final kind decides the class from now on, and the lead team is done.
async fn finish(
    cx: &mut Context<'_, '_>,
    incident: &mut Incident,
    kind: &KindCode,
) -> Result<(), Fault> {
    let map = cx.map(&incident.district).await?;
    let top = map.top(kind).ok_or_else(|| Refusal::not_found("kind").about("kind"))?;
    incident.kind_final = Some(kind.clone());
    incident.top = top;
    move_lead(incident, AssignmentStep::Complete);
    Ok(())
}

fn move_lead(incident: &mut Incident, step: AssignmentStep) {
    let lead = incident.assignments.iter_mut().rev().find(|a| a.lead && a.state.is_active());
    if let Some(lead) = lead
        && let Some(state) = lead.state.after(step)
    {
        lead.state = state;
    }
}

fn rate(incident: &mut Incident, score: u8) -> Result<(), Fault> {
    if !(1..=5).contains(&score) {
        return Err(Refusal::invalid("score", "1 to 5").into());
    }
    incident.rating = Some(score);
    Ok(())
}

async fn reopen(cx: &mut Context<'_, '_>, incident: &mut Incident) -> Result<(), Fault> {
    if cx.now_ms - incident.moved_ms > REOPEN_WITHIN_MS {
        return Err(Refusal::invalid("incident", "archived for more than 30 days").into());
    }
    for assignment in &mut incident.assignments {
        assignment.lead = false;
    }
    incident.rating = None;
    // One that came from a file has none yet.
    let channel = Channel::of_incident(&incident.district, &incident.id);
    Ok(message::open_channel(cx.tx, &channel).await?)
}

fn regrade(incident: &mut Incident, level: Level, up: bool) -> Result<(), Fault> {
    // The numerals count down: 一级 is the most urgent, and comes first in the order.
    let fits = incident.level.is_some_and(|now| if up { level < now } else { level > now });
    if !fits {
        let message = match (incident.level, up) {
            (None, _) => "grade it first".to_owned(),
            (Some(now), true) => format!("not more urgent than level {now}"),
            (Some(now), false) => format!("not less urgent than level {now}"),
        };
        return Err(Refusal::invalid("level", message).into());
    }
    incident.level = Some(level);
    Ok(())
}
