//! A fix: where a phone says that it was, and when.

use serde::{Deserialize, Serialize};

use crate::spatial::Point;

/// One position report, judged by its own time and not by that of its arrival.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Fix {
    /// When the phone took it, Unix ms UTC.
    pub at_ms: i64,
    /// WGS-84 degrees.
    pub point: Point,
    /// Metres a second.
    #[serde(default)]
    pub speed_mps: Option<f64>,
    /// Degrees clockwise from north.
    #[serde(default)]
    pub heading_deg: Option<f64>,
    /// Radius of the 68 % circle in metres.
    #[serde(default)]
    pub accuracy_m: Option<f64>,
}

/// A fix may be this far ahead of the server's clock, in ms.
pub const MAX_AHEAD_MS: i64 = 2 * 60 * 1_000;
/// A fix may arrive this late, in ms: a phone that was without signal.
pub const MAX_LATE_MS: i64 = 24 * 60 * 60 * 1_000;

impl Fix {
    /// What is wrong with the numbers themselves: the field's name, or nothing.
    pub fn fault(&self) -> Option<&'static str> {
        let bad = |value: Option<f64>, low: f64, high: f64| {
            value.is_some_and(|v| !v.is_finite() || v < low || v > high)
        };
        if bad(self.speed_mps, 0.0, 150.0) {
            Some("speed_mps")
        } else if bad(self.heading_deg, 0.0, 360.0) {
            Some("heading_deg")
        } else if bad(self.accuracy_m, 0.0, 100_000.0) {
            Some("accuracy_m")
        } else {
            None
        }
    }
}
