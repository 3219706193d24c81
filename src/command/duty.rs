//! 上岗签到 and 下岗签退.

use super::context::Context;
use super::{Fault, officer};
use crate::auth::{About, Action, Object};
use crate::domain::consent::CONSENT_VERSION;
use crate::domain::id::is_valid_client_id;
use crate::domain::{Event, MemberBrief, MemberId, Shift, ShiftId};
use crate::protocol::{Code, Outcome, Refusal};
use crate::store::shift;

pub(super) async fn sign_on(
    cx: &mut Context<'_, '_>,
    id: &ShiftId,
    consent_version: Option<i64>,
    officer: Option<&MemberId>,
) -> Result<Outcome, Fault> {
    let member = cx.member()?.clone();
    cx.allow(Action::Duty, &Object::district(&member.district))?;
    if !is_valid_client_id(id.as_str()) {
        return Err(Refusal::invalid("shift", "1 to 64 visible ASCII characters").into());
    }
    if consent_version.is_some_and(|version| version != CONSENT_VERSION) {
        let message = format!("the consent that is asked for now is version {CONSENT_VERSION}");
        return Err(Refusal::invalid("consent_version", message).into());
    }
    if let Some(open) = shift::open_of(cx.tx, &member.id).await? {
        return Err(Refusal {
            at_ms: Some(open.started_ms),
            ..Refusal::new(Code::Conflict, "already on duty; sign off first")
        }
        .into());
    }
    let (officer, officer_name) = officer::named(cx, &member, officer).await?;
    let shift = Shift {
        id: id.clone(),
        district: member.district.clone(),
        member: member.id.clone(),
        team: member.team.clone(),
        started_ms: cx.now_ms,
        ended_ms: None,
        consent_version,
        consent_ms: consent_version.map(|_| cx.now_ms),
        duty: None,
        device: cx.session.cloned(),
        officer,
        officer_name,
    };
    shift::insert(cx.tx, &shift).await?;
    changed(cx, shift, MemberBrief::from(&member)).await
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

async fn changed(
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
