//! What is said: frames right and wrong, and messages of ours that were spoiled.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Messages of clients, from the fixtures that both sides read.
const MESSAGES: &[&str] = &[
    include_str!("../../fixtures/protocol/client/hello.json"),
    include_str!("../../fixtures/protocol/client/ping.json"),
    include_str!("../../fixtures/protocol/client/watch.json"),
    include_str!("../../fixtures/protocol/client/resync.json"),
    include_str!("../../fixtures/protocol/client/position.json"),
    include_str!("../../fixtures/protocol/client/command_sign_on.json"),
    include_str!("../../fixtures/protocol/client/command_sign_off.json"),
    include_str!("../../fixtures/protocol/client/command_report_incident.json"),
    include_str!("../../fixtures/protocol/client/command_sos.json"),
    include_str!("../../fixtures/protocol/client/command_withdraw_sos.json"),
    include_str!("../../fixtures/protocol/client/command_check_in.json"),
    include_str!("../../fixtures/protocol/client/command_view_track.json"),
    include_str!("../../fixtures/protocol/client/command_move_incident.json"),
    include_str!("../../fixtures/protocol/client/command_move_assignment.json"),
    include_str!("../../fixtures/protocol/client/command_post_message.json"),
];
/// What takes the place of a part of a message.
const SPOILS: &[&str] = &[
    "null",
    "0",
    "-1",
    "1e999",
    "9223372036854775808",
    "\"\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "{}",
    "[]",
    "[[[[[[[[",
    "\u{202e}",
    "\"巡防\"",
    ",",
    "}",
];
/// First bytes: text, binary, close, ping, pong, a first fragment, continuations, reserved bits.
const FIRST: &[u8] =
    &[0x81, 0x82, 0x88, 0x89, 0x8a, 0x01, 0x02, 0x00, 0x80, 0xc1, 0x83, 0x08, 0x09];

/// A frame, or bytes that are none.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    Raw(Vec<u8>),
    Frame(Frame),
}

impl Piece {
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Raw(bytes) => bytes.clone(),
            Self::Frame(frame) => frame.bytes(),
        }
    }
}

/// A frame that says of itself what isn't so.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    first: u8,
    mask: Option<[u8; 4]>,
    /// The length that it claims; its own when it isn't said.
    claims: Option<u64>,
    /// Written in eight bytes, whatever it is.
    wide: bool,
    payload: Vec<u8>,
}

impl Frame {
    /// A right one.
    pub(super) fn text(text: String) -> Self {
        let mask = Some([1, 2, 3, 4]);
        Self { first: 0x81, mask, claims: None, wide: false, payload: text.into_bytes() }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let masked = if self.mask.is_some() { 0x80 } else { 0 };
        let length = self.claims.unwrap_or(self.payload.len() as u64);
        let mut bytes = vec![self.first];
        match (u8::try_from(length), u16::try_from(length)) {
            (Ok(length @ ..126), _) if !self.wide => bytes.push(masked | length),
            (_, Ok(length)) if !self.wide => {
                bytes.push(masked | 126);
                bytes.extend(length.to_be_bytes());
            }
            _ => {
                bytes.push(masked | 127);
                bytes.extend(length.to_be_bytes());
            }
        }
        bytes.extend(self.mask.into_iter().flatten());
        let key = self.mask.unwrap_or_default();
        bytes.extend(self.payload.iter().enumerate().map(|(at, byte)| byte ^ key[at % 4]));
        bytes
    }
}

/// What one connection says.
pub(super) fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let raw = vec(any::<u8>(), 0..64).prop_map(Piece::Raw);
    vec(prop_oneof![1 => raw, 9 => frame().prop_map(Piece::Frame)], 1..6)
}

fn frame() -> impl Strategy<Value = Frame> {
    let first = prop_oneof![5 => Just(0x81), 4 => select(FIRST), 1 => any::<u8>()];
    let mask = prop_oneof![9 => any::<[u8; 4]>().prop_map(Some), 1 => Just(None)];
    let claims = prop_oneof![
        12 => Just(None),
        1 => (0_u64..300).prop_map(Some),
        1 => select(&[65_535, 65_536, 65_537, 1 << 31, u64::MAX >> 1, u64::MAX][..]).prop_map(Some),
    ];
    (first, mask, claims, prop::bool::weighted(0.1), payload()).prop_map(
        |(first, mask, claims, wide, payload)| Frame { first, mask, claims, wide, payload },
    )
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    let closing = (any::<u16>(), vec(any::<u8>(), 0..130))
        .prop_map(|(code, reason)| [code.to_be_bytes().to_vec(), reason].concat());
    // Characters of three bytes, cut anywhere.
    let halves = (0_usize..12).prop_map(|end| "巡防永兴".as_bytes()[..end].to_vec());
    let long = (65_000_usize..66_000).prop_map(|length| vec![b' '; length]);
    prop_oneof![
        8 => message(),
        3 => vec(any::<u8>(), 0..200),
        2 => closing,
        1 => halves,
        1 => long,
    ]
}

/// A message of ours with up to four spoiled places.
fn message() -> impl Strategy<Value = Vec<u8>> {
    (select(MESSAGES), vec(spoil(), 0..4)).prop_map(|(text, spoils)| {
        let mut bytes = text.as_bytes().to_vec();
        for (at, length, instead) in spoils {
            let at = at.index(bytes.len());
            let end = bytes.len().min(at + length);
            bytes.splice(at..end, instead);
        }
        bytes
    })
}

/// Where, how much goes, and what stands there instead.
fn spoil() -> impl Strategy<Value = (Index, usize, Vec<u8>)> {
    let instead = prop_oneof![
        4 => select(SPOILS).prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..4),
        1 => Just(b"[".repeat(20_000)),
    ];
    (any::<Index>(), 0_usize..20, instead)
}
