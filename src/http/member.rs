//! Members, without their phone numbers.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::district::InDistrict;
use super::error::Answer;
use super::extract::{Named, Params, SignedIn};
use super::page::{MOST, Page, limit};
use super::refusals::DistrictRefusals;
use crate::app::App;
use crate::auth::Action;
use crate::domain::{Force, Member, MemberBrief, MemberId, OrgId};
use crate::store::member::MemberFilter;

/// Which members a page lists.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Only of this force.
    force: Option<Force>,
    /// Only of this organisation.
    org: Option<OrgId>,
    /// Only names that contain this.
    q: Option<String>,
    /// The `next` of the page before.
    after: Option<MemberId>,
    /// 1 to 500; 100 when it isn't said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// The police of a district, under one of whom an auxiliary acts, by name.
#[utoipa::path(
    get, path = "/api/districts/{district}/officers", tag = "people", params(InDistrict),
    responses(
        (status = 200, description = "At most 500.", body = Vec<MemberBrief>),
        DistrictRefusals,
    )
)]
pub(super) async fn officers(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
) -> Answer<Json<Vec<MemberBrief>>> {
    me.allow_in(Action::SeeOfficers, &district)?;
    let police = MemberFilter {
        force: Some(Force::Police),
        limit: i64::from(MOST),
        ..MemberFilter::default()
    };
    let mut officers = app.store.members(&district, &police).await?;
    officers.retain(|member| !member.role.is_admin());
    officers.sort_by(|one, other| one.name.cmp(&other.name).then(one.id.cmp(&other.id)));
    Ok(Json(officers.iter().map(MemberBrief::from).collect()))
}

/// The members of a district.
#[utoipa::path(
    get, path = "/api/districts/{district}/members", tag = "people", params(InDistrict, Asked),
    responses((status = 200, description = "By id.", body = Page<Member>), DistrictRefusals)
)]
pub(super) async fn list(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
    Params(asked): Params<Asked>,
) -> Answer<Json<Page<Member>>> {
    me.allow_in(Action::SeeMembers, &district)?;
    let limit = limit(asked.limit)?;
    let filter = MemberFilter {
        force: asked.force,
        org: asked.org,
        name: asked.q,
        after: asked.after,
        limit: i64::from(limit) + 1,
    };
    let members = app.store.members(&district, &filter).await?;
    Ok(Json(Page::of(members, limit, |member| member.id.to_string())))
}
