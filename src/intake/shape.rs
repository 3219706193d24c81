//! Districts and micro-grids of a GeoJSON file.
//!
//! Invariant: a shape that is handed out is valid, closed and wound as RFC 7946 asks.

use std::collections::HashMap;

use geojson::{Feature, GeoJson};
use serde_json::Value;

use super::fault::IntakeError;
use crate::clock::Zone;
use crate::domain::id::MAX_ID_BYTES;
use crate::domain::{District, Grid, GridCode};
use crate::spatial::GridPolygon;
use crate::store::grid::ShapedGrid;

/// Faults that one message lists; the rest are counted.
const MOST_LISTED: usize = 10;

/// The district of a file with one feature: `code`, `name`, `timezone`, `prefix` if it isn't the
/// code, and an outline if it has one.
///
/// # Errors
/// [`IntakeError`], every fault of the feature.
pub fn district(text: &str) -> Result<(District, Option<String>), IntakeError> {
    let mut features = features(text)?;
    let (Some(feature), true) = (features.pop(), features.is_empty()) else {
        return Err(IntakeError::NotGeoJson("a district's file has one feature".to_owned()));
    };
    let named = Named { number: 1, feature: &feature };
    let mut faults = Vec::new();
    let code = named.code(&mut faults);
    let name = named.text("name").unwrap_or_else(|| code.clone());
    let timezone = named.text("timezone").unwrap_or_default();
    if let Err(error) = timezone.parse::<Zone>() {
        faults.push(named.says(&format!("property timezone: {error}")));
    }
    let prefix = named.text("prefix").unwrap_or_else(|| code.clone());
    let outline = feature.geometry.as_ref().and_then(|_| named.shape(&mut faults));
    refuse(faults)?;
    let district = District { id: code.into(), name, timezone, prefix, demo: false };
    Ok((district, outline))
}

/// The micro-grids of a file: `code`, `name`, `kind` (free text), and `area` if it has one.
///
/// # Errors
/// [`IntakeError`], every fault of every feature. Overlaps are not looked for here: what is
/// stored already matters for them.
pub fn grids(text: &str) -> Result<Vec<ShapedGrid>, IntakeError> {
    let features = features(text)?;
    let mut faults = Vec::new();
    let mut grids = Vec::with_capacity(features.len());
    let mut first: HashMap<GridCode, usize> = HashMap::new();
    for (at, feature) in features.iter().enumerate() {
        let named = Named { number: at + 1, feature };
        let code = GridCode::from(named.code(&mut faults));
        let shape = named.shape(&mut faults).unwrap_or_default();
        if let Some(first) = first.insert(code.clone(), named.number) {
            faults.push(named.says(&format!("the code is feature {first}'s already")));
        }
        let name = named.text("name").unwrap_or_else(|| code.to_string());
        let kind = named.text("kind").unwrap_or_default();
        let area = named.text("area");
        grids.push(ShapedGrid { grid: Grid { code, version: 1, name, kind, area }, shape });
    }
    refuse(faults)?;
    Ok(grids)
}

fn refuse(mut faults: Vec<String>) -> Result<(), IntakeError> {
    if faults.is_empty() {
        return Ok(());
    }
    let rest = faults.len().saturating_sub(MOST_LISTED);
    if rest > 0 {
        faults.truncate(MOST_LISTED);
        faults.push(format!("and {rest} more"));
    }
    Err(IntakeError::Features(faults))
}

fn features(text: &str) -> Result<Vec<Feature>, IntakeError> {
    let wrong = |why: String| IntakeError::NotGeoJson(why);
    let features = match text.parse::<GeoJson>() {
        Ok(GeoJson::FeatureCollection(collection)) => collection.features,
        Ok(GeoJson::Feature(feature)) => vec![feature],
        Ok(GeoJson::Geometry(_)) => return Err(wrong("a bare geometry has no code".to_owned())),
        Err(error) => return Err(wrong(error.to_string())),
    };
    if features.is_empty() { Err(wrong("there is no feature".to_owned())) } else { Ok(features) }
}

/// A feature, and its number in the file from 1.
struct Named<'f> {
    number: usize,
    feature: &'f Feature,
}

impl Named<'_> {
    /// A property as text, without blanks around it; numbers are written out. `None` if empty.
    fn text(&self, property: &str) -> Option<String> {
        let text = match self.feature.property(property)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    fn code(&self, faults: &mut Vec<String>) -> String {
        let code = self.text("code").unwrap_or_default();
        if code.is_empty() {
            faults.push(self.says("there is no property code"));
        } else if code.len() > MAX_ID_BYTES {
            faults.push(self.says(&format!("the code is longer than {MAX_ID_BYTES} bytes")));
        } else if code.contains(char::is_control) {
            faults.push(self.says("the code holds a control character"));
        }
        code
    }

    /// The shape as GeoJSON text, checked and rewound.
    fn shape(&self, faults: &mut Vec<String>) -> Option<String> {
        let Some(geometry) = &self.feature.geometry else {
            faults.push(self.says("there is no geometry"));
            return None;
        };
        match GridPolygon::from_geojson(geometry) {
            Ok(polygon) => Some(polygon.to_geojson().to_string()),
            Err(error) => {
                faults.push(self.says(&error.to_string()));
                None
            }
        }
    }

    fn says(&self, why: &str) -> String {
        match self.text("code") {
            Some(code) => format!("feature {} ({code}): {why}", self.number),
            None => format!("feature {}: {why}", self.number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feature(properties: &str, ring: &str) -> String {
        format!(
            r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}"#
        )
    }

    fn collection(features: &[String]) -> String {
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
    }

    const RING: &str = "[[0,0],[0,1],[1,1],[1,0],[0,0]]";
    const OPEN: &str = "[[0,0],[0,1],[1,1],[1,0]]";

    #[test]
    fn a_district_is_one_feature_rewound() {
        let text = feature(r#"{"code":420882002,"name":"永兴","timezone":"Asia/Shanghai"}"#, RING);
        for text in [text.clone(), collection(&[text])] {
            let (district, outline) = district(&text).unwrap();
            assert_eq!(district.id.as_str(), "420882002");
            assert_eq!((district.name.as_str(), district.prefix.as_str()), ("永兴", "420882002"));
            assert!(outline.unwrap().contains("[[[0.0,0.0],[1.0,0.0]"));
        }
        let bare = r#"{"type":"Feature","properties":{"code":"d","timezone":"UTC","prefix":"YX"},"geometry":null}"#;
        let (district, outline) = district(bare).unwrap();
        assert_eq!((district.name.as_str(), district.prefix.as_str(), outline), ("d", "YX", None));
    }

    #[test]
    fn faults_of_a_district_are_named() {
        let cases = [
            ("{}".to_owned(), "not GeoJSON"),
            (collection(&[]), "there is no feature"),
            (feature(r#"{"code":"d"}"#, RING), "feature 1 (d): property timezone: unknown"),
            (feature(r#"{"timezone":"UTC"}"#, RING), "feature 1: there is no property code"),
            (
                feature(r#"{"code":"d","timezone":"UTC"}"#, OPEN),
                "feature 1 (d): ring 1 isn't closed",
            ),
            (collection(&[feature("{}", RING), feature("{}", RING)]), "has one feature"),
        ];
        for (text, reason) in cases {
            let error = district(&text).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn grids_keep_their_free_text_and_lose_nothing() {
        let text = collection(&[
            feature(r#"{"code":"a","name":"东区 1","kind":"楼栋","area":"001"}"#, RING),
            feature(r#"{"code":7,"name":null}"#, RING),
        ]);
        let found: Vec<Grid> =
            grids(&text).unwrap().into_iter().map(|shaped| shaped.grid).collect();
        let grid = |code: &str, name: &str, kind: &str, area: Option<&str>| Grid {
            code: code.into(),
            version: 1,
            name: name.to_owned(),
            kind: kind.to_owned(),
            area: area.map(str::to_owned),
        };
        assert_eq!(found, [grid("a", "东区 1", "楼栋", Some("001")), grid("7", "7", "", None)]);
    }

    #[test]
    fn every_broken_grid_is_named_by_number_and_code() {
        let named = |code: &str, ring| feature(&format!(r#"{{"code":"{code}"}}"#), ring);
        let bow = "[[0,0],[1,1],[1,0],[0,1],[0,0]]";
        let text = collection(&[
            named("a", RING),
            named("b", OPEN),
            named("a", RING),
            named("c", bow),
            feature("{}", RING),
        ]);
        let error = grids(&text).unwrap_err().to_string();
        for reason in [
            "feature 2 (b): ring 1 isn't closed",
            "feature 3 (a): the code is feature 1's already",
            "feature 4 (c): the rings are broken",
            "feature 5: there is no property code",
        ] {
            assert!(error.contains(reason), "{error}");
        }
        let many: Vec<String> = (0..30).map(|n| named(&format!("g{n}"), OPEN)).collect();
        assert!(grids(&collection(&many)).unwrap_err().to_string().ends_with("and 20 more"));
    }
}
