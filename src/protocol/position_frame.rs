//! Positions as binary frames: 18 bytes a unit, the same bytes for everybody of an audience.
//!
//! Little-endian. Header of 32 bytes: `u8` version 1, `u8` kind 1, `u8` flags (bit 0: full),
//! `u8` zero, `u32` audience, `u32` generation, `i64` base time in Unix ms, `u32` units, `u32`
//! removals, `u32` zero. A unit: `u16` index, `u32` fix time in ms after the base, `i32`
//! longitude and `i32` latitude in 1e-7 degrees, `u8` speed in 0.25 m/s (255: unknown), `u8`
//! heading in 1.5 degrees (255: unknown), `u16` flags (zero). A removal: `u16` index.

use serde::{Deserialize, Serialize};

use crate::domain::{Fix, MemberId};
use crate::spatial::Point;

/// The header's length in bytes.
pub const HEADER_BYTES: usize = 32;
/// A unit's length in bytes.
pub const UNIT_BYTES: usize = 18;
const KIND_POSITIONS: u8 = 1;
const FLAG_FULL: u8 = 1;
const UNKNOWN: u8 = 255;
const DEGREES: f64 = 1e7;
const SPEED_STEP_MPS: f64 = 0.25;
const HEADING_STEP_DEG: f64 = 1.5;

/// A unit's position as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct UnitPosition {
    /// Who.
    pub member: MemberId,
    /// Where and when.
    pub fix: Fix,
}

/// A position frame, decoded.
#[derive(Debug, Clone, PartialEq)]
pub struct PositionFrame {
    /// Which audience.
    pub audience: u32,
    /// Which generation of its dictionary.
    pub generation: u32,
    /// Whether units that aren't in it are gone.
    pub full: bool,
    /// Dictionary index and fix of each unit that moved.
    pub units: Vec<(u16, Fix)>,
    /// Dictionary indices of units that are no longer shown.
    pub removals: Vec<u16>,
}

/// Bytes that aren't a position frame of version 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a position frame of version 1")]
pub struct NotAFrame;

impl PositionFrame {
    /// The frame's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let base_ms = self.units.iter().map(|(_, fix)| fix.at_ms).min().unwrap_or(0);
        let mut out = Vec::with_capacity(
            HEADER_BYTES + self.units.len() * UNIT_BYTES + self.removals.len() * 2,
        );
        out.extend([1, KIND_POSITIONS, if self.full { FLAG_FULL } else { 0 }, 0]);
        out.extend(self.audience.to_le_bytes());
        out.extend(self.generation.to_le_bytes());
        out.extend(base_ms.to_le_bytes());
        out.extend(count(self.units.len()).to_le_bytes());
        out.extend(count(self.removals.len()).to_le_bytes());
        out.extend([0; 4]);
        for (index, fix) in &self.units {
            encode_unit(&mut out, *index, fix, base_ms);
        }
        for index in &self.removals {
            out.extend(index.to_le_bytes());
        }
        out
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// [`NotAFrame`] for another version, another kind or a wrong length.
    pub fn decode(bytes: &[u8]) -> Result<Self, NotAFrame> {
        let header: &[u8; HEADER_BYTES] = bytes.first_chunk().ok_or(NotAFrame)?;
        if header[0] != 1 || header[1] != KIND_POSITIONS {
            return Err(NotAFrame);
        }
        let u32_at = |at: usize| u32::from_le_bytes(array(header, at));
        let base_ms = i64::from_le_bytes(array(header, 12));
        let (units, removals) = (u32_at(20) as usize, u32_at(24) as usize);
        let body = &bytes[HEADER_BYTES..];
        let unit_bytes = units.checked_mul(UNIT_BYTES).ok_or(NotAFrame)?;
        let expected = removals.checked_mul(2).and_then(|r| r.checked_add(unit_bytes));
        if expected != Some(body.len()) {
            return Err(NotAFrame);
        }
        Ok(Self {
            audience: u32_at(4),
            generation: u32_at(8),
            full: header[2] & FLAG_FULL != 0,
            units: body[..unit_bytes]
                .chunks_exact(UNIT_BYTES)
                .map(|unit| decode_unit(unit, base_ms))
                .collect::<Result<_, _>>()?,
            removals: body[unit_bytes..]
                .chunks_exact(2)
                .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
                .collect(),
        })
    }
}

fn count(len: usize) -> u32 {
    u32::try_from(len).expect("an audience has at most 65,536 members")
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    *bytes[at..].first_chunk().expect("the offset stands inside a fixed-size record")
}

fn encode_unit(out: &mut Vec<u8>, index: u16, fix: &Fix, base_ms: i64) {
    let after_ms = u32::try_from(fix.at_ms - base_ms).unwrap_or(u32::MAX);
    out.extend(index.to_le_bytes());
    out.extend(after_ms.to_le_bytes());
    out.extend(fixed_degrees(fix.point.lng()).to_le_bytes());
    out.extend(fixed_degrees(fix.point.lat()).to_le_bytes());
    out.push(fix.speed_mps.map_or(UNKNOWN, |v| step(v / SPEED_STEP_MPS)));
    out.push(fix.heading_deg.map_or(UNKNOWN, |v| step(v.rem_euclid(360.0) / HEADING_STEP_DEG)));
    out.extend([0, 0]);
}

fn decode_unit(unit: &[u8], base_ms: i64) -> Result<(u16, Fix), NotAFrame> {
    let degrees = |at: usize| f64::from(i32::from_le_bytes(array(unit, at))) / DEGREES;
    let value = |byte: u8, step: f64| (byte != UNKNOWN).then(|| f64::from(byte) * step);
    let point = Point::new(degrees(6), degrees(10)).map_err(|_| NotAFrame)?;
    let fix = Fix {
        at_ms: base_ms + i64::from(u32::from_le_bytes(array(unit, 2))),
        point,
        speed_mps: value(unit[14], SPEED_STEP_MPS),
        heading_deg: value(unit[15], HEADING_STEP_DEG),
        accuracy_m: None,
    };
    Ok((u16::from_le_bytes(array(unit, 0)), fix))
}

#[expect(clippy::cast_possible_truncation, reason = "a point is inside the world: 1.8e9 fits")]
fn fixed_degrees(degrees: f64) -> i32 {
    (degrees * DEGREES).round() as i32
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what a byte holds below the mark for unknown"
)]
fn step(value: f64) -> u8 {
    value.round().clamp(0.0, 254.0) as u8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fix() -> impl Strategy<Value = Fix> {
        (
            1_700_000_000_000i64..1_700_080_000_000,
            -180_0000000i32..=180_0000000,
            -90_0000000i32..=90_0000000,
            prop::option::of(0u8..=254),
            prop::option::of(0u8..240),
        )
            .prop_map(|(at_ms, lng, lat, speed, heading)| Fix {
                at_ms,
                point: Point::new(f64::from(lng) / DEGREES, f64::from(lat) / DEGREES).unwrap(),
                speed_mps: speed.map(|s| f64::from(s) * SPEED_STEP_MPS),
                heading_deg: heading.map(|h| f64::from(h) * HEADING_STEP_DEG),
                accuracy_m: None,
            })
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(
            units in prop::collection::vec((any::<u16>(), fix()), 0..40),
            removals in prop::collection::vec(any::<u16>(), 0..10),
            full in any::<bool>(),
        ) {
            let frame = PositionFrame { audience: 7, generation: 3, full, units, removals };
            let bytes = frame.encode();
            prop_assert_eq!(
                bytes.len(),
                HEADER_BYTES + frame.units.len() * UNIT_BYTES + frame.removals.len() * 2
            );
            prop_assert_eq!(PositionFrame::decode(&bytes), Ok(frame));
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = PositionFrame::decode(&bytes);
        }
    }

    #[test]
    fn a_cut_frame_is_refused() {
        let frame = PositionFrame {
            audience: 1,
            generation: 1,
            full: true,
            units: vec![],
            removals: vec![4],
        };
        let bytes = frame.encode();
        assert_eq!(PositionFrame::decode(&bytes[..bytes.len() - 1]), Err(NotAFrame));
    }
}
