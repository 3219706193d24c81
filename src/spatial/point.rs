//! A place on the earth, and how far it is to another.
//!
//! It must not know any other datum than WGS-84.
//! Invariant: both coordinates are finite and in the world.

use geo::{Bearing, Distance, Haversine};
use serde::{Deserialize, Serialize};

/// A place, WGS-84 degrees; in JSON `{"lng": …, "lat": …}`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(try_from = "Bare")]
pub struct Point {
    lng: f64,
    lat: f64,
}

/// A pair of numbers that isn't a place.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum PointError {
    /// NaN or infinite.
    #[error("the {0} isn't a finite number")]
    NotFinite(&'static str),
    /// Beyond ±180 or ±90 degrees.
    #[error("{name} {degrees} is outside the world (±{limit})")]
    OutsideWorld {
        /// `longitude` or `latitude`.
        name: &'static str,
        /// The value given.
        degrees: f64,
        /// The greatest absolute value allowed.
        limit: f64,
    },
}

#[derive(Deserialize)]
struct Bare {
    lng: f64,
    lat: f64,
}

impl Point {
    /// A place at `lng` degrees east and `lat` degrees north.
    pub fn new(lng: f64, lat: f64) -> Result<Self, PointError> {
        check("longitude", lng, 180.0)?;
        check("latitude", lat, 90.0)?;
        Ok(Self { lng, lat })
    }

    /// Degrees east, −180 to 180.
    #[must_use]
    pub fn lng(self) -> f64 {
        self.lng
    }

    /// Degrees north, −90 to 90.
    #[must_use]
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// The great-circle distance in metres (haversine, mean radius 6371.0088 km).
    #[must_use]
    pub fn distance_m(self, other: Self) -> f64 {
        Haversine.distance(geo::Point::from(self), geo::Point::from(other))
    }

    /// The bearing to another place, degrees clockwise from north, 0 up to 360.
    #[must_use]
    pub fn bearing_deg(self, other: Self) -> f64 {
        Haversine.bearing(geo::Point::from(self), geo::Point::from(other)).rem_euclid(360.0)
    }
}

fn check(name: &'static str, degrees: f64, limit: f64) -> Result<(), PointError> {
    if !degrees.is_finite() {
        return Err(PointError::NotFinite(name));
    }
    if degrees.abs() > limit {
        return Err(PointError::OutsideWorld { name, degrees, limit });
    }
    Ok(())
}

impl TryFrom<Bare> for Point {
    type Error = PointError;

    fn try_from(bare: Bare) -> Result<Self, PointError> {
        Self::new(bare.lng, bare.lat)
    }
}

impl From<Point> for geo::Coord<f64> {
    fn from(point: Point) -> Self {
        Self { x: point.lng, y: point.lat }
    }
}

impl From<Point> for geo::Point<f64> {
    fn from(point: Point) -> Self {
        Self::new(point.lng, point.lat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_finite_pairs_in_the_world_are_points() {
        let cases = [
            (180.0, 90.0, None),
            (-180.0, -90.0, None),
            (f64::NAN, 0.0, Some("the longitude isn't a finite number")),
            (0.0, f64::INFINITY, Some("the latitude isn't a finite number")),
            (180.000_1, 0.0, Some("longitude 180.0001 is outside the world (±180)")),
            (2_700_000.5, 0.0, Some("longitude 2700000.5 is outside the world (±180)")),
            (0.0, -90.5, Some("latitude -90.5 is outside the world (±90)")),
        ];
        for (lng, lat, reason) in cases {
            let found = Point::new(lng, lat).err().map(|error| error.to_string());
            assert_eq!(found.as_deref(), reason, "{lng} {lat}");
        }
    }

    #[test]
    fn json_holds_named_degrees_and_is_checked() {
        let point = Point::new(113.23067, 30.96453).unwrap();
        let json = serde_json::to_string(&point).unwrap();
        assert_eq!(json, r#"{"lng":113.23067,"lat":30.96453}"#);
        assert_eq!(serde_json::from_str::<Point>(&json).unwrap(), point);
        let error = serde_json::from_str::<Point>(r#"{"lng":181,"lat":0}"#).unwrap_err();
        assert!(error.to_string().contains("outside the world"), "{error}");
    }

    #[test]
    fn bearings_turn_clockwise_from_north() {
        let at = |lng, lat| Point::new(lng, lat).unwrap();
        let seat = at(113.23067, 30.96453);
        for (other, bearing) in [
            (at(113.23067, 31.0), 0.0),
            (at(113.25, 30.96453), 90.0),
            (at(113.23067, 30.9), 180.0),
            (at(113.2, 30.96453), 270.0),
        ] {
            let off = (seat.bearing_deg(other) - bearing).abs();
            assert!(off.min(360.0 - off) < 0.02, "{other:?}: {off}");
        }
    }

    #[test]
    fn distances_follow_the_great_circle() {
        let at = |lng, lat| Point::new(lng, lat).unwrap();
        let cases = [
            (at(113.23067, 30.96453), at(113.23067, 30.96453), 0.0),
            // A degree of latitude on the mean sphere.
            (at(113.0, 30.0), at(113.0, 31.0), 111_195.08),
            (at(23.319941, 42.698334), at(24.742168, 42.136097), 132_433.10),
            (at(-179.5, 0.0), at(179.5, 0.0), 111_195.08),
            (at(0.0, -90.0), at(0.0, 90.0), 20_015_114.44),
        ];
        for (a, b, metres) in cases {
            assert!((a.distance_m(b) - metres).abs() < 0.01, "{a:?} {b:?}: {}", a.distance_m(b));
            assert_eq!(a.distance_m(b), b.distance_m(a));
        }
    }
}
