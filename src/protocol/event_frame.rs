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

/// The tail of a logged event, its texts filled in or not as the caller has them.
pub fn event_tail(logged: &LoggedEvent) -> Arc<str> {
    encode_tail(&Tail::Event {
        district: logged.district.clone(),
        id: logged.id.clone(),
        at_ms: logged.at_ms,
        event: logged.event.clone(),
    })
}

/// The whole frame: a head of [`HEAD_BYTES`] bytes, then the tail.
pub fn frame(prev: i64, seq: i64, tail: &str) -> String {
    format!("{{\"prev\":{prev:16},\"seq\":{seq:16},{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_has_a_fixed_width_and_the_frame_is_json() {
        let tail = Tail::Watermark { district: DistrictId::from("420882002") };
        let shared = encode_tail(&tail);
        for (prev, seq) in [(0, 1), (41, 9_007_199_254_740_991)] {
            let text = frame(prev, seq, &shared);
            assert_eq!(text.len(), HEAD_BYTES + shared.len());
            let read: EventFrame = serde_json::from_str(&text).unwrap();
            assert_eq!(read, EventFrame { prev, seq, tail: tail.clone() });
        }
    }
}
