//! 上岗签到 and 下岗签退.

use super::context::Context;
use super::{Fault, officer};
use crate::auth::{About, Action, Object};
use crate::domain::consent::CONSENT_VERSION;
use crate::domain::id::is_valid_client_id;
use crate::domain::{AuditAction, AuditNote, Event, MemberBrief, MemberId, Shift, ShiftId};
use crate::protocol::{Code, Outcome, Refusal};
use crate::store::{consent, roster, shift};

/// Whoever comes early serves the planned shift that starts within this, in ms: one hour.
const EARLY_MS: i64 = 60 * 60 * 1_000;

pub(super) async fn sign_on(
    cx: &mut Context<'_, '_>,
    id: &ShiftId,
    officer: Option<&MemberId>,
) -> Result<Outcome, Fault> {
    let member = cx.member()?.clone();
    cx.allow(Action::Duty, &Object::district(&member.district))?;
    if !is_valid_client_id(id.as_str()) {
        return Err(Refusal::invalid("shift", "1 to 64 visible ASCII characters").into());
    }
    if let Some(open) = shift::open_of(cx.tx, &member.id).await? {
        return Err(Refusal {
            at_ms: Some(open.started_ms),
            ..Refusal::new(Code::Conflict, "already on duty; sign off first")
        }
        .into());
    }
    let (officer, officer_name) = officer::named(cx, &member, officer).await?;
    let consent = consent::open_of(cx.tx, &member.id).await?;
    let consent = consent.filter(|span| span.version == CONSENT_VERSION);
    let duty = roster::duty_at(cx.tx, &member.id, (cx.now_ms, EARLY_MS)).await?;
    let shift = Shift {
        id: id.clone(),
        district: member.district.clone(),
        member: member.id.clone(),
        team: member.team.clone(),
        started_ms: cx.now_ms,
        ended_ms: None,
        consent_version: consent.as_ref().map(|span| span.version),
        consent_ms: consent.as_ref().map(|span| span.from_ms),
        duty,
        device: cx.session.cloned(),
        officer,
        officer_name,
    };
    shift::insert(cx.tx, &shift).await?;
    changed(cx, shift, MemberBrief::from(&member)).await
}

/// The shift's grant goes to the session that asks: the one before sends no more positions.
pub(super) async fn take(cx: &mut Context<'_, '_>, id: &ShiftId) -> Result<Outcome, Fault> {
    let member = cx.member()?.clone();
    cx.allow(Action::Duty, &Object::district(&member.district))?;
    let open = shift::open_of(cx.tx, &member.id).await?;
    let Some(open) = open.filter(|open| open.id == *id) else {
        return Err(Refusal::new(Code::OffDuty, "this shift isn't open").about("shift").into());
    };
    let Some(session) = cx.session.cloned() else {
        return Err(Refusal::new(Code::Invalid, "a session must ask for this").into());
    };
    if open.device.as_ref() == Some(&session) {
        let district = Some(member.district);
        return Ok(Outcome { district, shift: Some(open), ..Outcome::default() });
    }
    shift::set_device(cx.tx, &open.id, &session).await?;
    let note = AuditNote {
        detail: Some(format!("session {session}")),
        ..AuditNote::of(AuditAction::ShiftTaken, format!("shift:{}", open.id))
    };
    cx.audit(&member.district, &note, None).await?;
    let after = Shift { device: Some(session), ..open };
    changed(cx, after, MemberBrief::from(&member)).await
}

pub(super) async fn sign_off(cx: &mut Context<'_, '_>, id: &ShiftId) -> Result<Outcome, Fault> {
    let member = cx.member()?.clone();
    cx.allow(Action::Duty, &Object::district(&member.district))?;
    let open = shift::open_of(cx.tx, &member.id).await?;
    let Some(mut shift) = open.filter(|open| open.id == *id) else {
        return Err(Refusal::new(Code::OffDuty, "this shift isn't open").about("shift").into());
    };
    shift.ended_ms = Some(cx.now_ms);
    shift::end(cx.tx, &shift.id, cx.now_ms).await?;
    changed(cx, shift, MemberBrief::from(&member)).await
}

/// Tells a shift's new state.
pub(super) async fn changed(
    cx: &mut Context<'_, '_>,
    shift: Shift,
    member: MemberBrief,
) -> Result<Outcome, Fault> {
    let district = shift.district.clone();
    let event = Event::ShiftChanged { shift: shift.clone(), member };
    let seq = cx.emit(&district, event, About::Itself).await?;
    Ok(Outcome {
        district: Some(district),
        seq: Some(seq),
        shift: Some(shift),
        ..Outcome::default()
    })
}
