//! What a look at tracks shows, to whoever wrote the look down.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::Answer;
use super::extract::{Named, SignedIn};
use super::refusals::DistrictRefusals;
use crate::app::App;
use crate::auth::Action;
use crate::domain::shift_summary::TRACK_KEPT_MS;
use crate::domain::{DistrictId, Fix, MemberBrief, TrackView, TrackViewId};
use crate::protocol::Refusal;

/// A look is read again for this long, in ms; then it is asked for anew, with a new reason.
const READABLE_MS: i64 = 60 * 60 * 1_000;

/// The look that is meant.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct OfView {
    /// The district.
    district: DistrictId,
    /// The look.
    view: TrackViewId,
}

/// One member's way.
#[derive(Serialize, ToSchema)]
struct Track {
    /// Who.
    member: MemberBrief,
    /// Their fixes, oldest first.
    fixes: Vec<Fix>,
}

/// A look and what it shows.
#[derive(Serialize, ToSchema)]
pub(super) struct TrackReplay {
    /// The look, as it was written down.
    view: TrackView,
    /// One track a member, by id; without fixes when nothing was kept.
    tracks: Vec<Track>,
    /// Fixes of before this were purged unless they are held, Unix ms UTC.
    kept_since_ms: i64,
}

/// The tracks of a look that the `view_track` command wrote down, for one hour.
#[utoipa::path(
    get, path = "/api/districts/{district}/track-views/{view}", tag = "duty", params(OfView),
    responses(
        (status = 200, description = "The look and its tracks.", body = TrackReplay),
        (status = 404, description = "No such look by this member in the last hour.",
         body = Refusal),
        DistrictRefusals,
    )
)]
pub(super) async fn show(
    State(app): State<App>,
    me: SignedIn,
    Named(OfView { district, view }): Named<OfView>,
) -> Answer<Json<TrackReplay>> {
    me.allow_in(Action::ViewTrack, &district)?;
    let now_ms = app.clock.now_ms();
    let found = app.store.track_view(&view).await?.filter(|view| {
        view.viewer == me.member.id
            && view.district == district
            && view.at_ms + READABLE_MS > now_ms
    });
    let mut view = found.ok_or_else(|| Refusal::not_found("view"))?;
    app.store.fill_texts(vec![&mut view.reason]).await?;
    let mut tracks = Vec::with_capacity(view.members.len());
    for id in &view.members {
        let Some(member) = app.store.member(id).await? else { continue };
        let fixes = app.store.track(id, view.from_ms, view.to_ms).await?;
        tracks.push(Track { member: MemberBrief::from(&member), fixes });
    }
    Ok(Json(TrackReplay { view, tracks, kept_since_ms: now_ms - TRACK_KEPT_MS }))
}
