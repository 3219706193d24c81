//! Consent to positions: given apart from everything else, withdrawn at will, mid-shift too.

use super::Fault;
use super::context::Context;
use super::duty::changed;
use crate::auth::{About, Action, Object};
use crate::domain::consent::CONSENT_VERSION;
use crate::domain::{
    AuditAction, AuditNote, ConsentSpan, Event, JournalFact, Member, MemberBrief, Shift,
};
use crate::protocol::{Outcome, Refusal};
use crate::store::{consent as stored, shift};

pub(super) async fn give(cx: &mut Context<'_, '_>, version: i64) -> Result<Outcome, Fault> {
    let member = cx.member()?.clone();
    cx.allow(Action::Consent, &Object::district(&member.district))?;
    if version != CONSENT_VERSION {
        let message = format!("the consent that is asked for now is version {CONSENT_VERSION}");
        return Err(Refusal::invalid("version", message).into());
    }
    let open = stored::open_of(cx.tx, &member.id).await?;
    if open.as_ref().is_some_and(|open| open.version == version) {
        return unchanged(cx, &member).await;
    }
    // What was said to an older text ends where the new one begins.
    stored::end(cx.tx, &member.id, cx.now_ms).await?;
    let span =
        ConsentSpan { member: member.id.clone(), version, from_ms: cx.now_ms, until_ms: None };
    stored::begin(cx.tx, &member.district, &span).await?;
    let (district, who) = (member.district.clone(), member.id.clone());
    cx.journal(JournalFact::ConsentGiven { district, member: who, version });
    tell(cx, &member, AuditAction::ConsentGiven, span).await
}

pub(super) async fn withdraw(cx: &mut Context<'_, '_>) -> Result<Outcome, Fault> {
    let member = cx.member()?.clone();
    cx.allow(Action::Consent, &Object::district(&member.district))?;
    let Some(open) = stored::open_of(cx.tx, &member.id).await? else {
        return unchanged(cx, &member).await;
    };
    stored::end(cx.tx, &member.id, cx.now_ms).await?;
    cx.journal(JournalFact::ConsentWithdrawn { member: member.id.clone() });
    let span = ConsentSpan { until_ms: Some(cx.now_ms), ..open };
    tell(cx, &member, AuditAction::ConsentWithdrawn, span).await
}

/// Said already: nothing happened, and the answer shows what holds.
async fn unchanged(cx: &mut Context<'_, '_>, member: &Member) -> Result<Outcome, Fault> {
    let shift = shift::open_of(cx.tx, &member.id).await?;
    Ok(Outcome { district: Some(member.district.clone()), shift, ..Outcome::default() })
}

/// The audit log, the member's own screens and every node hear of it; with an open shift also
/// those who see that.
async fn tell(
    cx: &mut Context<'_, '_>,
    member: &Member,
    action: AuditAction,
    span: ConsentSpan,
) -> Result<Outcome, Fault> {
    let district = member.district.clone();
    let note = AuditNote {
        detail: Some(format!("version {}", span.version)),
        ..AuditNote::of(action, format!("member:{}", member.id))
    };
    cx.audit(&district, &note, None).await?;
    let holds = span.until_ms.is_none();
    let open = shift::open_of(cx.tx, &member.id).await?;
    let (version, from_ms) = (span.version, span.from_ms);
    let event = Event::ConsentChanged { district: district.clone(), consent: span };
    let seq = cx.emit(&district, event, About::Itself).await?;
    let Some(open) = open else {
        return Ok(Outcome { district: Some(district), seq: Some(seq), ..Outcome::default() });
    };
    let after = Shift {
        consent_version: holds.then_some(version),
        consent_ms: holds.then_some(from_ms),
        ..open
    };
    shift::set_consent(cx.tx, &after).await?;
    changed(cx, after, MemberBrief::from(member)).await
}
