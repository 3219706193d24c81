//! Signing in and out: a cookie for browsers, a bearer token for devices.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::AppendHeaders;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::Answer;
use super::extract::{Body, SignedIn, token};
use super::refusals::SessionRefusals;
use crate::app::App;
use crate::domain::{District, Member};
use crate::protocol::{Code, Refusal, SESSION_COOKIE};
use crate::store::account::SessionKind;

type SetCookie = AppendHeaders<[(HeaderName, String); 1]>;

/// A name and its password.
#[derive(Deserialize, ToSchema)]
pub(super) struct Credentials {
    /// The account's name.
    username: String,
    /// Its password.
    password: String,
    /// Whether to answer with a token instead of a cookie.
    #[serde(default)]
    device: bool,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub(super) struct Session {
    /// The member.
    member: Member,
    /// The districts whose logs they follow.
    districts: Vec<District>,
    /// A device's new token, sent as `Authorization: Bearer …`; otherwise null.
    #[schema(required)]
    token: Option<String>,
}

/// Signs in.
///
/// An unknown name and a wrong password are answered alike.
#[utoipa::path(
    post, path = "/api/session", tag = "session", security(()), request_body = Credentials,
    responses(
        (status = 200, description = "Signed in; a browser gets its cookie.", body = Session),
        (status = 400, description = "Not of the form.", body = Refusal),
        (status = 413, description = "Larger than 64 KiB.", body = Refusal),
        SessionRefusals,
    )
)]
pub(super) async fn sign_in(
    State(app): State<App>,
    Body(credentials): Body<Credentials>,
) -> Answer<(Option<SetCookie>, Json<Session>)> {
    let Credentials { username, password, device } = credentials;
    let kind = if device { SessionKind::Device } else { SessionKind::Browser };
    let signed_in = app.sign_in(&username, &password, kind).await?;
    let districts = app.districts_of(&signed_in.member).await?;
    let (cookie, token) = if device {
        (None, Some(signed_in.token))
    } else {
        (Some(cookie(&signed_in.token, signed_in.lasts_ms)), None)
    };
    Ok((cookie, Json(Session { member: signed_in.member, districts, token })))
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/api/session", tag = "session",
    responses((status = 200, description = "The member.", body = Session), SessionRefusals)
)]
pub(super) async fn show(State(app): State<App>, me: SignedIn) -> Answer<Json<Session>> {
    let districts = app.districts_of(&me.member).await?;
    Ok(Json(Session { member: me.member, districts, token: None }))
}

/// Signs out; a session that has ended already is no error.
#[utoipa::path(
    delete, path = "/api/session", tag = "session",
    responses((status = 204, description = "Signed out."), SessionRefusals)
)]
pub(super) async fn sign_out(
    State(app): State<App>,
    headers: HeaderMap,
) -> Answer<(StatusCode, SetCookie)> {
    let nobody = || Refusal::new(Code::Unauthenticated, "nobody is signed in");
    app.sign_out(&token(&headers).ok_or_else(nobody)?).await?;
    Ok((StatusCode::NO_CONTENT, cookie("", 0)))
}

/// For scripts of our own pages it is out of reach, and pages of others don't send it along.
fn cookie(token: &str, lasts_ms: i64) -> SetCookie {
    let lasts_s = lasts_ms / 1_000;
    let value =
        format!("{SESSION_COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={lasts_s}");
    AppendHeaders([(header::SET_COOKIE, value)])
}
