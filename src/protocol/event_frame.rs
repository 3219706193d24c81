//! The frames that move a cursor: events and watermarks.
//!
//! Each is JSON whose head has a fixed width, `{"prev":…,"seq":…,`, the numbers padded with
//! spaces, and a tail that was encoded once and is the same bytes for everybody. `prev` is the
//! last `seq` that was sent to *this* session, so that a client can tell that nothing is missing
//! although it gets only the events that it may see.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::{DistrictId, Event, EventId, IncidentId, LoggedEvent};

/// The length of the head in bytes: `{"prev":` + 16 + `,"seq":` + 16 + `,`.
pub const HEAD_BYTES: usize = 8 + 16 + 7 + 16 + 1;

/// What a frame of the event lane says after its head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "built once an event and encoded at once")]
pub enum Tail {
    /// Something happened.
    Event {
        /// In which district.
        district: DistrictId,
        /// The event's id.
        id: EventId,
        /// When it was written, Unix ms UTC.
        at_ms: i64,
        /// What.
        event: Event,
    },
    /// An incident is out of your sight: forget it, with its channel.
    Forget {
        /// In which district.
        district: DistrictId,
        /// Which incident.
        incident: IncidentId,
    },
    /// Nothing more for you up to `seq`; with `seq` equal to `prev` only a sign of life.
    Watermark {
        /// In which district.
        district: DistrictId,
    },
}

/// A frame of the event lane, whole; what a client reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct EventFrame {
    /// The place of the frame before, in this session and district.
    pub prev: i64,
    /// The place of this one.
    pub seq: i64,
    /// What it says.
    #[serde(flatten)]
    pub tail: Tail,
}

/// A tail as bytes, shared by all sessions: what follows the opening brace.
pub fn encode_tail(tail: &Tail) -> Arc<str> {
    let json = serde_json::to_string(tail).expect("an event has string keys and finite numbers");
    Arc::from(&json[1..])
}

/// The tail of a district's watermarks.
pub fn watermark_tail(district: &DistrictId) -> Arc<str> {
    encode_tail(&Tail::Watermark { district: district.clone() })
}

/// The tail of a logged event, its texts filled in or not as the caller has them.
pub fn event_tail(logged: &LoggedEvent) -> Arc<str> {
    encode_tail(&Tail::Event {
        district: logged.district.clone(),
        id: logged.id.clone(),
        at_ms: logged.at_ms,
        event: logged.event.clone(),
    })
}

/// The head of a frame, which its tail follows. Places are never negative.
pub fn head(prev: i64, seq: i64) -> [u8; HEAD_BYTES] {
    let mut head = *b"{\"prev\":                ,\"seq\":                ,";
    write_place(&mut head[8..24], prev);
    write_place(&mut head[31..47], seq);
    head
}

/// Writes a number to the end of a field of spaces; `format!` takes ten times as long.
fn write_place(field: &mut [u8], place: i64) {
    let mut rest = place.unsigned_abs();
    for digit in field.iter_mut().rev() {
        *digit = b"0123456789"[usize::try_from(rest % 10).unwrap_or_default()];
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_has_a_fixed_width_and_the_frame_is_json() {
        let tail = Tail::Watermark { district: DistrictId::from("420882002") };
        let shared = encode_tail(&tail);
        for (prev, seq) in [(0, 1), (41, 9_007_199_254_740_991)] {
            let text = String::from_utf8([&head(prev, seq), shared.as_bytes()].concat()).unwrap();
            assert_eq!(text[..HEAD_BYTES], format!("{{\"prev\":{prev:16},\"seq\":{seq:16},"));
            let read: EventFrame = serde_json::from_str(&text).unwrap();
            assert_eq!(read, EventFrame { prev, seq, tail: tail.clone() });
        }
    }
}
