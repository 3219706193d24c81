//! The web client, embedded in the binary. A debug build reads it from the folder.
//!
//! Files under `assets/` have a hash in their names and never change; everything else is asked
//! for anew: a service worker that a browser kept too long would keep its whole page too long.
//! Paths that name no file are views, which the client's own router shows.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;

use super::error::{Refused, no_such_method};
use crate::protocol::Refusal;

const INDEX: &str = "index.html";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";
const UNBUILT: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\">\
    <title>巡防</title><h1>巡防 Xunfang</h1>\
    <p>The web client isn't built: run <code>make web</code>, then load this page again.</p>\
    <p>The API is there: <a href=\"/api/docs/\">/api/docs/</a></p></html>";

#[derive(Embed)]
#[folder = "web-client/dist"]
struct WebClient;

/// A file of the web client.
struct Asset {
    bytes: Cow<'static, [u8]>,
    mime: String,
    etag: String,
}

/// Whatever no route takes: a file of the web client, one of its views, or nothing.
pub(super) async fn fallback(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if uri.path() == "/api" || uri.path().starts_with("/api/") {
        return Refused(Refusal::not_found("endpoint")).into_response();
    }
    if !matches!(method, Method::GET | Method::HEAD) {
        return no_such_method().await;
    }
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    answer(uri.path(), known, embedded)
}

fn embedded(path: &str) -> Option<Asset> {
    let file = WebClient::get(path)?;
    let mime = file.metadata.mimetype();
    let charset = if mime.starts_with("text/") { "; charset=utf-8" } else { "" };
    let hash = file.metadata.sha256_hash();
    let etag = hash[..16].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    Some(Asset { mime: format!("{mime}{charset}"), etag: format!("\"{etag}\""), bytes: file.data })
}

fn answer(path: &str, known: Option<&str>, find: impl Fn(&str) -> Option<Asset>) -> Response {
    let path = path.trim_start_matches('/');
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let named = if path.is_empty() { INDEX } else { path };
    match find(named) {
        Some(asset) => serve(asset, named, known),
        None if is_file => (StatusCode::NOT_FOUND, "no such file").into_response(),
        None => match find(INDEX) {
            Some(index) => serve(index, INDEX, known),
            None => unbuilt(),
        },
    }
}

fn serve(asset: Asset, path: &str, known: Option<&str>) -> Response {
    let cache = if path.starts_with("assets/") { FOR_EVER } else { ASK_AGAIN };
    let same = known.is_some_and(|known| known.contains(&asset.etag));
    let mut response = if same {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, asset.mime)], Body::from(asset.bytes)).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(etag) = HeaderValue::from_str(&asset.etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}

fn unbuilt() -> Response {
    let headers =
        [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, ASK_AGAIN)];
    (StatusCode::SERVICE_UNAVAILABLE, headers, UNBUILT).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(path: &str) -> Option<Asset> {
        let known = ["index.html", "assets/desk-1a2b.js", "favicon.svg", "sw.js"];
        let name = known.into_iter().find(|name| *name == path)?;
        let (mime, etag) = ("text/plain".to_owned(), format!("\"{name}\""));
        Some(Asset { bytes: Cow::Borrowed(name.as_bytes()), mime, etag })
    }

    #[test]
    fn views_get_the_index_and_missing_files_are_missing() {
        for (path, status, cache, etag) in [
            ("/", 200, Some(ASK_AGAIN), Some("\"index.html\"")),
            ("/desk", 200, Some(ASK_AGAIN), Some("\"index.html\"")),
            ("/patrol/report", 200, Some(ASK_AGAIN), Some("\"index.html\"")),
            ("/favicon.svg", 200, Some(ASK_AGAIN), Some("\"favicon.svg\"")),
            ("/sw.js", 200, Some(ASK_AGAIN), Some("\"sw.js\"")),
            ("/assets/desk-1a2b.js", 200, Some(FOR_EVER), Some("\"assets/desk-1a2b.js\"")),
            ("/assets/desk-0000.js", 404, None, None),
            ("/robots.txt", 404, None, None),
        ] {
            let response = answer(path, None, built);
            let header = |name| response.headers().get(name).map(|v| v.to_str().unwrap());
            assert_eq!(response.status(), status, "{path}");
            assert_eq!(header(header::CACHE_CONTROL), cache, "{path}");
            assert_eq!(header(header::ETAG), etag, "{path}");
        }
    }

    #[test]
    fn what_the_browser_has_is_not_sent_again() {
        for (known, status) in [("W/\"index.html\"", 304), ("\"other\"", 200)] {
            assert_eq!(answer("/desk", Some(known), built).status(), status, "{known}");
        }
    }

    #[test]
    fn without_a_built_client_the_page_says_what_to_run() {
        assert!(UNBUILT.contains("make web"));
        assert_eq!(answer("/desk", None, |_| None).status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer("/a.js", None, |_| None).status(), StatusCode::NOT_FOUND);
    }
}
