//! The frames in a stream of bytes that a WebSocket server sends.
//!
//! It must not know what frames mean. Invariant: a message that stands whole in the bytes is handed
//! on without a copy, and an idle connection holds no buffer.

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

/// A whole message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    pub(super) op: Op,
    pub(super) payload: &'a [u8],
}

/// Bytes that no server sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a WebSocket server's frame")]
pub(super) struct NotAFrame;

/// What is left between two reads: a frame's beginning, and a message's first fragments.
#[derive(Debug, Default)]
pub(super) struct FrameScan {
    held: Vec<u8>,
    fragments: Option<(Op, Vec<u8>)>,
}

/// A frame's head.
struct Head {
    fin: bool,
    opcode: u8,
    start: usize,
    end: usize,
}

impl FrameScan {
    /// Takes what was read, and hands on each message that is whole.
    pub(super) fn feed(
        &mut self,
        bytes: &[u8],
        mut take: impl FnMut(Frame<'_>),
    ) -> Result<(), NotAFrame> {
        if self.held.is_empty() {
            let used = self.scan(bytes, &mut take)?;
            self.held.extend_from_slice(&bytes[used..]);
            return Ok(());
        }
        let mut held = std::mem::take(&mut self.held);
        held.extend_from_slice(bytes);
        let used = self.scan(&held, &mut take)?;
        if used < held.len() {
            held.drain(..used);
            self.held = held;
        }
        Ok(())
    }

    /// How many bytes were whole frames.
    fn scan(&mut self, bytes: &[u8], take: &mut impl FnMut(Frame<'_>)) -> Result<usize, NotAFrame> {
        let mut used = 0;
        while let Some(head) = head(&bytes[used..])? {
            let rest = &bytes[used..];
            if rest.len() < head.end {
                break;
            }
            self.on_frame(&head, &rest[head.start..head.end], take)?;
            used += head.end;
        }
        Ok(used)
    }

    fn on_frame(
        &mut self,
        head: &Head,
        payload: &[u8],
        take: &mut impl FnMut(Frame<'_>),
    ) -> Result<(), NotAFrame> {
        let op = match head.opcode {
            0 => {
                let (op, mut whole) = self.fragments.take().ok_or(NotAFrame)?;
                whole.extend_from_slice(payload);
                if head.fin {
                    take(Frame { op, payload: &whole });
                } else {
                    self.fragments = Some((op, whole));
                }
                return Ok(());
            }
            1 => Op::Text,
            2 => Op::Binary,
            8 => Op::Close,
            9 => Op::Ping,
            10 => Op::Pong,
            _ => return Err(NotAFrame),
        };
        if head.fin {
            take(Frame { op, payload });
        } else {
            self.fragments = Some((op, payload.to_vec()));
        }
        Ok(())
    }
}

/// The head at the start of the bytes; none when it isn't whole.
fn head(bytes: &[u8]) -> Result<Option<Head>, NotAFrame> {
    let [first, second, ..] = bytes else { return Ok(None) };
    // A server masks nothing, and no extension was agreed on.
    if second & 0x80 != 0 || first & 0x70 != 0 {
        return Err(NotAFrame);
    }
    let (start, length) = match second & 0x7f {
        126 => match bytes.get(2..4) {
            Some(wide) => (4, u64::from(u16::from_be_bytes([wide[0], wide[1]]))),
            None => return Ok(None),
        },
        127 => match bytes.get(2..10).and_then(|wide| wide.first_chunk::<8>()) {
            Some(wide) => (10, u64::from_be_bytes(*wide)),
            None => return Ok(None),
        },
        short => (2, u64::from(short)),
    };
    let length = usize::try_from(length).map_err(|_| NotAFrame)?;
    let end = length.checked_add(start).ok_or(NotAFrame)?;
    Ok(Some(Head { fin: first & 0x80 != 0, opcode: first & 0x0f, start, end }))
}

/// Appends a client's frame. The mask is there, as the protocol wants it, and is zero, so that it
/// costs nothing.
pub(super) fn encode(out: &mut Vec<u8>, op: Op, payload: &[u8]) {
    let opcode: u8 = match op {
        Op::Text => 1,
        Op::Binary => 2,
        Op::Close => 8,
        Op::Ping => 9,
        Op::Pong => 10,
    };
    out.push(0x80 | opcode);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short), _) if short < 126 => out.push(0x80 | short),
        (_, Ok(wide)) => {
            out.push(0x80 | 126);
            out.extend(wide.to_be_bytes());
        }
        _ => {
            out.push(0x80 | 127);
            out.extend((payload.len() as u64).to_be_bytes());
        }
    }
    out.extend([0; 4]);
    out.extend_from_slice(payload);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn server_frame(opcode: u8, fin: bool, payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![opcode | if fin { 0x80 } else { 0 }];
        match payload.len() {
            short @ 0..126 => bytes.push(u8::try_from(short).unwrap()),
            wide @ 126..65_536 => {
                bytes.push(126);
                bytes.extend(u16::try_from(wide).unwrap().to_be_bytes());
            }
            long => {
                bytes.push(127);
                bytes.extend((long as u64).to_be_bytes());
            }
        }
        bytes.extend(payload);
        bytes
    }

    fn messages(chunks: &[&[u8]]) -> Vec<(Op, Vec<u8>)> {
        let (mut scan, mut found) = (FrameScan::default(), Vec::new());
        for chunk in chunks {
            scan.feed(chunk, |frame| found.push((frame.op, frame.payload.to_vec()))).unwrap();
        }
        found
    }

    proptest! {
        #[test]
        fn frames_are_found_however_they_are_cut(
            sizes in prop::collection::vec(0usize..70_000, 1..6),
            cut in 1usize..9_000,
        ) {
            let payloads: Vec<Vec<u8>> =
                sizes.iter().map(|size| vec![u8::try_from(size % 251).unwrap(); *size]).collect();
            let stream: Vec<u8> =
                payloads.iter().flat_map(|payload| server_frame(2, true, payload)).collect();
            let found = messages(&stream.chunks(cut).collect::<Vec<_>>());
            prop_assert_eq!(found.len(), payloads.len());
            for ((op, found), sent) in found.iter().zip(&payloads) {
                prop_assert_eq!(*op, Op::Binary);
                prop_assert!(found == sent);
            }
        }
    }

    #[test]
    fn fragments_are_joined_around_a_ping() {
        let stream = [
            server_frame(1, false, b"one "),
            server_frame(9, true, b"?"),
            server_frame(0, false, b"two "),
            server_frame(0, true, b"three"),
        ]
        .concat();
        let whole = [(Op::Ping, b"?".to_vec()), (Op::Text, b"one two three".to_vec())];
        assert_eq!(messages(&[&stream]), whole);
    }

    #[test]
    fn what_no_server_sends_is_refused() {
        for bytes in [[0x81, 0x81], [0x83, 0x00], [0xc1, 0x00], [0x80, 0x00]] {
            assert_eq!(FrameScan::default().feed(&bytes, |_| {}), Err(NotAFrame), "{bytes:?}");
        }
    }

    #[test]
    fn a_client_frame_carries_a_mask_of_zero() {
        for size in [0, 125, 126, 65_535, 65_536] {
            let mut bytes = Vec::new();
            encode(&mut bytes, Op::Text, &vec![b'x'; size]);
            assert_eq!(bytes[0], 0x81);
            assert_eq!(bytes[1] & 0x80, 0x80);
            // Without the mask it is what a server would have sent.
            let unmasked = server_frame(1, true, &vec![b'x'; size]);
            let head = unmasked.len() - size;
            assert_eq!(bytes[2..head], unmasked[2..][..head - 2]);
            assert_eq!(bytes[head..head + 4], [0; 4]);
            assert_eq!(bytes.len(), unmasked.len() + 4);
        }
    }
}
