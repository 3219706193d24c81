//! 保全: tracks are kept from the purge, and given back to it.

use super::context::Context;
use super::{Done, Fault};
use crate::auth::{Action, Object};
use crate::domain::id::is_valid_client_id;
use crate::domain::track_hold::{LONGEST_MS, MOST_MEMBERS};
use crate::domain::{
    AuditAction, AuditNote, DistrictId, JournalFact, MemberId, Text, TrackHold, TrackHoldId,
};
use crate::protocol::{Code, Refusal};
use crate::store::{member, track_hold as stored};

/// What is to be held.
#[derive(Debug, Clone)]
pub struct NewTrackHold {
    /// Made by the client.
    pub id: TrackHoldId,
    /// Whose tracks, 1 to 50.
    pub members: Vec<MemberId>,
    /// From when, Unix ms UTC.
    pub from_ms: i64,
    /// Up to when, without it, Unix ms UTC, at most 31 days later.
    pub to_ms: i64,
    /// Why, as it was typed.
    pub reason: String,
}

pub(super) async fn place(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    new: &NewTrackHold,
) -> Result<Done, Fault> {
    cx.allow(Action::HoldTracks, &Object::district(district))?;
    let placer = cx.member()?.clone();
    let members = checked(cx, district, new).await?;
    let reason = reason(cx, district, &new.reason).await?;
    let hold = TrackHold {
        id: new.id.clone(),
        district: district.clone(),
        members,
        from_ms: new.from_ms,
        to_ms: new.to_ms,
        reason,
        placed_by: placer.id,
        placed_by_name: placer.name,
        placed_ms: cx.now_ms,
        released_by_name: None,
        released_ms: None,
        release_reason: None,
    };
    stored::insert(cx.tx, &hold).await?;
    cx.journal(JournalFact::HoldPlaced {
        district: district.clone(),
        hold: hold.id.clone(),
        members: hold.members.clone(),
        from_ms: hold.from_ms,
        to_ms: hold.to_ms,
        reason: hold.reason.id.clone(),
        placed_by: hold.placed_by.clone(),
    });
    let note = AuditNote {
        detail: Some(format!("{} to {}, {} members", hold.from_ms, hold.to_ms, hold.members.len())),
        ..AuditNote::of(AuditAction::HoldPlaced, object(&hold.id))
    };
    cx.audit(district, &note, Some(&hold.reason)).await?;
    Ok(Done::Stored)
}

pub(super) async fn release(
    cx: &mut Context<'_, '_>,
    (district, id): (&DistrictId, &TrackHoldId),
    typed: &str,
) -> Result<Done, Fault> {
    cx.allow(Action::HoldTracks, &Object::district(district))?;
    let releaser = cx.member()?.clone();
    let found = stored::find(cx.tx, id).await?.filter(|hold| hold.district == *district);
    let hold = found.ok_or_else(|| Refusal::not_found("hold").about("hold"))?;
    if hold.released_ms.is_some() {
        return Err(Refusal {
            by: hold.released_by_name,
            at_ms: hold.released_ms,
            ..Refusal::new(Code::Conflict, "it was released already")
        }
        .into());
    }
    let reason = reason(cx, district, typed).await?;
    let after = TrackHold {
        released_by_name: Some(releaser.name),
        released_ms: Some(cx.now_ms),
        release_reason: Some(reason.clone()),
        ..hold
    };
    stored::release(cx.tx, &after).await?;
    cx.journal(JournalFact::HoldReleased {
        hold: id.clone(),
        reason: reason.id.clone(),
        released_by: releaser.id,
    });
    let note = AuditNote::of(AuditAction::HoldReleased, object(id));
    cx.audit(district, &note, Some(&reason)).await?;
    Ok(Done::Stored)
}

fn object(hold: &TrackHoldId) -> String {
    format!("track_hold:{hold}")
}

async fn reason(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    typed: &str,
) -> Result<Text, Fault> {
    let kept = cx.keep_text(district, "reason", typed).await?;
    Ok(kept.ok_or_else(|| Refusal::invalid("reason", "say why or what"))?)
}

/// The members, each once, of this district.
async fn checked(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    new: &NewTrackHold,
) -> Result<Vec<MemberId>, Fault> {
    if !is_valid_client_id(new.id.as_str()) {
        return Err(Refusal::invalid("id", "1 to 64 visible ASCII characters").into());
    }
    if stored::find(cx.tx, &new.id).await?.is_some() {
        return Err(Refusal::new(Code::IdReused, "this hold id is taken").into());
    }
    let long = new.to_ms.checked_sub(new.from_ms).is_none_or(|ms| ms > LONGEST_MS);
    if new.from_ms < 0 || new.from_ms >= new.to_ms || long {
        let message = "later than from_ms, by 31 days at most";
        return Err(Refusal::invalid("to_ms", message).into());
    }
    let mut members = new.members.clone();
    members.sort();
    members.dedup();
    if members.is_empty() || members.len() > MOST_MEMBERS {
        let message = format!("1 to {MOST_MEMBERS} members");
        return Err(Refusal::invalid("members", message).into());
    }
    for id in &members {
        let found = member::find(cx.tx, id).await?;
        if found.is_none_or(|member| member.district != *district) {
            return Err(Refusal::not_found("member").about("members").into());
        }
    }
    Ok(members)
}
