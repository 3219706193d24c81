//! What one session was sent of each audience, and so what it must be sent next.
//!
//! Invariant: a session is sent a frame only when it can read it: the names come first, and what
//! isn't the next tick of what it has is replaced by a full frame.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;

use super::frame::Frame;
use super::slice::Slice;
use crate::domain::Force;
use crate::protocol::event_frame::HEAD_BYTES;
#[cfg(test)]
use crate::protocol::event_frame::head;
use crate::protocol::{PositionFormat, Viewport};

/// Which positions a session wants, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    /// How they are sent.
    pub format: PositionFormat,
    /// Only these forces; all when there is no list.
    pub forces: Option<Vec<Force>>,
    /// Only this box, widened to whole tiles.
    pub viewport: Option<Viewport>,
}

impl Default for Watch {
    fn default() -> Self {
        Self { format: PositionFormat::None, forces: None, viewport: None }
    }
}

/// A frame as it goes to a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Out {
    /// A frame of the event lane, in two parts: the head is the session's own.
    Event {
        /// The place of the frame before, in this session.
        prev: i64,
        /// The place of this one.
        seq: i64,
        /// What follows the head, shared by all sessions.
        tail: Arc<str>,
    },
    /// A text frame; the bytes are UTF-8.
    Text(Bytes),
    /// A binary frame.
    Binary(Bytes),
}

impl Out {
    /// The payload's length in bytes.
    pub fn len(&self) -> usize {
        match self {
            Self::Event { tail, .. } => HEAD_BYTES + tail.len(),
            Self::Text(bytes) | Self::Binary(bytes) => bytes.len(),
        }
    }

    /// Whether the payload is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The payload in one piece, as its reader gets it.
    #[cfg(test)]
    pub(crate) fn payload(&self) -> Bytes {
        match self {
            Self::Event { prev, seq, tail } => {
                [&head(*prev, *seq), tail.as_bytes()].concat().into()
            }
            Self::Text(bytes) | Self::Binary(bytes) => bytes.clone(),
        }
    }
}

#[derive(Debug)]
pub(super) struct Viewer {
    format: PositionFormat,
    slice: Option<Slice>,
    held: HashMap<u32, Held>,
}

#[derive(Debug, Default)]
struct Held {
    generation: u32,
    tick: u64,
    /// Entries of the generation's dictionary that were sent.
    names: usize,
    /// The client can't read what it was sent: only a full frame with all names will do.
    void: bool,
}

impl Default for Viewer {
    fn default() -> Self {
        let Watch { format, .. } = Watch::default();
        Self { format, slice: None, held: HashMap::new() }
    }
}

impl Viewer {
    /// Changes what is wanted; all that was sent is void.
    pub(super) fn set_watch(&mut self, watch: Watch) {
        self.format = watch.format;
        self.slice = Slice::of(watch);
        self.held.clear();
    }

    pub(super) fn is_watching(&self) -> bool {
        self.format != PositionFormat::None
    }

    /// Whether the session was sent an audience that it can follow by ticks.
    pub(super) fn holds(&self, audience: u32) -> bool {
        self.held.get(&audience).is_some_and(|held| !held.void)
    }

    /// Takes what was sent of an audience for lost, so that a full frame comes next. It stays
    /// held: should the session lose sight of the audience now, the client must still be told.
    pub(super) fn forget(&mut self, audience: u32) {
        if let Some(held) = self.held.get_mut(&audience) {
            held.void = true;
        }
    }

    /// Ends an audience that the session may no longer see: an empty full frame.
    pub(super) fn end_all_but(&mut self, audiences: &[u32], out: &mut impl FnMut(Out)) {
        let lost: Vec<u32> =
            self.held.keys().filter(|held| !audiences.contains(held)).copied().collect();
        for audience in lost {
            if let Some(held) = self.held.remove(&audience) {
                let generation = held.generation;
                let empty = Frame { audience, generation, full: true, ..Frame::default() };
                out(self.encode(&empty));
            }
        }
    }

    /// Queues what the session is sent of a frame. Returns false when it can't read it and needs
    /// a full one.
    pub(super) fn take(&mut self, frame: &Arc<Frame>, out: &mut impl FnMut(Out)) -> bool {
        let mut held = self.held.remove(&frame.audience).unwrap_or_default();
        let knows = held.generation == frame.generation && !held.void;
        let follows = knows && held.tick + 1 >= frame.tick;
        if !frame.full && !follows {
            // What is held stays: the full frame of the same generation needs only the new names.
            if held.generation > 0 {
                self.held.insert(frame.audience, held);
            }
            return false;
        }
        if !knows {
            held = Held { generation: frame.generation, ..Held::default() };
        }
        if frame.full || held.tick < frame.tick {
            held.tick = frame.tick;
            self.send(frame, &mut held, out);
        }
        self.held.insert(frame.audience, held);
        true
    }

    fn send(&self, frame: &Arc<Frame>, held: &mut Held, out: &mut impl FnMut(Out)) {
        if self.format == PositionFormat::Binary {
            if let Some(names) = frame.dictionary(held.names) {
                out(Out::Text(names));
            }
            held.names = held.names.max(frame.names_end());
        }
        let Some(slice) = &self.slice else {
            out(self.encode(frame));
            return;
        };
        let part = frame.slice(slice);
        if part.full || !part.units.is_empty() || !part.removals.is_empty() {
            out(self.encode(&part));
        }
    }

    fn encode(&self, frame: &Frame) -> Out {
        match self.format {
            PositionFormat::Json => Out::Text(frame.json()),
            PositionFormat::Binary | PositionFormat::None => Out::Binary(frame.binary()),
        }
    }
}
