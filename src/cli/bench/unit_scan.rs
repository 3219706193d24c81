//! The times of the fixes in a binary position frame, read without decoding the rest.

use crate::protocol::position_frame::{HEADER_BYTES, UNIT_BYTES};

/// The times in Unix ms of all units of a frame; none when it is no position frame of version 1.
pub(super) fn fix_times(frame: &[u8]) -> Option<impl Iterator<Item = i64>> {
    if frame.len() < HEADER_BYTES || frame[..2] != [1, 1] {
        return None;
    }
    let base_ms = i64::from_le_bytes(*frame[12..].first_chunk()?);
    let units = usize::try_from(u32::from_le_bytes(*frame[20..].first_chunk()?)).ok()?;
    let units = frame.get(HEADER_BYTES..HEADER_BYTES + units.checked_mul(UNIT_BYTES)?)?;
    let after_ms = |unit: &[u8]| u32::from_le_bytes([unit[2], unit[3], unit[4], unit[5]]);
    Some(units.chunks_exact(UNIT_BYTES).map(move |unit| base_ms + i64::from(after_ms(unit))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Fix;
    use crate::protocol::PositionFrame;
    use crate::spatial::Point;

    #[test]
    fn the_times_are_those_of_the_decoded_frame() {
        let fix = |at_ms| Fix {
            at_ms,
            point: Point::new(113.2, 30.9).unwrap(),
            speed_mps: None,
            heading_deg: None,
            accuracy_m: None,
        };
        let times = [1_795_478_405_000, 1_795_478_404_000, 1_795_478_404_250];
        let units = times.iter().map(|at_ms| (7, fix(*at_ms))).collect();
        let frame =
            PositionFrame { audience: 1, generation: 1, full: false, units, removals: vec![4, 5] };
        let bytes = frame.encode();
        assert_eq!(fix_times(&bytes).unwrap().collect::<Vec<_>>(), times);
        assert!(fix_times(&bytes[..40]).is_none());
        assert!(fix_times(b"{}").is_none());
    }
}
