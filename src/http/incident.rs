//! Incidents: lists of those that the reader sees, and one with its timeline.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::days;
use super::district::{InDistrict, map};
use super::error::Answer;
use super::extract::{Named, Params, SignedIn};
use super::page::{MOST, Page, limit, parse_place, place};
use super::refusals::{DistrictRefusals, ObjectRefusals};
use crate::app::App;
use crate::auth::{Action, mask, sees_incident};
use crate::domain::{
    DistrictId, Entry, GridCode, Incident, IncidentId, IncidentState, KindCode, Level, TopKind,
};
use crate::protocol::Refusal;
use crate::store::incident_filter::IncidentFilter;

/// Incidents that one request looks through for a reader who sees few of them: tens of
/// milliseconds. The rest is on the next pages.
const LOOKED_AT: usize = 5_000;

/// Which incidents a page lists.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Only in this state.
    state: Option<IncidentState>,
    /// Only of this kind.
    kind: Option<KindCode>,
    /// Only of this class.
    top: Option<TopKind>,
    /// Only at this level.
    level: Option<Level>,
    /// Only in this micro-grid.
    grid: Option<GridCode>,
    /// Only seen on this civil day or in this ISO week, or later.
    #[param(example = "2026-W48")]
    from: Option<String>,
    /// Only seen on this civil day or in this ISO week, or earlier.
    #[param(example = "2026-11-29")]
    to: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 100 when it isn't said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// The incidents of a district that the member may see, the newest first.
#[utoipa::path(
    get, path = "/api/districts/{district}/incidents", tag = "incidents",
    params(InDistrict, Asked),
    responses(
        (status = 200, description = "By the time when they were seen.", body = Page<Incident>),
        DistrictRefusals,
    )
)]
pub(super) async fn list(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
    Params(asked): Params<Asked>,
) -> Answer<Json<Page<Incident>>> {
    me.allow_in(Action::SeePlaces, &district)?;
    let limit = limit(asked.limit)?;
    let filter = filter(&app, &district, asked).await?;
    let page = if me.allow_in(Action::SeeIncident, &district).is_ok() {
        let filter = IncidentFilter { limit: i64::from(limit) + 1, ..filter };
        Page::of(app.store.incidents(&district, &filter).await?, limit, place_of)
    } else {
        seen(&app, &me, &district, filter, limit).await?
    };
    let items = page.items.into_iter().map(|incident| mask::incident(&me.member, incident));
    let mut items: Vec<Incident> = items.collect();
    let texts = items.iter_mut().filter_map(|incident| incident.text.as_mut());
    app.store.fill_texts(texts.collect()).await?;
    Ok(Json(Page { items, next: page.next }))
}

async fn filter(app: &App, district: &DistrictId, asked: Asked) -> Answer<IncidentFilter> {
    let (first, last) = days::span(asked.from.as_deref(), asked.to.as_deref())?;
    let after = asked.after.as_deref().map(|text| parse_place("after", text)).transpose()?;
    let zone = map(app, district).await?.zone.clone();
    Ok(IncidentFilter {
        state: asked.state,
        kind: asked.kind,
        top: asked.top,
        level: asked.level,
        grid: asked.grid,
        from_ms: first.map(|day| days::begins_ms(&zone, day)),
        to_ms: last.map(|day| days::ends_ms(&zone, day)),
        after,
        limit: i64::from(MOST),
    })
}

/// Reads on until the page is full and one more is known, or there are no more, or enough were
/// looked at.
async fn seen(
    app: &App,
    me: &SignedIn,
    district: &DistrictId,
    mut filter: IncidentFilter,
    limit: u32,
) -> Answer<Page<Incident>> {
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let most = usize::try_from(filter.limit).unwrap_or(usize::MAX);
    let (mut found, mut looked_at) = (Vec::new(), 0);
    loop {
        let read = app.store.incidents(district, &filter).await?;
        looked_at += read.len();
        let last = read.last().map(|incident| (incident.observed_ms, incident.id.clone()));
        let over = read.len() < most;
        found.extend(read.into_iter().filter(|incident| sees_incident(&me.member, incident)));
        if over || found.len() > wanted {
            return Ok(Page::of(found, limit, place_of));
        }
        if looked_at >= LOOKED_AT {
            let next = last.map(|(at_ms, id)| place(at_ms, id.as_str()));
            return Ok(Page { items: found, next });
        }
        filter.after = last;
    }
}

fn place_of(incident: &Incident) -> String {
    place(incident.observed_ms, incident.id.as_str())
}

/// The path's incident.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct OneIncident {
    /// The incident's id.
    pub(super) incident: IncidentId,
}

/// An incident with what happened to it.
#[derive(Serialize, ToSchema)]
pub(super) struct IncidentDetail {
    /// The incident.
    incident: Incident,
    /// Its timeline, oldest first.
    timeline: Vec<Entry>,
}

/// One incident with its timeline.
#[utoipa::path(
    get, path = "/api/incidents/{incident}", tag = "incidents", params(OneIncident),
    responses((status = 200, description = "The incident.", body = IncidentDetail), ObjectRefusals)
)]
pub(super) async fn detail(
    State(app): State<App>,
    me: SignedIn,
    Named(OneIncident { incident }): Named<OneIncident>,
) -> Answer<Json<IncidentDetail>> {
    let found = visible(&app, &me, &incident).await?;
    let incident = found.ok_or_else(|| Refusal::not_found("incident"))?;
    let timeline = app.store.timeline(&incident.id).await?;
    let mut timeline = mask::timeline(&me.member, &incident, timeline);
    let mut incident = mask::incident(&me.member, incident);
    let texts = timeline.iter_mut().filter_map(|entry| entry.text.as_mut());
    app.store.fill_texts(texts.chain(incident.text.as_mut()).collect()).await?;
    Ok(Json(IncidentDetail { incident, timeline }))
}

/// The incident, if it is there and the reader sees it.
pub(super) async fn visible(app: &App, me: &SignedIn, id: &IncidentId) -> Answer<Option<Incident>> {
    let found = app.store.incident(id).await?;
    Ok(found.filter(|incident| sees_incident(&me.member, incident)))
}
