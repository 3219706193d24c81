//! 一键求助, and taking it back.

use super::Fault;
use super::context::Context;
use super::effect::store_moved;
use super::report::{new_incident, observe, place, store};
use crate::auth::{Action, Object};
use crate::domain::id::is_valid_client_id;
use crate::domain::kind::SOS;
use crate::domain::{HelpCall, IncidentId, KindCode, Level, MemberId, Source};
use crate::protocol::{Code, Outcome, Refusal, Request};
use crate::spatial::Point;
use crate::store::{Store, help_call, incident as stored};

/// A fix that is older than this no longer says where somebody is, in ms: 10 minutes.
const LAST_FIX_WITHIN_MS: i64 = 10 * 60 * 1_000;

/// Refuses as little as it can: no point, a wrong clock and a second call are all taken.
pub(super) async fn apply(cx: &mut Context<'_, '_>, request: &Request) -> Result<Outcome, Fault> {
    let Request::Sos { incident: id, point, accuracy_m: _, observed_ms } = request else {
        return Err(Refusal::new(Code::UnknownType, "not a call for help").into());
    };
    let member = cx.member()?.clone();
    cx.allow(Action::Sos, &Object::district(&member.district))?;
    if !is_valid_client_id(id.as_str()) {
        return Err(Refusal::invalid("incident", "1 to 64 visible ASCII characters").into());
    }
    let mut incident = new_incident(cx, &member, id, &KindCode::from(SOS)).await?;
    observe(cx, &mut incident, *observed_ms);
    incident.source = Source::Sos;
    incident.flags.sos = true;
    incident.level = Some(Level::One);
    let point = match point {
        Some(point) => Some(*point),
        None => last_point(&cx.deps.store, &member.id, cx.now_ms).await,
    };
    place(cx, &mut incident, point).await?;
    help_call::begin(cx.tx, &HelpCall::of(&incident, &member.id)).await?;
    store(cx, incident, "sos").await
}

/// Where the member was last, as far as the tracks tell; a call for help never waits for them.
async fn last_point(store: &Store, member: &MemberId, now_ms: i64) -> Option<Point> {
    match store.last_fix(member, now_ms - LAST_FIX_WITHIN_MS).await {
        Ok(fix) => fix.map(|fix| fix.point),
        Err(error) => {
            tracing::error!(%error, "the last fix of a call for help can't be read");
            None
        }
    }
}

/// Taking it back is recorded; whoever has the desk still looks, and ends it.
pub(super) async fn withdraw(
    cx: &mut Context<'_, '_>,
    id: &IncidentId,
    reason: &str,
) -> Result<Outcome, Fault> {
    let found = stored::find(cx.tx, id).await?.filter(|incident| incident.flags.sos);
    let before = found.ok_or_else(|| Refusal::not_found("incident").about("incident"))?;
    if cx.allow(Action::WithdrawSos, &Object::incident(&before)).is_err() {
        return Err(Refusal::not_found("incident").about("incident").into());
    }
    if !before.state.is_open() || before.flags.sos_withdrawn {
        return Err(Refusal::new(Code::Conflict, "it is over already").into());
    }
    if reason.trim().is_empty() {
        return Err(Refusal::invalid("reason", "say why or what").into());
    }
    let mut after = before.clone();
    after.flags.sos_withdrawn = true;
    let mut entry = cx.entry("withdraw_sos", Some(before.state), before.state);
    entry.text = cx.keep_text(&before.district, "reason", reason).await?;
    store_moved(cx, &before, after, entry).await
}
