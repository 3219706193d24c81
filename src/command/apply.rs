//! The one place that dispatches, and the rule that a repeated command gets the first outcome.

use sha2::{Digest, Sha256};

use super::context::Context;
use super::{
    Command, Done, Fault, account, check_in, consent, duty, end_sessions, found, import_district,
    import_grids, import_incidents, import_places, make_district, message, mint, move_assignment,
    move_incident, node, personal, replay, report, retention, rights, seat, settle, sign_in, sos,
    timer, track_hold, view_track,
};
use crate::auth::token::hex;
use crate::domain::id::is_valid_client_id;
use crate::domain::{AuditNote, CommandId, DistrictId};
use crate::protocol::{Code, Outcome, Refusal, Request};
use crate::store::command::{self as stored, Earlier};

impl Command {
    /// The district that it says it is about.
    pub(super) fn district(&self) -> Option<&DistrictId> {
        match self {
            Self::ImportDistrict { district, .. } | Self::MakeDistrict(district) => {
                Some(&district.id)
            }
            Self::ImportGrids { district, .. }
            | Self::ImportPlaces { district, .. }
            | Self::ImportIncidents { district, .. }
            | Self::Record { district, .. }
            | Self::ChangeAccount { district, .. }
            | Self::ChangeSeat { district, .. }
            | Self::HoldTracks { district, .. }
            | Self::ReleaseTracks { district, .. }
            | Self::Purged { district, .. } => Some(district),
            Self::Settle(settlement) | Self::MintTokens(settlement, _) => {
                Some(&settlement.district)
            }
            Self::Fire(timer) => Some(&timer.district),
            _ => None,
        }
    }

    /// Does what is asked, inside the context's transaction.
    ///
    /// # Errors
    /// [`Fault::Refused`] when it may not be done, and then its savepoint is undone;
    /// [`Fault::Broken`] when the database failed, and then the whole transaction is.
    pub(super) async fn apply(&self, cx: &mut Context<'_, '_>) -> Result<Done, Fault> {
        match self {
            Self::Request { id, request, session } => {
                if let Some(session) = session {
                    end_sessions::touch(cx, session).await?;
                }
                Ok(Done::Outcome(Box::new(once(cx, id, request).await?)))
            }
            Self::ImportDistrict { district, outline } => {
                import_district::apply(cx, district, outline.as_deref()).await
            }
            Self::ImportGrids { district, grids, checked } => {
                import_grids::apply(cx, district, grids, *checked).await
            }
            Self::ImportPlaces { district, slice } => {
                import_places::apply(cx, district, slice).await
            }
            Self::ImportIncidents { district, kinds, rows } => {
                import_incidents::apply(cx, district, kinds, rows).await
            }
            Self::Personal(asked) => personal::apply(cx, asked).await,
            Self::Record { district, note, reason } => {
                record(cx, district, note, reason.as_deref()).await
            }
            Self::SignIn(given) => sign_in::apply(cx, given).await,
            Self::Pair { member, digest } => sign_in::pair(cx, member, digest).await,
            Self::EndSessions(which) => end_sessions::own(cx, which).await,
            Self::SweepSessions => end_sessions::sweep(cx).await,
            Self::Touch(session) => {
                end_sessions::touch(cx, session).await?;
                Ok(Done::Stored)
            }
            Self::NewPassword(given) => account::new_password(cx, given).await,
            Self::ChangeAccount { district, member, step } => {
                account::step(cx, district, member, step).await
            }
            Self::ChangeSeat { district, member, seat } => {
                seat::change(cx, district, member, seat).await
            }
            Self::MakeDistrict(district) => make_district::apply(cx, district).await,
            Self::Found { hash } => found::apply(cx, hash).await,
            Self::HoldTracks { district, new } => track_hold::place(cx, district, new).await,
            Self::ReleaseTracks { district, hold, reason } => {
                track_hold::release(cx, (district, hold), reason).await
            }
            Self::KeepSummary(summary) => retention::keep_summary(cx, summary).await,
            Self::Purged { district, before_ms, held, counts } => {
                retention::purged(cx, (district, *before_ms), held, *counts).await
            }
            Self::Replay { entries, put_back } => replay::apply(cx, entries, *put_back).await,
            Self::ForgetOutcomes { before_ms } => retention::forget_outcomes(cx, *before_ms).await,
            Self::NodeBeat(beat) => node::beat(cx, beat).await,
            Self::NodeLeaves(node) => node::leave(cx, node).await,
            Self::Settle(settlement) => settle::apply(cx, settlement).await,
            Self::MintTokens(settlement, members) => mint::apply(cx, settlement, members).await,
            Self::Fire(due) => timer::fire(cx, due).await,
            #[cfg(test)]
            Self::Panic => panic!("as a fault of ours would"),
        }
    }
}

/// Writes down a sensitive read.
async fn record(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    note: &AuditNote,
    reason: Option<&str>,
) -> Result<Done, Fault> {
    let reason = match reason {
        Some(reason) => cx.keep_text(district, "reason", reason).await?,
        None => None,
    };
    cx.audit(district, note, reason.as_ref()).await?;
    Ok(Done::Stored)
}

async fn once(
    cx: &mut Context<'_, '_>,
    id: &CommandId,
    request: &Request,
) -> Result<Outcome, Fault> {
    if !is_valid_client_id(id.as_str()) {
        return Err(Refusal::invalid("id", "1 to 64 visible ASCII characters").into());
    }
    let asker = cx.member()?.id.clone();
    let actor = asker.to_string();
    let body = body(request);
    if holds_nul(&body) {
        return Err(Refusal::new(Code::Invalid, "text can't hold the character NUL").into());
    }
    match stored::find(cx.tx, &actor, id).await? {
        Some(Earlier::Stored { digest, outcome }) if is_digest_of(&digest, &body) => {
            return Ok(*outcome);
        }
        Some(Earlier::Stored { .. }) => {
            return Err(Refusal::new(Code::IdReused, "this id was used for another command").into());
        }
        // Its sender was told so by another node, while this copy was still under way.
        Some(Earlier::Refused { refusal, at_ms }) if cx.asked_ms < at_ms => {
            return Err(refusal.into());
        }
        Some(Earlier::Refused { .. }) | None => {}
    }
    rights::check(cx, request)?;
    let outcome = dispatch(cx, request).await?;
    let salt = uuid::Uuid::new_v4().simple().to_string();
    let digest = digest(&salt, &body);
    stored::insert(cx.tx, (&actor, id), (&digest, &outcome), cx.now_ms).await?;
    cx.journal_command(&asker, id, &digest);
    Ok(outcome)
}

async fn dispatch(cx: &mut Context<'_, '_>, request: &Request) -> Result<Outcome, Fault> {
    match request {
        Request::SignOn { shift, officer } => duty::sign_on(cx, shift, officer.as_ref()).await,
        Request::TakeShift { shift } => duty::take(cx, shift).await,
        Request::GiveConsent { version } => consent::give(cx, *version).await,
        Request::WithdrawConsent {} => consent::withdraw(cx).await,
        Request::SignOff { shift } => duty::sign_off(cx, shift).await,
        Request::ReportIncident { .. } => report::apply(cx, request).await,
        Request::Sos { .. } => sos::apply(cx, request).await,
        Request::WithdrawSos { incident, reason } => sos::withdraw(cx, incident, reason).await,
        Request::CheckIn { .. } => check_in::apply(cx, request).await,
        Request::ViewTrack { .. } => view_track::apply(cx, request).await,
        Request::MoveIncident { incident, step } => move_incident::apply(cx, incident, step).await,
        Request::MoveAssignment { incident, assignment, step } => {
            move_assignment::apply(cx, incident, assignment, step).await
        }
        Request::PostMessage { message, channel, body } => {
            message::post(cx, message, channel, body).await
        }
    }
}

fn body(request: &Request) -> Vec<u8> {
    serde_json::to_vec(request).expect("a request has string keys and finite numbers")
}

/// A body's digest behind its salt: what was typed can't be guessed from another command's digest.
fn digest(salt: &str, body: &[u8]) -> String {
    let salted = Sha256::new().chain_update(salt).chain_update(body);
    format!("{salt}:{}", hex(&salted.finalize()))
}

/// Whether a stored digest is of this body; those of the first version have no salt.
fn is_digest_of(stored: &str, body: &[u8]) -> bool {
    match stored.split_once(':') {
        Some((salt, _)) => digest(salt, body) == stored,
        None => hex(&Sha256::digest(body)) == stored,
    }
}

/// PostgreSQL keeps no NUL in text, and its error would break a whole batch; JSON writes one as
/// an escape.
fn holds_nul(json: &[u8]) -> bool {
    let mut rest = json.iter();
    while let Some(byte) = rest.next() {
        if *byte == b'\\' && rest.next() == Some(&b'u') && rest.as_slice().starts_with(b"0000") {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_fits_its_own_body_with_or_without_salt() {
        let salted = digest("s", b"body");
        assert_ne!(salted, digest("t", b"body"));
        for stored in [salted, hex(&Sha256::digest(b"body"))] {
            assert!(is_digest_of(&stored, b"body"));
            assert!(!is_digest_of(&stored, b"bodx"), "{stored}");
        }
    }

    #[test]
    fn only_a_nul_itself_is_found() {
        for (text, found) in
            [("", false), ("a\0b", true), ("\\u0000", false), ("\\\0", true), ("\u{1}", false)]
        {
            let json = serde_json::to_vec(&[text]).unwrap();
            assert_eq!(holds_nul(&json), found, "{text:?}");
        }
    }
}
