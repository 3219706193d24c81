//! The moves that end an incident early or set it aside: 误报, 作废, 并案, 转110, 转办, 挂起.

use super::context::Context;
use super::effect::find_visible;
use super::{Fault, call};
use crate::domain::{Incident, IncidentId, IncidentMove};
use crate::protocol::Refusal;

/// The longest receipt number or office name, in characters.
const MAX_NAME_CHARS: usize = 100;

pub(super) async fn effect(
    cx: &mut Context<'_, '_>,
    incident: &mut Incident,
    step: &IncidentMove,
) -> Result<(), Fault> {
    match step {
        IncidentMove::Merge { into } => {
            incident.flags.merged_into = Some(merge_target(cx, incident, into).await?);
            call::recall(incident, |_| true);
        }
        IncidentMove::ToPolice { receipt } => {
            incident.flags.to_110 = Some(name("receipt", receipt)?);
        }
        IncidentMove::HandOff { office, .. } => {
            incident.flags.handed_off_to = Some(name("office", office)?);
        }
        IncidentMove::HandOffDone { .. } => incident.flags.handed_off_to = None,
        IncidentMove::Suspend { review_ms, .. } => {
            if *review_ms <= cx.now_ms {
                return Err(Refusal::invalid("review_ms", "must be in the future").into());
            }
            incident.flags.suspended = true;
            incident.flags.review_ms = Some(*review_ms);
        }
        IncidentMove::Resume {} => {
            incident.flags.suspended = false;
            incident.flags.review_ms = None;
        }
        _ => {}
    }
    Ok(())
}

async fn merge_target(
    cx: &mut Context<'_, '_>,
    incident: &Incident,
    into: &IncidentId,
) -> Result<IncidentId, Fault> {
    let target = find_visible(cx, into).await?;
    let fits =
        target.id != incident.id && target.district == incident.district && target.state.is_open();
    if fits {
        Ok(target.id)
    } else {
        Err(Refusal::invalid("into", "another open incident of the district").into())
    }
}

fn name(field: &str, text: &str) -> Result<String, Fault> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MAX_NAME_CHARS {
        return Err(Refusal::invalid(field, "1 to 100 characters").into());
    }
    Ok(text.to_owned())
}
