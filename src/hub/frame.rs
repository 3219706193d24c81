//! One audience's positions at one tick, encoded once for everybody who sees them alike.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use parking_lot::Mutex;

use super::slice::Slice;
use crate::domain::{Fix, MemberBrief};
use crate::protocol::{PositionFrame, ServerMessage, UnitPosition};
use crate::spatial::Point;

/// A unit in a frame.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) index: u16,
    pub(super) member: Arc<MemberBrief>,
    pub(super) fix: Fix,
    /// Where the tick before showed it, if it did.
    pub(super) before: Option<Point>,
}

/// A unit that is no longer shown.
#[derive(Debug, Clone)]
pub(super) struct Gone {
    pub(super) index: u16,
    pub(super) member: Arc<MemberBrief>,
    /// Where the tick before showed it.
    pub(super) before: Point,
}

/// What changed since the tick before, or, when it is full, all that is shown.
#[derive(Debug, Default)]
pub(super) struct Frame {
    pub(super) audience: u32,
    pub(super) generation: u32,
    pub(super) tick: u64,
    pub(super) full: bool,
    pub(super) units: Vec<Unit>,
    pub(super) removals: Vec<Gone>,
    /// The dictionary's entries from `first_name` on: the new ones, or all when it is full.
    pub(super) names: Vec<Arc<MemberBrief>>,
    pub(super) first_name: usize,
    pub(super) encoded: Encoded,
    /// The slices that were asked for so far: as many as viewers look at different places.
    pub(super) slices: Mutex<Vec<(Slice, Arc<Frame>)>>,
}

/// The forms that were asked for so far.
#[derive(Debug, Default)]
pub(super) struct Encoded {
    binary: OnceLock<Bytes>,
    json: OnceLock<Bytes>,
    dictionary: OnceLock<Bytes>,
}

impl Frame {
    /// How many entries the dictionary has with this frame.
    pub(super) fn names_end(&self) -> usize {
        self.first_name + self.names.len()
    }

    /// The binary frame; encoded at the first call.
    pub(super) fn binary(&self) -> Bytes {
        self.encoded.binary.get_or_init(|| self.encode_binary()).clone()
    }

    /// The `positions` message; encoded at the first call.
    pub(super) fn json(&self) -> Bytes {
        self.encoded.json.get_or_init(|| self.encode_json()).clone()
    }

    /// The `dictionary` message that must come first for a session which was sent `sent` entries
    /// of this generation, if any.
    pub(super) fn dictionary(&self, sent: usize) -> Option<Bytes> {
        if sent >= self.names_end() {
            return None;
        }
        if sent <= self.first_name {
            return Some(self.encoded.dictionary.get_or_init(|| self.encode_names(0)).clone());
        }
        Some(self.encode_names(sent - self.first_name))
    }

    /// The part of it that belongs to a slice, made once for all who look at the same one: a unit
    /// that left the slice is a removal.
    pub(super) fn slice(&self, slice: &Slice) -> Arc<Self> {
        let mut slices = self.slices.lock();
        if let Some((_, made)) = slices.iter().find(|(other, _)| other == slice) {
            return Arc::clone(made);
        }
        let made = Arc::new(self.cut(slice));
        slices.push((slice.clone(), Arc::clone(&made)));
        made
    }

    fn cut(&self, slice: &Slice) -> Self {
        let (mut units, mut removals) = (Vec::new(), Vec::new());
        for gone in &self.removals {
            if slice.shows(gone.member.force, gone.before) {
                removals.push(gone.clone());
            }
        }
        for unit in &self.units {
            let force = unit.member.force;
            if slice.shows(force, unit.fix.point) {
                units.push(unit.clone());
            } else if let Some(before) = unit.before.filter(|before| slice.shows(force, *before)) {
                let member = Arc::clone(&unit.member);
                removals.push(Gone { index: unit.index, member, before });
            }
        }
        let Self { audience, generation, tick, full, .. } = *self;
        Self { audience, generation, tick, full, units, removals, ..Self::default() }
    }

    fn encode_binary(&self) -> Bytes {
        let frame = PositionFrame {
            audience: self.audience,
            generation: self.generation,
            full: self.full,
            units: self.units.iter().map(|unit| (unit.index, unit.fix)).collect(),
            removals: self.removals.iter().map(|gone| gone.index).collect(),
        };
        Bytes::from(frame.encode())
    }

    fn encode_json(&self) -> Bytes {
        let units = self.units.iter();
        let message = ServerMessage::Positions {
            audience: self.audience,
            full: self.full,
            units: units
                .map(|unit| UnitPosition { member: unit.member.id.clone(), fix: unit.fix })
                .collect(),
            gone: self.removals.iter().map(|gone| gone.member.id.clone()).collect(),
        };
        Bytes::from(message.encode())
    }

    fn encode_names(&self, skip: usize) -> Bytes {
        let first = u32::try_from(self.first_name + skip).expect("indices are 16 bits wide");
        let message = ServerMessage::Dictionary {
            audience: self.audience,
            generation: self.generation,
            first,
            members: self.names[skip..].iter().map(|member| (**member).clone()).collect(),
        };
        Bytes::from(message.encode())
    }
}
