//! Looking at where people were: the look is written down, then it may be read.

use super::Fault;
use super::context::Context;
use super::effect::find_visible;
use crate::auth::{About, Action, Object};
use crate::domain::id::is_valid_client_id;
use crate::domain::track_view::{LONGEST_MS, MOST_MEMBERS};
use crate::domain::{AuditAction, AuditNote, DistrictId, Event, Incident, MemberId, TrackView};
use crate::protocol::{Code, Outcome, Refusal, Request};
use crate::store::{member, track_view as stored};

pub(super) async fn apply(cx: &mut Context<'_, '_>, request: &Request) -> Result<Outcome, Fault> {
    let viewer = cx.member()?.clone();
    cx.allow(Action::ViewTrack, &Object::district(&viewer.district))?;
    let Request::ViewTrack { view: id, members, incident, from_ms, to_ms, reason } = request else {
        return Err(Refusal::new(Code::UnknownType, "not a look at a track").into());
    };
    if !is_valid_client_id(id.as_str()) {
        return Err(Refusal::invalid("view", "1 to 64 visible ASCII characters").into());
    }
    if from_ms >= to_ms || to_ms - from_ms > LONGEST_MS {
        return Err(Refusal::invalid("to_ms", "later than from_ms, by 24 hours at most").into());
    }
    if stored::exists(cx.tx, id).await? {
        return Err(Refusal::new(Code::IdReused, "this view id is taken").into());
    }
    let about = match incident {
        Some(incident) => Some(find_visible(cx, incident).await?),
        None => None,
    };
    let members = seen(cx, &viewer.district, members, about.as_ref()).await?;
    let Some(reason) = cx.keep_text(&viewer.district, "reason", reason).await? else {
        return Err(Refusal::invalid("reason", "say why or what").into());
    };
    let view = TrackView {
        id: id.clone(),
        district: viewer.district.clone(),
        viewer: viewer.id,
        viewer_name: viewer.name,
        members,
        incident: incident.clone(),
        from_ms: *from_ms,
        to_ms: *to_ms,
        reason,
        at_ms: cx.now_ms,
    };
    stored::insert(cx.tx, &view).await?;
    let note = AuditNote {
        detail: Some(format!("{} to {}, {} members", view.from_ms, view.to_ms, view.members.len())),
        ..AuditNote::of(AuditAction::TrackViewed, format!("track_view:{}", view.id))
    };
    cx.audit(&view.district, &note, Some(&view.reason)).await?;
    let event = Event::TrackViewed { view };
    let seq = cx.emit(&viewer.district, event, About::Itself).await?;
    Ok(Outcome { district: Some(viewer.district), seq: Some(seq), ..Outcome::default() })
}

/// Whom the look is at: those named, or with an incident alone its teams and its reporter.
async fn seen(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    named: &[MemberId],
    incident: Option<&Incident>,
) -> Result<Vec<MemberId>, Fault> {
    let mut members = if let (Some(incident), []) = (incident, named) {
        let mut involved: Vec<MemberId> = incident.reporter.iter().cloned().collect();
        for assignment in &incident.assignments {
            involved.extend(member::of_team(cx.tx, &assignment.team).await?);
        }
        involved
    } else {
        named.to_vec()
    };
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
