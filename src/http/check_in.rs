//! Visits to checkpoints, for the desk and for the own team.

use std::collections::HashSet;

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
use crate::domain::{CheckIn, MemberId};
use crate::protocol::Refusal;

/// Visits in one answer; a night has some hundreds.
const MOST: i64 = 5_000;
/// Visits are listed for this long, in ms: a day's shifts with the ones before.
const LOOK_BACK_MS: i64 = 36 * 60 * 60 * 1_000;

/// Which visits are listed.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Those that arrived since this time, Unix ms UTC, at most 36 hours ago.
    since_ms: i64,
}

/// The visits to checkpoints since a time, oldest first: the desk reads all, others their team's.
#[utoipa::path(
    get, path = "/api/districts/{district}/check-ins", tag = "duty", params(InDistrict, Asked),
    responses(
        (status = 200, description = "Oldest first, at most 5,000.", body = Vec<CheckIn>),
        DistrictRefusals,
    )
)]
pub(super) async fn list(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
    Params(asked): Params<Asked>,
) -> Answer<Json<Vec<CheckIn>>> {
    let own: Vec<_> = me.member.team.iter().collect();
    me.allow(Action::SeeRoster, &Object { teams: own, ..Object::district(&district) })?;
    if asked.since_ms < app.clock.now_ms() - LOOK_BACK_MS {
        return Err(Refusal::invalid("since_ms", "at most 36 hours ago").into());
    }
    let mut visits = app.store.check_ins(&district, asked.since_ms, MOST).await?;
    if !me.may(Action::SeeRoster, &Object::district(&district)) {
        let mates = mates(&app, &me).await?;
        visits.retain(|visit| mates.contains(&visit.member));
    }
    let reasons = visits.iter_mut().filter_map(|visit| visit.reason.as_mut());
    app.store.fill_texts(reasons.collect()).await?;
    Ok(Json(visits))
}

/// Who is on the reader's own team, themselves included.
async fn mates(app: &App, me: &SignedIn) -> Answer<HashSet<MemberId>> {
    let mut mates = HashSet::from([me.member.id.clone()]);
    if let Some(team) = &me.member.team {
        mates.extend(app.store.members_of(team).await?);
    }
    Ok(mates)
}
