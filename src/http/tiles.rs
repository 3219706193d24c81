//! The basemap: where an installation takes raster tiles from, if it takes any.
//!
//! It must not fetch a tile: browsers do. Invariant: a source that passed is one host, named in
//! the policy of every page, and no other.

use axum::http::Uri;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Settings of the basemap.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TileSettings {
    /// The address of a tile with `{z}`, `{x}`, `{y}`; empty: no basemap.
    pub url: String,
    /// A second layer above it, e.g. of names, from the same host; may be empty.
    pub labels: String,
    /// Whom to credit; shown on the map.
    pub attribution: String,
    /// What the tiles' coordinates refer to.
    pub datum: TileDatum,
}

/// What tiles' coordinates refer to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TileDatum {
    /// World Geodetic System 1984.
    #[default]
    Wgs84,
    /// China Geodetic Coordinate System 2000, centimetres from WGS-84: drawn as it is.
    Cgcs2000,
    /// Shifted by some hundred metres; the map shifts it back.
    Gcj02,
}

/// A basemap that can be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TileSource {
    /// The addresses of a tile, one for each layer from the lowest, with `{z}`, `{x}`, `{y}`.
    urls: Vec<String>,
    /// Whom to credit.
    attribution: String,
    /// What the tiles' coordinates refer to.
    datum: TileDatum,
    #[serde(skip)]
    origin: String,
}

impl TileSource {
    /// The scheme and the host that pages may load tiles from.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }
}

impl TileSettings {
    /// The source; none when there is no address.
    ///
    /// # Errors
    /// What is wrong with the setting, in words.
    pub fn source(&self) -> Result<Option<TileSource>, String> {
        let Self { url, labels, attribution, datum } = self.clone();
        if url.is_empty() {
            return Ok(None);
        }
        let origin = origin_of(&url)?;
        let mut urls = vec![url];
        if !labels.is_empty() {
            if origin_of(&labels)? != origin {
                return Err(format!("labels must come from {origin} too"));
            }
            urls.push(labels);
        }
        Ok(Some(TileSource { urls, attribution, datum, origin }))
    }
}

fn origin_of(url: &str) -> Result<String, String> {
    if let Some(part) = ["{z}", "{x}", "{y}"].into_iter().find(|part| !url.contains(part)) {
        return Err(format!("{url:?} lacks {part}"));
    }
    // A brace is no character of an address.
    let uri = url.replace(['{', '}'], "").parse::<Uri>().ok();
    let (scheme, authority) = uri
        .as_ref()
        .and_then(|uri| Some((uri.scheme_str()?, uri.authority()?.as_str())))
        .filter(|(scheme, _)| ["http", "https"].contains(scheme))
        .ok_or_else(|| format!("{url:?} is not an address like https://host/{{z}}/{{x}}/{{y}}"))?;
    // It stands in a policy, where these would mean something else.
    let plain = authority.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b));
    if !plain {
        return Err(format!("{authority:?} is not a host"));
    }
    Ok(format!("{scheme}://{authority}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(url: &str, labels: &str) -> Result<Option<TileSource>, String> {
        let text = |text: &str| text.to_owned();
        TileSettings { url: text(url), labels: text(labels), ..TileSettings::default() }.source()
    }

    #[test]
    fn one_host_is_taken_and_nothing_that_a_policy_would_misread() {
        let tianditu =
            "https://t0.tianditu.gov.cn/vec_w/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=k";
        let found = source(tianditu, tianditu).unwrap().unwrap();
        assert_eq!(found.origin(), "https://t0.tianditu.gov.cn");
        assert_eq!(found.urls.len(), 2);
        assert_eq!(source("", "").unwrap(), None);
        for (url, labels, fault) in [
            ("https://t/{z}/{x}", "", "lacks {y}"),
            ("ftp://t/{z}/{x}/{y}", "", "is not an address"),
            ("/tiles/{z}/{x}/{y}", "", "is not an address"),
            ("https://*.t/{z}/{x}/{y}", "", "is not a host"),
            ("https://a;b/{z}/{x}/{y}", "", "is not"),
            ("https://a/{z}/{x}/{y}", "https://b/{z}/{x}/{y}", "must come from https://a"),
        ] {
            let error = source(url, labels).unwrap_err();
            assert!(error.contains(fault), "{url}: {error}");
        }
    }

    #[test]
    fn a_datum_is_one_of_three() {
        for (text, right) in [("wgs84", true), ("cgcs2000", true), ("gcj02", true), ("bd09", false)]
        {
            let settings = toml::from_str::<TileSettings>(&format!("datum = {text:?}"));
            assert_eq!(settings.is_ok(), right, "{text}");
        }
    }
}
