//! Accounts of a district's members, and what they do in the system.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::district::InDistrict;
use super::error::Answer;
use super::extract::{Body, Named, Params, SignedIn};
use super::page::{Page, limit};
use super::refusals::{AccountRefusals, DistrictRefusals};
use crate::app::{AccountWish, App};
use crate::command;
use crate::domain::{DistrictId, Force, GridCode, Member, MemberId, OrgId, Role, TeamId};
use crate::store::account_list::AccountFilter;

/// Which members a page lists.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Only names that contain this.
    q: Option<String>,
    /// The `next` of the page before.
    after: Option<MemberId>,
    /// 1 to 500; 100 when it isn't said.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// A member with the state of their account.
#[derive(Serialize, ToSchema)]
pub(super) struct AccountRow {
    /// The member.
    member: Member,
    /// Their account; null without one.
    #[schema(required)]
    account: Option<AccountState>,
}

/// The state of an account.
#[derive(Serialize, ToSchema)]
pub(super) struct AccountState {
    /// What its owner types.
    username: String,
    /// Whether nobody may sign in with it.
    disabled: bool,
    /// Whether the password works once and must be changed.
    must_change: bool,
    /// Until when it is locked, Unix ms UTC; null when it isn't.
    #[schema(required)]
    locked_until_ms: Option<i64>,
    /// When somebody last signed in with it, Unix ms UTC; null for never.
    #[schema(required)]
    signed_in_ms: Option<i64>,
    /// How many sessions it has.
    sessions: i64,
}

/// The members of a district with their accounts.
#[utoipa::path(
    get, path = "/api/districts/{district}/accounts", tag = "accounts", params(InDistrict, Asked),
    responses((status = 200, description = "By id.", body = Page<AccountRow>), DistrictRefusals)
)]
pub(super) async fn list(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
    Params(asked): Params<Asked>,
) -> Answer<Json<Page<AccountRow>>> {
    me.allow_in(crate::auth::Action::SeeAccounts, &district)?;
    let limit = limit(asked.limit)?;
    let now_ms = app.clock.now_ms();
    let filter =
        AccountFilter { name: asked.q, after: asked.after, limit: i64::from(limit) + 1, now_ms };
    let rows = app.store.accounts(&district, &filter).await?;
    let rows = rows.into_iter().map(|(member, account)| AccountRow {
        member,
        account: account.map(|held| AccountState {
            username: held.username,
            disabled: held.disabled,
            must_change: held.must_change,
            locked_until_ms: held.failures.and_then(|failures| failures.locked_until_ms(now_ms)),
            signed_in_ms: held.signed_in_ms,
            sessions: held.sessions,
        }),
    });
    Ok(Json(Page::of(rows.collect(), limit, |row: &AccountRow| row.member.id.to_string())))
}

/// One member of a district.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct OfDistrict {
    /// The district.
    district: DistrictId,
    /// The member.
    member: MemberId,
}

/// What becomes of an account.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum AccountChange {
    /// It is made.
    Make {
        /// What its owner types: 3 to 32 of a–z, 0–9, dot, dash and underscore.
        username: String,
    },
    /// It gets another one-time password, and its sessions end.
    Reset {},
    /// It is no longer locked.
    Unlock {},
    /// Its sessions end, and nobody signs in with it.
    Disable {},
    /// It can be used again.
    Enable {},
    /// Its sessions end.
    EndSessions {},
}

/// What was changed.
#[derive(Serialize, ToSchema)]
pub(super) struct ChangedAccount {
    /// The one-time password, told this once; null when there is no new one.
    #[schema(required)]
    password: Option<String>,
}

/// Makes, resets, unlocks, disables or enables an account, or ends its sessions.
#[utoipa::path(
    post, path = "/api/districts/{district}/members/{member}/account", tag = "accounts",
    params(OfDistrict), request_body = AccountChange,
    responses((status = 200, description = "Done.", body = ChangedAccount), AccountRefusals)
)]
pub(super) async fn change(
    State(app): State<App>,
    me: SignedIn,
    Named(OfDistrict { district, member }): Named<OfDistrict>,
    Body(change): Body<AccountChange>,
) -> Answer<Json<ChangedAccount>> {
    let wish = match change {
        AccountChange::Make { username } => AccountWish::Make(username),
        AccountChange::Reset {} => AccountWish::Reset,
        AccountChange::Unlock {} => AccountWish::Unlock,
        AccountChange::Disable {} => AccountWish::Disable,
        AccountChange::Enable {} => AccountWish::Enable,
        AccountChange::EndSessions {} => AccountWish::EndSessions,
    };
    let password = app.change_account(&me.caller, &district, &member, wish).await?;
    Ok(Json(ChangedAccount { password }))
}

/// What a member is to do in the system.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewSeat {
    /// Their role.
    role: Role,
    /// Their force.
    force: Force,
    /// Their organisation.
    org: OrgId,
    /// Their team.
    team: Option<TeamId>,
    /// The micro-grid that a 微网格员 answers for.
    grid: Option<GridCode>,
}

/// Gives a member another role, force, organisation, team or micro-grid. It holds at once, on open
/// connections too. Nobody changes their own.
#[utoipa::path(
    put, path = "/api/districts/{district}/members/{member}/seat", tag = "accounts",
    params(OfDistrict), request_body = NewSeat,
    responses((status = 200, description = "The member after it.", body = Member), AccountRefusals)
)]
pub(super) async fn seat(
    State(app): State<App>,
    me: SignedIn,
    Named(OfDistrict { district, member }): Named<OfDistrict>,
    Body(NewSeat { role, force, org, team, grid }): Body<NewSeat>,
) -> Answer<Json<Member>> {
    let seat = command::NewSeat { role, force, org, team, grid };
    Ok(Json(app.change_seat(&me.caller, &district, &member, seat).await?))
}
