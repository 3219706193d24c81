//! Where the own account is signed in.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::cookie::{SetCookie, cleared};
use super::entrance::Entrance;
use super::error::Answer;
use super::extract::SignedIn;
use super::refusals::SessionRefusals;
use crate::app::App;
use crate::command::Which;
use crate::domain::SessionId;
use crate::store::session::SessionKind;

/// A session of the own account.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnSession {
    /// Its id; it opens nothing.
    id: SessionId,
    /// Where it lives.
    kind: SessionKind,
    /// When it began, Unix ms UTC.
    begun_ms: i64,
    /// When somebody last did something in it, Unix ms UTC.
    active_ms: i64,
    /// Whether it is the one that asks.
    this: bool,
}

/// Where the own account is signed in.
#[utoipa::path(
    get, path = "/api/sessions", tag = "session",
    responses(
        (status = 200, description = "The last active first.", body = Vec<OwnSession>),
        SessionRefusals,
    )
)]
pub(super) async fn list(State(app): State<App>, me: SignedIn) -> Answer<Json<Vec<OwnSession>>> {
    let held = app.store.sessions_of(&me.caller.member.id, app.clock.now_ms()).await?;
    let own = |held: crate::store::session::Held| OwnSession {
        this: held.id == me.caller.session,
        id: held.id,
        kind: held.kind,
        begun_ms: held.created_ms,
        active_ms: held.active_ms,
    };
    Ok(Json(held.into_iter().map(own).collect()))
}

/// Signs out everywhere, here too; open connections close at once.
#[utoipa::path(
    delete, path = "/api/sessions", tag = "session",
    responses((status = 204, description = "Signed out."), SessionRefusals)
)]
pub(super) async fn end(
    State(app): State<App>,
    me: SignedIn,
    entrance: Entrance,
    headers: HeaderMap,
) -> Answer<(StatusCode, SetCookie)> {
    app.end_sessions(&me.caller, Which::All).await?;
    Ok((StatusCode::NO_CONTENT, cleared(entrance.is_secure(&headers))))
}
