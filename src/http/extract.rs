//! What handlers take from a request: who asks, and what they say.
//!
//! Invariant: whatever can't be taken is answered by a [`Refused`] that names it.

use axum::extract::{FromRequest, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum_extra::extract::CookieJar;

use super::error::{Answer, Refused};
use crate::app::{App, Caller};
use crate::auth::{Action, Actor, Object, can};
use crate::domain::{DistrictId, Member};
use crate::protocol::{SECURE_SESSION_COOKIE, SESSION_COOKIE};

/// The member who asks.
pub(super) struct SignedIn {
    /// The member.
    pub(super) member: Member,
    /// The member with their session.
    pub(super) caller: Caller,
    actor: Actor,
}

impl SignedIn {
    fn new(caller: Caller) -> Self {
        let member = caller.member.clone();
        Self { actor: Actor::Member(member.clone()), member, caller }
    }

    /// Refuses unless the matrix allows it.
    pub(super) fn allow(&self, action: Action, object: &Object<'_>) -> Answer<()> {
        Ok(can(&self.actor, action, object)?)
    }

    /// Refuses unless the matrix allows it all over a district.
    pub(super) fn allow_in(&self, action: Action, district: &DistrictId) -> Answer<()> {
        self.allow(action, &Object::district(district))
    }

    /// Whether the matrix allows it.
    pub(super) fn may(&self, action: Action, object: &Object<'_>) -> bool {
        can(&self.actor, action, object).is_ok()
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Answer<Self> {
        // The guard in front of the handler has found out already.
        if let Some(caller) = parts.extensions.get::<Caller>() {
            return Ok(Self::new(caller.clone()));
        }
        let token = token(&parts.headers);
        Ok(Self::new(app.caller_of(token.as_deref()).await?))
    }
}

/// Who asks, also when a one-time password must be changed first.
pub(super) struct Newcomer(pub(super) Caller);

impl FromRequestParts<App> for Newcomer {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Answer<Self> {
        if let Some(caller) = parts.extensions.get::<Caller>() {
            return Ok(Self(caller.clone()));
        }
        let token = token(&parts.headers);
        Ok(Self(app.newcomer(token.as_deref()).await?))
    }
}

/// The token of a request: a device's own header wins over a browser's cookie.
pub(super) fn token(headers: &HeaderMap) -> Option<String> {
    bearer(headers).map(str::to_owned).or_else(|| {
        let jar = CookieJar::from_headers(headers);
        jar.get(SECURE_SESSION_COOKIE)
            .or_else(|| jar.get(SESSION_COOKIE))
            .map(|cookie| cookie.value().to_owned())
    })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// A JSON body.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Refused))]
pub(super) struct Body<T>(pub(super) T);

/// The query's parameters.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Refused))]
pub(super) struct Params<T>(pub(super) T);

/// The path's parameters.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Refused))]
pub(super) struct Named<T>(pub(super) T);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_token_wins_over_a_cookie() {
        for (authorization, cookie, found) in [
            (None, None, None),
            (Some("Bearer t"), None, Some("t")),
            (Some("bearer  t "), Some("xunfang_session=c"), Some("t")),
            (Some("Basic t"), Some("a=b; xunfang_session=c"), Some("c")),
            (None, Some("other=c"), None),
            (None, Some("xunfang_session=c; __Host-xunfang_session=h"), Some("h")),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [(header::AUTHORIZATION, authorization), (header::COOKIE, cookie)]
            {
                headers.extend(value.map(|value| (name, value.parse().unwrap())));
            }
            assert_eq!(token(&headers).as_deref(), found, "{authorization:?} {cookie:?}");
        }
    }
}
