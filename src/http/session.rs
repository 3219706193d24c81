//! Signing in and out: a cookie for browsers, a bearer token for devices.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::AppendHeaders;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entrance::Entrance;
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
        (status = 403, description = "Here one pairs with a code instead.", body = Refusal),
        (status = 413, description = "Larger than 64 KiB.", body = Refusal),
        SessionRefusals,
    )
)]
pub(super) async fn sign_in(
    State(app): State<App>,
    entrance: Entrance,
    headers: HeaderMap,
    Body(credentials): Body<Credentials>,
) -> Answer<(Option<SetCookie>, Json<Session>)> {
    if entrance.pairing.is_some() {
        let message = "passwords open the demo only at its own computer: pair with a code here";
        return Err(Refusal::new(Code::Forbidden, message).into());
    }
    let Credentials { username, password, device } = credentials;
    let kind = if device { SessionKind::Device } else { SessionKind::Browser };
    let signed_in = app.sign_in(&username, &password, kind).await?;
    let districts = app.districts_of(&signed_in.member).await?;
    let (cookie, token) = if device {
        (None, Some(signed_in.token))
    } else {
        let secure = entrance.is_secure(&headers);
        (Some(cookie(&signed_in.token, signed_in.lasts_ms, secure)), None)
    };
    Ok((cookie, Json(Session { member: signed_in.member, districts, token })))
}

/// A code that another screen shows.
#[derive(Deserialize, ToSchema)]
pub(super) struct Pair {
    /// The code, in either case, with or without its dash.
    code: String,
}

/// Signs a browser in with a code from the demo's terminal (`xunfang serve --demo --lan`).
#[utoipa::path(
    post, path = "/api/session/pair", tag = "session", security(()), request_body = Pair,
    responses(
        (status = 200, description = "Signed in; the cookie is set.", body = Session),
        (status = 400, description = "Not of the form.", body = Refusal),
        (status = 404, description = "Nothing is paired with this server.", body = Refusal),
        (status = 413, description = "Larger than 64 KiB.", body = Refusal),
        (status = 429, description = "Too many wrong codes.", body = Refusal),
        SessionRefusals,
    )
)]
pub(super) async fn pair(
    State(app): State<App>,
    entrance: Entrance,
    headers: HeaderMap,
    Body(Pair { code }): Body<Pair>,
) -> Answer<(SetCookie, Json<Session>)> {
    let none = || Refusal::new(Code::NotFound, "nothing is paired with this server");
    let member = entrance.pairing.as_ref().ok_or_else(none)?.take(&code)?;
    let signed_in = app.begin_session(&member, SessionKind::Browser).await?.ok_or_else(none)?;
    let districts = app.districts_of(&signed_in.member).await?;
    let cookie = cookie(&signed_in.token, signed_in.lasts_ms, entrance.is_secure(&headers));
    Ok((cookie, Json(Session { member: signed_in.member, districts, token: None })))
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
    entrance: Entrance,
    headers: HeaderMap,
) -> Answer<(StatusCode, SetCookie)> {
    let nobody = || Refusal::new(Code::Unauthenticated, "nobody is signed in");
    app.sign_out(&token(&headers).ok_or_else(nobody)?).await?;
    Ok((StatusCode::NO_CONTENT, cookie("", 0, entrance.is_secure(&headers))))
}

/// For scripts of our own pages it is out of reach, and pages of others don't send it along.
fn cookie(token: &str, lasts_ms: i64, secure: bool) -> SetCookie {
    let lasts_s = lasts_ms / 1_000;
    let secure = if secure { "; Secure" } else { "" };
    let value = format!(
        "{SESSION_COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={lasts_s}{secure}"
    );
    AppendHeaders([(header::SET_COOKIE, value)])
}
