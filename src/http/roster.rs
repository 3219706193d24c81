//! Planned duty: templates of shifts, and who stands in them.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::district::InDistrict;
use super::error::Answer;
use super::extract::{Named, Params, SignedIn};
use super::refusals::DistrictRefusals;
use crate::app::App;
use crate::auth::{Action, Object};
use crate::domain::{RosterEntry, ShiftTemplate};
use crate::protocol::Refusal;

/// A roster is read over this long at most, in ms: five weeks, so a month's page is one read.
const LONGEST_MS: i64 = 35 * 24 * 60 * 60 * 1_000;

/// Which entries of a roster are read.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Entries that end after this, Unix ms UTC.
    from_ms: i64,
    /// Entries that start before this, Unix ms UTC; at most 35 days later.
    to_ms: i64,
}

/// The templates of shifts of a district.
#[utoipa::path(
    get, path = "/api/districts/{district}/templates", tag = "people", params(InDistrict),
    responses((status = 200, description = "By id.", body = Vec<ShiftTemplate>), DistrictRefusals)
)]
pub(super) async fn templates(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
) -> Answer<Json<Vec<ShiftTemplate>>> {
    me.allow_in(Action::SeePlaces, &district)?;
    Ok(Json(app.store.shift_templates(&district).await?))
}

/// Who is planned for duty: to the desk everybody, to the others their own team.
#[utoipa::path(
    get, path = "/api/districts/{district}/roster", tag = "people", params(InDistrict, Asked),
    responses(
        (status = 200, description = "By start and id.", body = Vec<RosterEntry>),
        DistrictRefusals,
    )
)]
pub(super) async fn list(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
    Params(asked): Params<Asked>,
) -> Answer<Json<Vec<RosterEntry>>> {
    let own = me.member.team.as_ref();
    let of_own_team = Object { teams: own.into_iter().collect(), ..Object::district(&district) };
    me.allow(Action::SeeRoster, &of_own_team)?;
    let all = me.may(Action::SeeRoster, &Object::district(&district));
    let span_ms = asked.to_ms.saturating_sub(asked.from_ms);
    if !(0..=LONGEST_MS).contains(&span_ms) {
        return Err(Refusal::invalid("to_ms", "0 to 35 days after from_ms").into());
    }
    let team = own.filter(|_| !all);
    Ok(Json(app.store.roster(&district, (asked.from_ms, asked.to_ms), team).await?))
}
