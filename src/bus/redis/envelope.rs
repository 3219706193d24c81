//! What travels in a message of Redis. It must not know what a payload means.
//! Invariant: an envelope of a version that this node doesn't know is refused, not guessed.
//!
//! `version u8 | length of district u8 | district | seq i64 (events only) | payload`,
//! little-endian; the channel tells the lane.

use bytes::{Buf, Bytes};
use thiserror::Error;

use super::partition::Partition;
use crate::bus::{BusError, BusMessage, Lane};

const VERSION: u8 = 1;

/// An encoded message and where it goes.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) channel: String,
    pub(super) body: Vec<u8>,
    pub(super) lane: Lane,
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
    pub(super) fn encode(message: &BusMessage) -> Result<Self, BusError> {
        let (district, seq, payload) = match message {
            BusMessage::Event { district, seq, payload } => {
                (district, Some(*seq), payload.as_bytes())
            }
            BusMessage::Positions { district, payload } => (district, None, payload.as_ref()),
        };
        let length =
            u8::try_from(district.len()).map_err(|_| BusError::DistrictTooLong(district.len()))?;
        let mut body = Vec::with_capacity(2 + district.len() + 8 + payload.len());
        body.extend([VERSION, length]);
        body.extend(district.as_bytes());
        body.extend(seq.map(i64::to_le_bytes).iter().flatten());
        body.extend(payload);
        let partition = Partition::of(district);
        let channel = if seq.is_some() { partition.events() } else { partition.positions() };
        Ok(Self { channel, body, lane: message.lane() })
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
        return Ok(BusMessage::Event { district, seq, payload: text(&body)?.into() });
    }
    if channel.ends_with(b":positions") {
        return Ok(BusMessage::Positions { district, payload: body });
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

    fn message() -> impl Strategy<Value = BusMessage> {
        let event = ("[^\0]{0,60}", any::<i64>(), ".*").prop_map(|(district, seq, payload)| {
            BusMessage::Event { district, seq, payload: payload.into() }
        });
        let positions = ("[a-z0-9]{0,60}", any::<Vec<u8>>()).prop_map(|(district, payload)| {
            BusMessage::Positions { district, payload: payload.into() }
        });
        prop_oneof![event, positions]
    }

    proptest! {
        #[test]
        fn comes_back_as_it_was(message in message()) {
            let sent = Outgoing::encode(&message).unwrap();
            prop_assert_eq!(decode(sent.channel.as_bytes(), sent.body).unwrap(), message);
        }

        #[test]
        fn any_bytes_are_read_without_panic(body in any::<Vec<u8>>()) {
            let _ = decode(b"xf:{p00}:events", body);
        }
    }

    #[test]
    fn refusals() {
        let event = BusMessage::Event { district: "d".into(), seq: 7, payload: "{}".into() };
        let body = Outgoing::encode(&event).unwrap().body;
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
        let district = "d".repeat(256);
        let long = BusMessage::Positions { district, payload: Bytes::new() };
        assert!(matches!(Outgoing::encode(&long), Err(BusError::DistrictTooLong(256))));
    }
}
