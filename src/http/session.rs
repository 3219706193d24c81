//! Signing in and out: a cookie for browsers, a bearer token for devices.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cookie::{SetCookie, cleared, cookie};
use super::entrance::Entrance;
use super::error::Answer;
use super::extract::{Body, Newcomer, SignedIn};
use super::refusals::SessionRefusals;
use super::sender::Sender;
use crate::app::{self, App};
use crate::command::Which;
use crate::domain::{District, Member};
use crate::protocol::{Code, Refusal};
use crate::store::session::SessionKind;

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
    /// Where the session lives: a console's ends after 15 minutes without a person.
    kind: SessionKind,
    /// Whether the password must be changed before anything else is answered.
    must_change_password: bool,
}

impl Session {
    async fn of(app: &App, signed_in: &app::SignedIn, token: Option<String>) -> Answer<Self> {
        let began = &signed_in.began;
        Ok(Self {
            districts: app.districts_of(&began.member).await?,
            member: began.member.clone(),
            token,
            kind: began.kind,
            must_change_password: began.must_change,
        })
    }
}

/// Signs in.
///
/// An unknown name and a wrong password are answered alike; five failures lock a name for 15
/// minutes, whether there is such an account or not.
#[utoipa::path(
    post, path = "/api/session", tag = "session", security(()), request_body = Credentials,
    responses(
        (status = 200, description = "Signed in; a browser gets its cookie.", body = Session),
        (status = 400, description = "Not of the form.", body = Refusal),
        (status = 403, description = "Here one pairs with a code instead.", body = Refusal),
        (status = 413, description = "Larger than 64 KiB.", body = Refusal),
        (status = 429, description = "Locked (`locked`), or too many failed from this address; \
            `at_ms` says until when.", body = Refusal),
        SessionRefusals,
    )
)]
pub(super) async fn sign_in(
    State(app): State<App>,
    entrance: Entrance,
    Sender(from): Sender,
    headers: HeaderMap,
    Body(credentials): Body<Credentials>,
) -> Answer<(Option<SetCookie>, Json<Session>)> {
    if entrance.pairing.is_some() {
        let message = "passwords open the demo only at its own computer: pair with a code here";
        return Err(Refusal::new(Code::Forbidden, message).into());
    }
    let Credentials { username, password, device } = credentials;
    let signed_in = app.sign_in(&username, &password, from).await?;
    let (cookie, token) = if device {
        (None, Some(signed_in.token.clone()))
    } else {
        (Some(cookie(&signed_in, entrance.is_secure(&headers))), None)
    };
    Ok((cookie, Json(Session::of(&app, &signed_in, token).await?)))
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
    let signed_in = app.begin_session(&member).await?;
    let cookie = cookie(&signed_in, entrance.is_secure(&headers));
    Ok((cookie, Json(Session::of(&app, &signed_in, None).await?)))
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/api/session", tag = "session",
    responses((status = 200, description = "The member.", body = Session), SessionRefusals)
)]
pub(super) async fn show(
    State(app): State<App>,
    Newcomer(caller): Newcomer,
) -> Answer<Json<Session>> {
    Ok(Json(Session {
        districts: app.districts_of(&caller.member).await?,
        member: caller.member,
        token: None,
        kind: caller.kind,
        must_change_password: caller.must_change,
    }))
}

/// Signs out here; open connections of the session close at once.
#[utoipa::path(
    delete, path = "/api/session", tag = "session",
    responses((status = 204, description = "Signed out."), SessionRefusals)
)]
pub(super) async fn sign_out(
    State(app): State<App>,
    Newcomer(caller): Newcomer,
    entrance: Entrance,
    headers: HeaderMap,
) -> Answer<(StatusCode, SetCookie)> {
    app.end_sessions(&caller, Which::One(caller.session.clone())).await?;
    Ok((StatusCode::NO_CONTENT, cleared(entrance.is_secure(&headers))))
}

/// Says that a person is at the screen; a console's session ends after 15 minutes without.
#[utoipa::path(
    post, path = "/api/session/active", tag = "session",
    responses((status = 204, description = "Kept."), SessionRefusals)
)]
pub(super) async fn active(State(app): State<App>, me: SignedIn) -> Answer<StatusCode> {
    app.touch(&me.caller.session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The old password and the one to replace it.
#[derive(Deserialize, ToSchema)]
pub(super) struct Passwords {
    /// The old one.
    old: String,
    /// The new one: 10 to 200 characters of at least 3 kinds.
    new: String,
}

/// Changes the own password; every other session ends.
#[utoipa::path(
    post, path = "/api/session/password", tag = "session", request_body = Passwords,
    responses(
        (status = 204, description = "Changed."),
        (status = 400, description = "The old one is wrong, or the new one weak.", body = Refusal),
        (status = 404, description = "There is no account to this session.", body = Refusal),
        (status = 409, description = "It was changed meanwhile.", body = Refusal),
        (status = 413, description = "Larger than 64 KiB.", body = Refusal),
        (status = 429, description = "Too many wrong tries.", body = Refusal),
        SessionRefusals,
    )
)]
pub(super) async fn password(
    State(app): State<App>,
    Newcomer(caller): Newcomer,
    Body(Passwords { old, new }): Body<Passwords>,
) -> Answer<StatusCode> {
    app.change_password(&caller, &old, &new).await?;
    Ok(StatusCode::NO_CONTENT)
}
