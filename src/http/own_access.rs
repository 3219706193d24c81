//! 谁看过: who looked at the member's own tracks.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::error::Answer;
use super::extract::{Params, SignedIn};
use super::page::{Page, limit, parse_place, place};
use super::refusals::DistrictRefusals;
use crate::app::App;
use crate::domain::{TrackView, TrackViewId};

/// Which looks a page lists.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// The `next` of the page before.
    before: Option<String>,
    /// 1 to 500; 100 when it isn't said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// Looks at the member's own tracks, the newest first; whom else they were at is not said.
#[utoipa::path(
    get, path = "/api/me/track-views", tag = "duty", params(Asked),
    responses((status = 200, description = "The newest first.", body = Page<TrackView>),
        DistrictRefusals)
)]
pub(super) async fn track_views(
    State(app): State<App>,
    me: SignedIn,
    Params(asked): Params<Asked>,
) -> Answer<Json<Page<TrackView>>> {
    let limit = limit(asked.limit)?;
    let before = asked.before.as_deref();
    let before = before.map(|text| parse_place::<TrackViewId>("before", text)).transpose()?;
    let me = &me.member.id;
    let views = app.store.track_views_of(me, before.as_ref(), i64::from(limit) + 1).await?;
    let mut page = Page::of(views, limit, |view| place(view.at_ms, view.id.as_str()));
    app.store.fill_texts(page.items.iter_mut().map(|view| &mut view.reason).collect()).await?;
    for view in &mut page.items {
        view.members.retain(|member| member == me);
    }
    Ok(Json(page))
}
