//! 保全: holds on tracks, listed, placed and released by whoever may.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::district::InDistrict;
use super::error::Answer;
use super::extract::{Body, Named, Params, SignedIn};
use super::page::{Page, limit, parse_place, place};
use super::refusals::DistrictRefusals;
use crate::app::App;
use crate::auth::{Action, Actor};
use crate::command::{Command, NewTrackHold};
use crate::domain::{DistrictId, MemberId, TrackHold, TrackHoldId};
use crate::protocol::Refusal;

/// Which holds a page lists.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// The `next` of the page before.
    before: Option<String>,
    /// 1 to 500; 100 when it isn't said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// The hold that is meant.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct OfHold {
    /// The district.
    district: DistrictId,
    /// The hold.
    hold: TrackHoldId,
}

/// A hold to place.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewTrackHold)]
pub(super) struct Wanted {
    /// Made by the client (UUIDv7).
    id: TrackHoldId,
    /// Whose tracks, 1 to 50.
    members: Vec<MemberId>,
    /// From when, Unix ms UTC.
    from_ms: i64,
    /// Up to when, without it, Unix ms UTC, at most 31 days later.
    to_ms: i64,
    /// Why.
    reason: String,
}

/// Why a hold is released.
#[derive(Deserialize, ToSchema)]
#[schema(as = TrackHoldRelease)]
pub(super) struct Release {
    /// Why.
    reason: String,
}

/// Holds on tracks of a district, the newest first.
#[utoipa::path(
    get, path = "/api/districts/{district}/track-holds", tag = "duty", params(InDistrict, Asked),
    responses((status = 200, description = "The newest first.", body = Page<TrackHold>),
        DistrictRefusals)
)]
pub(super) async fn list(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
    Params(asked): Params<Asked>,
) -> Answer<Json<Page<TrackHold>>> {
    me.allow_in(Action::HoldTracks, &district)?;
    let limit = limit(asked.limit)?;
    let before = asked.before.as_deref();
    let before = before.map(|text| parse_place::<TrackHoldId>("before", text)).transpose()?;
    let holds = app.store.track_holds(&district, before.as_ref(), i64::from(limit) + 1).await?;
    let mut page = Page::of(holds, limit, |hold| place(hold.placed_ms, hold.id.as_str()));
    for hold in &mut page.items {
        fill(&app, hold).await?;
    }
    Ok(Json(page))
}

/// Keeps tracks from the purge.
#[utoipa::path(
    post, path = "/api/districts/{district}/track-holds", tag = "duty", params(InDistrict),
    request_body = Wanted,
    responses(
        (status = 201, description = "It is held.", body = TrackHold),
        (status = 404, description = "No such member in this district.", body = Refusal),
        (status = 409, description = "The id is taken.", body = Refusal),
        (status = 413, description = "Larger than 64 KiB.", body = Refusal),
        DistrictRefusals,
    )
)]
pub(super) async fn hold(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
    Body(wanted): Body<Wanted>,
) -> Answer<(StatusCode, Json<TrackHold>)> {
    let Wanted { id, members, from_ms, to_ms, reason } = wanted;
    let new = NewTrackHold { id: id.clone(), members, from_ms, to_ms, reason };
    let command = Command::HoldTracks { district, new };
    app.writer.apply(Actor::Member(me.member), command).await.map_err(Refusal::from)?;
    Ok((StatusCode::CREATED, Json(shown(&app, &id).await?)))
}

/// Gives tracks back to the purge.
#[utoipa::path(
    post, path = "/api/districts/{district}/track-holds/{hold}/release", tag = "duty",
    params(OfHold), request_body = Release,
    responses(
        (status = 200, description = "It is released.", body = TrackHold),
        (status = 404, description = "No such hold.", body = Refusal),
        (status = 409, description = "It was released already.", body = Refusal),
        (status = 413, description = "Larger than 64 KiB.", body = Refusal),
        DistrictRefusals,
    )
)]
pub(super) async fn release(
    State(app): State<App>,
    me: SignedIn,
    Named(OfHold { district, hold }): Named<OfHold>,
    Body(Release { reason }): Body<Release>,
) -> Answer<Json<TrackHold>> {
    let command = Command::ReleaseTracks { district, hold: hold.clone(), reason };
    app.writer.apply(Actor::Member(me.member), command).await.map_err(Refusal::from)?;
    Ok(Json(shown(&app, &hold).await?))
}

async fn shown(app: &App, id: &TrackHoldId) -> Answer<TrackHold> {
    let found = app.store.track_hold(id).await?;
    let mut hold = found.ok_or_else(|| Refusal::not_found("hold"))?;
    fill(app, &mut hold).await?;
    Ok(hold)
}

async fn fill(app: &App, hold: &mut TrackHold) -> Answer<()> {
    let TrackHold { reason, release_reason, .. } = hold;
    Ok(app.store.fill_texts([reason].into_iter().chain(release_reason).collect()).await?)
}
