//! 上报, and 热线录入 by the desk.

use super::context::Context;
use super::effect::{incident_outcome, number};
use super::{Fault, officer, timer};
use crate::auth::{About, Action, Object};
use crate::dispatch::at_receipt;
use crate::domain::id::is_valid_client_id;
use crate::domain::position::MAX_AHEAD_MS;
use crate::domain::{
    Channel, Event, Flags, Incident, IncidentId, IncidentState, KindCode, Member, Source,
};
use crate::protocol::{Code, Outcome, Refusal, Request};
use crate::spatial::Point;
use crate::store::{incident as stored, message};

pub(super) async fn apply(cx: &mut Context<'_, '_>, request: &Request) -> Result<Outcome, Fault> {
    let Request::ReportIncident { incident: id, point, kind, observed_ms, text, drill } = request
    else {
        return Err(Refusal::new(Code::UnknownType, "not a report").into());
    };
    let member = cx.member()?.clone();
    let source = source(cx, &member, id, *point)?;
    if *observed_ms <= 0 {
        return Err(Refusal::invalid("observed_ms", "must be a time after 1970").into());
    }
    let mut incident = new_incident(cx, &member, id, kind).await?;
    observe(cx, &mut incident, *observed_ms);
    incident.flags.drill = *drill;
    incident.source = source;
    place(cx, &mut incident, *point).await?;
    if let Some(body) = text {
        incident.text = cx.keep_text(&member.district, "text", body).await?;
    }
    store(cx, incident, "report").await
}

/// A phone whose clock is wrong still reports: the receipt's time, marked 存疑.
pub(super) fn observe(cx: &Context<'_, '_>, incident: &mut Incident, observed_ms: i64) {
    incident.flags.doubtful = observed_ms <= 0 || observed_ms > cx.now_ms + MAX_AHEAD_MS;
    incident.observed_ms = if incident.flags.doubtful { cx.now_ms } else { observed_ms };
}

/// Puts an incident on the map.
pub(super) async fn place(
    cx: &mut Context<'_, '_>,
    incident: &mut Incident,
    point: Option<Point>,
) -> Result<(), Fault> {
    incident.point = point;
    let map = cx.map(&incident.district).await?;
    if let Some(grid) = point.and_then(|point| map.locate(point)) {
        incident.grid = Some(grid.code.clone());
        incident.grid_version = Some(grid.version);
    }
    Ok(())
}

fn source(
    cx: &Context<'_, '_>,
    member: &Member,
    id: &IncidentId,
    point: Option<Point>,
) -> Result<Source, Fault> {
    let object = Object::district(&member.district);
    cx.allow(Action::Report, &object)?;
    if !is_valid_client_id(id.as_str()) {
        return Err(Refusal::invalid("incident", "1 to 64 visible ASCII characters").into());
    }
    if cx.allow(Action::ReportByPhone, &object).is_ok() {
        Ok(Source::Phone)
    } else if point.is_some() {
        Ok(Source::Member)
    } else {
        Err(Refusal::invalid("point", "a report from the spot says where").into())
    }
}

pub(super) async fn new_incident(
    cx: &mut Context<'_, '_>,
    member: &Member,
    id: &IncidentId,
    kind: &KindCode,
) -> Result<Incident, Fault> {
    let district = &member.district;
    let map = cx.map(district).await?;
    let top = map.top(kind).ok_or_else(|| Refusal::not_found("kind").about("kind"))?;
    if stored::find(cx.tx, id).await?.is_some() {
        return Err(Refusal::new(Code::IdReused, "this incident id is taken").into());
    }
    Ok(Incident {
        id: id.clone(),
        district: district.clone(),
        number: number(cx, &map, cx.now_ms).await?,
        version: 1,
        state: IncidentState::Pending,
        level: None,
        kind_first: kind.clone(),
        kind_final: None,
        top,
        point: None,
        grid: None,
        grid_version: None,
        observed_ms: cx.now_ms,
        received_ms: cx.now_ms,
        reporter: Some(member.id.clone()),
        source: Source::Member,
        text: None,
        channel: Channel::of_incident(district, id).id,
        flags: Flags::default(),
        rating: None,
        moved_by: Some(member.name.clone()),
        moved_ms: cx.now_ms,
        assignments: Vec::new(),
        due: None,
    })
}

pub(super) async fn store(
    cx: &mut Context<'_, '_>,
    mut incident: Incident,
    action: &str,
) -> Result<Outcome, Fault> {
    incident.due = Some(at_receipt(incident.level, cx.now_ms));
    let district = incident.district.clone();
    message::open_channel(cx.tx, &Channel::of_incident(&district, &incident.id)).await?;
    stored::insert(cx.tx, &incident).await?;
    let mut entry = cx.entry(action, None, incident.state);
    entry.officer = officer::of_actor(cx).await?;
    stored::add_entry(cx.tx, &incident.id, &mut entry).await?;
    timer::follow(cx, None, &incident).await?;
    let outcome = incident_outcome(&incident);
    let event =
        Event::IncidentChanged { incident: Box::new(incident.clone()), entry: Box::new(entry) };
    let seq = cx.emit(&district, event, About::Itself).await?;
    if incident.counts() {
        cx.count(&incident, seq, 1).await?;
    }
    Ok(Outcome { seq: Some(seq), ..outcome })
}
