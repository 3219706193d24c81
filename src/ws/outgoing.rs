//! What is on its way out of one connection: whole frames, in order, none of them copied twice.
//!
//! It must not know what frames mean or when they are written. Invariants: only whole frames are
//! added; a connection that has nothing on its way holds no buffer.

use std::cell::Cell;
use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::{Buf as _, Bytes};
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};

/// A longer message goes out in fragments, as the protocol's page says: the longest frame that a
/// client may send is the longest that it is sent.
const FRAGMENT_BYTES: usize = 64 * 1024;
/// A payload from here on is written from where it is shared; below, copying it costs less than
/// another slice of a write.
const SHARED_BYTES: usize = 4 * 1024;
/// The kernel is handed this many pieces at once; the rest of a long message follows.
pub(super) const SLICES: usize = 16;
/// A thread keeps a buffer of up to this: a batch with its heads, and answers beside it.
const SPARE_BYTES: usize = 64 * 1024;

thread_local! {
    /// The buffer that this thread's connections gather their frames in, one after the other.
    /// What is gathered is mostly written before another connection's turn comes, so one is enough
    /// and stays in the processor's cache.
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Frames that wait for the socket.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    /// The heads of all frames, and the payloads of the short ones.
    gathered: Vec<u8>,
    /// How many of the gathered bytes are written.
    written: usize,
    /// Payloads that were not copied, each with its place: behind that many gathered bytes.
    shared: VecDeque<(usize, Bytes)>,
    answers: usize,
    /// The gathered bytes are in a buffer of their own, because the socket took nothing.
    parked: bool,
}

impl Outgoing {
    /// Adds a message, in as many fragments as it takes.
    pub(super) fn message(&mut self, mut payload: Bytes, kind: Data) {
        let mut opcode = OpCode::Data(kind);
        while payload.len() > FRAGMENT_BYTES {
            let part = payload.split_to(FRAGMENT_BYTES);
            self.frame(part, opcode, false);
            opcode = OpCode::Data(Data::Continue);
        }
        self.frame(payload, opcode, true);
    }

    /// Adds a text message in two parts.
    pub(super) fn text(&mut self, head: &[u8], tail: &str) {
        let len = head.len() + tail.len();
        if len > FRAGMENT_BYTES {
            let whole = [head, tail.as_bytes()].concat();
            return self.message(Bytes::from(whole), Data::Text);
        }
        self.head(OpCode::Data(Data::Text), true, len);
        self.gathered.extend_from_slice(head);
        self.gathered.extend_from_slice(tail.as_bytes());
    }

    /// Adds an empty ping.
    pub(super) fn ping(&mut self) {
        self.head(OpCode::Control(Control::Ping), true, 0);
    }

    /// Adds frames that the peer asked for, and that were formatted elsewhere.
    pub(super) fn answer(&mut self, frames: &[u8]) {
        self.borrow_spare();
        self.answers += frames.len();
        self.gathered.extend_from_slice(frames);
    }

    fn frame(&mut self, payload: Bytes, opcode: OpCode, is_final: bool) {
        self.head(opcode, is_final, payload.len());
        if payload.len() < SHARED_BYTES {
            self.gathered.extend_from_slice(&payload);
        } else {
            self.shared.push_back((self.gathered.len(), payload));
        }
    }

    fn head(&mut self, opcode: OpCode, is_final: bool, len: usize) {
        self.borrow_spare();
        let head = FrameHeader { is_final, opcode, ..FrameHeader::default() };
        head.format(len as u64, &mut self.gathered).expect("a vector takes every byte");
    }

    fn borrow_spare(&mut self) {
        if self.gathered.capacity() == 0 {
            self.gathered = SPARE.take();
        }
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.written == self.gathered.len() && self.shared.is_empty()
    }

    /// How many bytes of answers were added since nothing waited.
    pub(super) fn answers(&self) -> usize {
        self.answers
    }

    /// The next pieces, and how many of the slices they take.
    pub(super) fn slices<'a>(&'a self, slices: &mut [IoSlice<'a>; SLICES]) -> usize {
        let mut count = 0;
        let mut from = self.written;
        let ends = self.shared.iter().map(|(at, bytes)| (*at, &bytes[..]));
        for (at, bytes) in ends.chain([(self.gathered.len(), &[][..])]) {
            for piece in [&self.gathered[from..at], bytes] {
                if !piece.is_empty() {
                    if count == SLICES {
                        return count;
                    }
                    slices[count] = IoSlice::new(piece);
                    count += 1;
                }
            }
            from = at;
        }
        count
    }

    /// Forgets this many bytes, which are written; with the last one the buffer goes back.
    pub(super) fn advance(&mut self, mut count: usize) {
        while count > 0 {
            let end = self.shared.front().map_or(self.gathered.len(), |(at, _)| *at);
            let step = count.min(end - self.written);
            self.written += step;
            count -= step;
            if let Some((_, bytes)) = self.shared.front_mut()
                && self.written == end
            {
                let step = count.min(bytes.len());
                bytes.advance(step);
                count -= step;
                if bytes.is_empty() {
                    self.shared.pop_front();
                }
            } else if step == 0 {
                break;
            }
        }
        if self.is_empty() {
            self.give_back();
        }
    }

    /// The socket takes nothing for now: what waits is kept in no more room than it needs.
    pub(super) fn park(&mut self) {
        if !self.parked && !self.gathered.is_empty() {
            self.parked = true;
            let exact = self.gathered.as_slice().to_vec();
            give_back(std::mem::replace(&mut self.gathered, exact));
        }
    }

    fn give_back(&mut self) {
        let buffer = std::mem::take(&mut self.gathered);
        self.shared.shrink_to(4);
        (self.written, self.answers) = (0, 0);
        if !std::mem::take(&mut self.parked) {
            give_back(buffer);
        }
    }
}

fn give_back(mut buffer: Vec<u8>) {
    if buffer.capacity() <= SPARE_BYTES {
        buffer.clear();
        SPARE.set(buffer);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    impl Outgoing {
        /// The room that it takes.
        pub(in crate::ws) fn capacity(&self) -> usize {
            self.gathered.capacity()
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_what_was_added_in_whatever_steps(
            lens in prop::collection::vec(
                prop_oneof![0usize..200, SHARED_BYTES - 2..SHARED_BYTES + 2, 60_000usize..140_000],
                1..12,
            ),
            steps in prop::collection::vec(prop_oneof![1usize..20, 1usize..80_000], 1..20),
            park_at in 0usize..20,
        ) {
            let (mut outgoing, mut expected) = (Outgoing::default(), Vec::new());
            for (n, len) in lens.iter().enumerate() {
                let payload = Bytes::from(vec![u8::try_from(n).unwrap(); *len]);
                let mut parts = payload.chunks(FRAGMENT_BYTES).collect::<Vec<_>>();
                if parts.is_empty() {
                    parts.push(&[]);
                }
                for (at, part) in parts.iter().enumerate() {
                    let opcode = if at == 0 { Data::Binary } else { Data::Continue };
                    let head = FrameHeader {
                        is_final: at + 1 == parts.len(),
                        opcode: OpCode::Data(opcode),
                        ..FrameHeader::default()
                    };
                    head.format(part.len() as u64, &mut expected).unwrap();
                    expected.extend_from_slice(part);
                }
                outgoing.message(payload.clone(), Data::Binary);
            }
            let (mut taken, mut turn) = (Vec::new(), 0);
            while !outgoing.is_empty() {
                let mut slices = [IoSlice::new(&[]); SLICES];
                let count = outgoing.slices(&mut slices);
                prop_assert!(count > 0);
                let mut step = steps[turn % steps.len()];
                let before = taken.len();
                for slice in &slices[..count] {
                    let part = slice.len().min(step);
                    taken.extend_from_slice(&slice[..part]);
                    step -= part;
                }
                let step = taken.len() - before;
                prop_assert!(step > 0);
                outgoing.advance(step);
                if turn == park_at {
                    outgoing.park();
                }
                turn += 1;
            }
            prop_assert!(taken == expected);
            prop_assert_eq!(outgoing.capacity(), 0);
        }
    }
}
