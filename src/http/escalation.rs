//! The five-tier tree.

use axum::Json;
use axum::extract::State;

use super::district::InDistrict;
use super::error::Answer;
use super::extract::{Named, SignedIn};
use super::refusals::DistrictRefusals;
use crate::app::App;
use crate::auth::Action;
use crate::domain::EscalationUnit;

/// The five-tier tree of a district: every unit names the one above it, the street's own none.
#[utoipa::path(
    get, path = "/api/districts/{district}/escalation", tag = "places", params(InDistrict),
    responses((status = 200, description = "By id.", body = Vec<EscalationUnit>), DistrictRefusals)
)]
pub(super) async fn list(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
) -> Answer<Json<Vec<EscalationUnit>>> {
    me.allow_in(Action::SeePlaces, &district)?;
    Ok(Json(app.store.escalation_units(&district).await?))
}
