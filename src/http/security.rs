//! What keeps other sites out: who may change anything from a browser, and what pages may load.

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::entrance::Entrance;
use super::error::Refused;
use super::tiles::TileSource;
use crate::protocol::{Code, Refusal};

/// What every answer says. Element Plus and the map set styles of elements; the map's worker is
/// a file of ours or a blob; images may be drawn, and a basemap's tiles fetched from its host.
const POLICY: &str = "default-src 'self'; script-src 'self'; worker-src 'self' blob:; \
    style-src 'self' 'unsafe-inline'; font-src 'self' data:; \
    object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
    img-src 'self' data: blob:";
const HEADERS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
];
/// Our own pages locate a patrol and keep its screen awake; nothing else of a device is asked for.
const PERMISSIONS: &str = "geolocation=(self), screen-wake-lock=(self), camera=(), \
    microphone=(), payment=(), usb=(), bluetooth=(), serial=(), midi=(), display-capture=()";

/// Refuses changes that another site's page asks for, and adds the headers.
pub(super) async fn guard(
    State(entrance): State<Entrance>,
    request: Request,
    next: Next,
) -> Response {
    let policy = policy(host(request.headers()).as_ref(), entrance.tiles.as_ref());
    let api = request.uri().path().starts_with("/api/");
    let mut response = if !names_one_host(&request) {
        let refusal = Refusal::new(Code::Malformed, "a request names one host");
        Refused(refusal).into_response()
    } else if is_foreign(request.method(), request.headers()) {
        let refusal = Refusal::new(Code::Forbidden, "a page of another site may not ask for this");
        Refused(refusal).into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.extend(entrance.strict_transport());
    if api {
        // What the API tells is about people, and stays out of caches.
        let never = HeaderValue::from_static("no-store");
        headers.entry(header::CACHE_CONTROL).or_insert(never);
    }
    response
}

/// Some browsers don't count the socket of the same origin as `'self'`, so it is named.
fn policy(host: Option<&Authority>, tiles: Option<&TileSource>) -> HeaderValue {
    let tiles = tiles.map(|tiles| format!(" {}", tiles.origin())).unwrap_or_default();
    let socket = host.map(|host| format!(" ws://{host} wss://{host}")).unwrap_or_default();
    let named = format!("{POLICY}{tiles}; connect-src 'self'{tiles}{socket}");
    HeaderValue::from_str(&named).unwrap_or_else(|_| HeaderValue::from_static(POLICY))
}

/// The host that was asked, if it can stand in a policy.
fn host(headers: &HeaderMap) -> Option<Authority> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b));
    plain.then(|| host.parse().ok()).flatten()
}

/// Two hosts would be one for a proxy in front and another here (RFC 9112, 3.2).
fn names_one_host(request: &Request) -> bool {
    let named = request.headers().get_all(header::HOST).iter().count();
    named == 1 || named == 0 && request.version() < Version::HTTP_11
}

/// Whether a page of another site asks for a change. Browsers say where a request comes from;
/// what says nothing is no browser, and a token in a header is sent by no page of another site.
fn is_foreign(method: &Method, headers: &HeaderMap) -> bool {
    let changes = !method.is_safe() || headers.contains_key(header::UPGRADE);
    if !changes || headers.contains_key(header::AUTHORIZATION) {
        return false;
    }
    let said = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match (said("sec-fetch-site"), said("origin")) {
        (Some(site), _) => !matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => !is_of(origin, said("host")),
        (None, None) => false,
    }
}

fn is_of(origin: &str, host: Option<&str>) -> bool {
    let origin = origin.parse::<Uri>().ok();
    match (origin.as_ref().and_then(Uri::authority), host) {
        (Some(origin), Some(host)) => origin.as_str().eq_ignore_ascii_case(host),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tiles::TileSettings;
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn changes_by_pages_of_other_sites_are_refused() {
        let host = ("host", "desk.example:8080");
        for (method, pairs, foreign) in [
            (Method::POST, vec![host], false),
            (Method::POST, vec![host, ("sec-fetch-site", "same-origin")], false),
            (Method::POST, vec![host, ("sec-fetch-site", "none")], false),
            (Method::POST, vec![host, ("sec-fetch-site", "same-site")], true),
            (Method::DELETE, vec![host, ("sec-fetch-site", "cross-site")], true),
            (Method::GET, vec![host, ("sec-fetch-site", "cross-site")], false),
            (Method::GET, vec![host, ("sec-fetch-site", "cross-site"), ("upgrade", "w")], true),
            (Method::POST, vec![host, ("origin", "https://DESK.example:8080")], false),
            (Method::POST, vec![host, ("origin", "https://desk.example")], true),
            (Method::POST, vec![host, ("origin", "null")], true),
            (
                Method::POST,
                vec![host, ("origin", "http://e"), ("authorization", "Bearer t")],
                false,
            ),
        ] {
            let headers = headers(&pairs);
            assert_eq!(is_foreign(&method, &headers), foreign, "{method} {pairs:?}");
        }
    }

    #[test]
    fn a_request_names_one_host() {
        for (version, hosts, one) in [
            (Version::HTTP_11, 1, true),
            (Version::HTTP_11, 0, false),
            (Version::HTTP_11, 2, false),
            (Version::HTTP_10, 0, true),
            (Version::HTTP_10, 2, false),
        ] {
            let mut request = Request::default();
            *request.version_mut() = version;
            (0..hosts).for_each(|_| {
                request.headers_mut().append(header::HOST, HeaderValue::from_static("a"));
            });
            assert_eq!(names_one_host(&request), one, "{version:?} {hosts}");
        }
    }

    #[test]
    fn the_policy_names_the_socket_and_nothing_that_was_smuggled_in() {
        for (host_header, named) in [
            ("desk.example:8080", true),
            ("[::1]:8080", true),
            ("a; script-src *", false),
            ("a b", false),
        ] {
            let policy = policy(host(&headers(&[("host", host_header)])).as_ref(), None);
            let policy = policy.to_str().unwrap();
            assert_eq!(policy.contains(&format!("wss://{host_header}")), named, "{policy}");
            assert!(policy.contains("frame-ancestors 'none'") && !policy.contains('*'));
        }
    }

    #[test]
    fn a_basemap_adds_its_host_and_no_other() {
        let url = "https://tiles.example/{z}/{x}/{y}".to_owned();
        let tiles = TileSettings { url, ..TileSettings::default() }.source().unwrap();
        let policy = policy(None, tiles.as_ref());
        let policy = policy.to_str().unwrap();
        for part in [
            "img-src 'self' data: blob: https://tiles.example;",
            "connect-src 'self' https://tiles.example",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert_eq!(policy.matches("https:").count(), 2, "{policy}");
    }
}
