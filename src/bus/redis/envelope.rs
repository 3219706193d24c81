//! What travels in a message of Redis. It must not know what a payload means.
//! Invariant: an envelope of a version that this node doesn't know is refused, not guessed.
//!
//! `version u8 | length of district u8 | district | seq i64 (events only) | payload`,
//! little-endian; the channel tells the lane. Positions of a partition travel together, as one JSON
//! array: its values name their own districts, so the head names none. Nodes that put one district's
//! fixes into a message name it and are read all the same, and read these.

use bytes::{Buf, Bytes};
use thiserror::Error;

use super::partition::Partition;
use crate::bus::{BusError, BusEvent, BusMessage, UnitFix, array};

const VERSION: u8 = 1;

/// An encoded message and where it goes.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) channel: String,
    pub(super) body: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub(super) enum EnvelopeError {
    #[error("unknown version {0}")]
    Version(u8),
    #[error("cut short")]
    Short,
    #[error("not UTF-8")]
    Text,
    #[error("unknown channel")]
    Channel,
}

impl Outgoing {
    pub(super) fn event(event: &BusEvent) -> Result<Self, BusError> {
        let BusEvent { district, seq, payload } = event;
        let length =
            u8::try_from(district.len()).map_err(|_| BusError::DistrictTooLong(district.len()))?;
        let mut body = Vec::with_capacity(2 + district.len() + 8 + payload.len());
        body.extend([VERSION, length]);
        body.extend(district.as_bytes());
        body.extend(seq.to_le_bytes());
        body.extend(payload.as_bytes());
        Ok(Self { channel: Partition::of(district).events(), body })
    }

    pub(super) fn positions(partition: Partition, fixes: &[UnitFix]) -> Self {
        let payload = array(fixes.iter().map(|fix| fix.json.as_bytes()));
        let body = [&[VERSION, 0], &payload[..]].concat();
        Self { channel: partition.positions(), body }
    }
}

pub(super) fn decode(channel: &[u8], body: Vec<u8>) -> Result<BusMessage, EnvelopeError> {
    let mut body = Bytes::from(body);
    let version = body.try_get_u8().map_err(|_| EnvelopeError::Short)?;
    if version != VERSION {
        return Err(EnvelopeError::Version(version));
    }
    let length = usize::from(body.try_get_u8().map_err(|_| EnvelopeError::Short)?);
    if body.len() < length {
        return Err(EnvelopeError::Short);
    }
    let district = text(&body.split_to(length))?.to_owned();
    if channel.ends_with(b":events") {
        let seq = body.try_get_i64_le().map_err(|_| EnvelopeError::Short)?;
        return Ok(BusMessage::Event(BusEvent { district, seq, payload: text(&body)?.into() }));
    }
    if channel.ends_with(b":positions") {
        return Ok(BusMessage::Positions { payload: body, kept: false });
    }
    Err(EnvelopeError::Channel)
}

fn text(bytes: &[u8]) -> Result<&str, EnvelopeError> {
    std::str::from_utf8(bytes).map_err(|_| EnvelopeError::Text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event() -> impl Strategy<Value = BusEvent> {
        ("[^\0]{0,60}", any::<i64>(), ".*").prop_map(|(district, seq, payload)| BusEvent {
            district,
            seq,
            payload: payload.into(),
        })
    }

    proptest! {
        #[test]
        fn comes_back_as_it_was(event in event()) {
            let sent = Outgoing::event(&event).unwrap();
            let heard = decode(sent.channel.as_bytes(), sent.body).unwrap();
            prop_assert_eq!(heard, BusMessage::Event(event));
        }

        #[test]
        fn any_bytes_are_read_without_panic(body in any::<Vec<u8>>()) {
            let _ = decode(b"xf:{p00}:events", body);
        }
    }

    #[test]
    fn fixes_of_a_partition_are_one_array() {
        let fix = |district: &str, json: &str| UnitFix {
            district: district.to_owned(),
            unit: "u".to_owned(),
            at_ms: 1,
            json: json.to_owned(),
        };
        for (fixes, expected) in [
            (vec![fix("a", "{}")], "[{}]"),
            (vec![fix("a", "1"), fix("b", "\"巡\""), fix("c", "[]")], "[1,\"巡\",[]]"),
        ] {
            let sent = Outgoing::positions(Partition::of("PHL22"), &fixes);
            assert_eq!(sent.channel, "xf:{p11}:positions");
            let heard = decode(sent.channel.as_bytes(), sent.body).unwrap();
            assert_eq!(heard, BusMessage::Positions { payload: expected.into(), kept: false });
        }
    }

    /// As the version before this one wrote it.
    #[test]
    fn fixes_under_the_name_of_a_district_are_read() {
        let body = [&[1, 5], &b"PHL22"[..], b"[{}]"].concat();
        let heard = decode(b"xf:{p11}:positions", body).unwrap();
        assert_eq!(heard, BusMessage::Positions { payload: "[{}]".into(), kept: false });
    }

    #[test]
    fn refusals() {
        let event = |district: &str| {
            Outgoing::event(&BusEvent { district: district.into(), seq: 7, payload: "{}".into() })
        };
        let body = event("d").unwrap().body;
        let events = "xf:{p00}:events";
        for (channel, body, expected) in [
            (events, vec![], EnvelopeError::Short),
            (events, vec![2], EnvelopeError::Version(2)),
            (events, body[..2].to_vec(), EnvelopeError::Short),
            (events, body[..10].to_vec(), EnvelopeError::Short),
            (events, [&body[..], &[0xff]].concat(), EnvelopeError::Text),
            ("xf:{p00}:else", body, EnvelopeError::Channel),
        ] {
            assert_eq!(decode(channel.as_bytes(), body), Err(expected));
        }
        let long = event(&"d".repeat(256));
        assert!(matches!(long, Err(BusError::DistrictTooLong(256))));
    }
}
