//! Districts and what stands still in them: areas and kinds.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::error::Answer;
use super::extract::{Body, Named, SignedIn};
use super::refusals::{AccountRefusals, DistrictRefusals};
use crate::app::App;
use crate::auth::Action;
use crate::command::DistrictMap;
use crate::domain::{Area, District, DistrictId, Kind};
use crate::protocol::{Code, Refusal};

/// The path's district.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct InDistrict {
    /// The district's code.
    pub(super) district: DistrictId,
}

/// The districts whose logs the member follows.
#[utoipa::path(
    get, path = "/api/districts", tag = "places",
    responses((status = 200, description = "By code.", body = Vec<District>), DistrictRefusals)
)]
pub(super) async fn list(State(app): State<App>, me: SignedIn) -> Answer<Json<Vec<District>>> {
    Ok(Json(app.districts_of(&me.member).await?))
}

/// A district to make.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewDistrict {
    /// Its code: 9 digits, as the statistics office gives them.
    id: String,
    /// Its name.
    name: String,
    /// What the numbers of its incidents begin with: 1 to 8 of A–Z and 0–9.
    prefix: String,
    /// Its zone, e.g. `Asia/Shanghai`; it stays once there are incidents.
    timezone: String,
}

/// Makes a district of the installation, empty: grids and people are imported.
#[utoipa::path(
    post, path = "/api/districts", tag = "places", request_body = NewDistrict,
    responses((status = 200, description = "Made.", body = District), AccountRefusals)
)]
pub(super) async fn make(
    State(app): State<App>,
    me: SignedIn,
    Body(NewDistrict { id, name, prefix, timezone }): Body<NewDistrict>,
) -> Answer<Json<District>> {
    let id = DistrictId::from(id);
    let district = District { id, name, prefix, timezone, demo: app.demo };
    Ok(Json(app.make_district(&me.caller, district).await?))
}

/// The villages and communities of a district.
#[utoipa::path(
    get, path = "/api/districts/{district}/areas", tag = "places", params(InDistrict),
    responses((status = 200, description = "By code.", body = Vec<Area>), DistrictRefusals)
)]
pub(super) async fn areas(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
) -> Answer<Json<Vec<Area>>> {
    me.allow_in(Action::SeePlaces, &district)?;
    Ok(Json(app.store.areas(&district).await?))
}

/// The kind dictionary of a district.
#[utoipa::path(
    get, path = "/api/districts/{district}/kinds", tag = "places", params(InDistrict),
    responses((status = 200, description = "By code.", body = Vec<Kind>), DistrictRefusals)
)]
pub(super) async fn kinds(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
) -> Answer<Json<Vec<Kind>>> {
    me.allow_in(Action::SeePlaces, &district)?;
    Ok(Json(app.store.kinds(&district).await?))
}

/// A district's clock and owners.
pub(super) async fn map(app: &App, district: &DistrictId) -> Answer<Arc<DistrictMap>> {
    match app.atlas.of(&app.store, district).await {
        Ok(Some(map)) => Ok(map),
        Ok(None) => Err(Refusal::not_found("district").into()),
        Err(error) => {
            tracing::error!(%error, "a district's map can't be read");
            Err(Refusal::new(Code::Busy, "the district's map can't be read, try again").into())
        }
    }
}
