//! A visit to a checkpoint (打卡), and whether it can be believed.

use serde::{Deserialize, Serialize};

use super::id::{CheckInId, CheckpointId, DistrictId, MemberId, ShiftId};
use super::party::named_enum;
use super::text::Text;
use crate::spatial::Point;

/// A phone counts as at a checkpoint within this distance, in metres.
pub const RADIUS_M: f64 = 50.0;
/// A fix worse than this says nothing about a radius of 50 m, in metres.
pub const WORST_ACCURACY_M: f64 = 100.0;
/// Nobody patrols faster than this between two checkpoints, in metres a second (120 km/h).
pub const FASTEST_MPS: f64 = 120.0 / 3.6;

named_enum!(
    /// How somebody showed that they were there.
    CheckInMethod {
        /// By position.
        Gps = "gps",
        /// By the code on the post.
        Qr = "qr",
        /// By the chip in the post.
        Nfc = "nfc",
        /// By word, with a reason.
        Manual = "manual",
    }
);

/// A visit to a checkpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CheckIn {
    /// Its id, made by the client.
    pub id: CheckInId,
    /// The district.
    pub district: DistrictId,
    /// In which shift.
    pub shift: ShiftId,
    /// Who.
    pub member: MemberId,
    /// Where they say that they were.
    pub checkpoint: CheckpointId,
    /// How they showed it.
    pub method: CheckInMethod,
    /// Where the phone was, WGS-84.
    pub point: Option<Point>,
    /// How far from the checkpoint that is, in metres.
    pub distance_m: Option<f64>,
    /// When, by the phone, Unix ms UTC; the receipt's time when the phone's can't be right.
    pub observed_ms: i64,
    /// When the server took it, Unix ms UTC.
    pub received_ms: i64,
    /// The member's how-manieth visit of this checkpoint in this shift, from 1.
    pub lap: i64,
    /// 存疑: an impossible speed or a clock that is wrong. It counts, marked.
    pub doubtful: bool,
    /// Why it was done by word.
    pub reason: Option<Text>,
}

/// Whether nobody could have gone so far in that time.
pub fn impossible_speed(from: (Point, i64), to: (Point, i64)) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "a day in ms stands exactly in 53 bits")]
    let elapsed_s = (to.1 - from.1).abs() as f64 / 1_000.0;
    // Two phones' worth of error: each may be a radius away from where it says.
    from.0.distance_m(to.0) - 2.0 * RADIUS_M > elapsed_s * FASTEST_MPS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kilometre_in_ten_seconds_is_doubted_and_in_a_minute_is_not() {
        let at = |lat| Point::new(113.2, lat).unwrap();
        let (here, there) = (at(30.96), at(30.969));
        for (ms, doubtful) in [(10_000, true), (25_000, true), (60_000, false), (-60_000, false)] {
            assert_eq!(impossible_speed((here, 0), (there, ms)), doubtful, "{ms}");
        }
        assert!(!impossible_speed((here, 0), (here, 0)));
    }
}
