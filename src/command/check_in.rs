//! 打卡 at a checkpoint.

use super::Fault;
use super::context::Context;
use crate::auth::{About, Action, Object};
use crate::domain::check_in::{CheckInMethod, RADIUS_M, WORST_ACCURACY_M, impossible_speed};
use crate::domain::id::is_valid_client_id;
use crate::domain::position::{MAX_AHEAD_MS, MAX_LATE_MS};
use crate::domain::{CheckIn, Event, Member, MemberBrief, Shift, Text};
use crate::protocol::{Code, Outcome, Refusal, Request};
use crate::spatial::Point;
use crate::store::{check_in as stored, consent, shift};

pub(super) async fn apply(cx: &mut Context<'_, '_>, request: &Request) -> Result<Outcome, Fault> {
    let member = cx.member()?.clone();
    cx.allow(Action::CheckIn, &Object::district(&member.district))?;
    let Request::CheckIn { check_in: id, checkpoint, method, reason, .. } = request else {
        return Err(Refusal::new(Code::UnknownType, "not a check-in").into());
    };
    if !is_valid_client_id(id.as_str()) {
        return Err(Refusal::invalid("check_in", "1 to 64 visible ASCII characters").into());
    }
    if stored::find(cx.tx, id).await?.is_some() {
        return Err(Refusal::new(Code::IdReused, "this check-in id is taken").into());
    }
    let post = stored::checkpoint_point(cx.tx, &member.district, checkpoint).await?;
    let post = post.ok_or_else(|| Refusal::not_found("checkpoint").about("checkpoint"))?;
    let mut visit = judged(cx, &member, request, post).await?;
    let typed = reason.as_deref().unwrap_or_default();
    if *method == CheckInMethod::Manual && typed.trim().is_empty() {
        return Err(Refusal::invalid("reason", "say why or what").into());
    }
    visit.reason = cx.keep_text(&member.district, "reason", typed).await?;
    stored::insert(cx.tx, &visit).await?;
    let (district, brief) = (member.district.clone(), MemberBrief::from(&member));
    let event = Event::CheckedIn { check_in: visit.clone(), member: brief };
    let seq = cx.emit(&district, event, About::Itself).await?;
    // Outcomes are kept; what was typed stays in its erasable row alone.
    visit.reason = visit.reason.map(|reason| Text::reference(reason.id));
    Ok(Outcome {
        district: Some(district),
        seq: Some(seq),
        check_in: Some(Box::new(visit)),
        ..Outcome::default()
    })
}

/// The visit, held against distance, speed and clock.
async fn judged(
    cx: &mut Context<'_, '_>,
    member: &Member,
    request: &Request,
    post: Point,
) -> Result<CheckIn, Fault> {
    let Request::CheckIn {
        check_in: id, checkpoint, method, point, accuracy_m, observed_ms, ..
    } = request
    else {
        return Err(Refusal::new(Code::UnknownType, "not a check-in").into());
    };
    let distance_m = point.map(|point| point.distance_m(post));
    if *method == CheckInMethod::Gps {
        near_enough(distance_m, *accuracy_m)?;
    }
    // An offline visit keeps its own time; one that can't be right gets the receipt's, marked.
    let plausible =
        *observed_ms <= cx.now_ms + MAX_AHEAD_MS && *observed_ms >= cx.now_ms - MAX_LATE_MS;
    let observed_ms = if plausible { (*observed_ms).min(cx.now_ms) } else { cx.now_ms };
    let shift = shift_at(cx, member, observed_ms).await?;
    let located = consent::held_at(cx.tx, &member.id, observed_ms).await?;
    if *method == CheckInMethod::Gps && !located {
        let message = "no consent to positions: check in by QR code, NFC or by hand";
        return Err(Refusal::new(Code::NoConsent, message).about("method").into());
    }
    // Without consent the visit is kept and not where the phone was.
    let point = point.filter(|_| located);
    let earlier = stored::of_shift(cx.tx, &shift.id, &member.id).await?;
    let lap = earlier.iter().filter(|visit| visit.checkpoint == *checkpoint).count() + 1;
    let jumped = point.is_some_and(|point| {
        earlier.iter().any(|visit| {
            let there = visit.point.map(|there| (there, visit.observed_ms));
            there.is_some_and(|there| impossible_speed(there, (point, observed_ms)))
        })
    });
    Ok(CheckIn {
        id: id.clone(),
        district: member.district.clone(),
        shift: shift.id,
        member: member.id.clone(),
        checkpoint: checkpoint.clone(),
        method: *method,
        point,
        distance_m: distance_m.filter(|_| located),
        observed_ms,
        received_ms: cx.now_ms,
        lap: i64::try_from(lap).unwrap_or(i64::MAX),
        doubtful: jumped || !plausible,
        reason: None,
    })
}

fn near_enough(distance_m: Option<f64>, accuracy_m: Option<f64>) -> Result<(), Fault> {
    let Some(distance_m) = distance_m else {
        return Err(Refusal::invalid("point", "a check-in by position says where").into());
    };
    if accuracy_m.is_none_or(|accuracy| !(0.0..=WORST_ACCURACY_M).contains(&accuracy)) {
        let message = format!("the position must be known to {WORST_ACCURACY_M:.0} m");
        return Err(Refusal::invalid("accuracy_m", message).into());
    }
    if distance_m > RADIUS_M {
        let message = format!("{distance_m:.0} m away; within {RADIUS_M:.0} m counts");
        return Err(Refusal::invalid("point", message).into());
    }
    Ok(())
}

/// The open shift, or the one that was open when the visit was made.
async fn shift_at(cx: &mut Context<'_, '_>, member: &Member, at_ms: i64) -> Result<Shift, Fault> {
    let found = match shift::open_of(cx.tx, &member.id).await? {
        Some(open) if open.started_ms <= at_ms => Some(open),
        _ => shift::at(cx.tx, &member.id, at_ms).await?,
    };
    let off = || Refusal::new(Code::OffDuty, "check-ins are made from sign-on to sign-off");
    Ok(found.ok_or_else(off)?)
}
