//! Stations and checkpoints.

use axum::Json;
use axum::extract::State;

use super::district::InDistrict;
use super::error::Answer;
use super::extract::{Named, SignedIn};
use super::refusals::DistrictRefusals;
use crate::app::App;
use crate::auth::Action;
use crate::domain::{Checkpoint, Station};

/// The stations of a district.
#[utoipa::path(
    get, path = "/api/districts/{district}/stations", tag = "places", params(InDistrict),
    responses((status = 200, description = "By id.", body = Vec<Station>), DistrictRefusals)
)]
pub(super) async fn list(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
) -> Answer<Json<Vec<Station>>> {
    me.allow_in(Action::SeePlaces, &district)?;
    Ok(Json(app.store.stations(&district).await?))
}

/// The checkpoints of a district.
#[utoipa::path(
    get, path = "/api/districts/{district}/checkpoints", tag = "places", params(InDistrict),
    responses((status = 200, description = "By id.", body = Vec<Checkpoint>), DistrictRefusals)
)]
pub(super) async fn checkpoints(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
) -> Answer<Json<Vec<Checkpoint>>> {
    me.allow_in(Action::SeePlaces, &district)?;
    Ok(Json(app.store.checkpoints(&district).await?))
}
