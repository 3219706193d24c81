//! The shifted datums of Chinese maps and devices, GCJ-02 and BD-09, there and back.
//!
//! It must not know who asks: the device edge and the map edge both come here.
//! Invariant: coordinates in a foreign datum are bare `[lng, lat]` pairs, never a `Point`.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use super::{Point, PointError};

/// The Krasovsky ellipsoid of the published GCJ-02 formula: semi-major axis (m), eccentricity².
const AXIS_M: f64 = 6_378_245.0;
const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;

/// Where the shift applies, in WGS-84 degrees; outside nothing moves.
const SHIFTED_LNG: std::ops::RangeInclusive<f64> = 73.66..=135.05;
const SHIFTED_LAT: std::ops::RangeInclusive<f64> = 3.86..=53.55;

/// The inverse gains at least one decimal digit a round; 1e-12° is far below a micrometre.
const INVERSE_ROUNDS: usize = 16;
const INVERSE_ENOUGH_DEG: f64 = 1e-12;

/// What a pair of degrees is measured in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Datum {
    /// The datum of satellites, and of everything inside.
    #[default]
    Wgs84,
    /// The shifted datum of Chinese maps (高德, 腾讯) and of devices made for them.
    Gcj02,
    /// Baidu's shift on top of GCJ-02.
    Bd09,
}

impl Datum {
    /// The WGS-84 point that this datum shows at `lng`, `lat` degrees.
    pub fn to_wgs84(self, lng: f64, lat: f64) -> Result<Point, PointError> {
        let seen = Point::new(lng, lat)?;
        if self == Self::Wgs84 {
            return Ok(seen);
        }
        let mut found = [lng, lat];
        for _ in 0..INVERSE_ROUNDS {
            let [x, y] = self.shift(found);
            let off = [x - lng, y - lat];
            found = [found[0] - off[0], found[1] - off[1]];
            if off[0].abs() + off[1].abs() < INVERSE_ENOUGH_DEG {
                break;
            }
        }
        // A strip along the box's edge is reached from both sides: the side inside wins.
        if is_shifted(found) { Point::new(found[0], found[1]) } else { Ok(seen) }
    }

    /// `[lng, lat]` degrees in this datum of a WGS-84 point.
    #[must_use]
    pub fn from_wgs84(self, point: Point) -> [f64; 2] {
        let at = [point.lng(), point.lat()];
        if is_shifted(at) { self.shift(at) } else { at }
    }

    fn shift(self, at: [f64; 2]) -> [f64; 2] {
        match self {
            Self::Wgs84 => at,
            Self::Gcj02 => gcj02(at),
            Self::Bd09 => bd09(gcj02(at)),
        }
    }
}

fn is_shifted([lng, lat]: [f64; 2]) -> bool {
    SHIFTED_LNG.contains(&lng) && SHIFTED_LAT.contains(&lat)
}

/// The published polynomial, in metres, divided by the ellipsoid's radii at the latitude.
fn gcj02([lng, lat]: [f64; 2]) -> [f64; 2] {
    let (x, y) = (lng - 105.0, lat - 35.0);
    let waves = |t: f64, parts: [(f64, f64); 2]| -> f64 {
        parts.iter().map(|(size, rate)| size * (t * PI * rate).sin()).sum::<f64>() * 2.0 / 3.0
    };
    let common = waves(x, [(20.0, 6.0), (20.0, 2.0)]);
    let north_m = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + common
        + waves(y, [(20.0, 1.0), (40.0, 1.0 / 3.0)])
        + waves(y, [(160.0, 1.0 / 12.0), (320.0, 1.0 / 30.0)]);
    let east_m = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + common
        + waves(x, [(20.0, 1.0), (40.0, 1.0 / 3.0)])
        + waves(x, [(150.0, 1.0 / 12.0), (300.0, 1.0 / 30.0)]);
    let (sin, cos) = lat.to_radians().sin_cos();
    let magic = 1.0 - ECCENTRICITY_SQUARED * sin * sin;
    let meridian_m = AXIS_M * (1.0 - ECCENTRICITY_SQUARED) / (magic * magic.sqrt());
    let parallel_m = AXIS_M / magic.sqrt() * cos;
    [lng + (east_m / parallel_m).to_degrees(), lat + (north_m / meridian_m).to_degrees()]
}

/// Baidu's shift of a GCJ-02 pair.
fn bd09([x, y]: [f64; 2]) -> [f64; 2] {
    const RATE: f64 = PI * 3000.0 / 180.0;
    let length = x.hypot(y) + 0.000_02 * (y * RATE).sin();
    let angle = y.atan2(x) + 0.000_003 * (x * RATE).cos();
    [length * angle.cos() + 0.0065, length * angle.sin() + 0.006]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn far_deg(a: [f64; 2], b: [f64; 2]) -> f64 {
        (a[0] - b[0]).abs().max((a[1] - b[1]).abs())
    }

    #[test]
    fn published_vectors_hold() {
        let cases = [
            ([113.23067, 30.96453], [113.2366150, 30.9622514], [113.2431772, 30.9680330]),
            ([116.404, 39.915], [116.4102445, 39.9164043], [116.4166272, 39.9226996]),
        ];
        for (wgs84, gcj02, bd09) in cases {
            let point = Point::new(wgs84[0], wgs84[1]).unwrap();
            assert_eq!(Datum::Wgs84.from_wgs84(point), wgs84);
            assert!(far_deg(Datum::Gcj02.from_wgs84(point), gcj02) < 6e-8);
            assert!(far_deg(Datum::Bd09.from_wgs84(point), bd09) < 6e-8);
            for (datum, seen) in [(Datum::Gcj02, gcj02), (Datum::Bd09, bd09)] {
                let back = datum.to_wgs84(seen[0], seen[1]).unwrap();
                assert!(back.distance_m(point) < 0.02, "{datum:?} {back:?}");
            }
        }
    }

    #[test]
    fn forgetting_the_shift_at_the_seat_costs_621_m() {
        let seat = Point::new(113.23067, 30.96453).unwrap();
        let [lng, lat] = Datum::Gcj02.from_wgs84(seat);
        assert_eq!(seat.distance_m(Point::new(lng, lat).unwrap()).round(), 621.0);
    }

    #[test]
    fn nothing_moves_outside_the_box() {
        for [lng, lat] in [[-75.16, 39.97], [73.6, 30.0], [135.1, 45.0], [113.0, 53.6], [0.0, 0.0]]
        {
            let point = Point::new(lng, lat).unwrap();
            for datum in [Datum::Wgs84, Datum::Gcj02, Datum::Bd09] {
                assert_eq!(datum.from_wgs84(point), [lng, lat]);
            }
        }
        for datum in [Datum::Gcj02, Datum::Bd09] {
            assert_eq!(datum.to_wgs84(-75.16, 39.97), Point::new(-75.16, 39.97));
            assert!(datum.to_wgs84(f64::NAN, 0.0).is_err());
            assert!(datum.to_wgs84(0.0, 91.0).is_err());
        }
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_place(lng in SHIFTED_LNG, lat in SHIFTED_LAT) {
            let point = Point::new(lng, lat).unwrap();
            for datum in [Datum::Wgs84, Datum::Gcj02, Datum::Bd09] {
                let [x, y] = datum.from_wgs84(point);
                let back = datum.to_wgs84(x, y).unwrap();
                prop_assert!(far_deg([back.lng(), back.lat()], [lng, lat]) < 1e-7, "{datum:?}");
            }
        }

        #[test]
        fn no_pair_of_numbers_panics(lng in -200.0..200.0, lat in -100.0..100.0) {
            for datum in [Datum::Wgs84, Datum::Gcj02, Datum::Bd09] {
                let in_world = Point::new(lng, lat).is_ok();
                prop_assert_eq!(datum.to_wgs84(lng, lat).is_ok(), in_world);
            }
        }
    }
}
