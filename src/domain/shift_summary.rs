//! What stays of a shift's track when its fixes are purged: the distance and the grids entered.

use serde::{Deserialize, Serialize};

use super::check_in::impossible_speed;
use super::id::{DistrictId, GridCode, MemberId, ShiftId};
use super::position::Fix;

/// Raw fixes are kept for this long, in ms: 30 days.
pub const TRACK_KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// A fix that is less certain than this shows no distance, in metres.
pub const WORST_ACCURACY_M: f64 = 50.0;
/// Less than this isn't told from a phone that lies still, in metres.
pub const JITTER_M: f64 = 15.0;

/// A shift's track in two figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShiftSummary {
    /// The shift.
    pub shift: ShiftId,
    /// The district.
    pub district: DistrictId,
    /// Who was on duty.
    pub member: MemberId,
    /// 里程, in metres.
    pub distance_m: f64,
    /// The micro-grids entered, by code.
    pub grids: Vec<GridCode>,
    /// How many fixes it rests on.
    pub fixes: i64,
}

/// 里程: the great circles between fixes, oldest first, that are certain to 50 m, without jumps
/// over 120 km/h and without steps under 15 m.
pub fn distance_m(fixes: &[Fix]) -> f64 {
    let certain = |fix: &&Fix| fix.accuracy_m.is_some_and(|accuracy| accuracy <= WORST_ACCURACY_M);
    let mut stood: Option<&Fix> = None;
    let mut sum_m = 0.0;
    for fix in fixes.iter().filter(certain) {
        let Some(from) = stood else {
            stood = Some(fix);
            continue;
        };
        let step_m = from.point.distance_m(fix.point);
        let jumped = impossible_speed((from.point, from.at_ms), (fix.point, fix.at_ms));
        if step_m >= JITTER_M && !jumped {
            sum_m += step_m;
            stood = Some(fix);
        }
    }
    sum_m
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spatial::Point;

    /// So many metres north of a point, after so many seconds.
    fn fix(north_m: f64, at_s: i64, accuracy_m: Option<f64>) -> Fix {
        let point = Point::new(113.2, 30.95 + north_m / 111_195.0).unwrap();
        Fix { at_ms: at_s * 1_000, point, speed_mps: None, heading_deg: None, accuracy_m }
    }

    #[test]
    fn the_distance_is_of_real_steps_alone() {
        let good = Some(8.0);
        for (what, fixes, expected_m) in [
            ("nothing", vec![], 0.0),
            ("a walk", vec![fix(0.0, 0, good), fix(20.0, 15, good), fix(40.0, 30, good)], 40.0),
            ("jitter", vec![fix(0.0, 0, good), fix(14.0, 15, good), fix(2.0, 30, good)], 0.0),
            ("slow", vec![fix(0.0, 0, good), fix(8.0, 10, good), fix(16.0, 20, good)], 16.0),
            ("a jump", vec![fix(0.0, 0, good), fix(900.0, 10, good), fix(20.0, 20, good)], 20.0),
            ("roughly", vec![fix(0.0, 0, good), fix(40.0, 15, Some(51.0))], 0.0),
            ("unknown", vec![fix(0.0, 0, good), fix(40.0, 15, None)], 0.0),
        ] {
            let found_m = distance_m(&fixes);
            assert!((found_m - expected_m).abs() < 0.1, "{what}: {found_m} m");
        }
    }
}
