//! A client of the protocol as light as a load needs: it says hello, keeps its place in the log,
//! and checks that nothing is missing.
//!
//! Invariant: a place moves by every frame of the events lane and by nothing else; a frame that
//! doesn't follow is counted as what it is.

use std::io;

use anyhow::{Context as _, bail};
use serde::Deserialize;

use super::frame_scan::Op;
use super::socket::{Door, Reader, Writer};
use super::world::DISTRICT;
use crate::protocol::VERSION;
use crate::protocol::event_frame::HEAD_BYTES;

/// How far a client has read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Which log.
    pub(super) epoch: String,
    /// The last place that was read.
    pub(super) seq: i64,
    /// The rights that the state was read under.
    pub(super) sight: String,
}

/// A connection that is open.
pub(super) struct Client {
    /// The receiving end.
    pub(super) reader: Reader,
    /// The sending end.
    pub(super) writer: Writer,
    /// Where it stands.
    pub(super) place: Place,
    /// Where the log stood, when it was taken up where it was left.
    pub(super) resumed_to: Option<i64>,
}

/// What opens a district, or why it isn't opened.
#[derive(Deserialize)]
struct Opening {
    #[serde(rename = "type")]
    kind: String,
    epoch: Option<String>,
    seq: Option<i64>,
    sight: Option<String>,
    head: Option<i64>,
    message: Option<String>,
}

impl Client {
    /// Connects, says hello, and waits until the district is opened.
    ///
    /// # Errors
    /// When the server can't be reached, or refuses.
    pub(super) async fn open(
        door: &Door,
        token: &str,
        place: Option<&Place>,
    ) -> anyhow::Result<Self> {
        let (mut reader, writer) = door.open().await?;
        writer.text(hello(token, place).as_bytes())?;
        loop {
            let (op, payload) = reader.message().await?;
            match op {
                Op::Ping => writer.send(Op::Pong, &payload)?,
                Op::Close => bail!("closed with {}", close_code(&payload)),
                Op::Text => {
                    let opening: Opening =
                        serde_json::from_slice(&payload).context("not what a server says")?;
                    if let Some((place, resumed_to)) = opened(opening, place)? {
                        return Ok(Self { reader, writer, place, resumed_to });
                    }
                }
                Op::Pong | Op::Binary => {}
            }
        }
    }
}

fn hello(token: &str, place: Option<&Place>) -> String {
    let cursors = place.map_or_else(String::new, |Place { epoch, seq, sight }| {
        format!(r#""{DISTRICT}":{{"epoch":"{epoch}","seq":{seq},"sight":"{sight}"}}"#)
    });
    format!(r#"{{"type":"hello","version":{VERSION},"token":"{token}","cursors":{{{cursors}}}}}"#)
}

fn opened(
    opening: Opening,
    before: Option<&Place>,
) -> anyhow::Result<Option<(Place, Option<i64>)>> {
    let Opening { kind, epoch, seq, sight, head, message } = opening;
    match kind.as_str() {
        "reset" => {
            let (epoch, sight) = (epoch.unwrap_or_default(), sight.unwrap_or_default());
            Ok(Some((Place { epoch, seq: seq.context("a reset without a place")?, sight }, None)))
        }
        "resumed" => {
            let place = before.cloned().context("resumed, and no place was shown")?;
            Ok(Some((place, Some(head.context("resumed without a head")?))))
        }
        "error" => bail!("refused: {}", message.unwrap_or_default()),
        _ => Ok(None),
    }
}

/// The code of a close frame; 1005 when there is none.
pub(super) fn close_code(payload: &[u8]) -> u16 {
    payload.first_chunk::<2>().map_or(1005, |code| u16::from_be_bytes(*code))
}

/// What a text of the server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// A frame of the events lane: the place that it follows, and its own.
    Follows { prev: i64, seq: i64 },
    /// A command was stored.
    Ack,
    /// A command was refused.
    Refused,
    /// What was sent can't be taken.
    Error,
    /// Help is called for.
    Alert,
    /// The state anew.
    Reset,
    /// Anything else.
    Other,
}

/// Tells what a text is, by its first bytes.
pub(super) fn said(text: &[u8]) -> Said {
    if let Some(rest) = text.strip_prefix(br#"{"prev":"#) {
        let numbers = (|| {
            let (prev, rest) = rest.split_at_checked(16)?;
            let seq = rest.strip_prefix(br#","seq":"#)?.get(..16)?;
            Some((padded(prev)?, padded(seq)?))
        })();
        return numbers.map_or(Said::Other, |(prev, seq)| Said::Follows { prev, seq });
    }
    for (begin, said) in [
        (&br#"{"type":"ack""#[..], Said::Ack),
        (br#"{"type":"refused""#, Said::Refused),
        (br#"{"type":"error""#, Said::Error),
        (br#"{"type":"alert""#, Said::Alert),
        (br#"{"type":"reset""#, Said::Reset),
    ] {
        if text.starts_with(begin) {
            return said;
        }
    }
    Said::Other
}

fn padded(digits: &[u8]) -> Option<i64> {
    std::str::from_utf8(digits).ok()?.trim_start().parse().ok()
}

/// Whether a frame of the events lane is an event, and no mere sign of life.
pub(super) fn is_event(text: &[u8]) -> bool {
    text.get(HEAD_BYTES..).is_some_and(|tail| tail.starts_with(br#""type":"event""#))
}

/// How a frame of the events lane stands to the place before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It follows.
    Follows,
    /// Something is missing before it.
    Gap,
    /// It came before, or out of order.
    Again,
}

/// Moves a place by a frame.
pub(super) fn step(place: &mut i64, prev: i64, seq: i64) -> Step {
    let step = if prev == *place && seq >= prev {
        Step::Follows
    } else if seq <= *place {
        Step::Again
    } else {
        Step::Gap
    };
    *place = seq.max(*place);
    step
}

/// An error for a connection that the server ended.
pub(super) fn ended(payload: &[u8]) -> io::Error {
    io::Error::other(format!("closed with {}", close_code(payload)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DistrictId;
    use crate::protocol::event_frame::{Tail, encode_tail, head};
    use crate::protocol::{ClientMessage, ServerMessage};

    #[test]
    fn a_hello_is_one() {
        let place = Place { epoch: "e".to_owned(), seq: 41, sight: "s".to_owned() };
        for place in [None, Some(&place)] {
            let message = ClientMessage::parse(&hello("t", place)).unwrap();
            let ClientMessage::Hello { token, cursors, .. } = message else {
                panic!("{message:?}")
            };
            assert_eq!(token.as_deref(), Some("t"));
            let cursor = cursors.get(&DistrictId::from(DISTRICT));
            assert_eq!(cursor.map(|cursor| cursor.seq), place.map(|place| place.seq));
        }
    }

    #[test]
    fn texts_are_told_by_their_first_bytes() {
        let tail = encode_tail(&Tail::Watermark { district: DistrictId::from(DISTRICT) });
        let head = head(41, 57);
        let watermark = format!("{}{tail}", std::str::from_utf8(&head).unwrap());
        assert_eq!(said(watermark.as_bytes()), Said::Follows { prev: 41, seq: 57 });
        assert!(!is_event(watermark.as_bytes()));
        let event = watermark.replace("watermark", "event");
        assert!(is_event(event.as_bytes()));
        let pong = ServerMessage::Pong { server_ms: 1 }.encode();
        for (text, is) in [
            (r#"{"type":"ack","id":"x"}"#, Said::Ack),
            (r#"{"type":"refused","id":"x"}"#, Said::Refused),
            (r#"{"type":"error"}"#, Said::Error),
            (r#"{"type":"alert"}"#, Said::Alert),
            (r#"{"type":"reset"}"#, Said::Reset),
            (r#"{"prev":1,"seq":2}"#, Said::Other),
            (pong.as_str(), Said::Other),
        ] {
            assert_eq!(said(text.as_bytes()), is, "{text}");
        }
    }

    #[test]
    fn a_place_moves_by_what_follows() {
        let mut place = 10;
        for (prev, seq, is, then) in [
            (10, 12, Step::Follows, 12),
            (12, 12, Step::Follows, 12),
            (10, 12, Step::Again, 12),
            (5, 7, Step::Again, 12),
            (13, 14, Step::Gap, 14),
        ] {
            assert_eq!(step(&mut place, prev, seq), is, "{prev} {seq}");
            assert_eq!(place, then);
        }
    }

    #[test]
    fn a_district_is_opened_by_a_reset_or_where_it_was_left() {
        let read = |text: &str| serde_json::from_str::<Opening>(text).unwrap();
        let reset =
            read(r#"{"type":"reset","epoch":"e","seq":3,"sight":"s","snapshot":{"x":[1]}}"#);
        let (place, resumed) = opened(reset, None).unwrap().unwrap();
        assert_eq!((place.seq, resumed), (3, None));
        let again = opened(read(r#"{"type":"resumed","seq":3,"head":9}"#), Some(&place));
        assert_eq!(again.unwrap(), Some((place, Some(9))));
        assert_eq!(opened(read(r#"{"type":"welcome"}"#), None).unwrap(), None);
        assert!(opened(read(r#"{"type":"error","message":"no"}"#), None).is_err());
        assert_eq!(close_code(&[0x0f, 0xa8, b'x']), 4008);
        assert_eq!(close_code(&[]), 1005);
    }
}
