//! The rows of the matrix that each request is held against.
//!
//! Invariant: a request without a row doesn't compile. Whoever is granted nothing by any of them
//! is refused before anything is looked at; what else decides, the request's own file asks.

use super::Fault;
use super::context::Context;
use crate::auth::{Action, Grant, grant};
use crate::domain::IncidentMove;
use crate::protocol::{Code, Refusal, Request};

/// The rows of a request, one of which must grant it.
pub fn rows_of(request: &Request) -> &'static [Action] {
    match request {
        Request::SignOn { .. } | Request::TakeShift { .. } | Request::SignOff { .. } => {
            &[Action::Duty]
        }
        Request::GiveConsent { .. } | Request::WithdrawConsent {} => &[Action::Consent],
        Request::ReportIncident { .. } => &[Action::Report],
        Request::Sos { .. } => &[Action::Sos],
        Request::WithdrawSos { .. } => &[Action::WithdrawSos],
        Request::CheckIn { .. } => &[Action::CheckIn],
        Request::ViewTrack { .. } => &[Action::ViewTrack],
        Request::MoveIncident { step, .. } => rows_of_move(step),
        Request::MoveAssignment { .. } => &[Action::Respond],
        Request::PostMessage { .. } => &[Action::PostToDistrict, Action::PostToIncident],
    }
}

fn rows_of_move(step: &IncidentMove) -> &'static [Action] {
    use IncidentMove as M;
    match step {
        M::Accept { .. } => &[Action::Grade],
        M::FalseAlarm { .. } | M::Void { .. } => &[Action::Dismiss, Action::DismissSos],
        M::Dispatch { .. } | M::Reassign { .. } | M::Reinforce { .. } | M::Recall { .. } => {
            &[Action::Dispatch]
        }
        M::Record { .. } | M::Feedback { .. } => &[Action::Handle],
        M::Approve { .. } | M::SendBack { .. } => &[Action::Review, Action::ReviewPoliceMatter],
        M::Rate { .. } => &[Action::Rate],
        M::Reopen { .. } => &[Action::Reopen],
        M::Merge { .. } => &[Action::Merge],
        M::ToPolice { .. }
        | M::HandOff { .. }
        | M::HandOffDone { .. }
        | M::Suspend { .. }
        | M::Resume {}
        | M::Escalate { .. }
        | M::Downgrade { .. } => &[Action::Side],
    }
}

/// Refuses whoever is granted nothing by any of the request's rows.
pub(super) fn check(cx: &Context<'_, '_>, request: &Request) -> Result<(), Fault> {
    let Some(member) = cx.actor.member() else { return Ok(()) };
    let rows = rows_of(request);
    if rows.iter().any(|action| grant(member, *action) != Grant::No) {
        return Ok(());
    }
    let tried = rows.first().map_or("do this", |action| action.as_str());
    let seat = crate::auth::seat(member);
    Err(Refusal::new(Code::Forbidden, format!("{seat} may not {tried} here")).into())
}
