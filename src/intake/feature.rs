//! The features of a map: their properties as text, their geometries as they are written.
//!
//! Knows no noun. Invariant: a feature is named by its number, from 1, and its code if it has one.

use geojson::{Feature, GeoJson, GeometryValue, Position};
use serde_json::Value;

use super::coordinates::{Coordinates, Pair};
use super::fault::IntakeError;
use super::file::{FileFormat, InputFile};
use super::table::Wrong;
use crate::domain::GridCode;
use crate::domain::id::MAX_ID_BYTES;

/// Features of one map: a county's micro-grids are 5,000.
const MOST_FEATURES: usize = 20_000;
/// A corner on the district's border is on neither side of it; so much nearer the middle it is.
const INWARDS: f64 = 0.05;

/// The features of a map.
pub(super) fn features(file: &InputFile, what: &'static str) -> Result<Vec<Feature>, IntakeError> {
    if file.format() != FileFormat::Geojson {
        return Err(IntakeError::Format { what, expected: "GeoJSON", found: file.format() });
    }
    let wrong = |why: String| IntakeError::NotGeoJson(why);
    let features = match file.map_text()?.parse::<GeoJson>() {
        Ok(GeoJson::FeatureCollection(collection)) => collection.features,
        Ok(GeoJson::Feature(feature)) => vec![feature],
        Ok(GeoJson::Geometry(_)) => return Err(wrong("a bare geometry has no code".to_owned())),
        Err(error) => return Err(wrong(error.to_string())),
    };
    if features.is_empty() {
        return Err(wrong("there is no feature".to_owned()));
    }
    if features.len() > MOST_FEATURES {
        return Err(IntakeError::TooManyRows(MOST_FEATURES as u64));
    }
    Ok(features)
}

/// A value as text, without blanks around it; numbers are written out. `None` if empty.
pub(super) fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// A feature, and its number in the file from 1.
pub(super) struct Named<'f> {
    pub(super) number: u64,
    pub(super) feature: &'f Feature,
}

impl<'f> Named<'f> {
    pub(super) fn all(features: &'f [Feature]) -> impl Iterator<Item = Self> {
        (1_u64..).zip(features).map(|(number, feature)| Self { number, feature })
    }

    /// A property as text; PostgreSQL stores no NUL.
    pub(super) fn text(&self, property: &str) -> Result<Option<String>, Wrong> {
        let text = self.feature.property(property).and_then(text);
        match text {
            Some(text) if text.contains('\0') => {
                Err(self.wrong(Some(property), "a NUL can't be stored"))
            }
            text => Ok(text),
        }
    }

    pub(super) fn code(&self) -> Result<String, Wrong> {
        let code = self.text("code")?.unwrap_or_default();
        let why = if code.is_empty() {
            "there is no property code".to_owned()
        } else if code.len() > MAX_ID_BYTES {
            format!("the code is longer than {MAX_ID_BYTES} bytes")
        } else if code.contains(char::is_control) {
            "the code holds a control character".to_owned()
        } else {
            return Ok(code);
        };
        Err(self.wrong(Some("code"), &why))
    }

    pub(super) fn wrong(&self, property: Option<&str>, why: &str) -> Wrong {
        let message = match self.feature.property("code").and_then(text) {
            Some(code) => format!("feature {} ({code}): {why}", self.number),
            None => format!("feature {}: {why}", self.number),
        };
        Wrong { column: property.map(str::to_owned), message }
    }

    /// The geometry with its positions read in this way.
    pub(super) fn geometry(&self, read: Coordinates) -> Result<geojson::Geometry, Wrong> {
        let Some(geometry) = &self.feature.geometry else {
            return Err(self.wrong(Some("geometry"), "there is no geometry"));
        };
        let mut geometry = geometry.clone();
        for position in positions(&mut geometry.value) {
            let Some(&[a, b]) = position.as_slice().first_chunk::<2>() else { continue };
            match read.point([a, b]) {
                Ok(point) => *position = Position::from([point.lng(), point.lat()]),
                // The shape's own check names the ring.
                Err(_) => continue,
            }
        }
        Ok(geometry)
    }

    /// The corners of the outer rings, a little inside of them, as they are written.
    pub(super) fn pairs(&self) -> Vec<Pair> {
        let Some(geometry) = &self.feature.geometry else { return Vec::new() };
        let rings: Vec<&Vec<Position>> = match &geometry.value {
            GeometryValue::Polygon { coordinates } => coordinates.first().into_iter().collect(),
            GeometryValue::MultiPolygon { coordinates } => {
                coordinates.iter().filter_map(|polygon| polygon.first()).collect()
            }
            _ => Vec::new(),
        };
        let grid = self.code().ok().map(GridCode::from);
        rings.into_iter().flat_map(|ring| inwards(ring, grid.as_ref())).collect()
    }
}

fn inwards(ring: &[Position], grid: Option<&GridCode>) -> Vec<Pair> {
    let corners: Vec<[f64; 2]> =
        ring.iter().filter_map(|at| at.as_slice().first_chunk::<2>().copied()).collect();
    #[expect(clippy::cast_precision_loss, reason = "a ring has far fewer than 2^52 corners")]
    let mean =
        |axis: usize| corners.iter().map(|at| at[axis]).sum::<f64>() / corners.len().max(1) as f64;
    let middle = [mean(0), mean(1)];
    let nearer = |at: f64, middle: f64| at + (middle - at) * INWARDS;
    let pair = |at: &[f64; 2]| [nearer(at[0], middle[0]), nearer(at[1], middle[1])];
    let corner = |at| Pair { at: pair(at), grid: grid.cloned(), corner: true };
    corners.iter().map(corner).collect()
}

fn positions(value: &mut GeometryValue) -> Vec<&mut Position> {
    match value {
        GeometryValue::Point { coordinates } => vec![coordinates],
        GeometryValue::Polygon { coordinates } => coordinates.iter_mut().flatten().collect(),
        GeometryValue::MultiPolygon { coordinates } => {
            coordinates.iter_mut().flatten().flatten().collect()
        }
        _ => Vec::new(),
    }
}
