//! From an HTTP request to an upgraded connection, or to a refusal that says why not.
//!
//! The upgrade is done here and not by axum, so that the stream is ours: frames in fragments, a
//! close that lingers, a count of what the socket took.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::{Backend, Sockets};
use crate::protocol::{Code, Refusal, SECURE_SESSION_COOKIE, SESSION_COOKIE};

/// Answers `GET /ws`: 101, or 403 for another site's page, 400 or 426 for what isn't an upgrade.
pub(super) async fn upgrade<B: Backend>(
    State(sockets): State<Sockets<B>>,
    mut request: Request,
) -> Response {
    let headers = request.headers();
    if !is_same_origin(headers) {
        let refusal = Refusal::new(Code::Forbidden, "a page of another site may not connect");
        return (StatusCode::FORBIDDEN, Json(refusal)).into_response();
    }
    let key = match accept_key(headers) {
        Ok(key) => key,
        Err(message) => return not_an_upgrade(message),
    };
    let jar = CookieJar::from_headers(headers);
    let cookie = jar.get(SECURE_SESSION_COOKIE).or_else(|| jar.get(SESSION_COOKIE));
    let cookie = cookie.map(|cookie| cookie.value().to_owned());
    let Some(upgraded) = request.extensions_mut().remove::<OnUpgrade>() else {
        return not_an_upgrade("this connection can't be upgraded");
    };
    let connections = sockets.connections.clone();
    connections.spawn(async move {
        match upgraded.await {
            Ok(stream) => sockets.serve(TokioIo::new(stream), cookie),
            Err(error) => tracing::debug!(%error, "an upgrade was not finished"),
        }
    });
    let switch = [
        (header::CONNECTION, "Upgrade".to_owned()),
        (header::UPGRADE, "websocket".to_owned()),
        (header::SEC_WEBSOCKET_ACCEPT, key),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, switch).into_response()
}

fn not_an_upgrade(message: &str) -> Response {
    let refusal = Refusal::new(Code::Malformed, message);
    let version = [(header::SEC_WEBSOCKET_VERSION, "13"), (header::UPGRADE, "websocket")];
    (StatusCode::UPGRADE_REQUIRED, version, Json(refusal)).into_response()
}

fn accept_key(headers: &HeaderMap) -> Result<String, &'static str> {
    if !has_token(headers, &header::CONNECTION, "upgrade")
        || !has_token(headers, &header::UPGRADE, "websocket")
    {
        return Err("connect with a WebSocket");
    }
    if !has_token(headers, &header::SEC_WEBSOCKET_VERSION, "13") {
        return Err("only WebSocket version 13 is spoken");
    }
    let key = headers.get(header::SEC_WEBSOCKET_KEY).ok_or("the WebSocket key is missing")?;
    Ok(derive_accept_key(key.as_bytes()))
}

fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim().eq_ignore_ascii_case(token))
}

/// A browser always names the page's origin, and its cookie comes along whatever page it is; a
/// device names none. A proxy in front must pass `Host` on.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let origin = origin.to_str().ok().and_then(|origin| origin.parse::<Uri>().ok());
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    match (origin.as_ref().and_then(Uri::authority), host) {
        (Some(origin), Some(host)) => origin.as_str().eq_ignore_ascii_case(host),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_sites_page_is_told_by_its_origin() {
        for (origin, host, same) in [
            (None, "a:8080", true),
            (Some("http://a:8080"), "a:8080", true),
            (Some("https://A.example"), "a.example", true),
            (Some("http://a"), "a:8080", false),
            (Some("http://b:8080"), "a:8080", false),
            (Some("null"), "a:8080", false),
            (Some("%%"), "a:8080", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            headers.extend(origin.map(|origin| (header::ORIGIN, origin.parse().unwrap())));
            assert_eq!(is_same_origin(&headers), same, "{origin:?} {host}");
        }
    }

    #[test]
    fn what_is_missing_for_an_upgrade_is_named() {
        let full = [
            (header::CONNECTION, "keep-alive, Upgrade"),
            (header::UPGRADE, "WebSocket"),
            (header::SEC_WEBSOCKET_VERSION, "13"),
            (header::SEC_WEBSOCKET_KEY, "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        let all: HeaderMap = full.iter().map(|(n, v)| (n.clone(), v.parse().unwrap())).collect();
        assert_eq!(accept_key(&all).as_deref(), Ok("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        for (name, _) in full {
            let mut headers = all.clone();
            headers.remove(&name);
            assert!(accept_key(&headers).is_err(), "{name}");
        }
    }
}
