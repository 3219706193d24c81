//! What differs between the listeners of one node: an entrance for each.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};

use super::tiles::TileSource;
use crate::app::Pairing;

/// What the clients of one listener are shown.
#[derive(Debug, Clone, Default)]
pub struct Entrance {
    /// Whether it speaks TLS, so that browsers send its cookies over nothing else.
    pub tls: bool,
    /// Whether browsers are told to use TLS from now on; for certificates that they trust.
    pub strict: bool,
    /// Where a code is asked for instead of a name and a password.
    pub pairing: Option<Pairing>,
    /// The basemap.
    pub tiles: Option<TileSource>,
    /// Proxies whose word on a client's address is taken.
    pub proxies: Arc<[IpAddr]>,
}

impl Entrance {
    /// Whether a browser came by TLS: here, or as a proxy in front says. Whoever claims it falsely
    /// only keeps their own cookie from themselves.
    pub(super) fn is_secure(&self, headers: &HeaderMap) -> bool {
        let https = HeaderValue::from_static("https");
        self.tls || headers.get("x-forwarded-proto") == Some(&https)
    }

    /// A year of nothing but TLS, for this host.
    pub(super) fn strict_transport(&self) -> Option<(header::HeaderName, HeaderValue)> {
        let year = HeaderValue::from_static("max-age=31536000");
        (self.tls && self.strict).then_some((header::STRICT_TRANSPORT_SECURITY, year))
    }
}

impl<S: Sync> FromRequestParts<S> for Entrance {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}
