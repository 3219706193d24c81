//! Organisations and teams.

use axum::Json;
use axum::extract::State;

use super::district::InDistrict;
use super::error::Answer;
use super::extract::{Named, SignedIn};
use super::refusals::DistrictRefusals;
use crate::app::App;
use crate::auth::Action;
use crate::domain::{Organisation, Team};

/// The organisations of a district with their own grids.
#[utoipa::path(
    get, path = "/api/districts/{district}/organisations", tag = "people", params(InDistrict),
    responses((status = 200, description = "By id.", body = Vec<Organisation>), DistrictRefusals)
)]
pub(super) async fn list(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
) -> Answer<Json<Vec<Organisation>>> {
    me.allow_in(Action::SeePlaces, &district)?;
    Ok(Json(app.store.organisations(&district).await?))
}

/// The teams of a district.
#[utoipa::path(
    get, path = "/api/districts/{district}/teams", tag = "people", params(InDistrict),
    responses((status = 200, description = "By id.", body = Vec<Team>), DistrictRefusals)
)]
pub(super) async fn teams(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
) -> Answer<Json<Vec<Team>>> {
    me.allow_in(Action::SeePlaces, &district)?;
    Ok(Json(app.store.teams(&district).await?))
}
