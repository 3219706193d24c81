//! One upgraded connection: frames in, frames out, neither waiting for the other.
//!
//! It must not know what frames mean. What came is read by the WebSocket library, from memory; the
//! socket is read and written here, and what the library answers by itself (pongs, a close) goes
//! out behind the frames that wait. Invariant: at most one batch is on its way out; the rest waits
//! in the outbox, where it has a bound. While nothing is, whoever has frames writes them by the
//! same line.

use std::future::poll_fn;
use std::io::{self, ErrorKind, Read, Write};
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use metrics::{Counter, counter};
use parking_lot::Mutex;
use tokio::io::ReadBuf;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::{
    CloseFrame, Role, WebSocketConfig, WebSocketContext,
};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::Socket;
use super::counted::Counts;
use super::line::Line;
use crate::hub::{Out, Sink};
use crate::protocol::CloseReason;
use crate::protocol::limits::MAX_FRAME_BYTES;

/// What the library keeps for each connection, for good: the head of a message. It takes more for
/// a longer one.
const READ_BUFFER_BYTES: usize = 512;
/// What the socket is read into at once, on the stack.
const READ_BYTES: usize = 4 * 1024;
/// Answers of the library that wait for a socket that takes nothing: who asks for more and reads
/// none is read no further.
const ANSWERS_BYTES: usize = 32 * 1024;
/// What a client that was told to close may still send before the connection is cut.
const LINGER_BYTES: usize = 1024 * 1024;

#[derive(Debug)]
pub(super) struct Wire<S> {
    line: Arc<Mutex<Line<S>>>,
    library: WebSocketContext,
    incoming: Incoming,
    writes: Counter,
    bytes: Counter,
}

/// What came and was not read by the library yet.
#[derive(Debug, Default)]
struct Incoming {
    bytes: Vec<u8>,
    read: usize,
    /// The library has read all of it and wants more.
    wanting: bool,
    /// The peer sends no more.
    ended: bool,
}

/// What happened on the wire.
#[derive(Debug)]
pub(super) enum Turn {
    /// A message came.
    Heard(Message),
    /// All that was queued is with the kernel.
    Idle,
    /// The connection is over, or must be closed with this code.
    Over(Option<u16>),
}

/// The socket as the library sees it: it never waits.
struct Memory<'a, S> {
    incoming: &'a mut Incoming,
    line: &'a mut Line<S>,
}

impl<S: Socket> Wire<S> {
    pub(super) fn new(stream: S) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_message_size(Some(MAX_FRAME_BYTES))
            .max_frame_size(Some(MAX_FRAME_BYTES));
        Self {
            line: Arc::new(Mutex::new(Line::new(stream))),
            library: WebSocketContext::new(Role::Server, Some(config)),
            incoming: Incoming::default(),
            writes: counter!("xunfang_ws_writes_total"),
            bytes: counter!("xunfang_ws_written_bytes_total"),
        }
    }

    /// The sending end, for whoever has frames while this end sleeps.
    pub(super) fn sink(&self) -> Arc<dyn Sink> {
        Arc::clone(&self.line) as Arc<dyn Sink>
    }

    /// Queues a frame; it is written by [`Wire::begin`] or [`Wire::turn`].
    pub(super) fn queue(&mut self, out: Out) {
        self.line.lock().queue(out);
    }

    /// Queues a ping.
    pub(super) fn queue_ping(&mut self) {
        self.line.lock().ping();
    }

    /// Whether everything that was queued is with the kernel.
    pub(super) fn is_idle(&self) -> bool {
        self.line.lock().is_idle()
    }

    /// Bytes that the socket has taken so far.
    pub(super) fn written(&self) -> u64 {
        self.line.lock().written()
    }

    /// Writes what the socket takes at once. Returns whether that was all; the rest goes out with
    /// [`Wire::turn`].
    ///
    /// # Errors
    /// When the connection is over.
    pub(super) async fn begin(&mut self) -> io::Result<bool> {
        poll_fn(|cx| match self.poll_write(&mut self.line.lock(), cx) {
            Poll::Ready(written) => Poll::Ready(written.map(|()| true)),
            Poll::Pending => Poll::Ready(Ok(false)),
        })
        .await
    }

    /// Writes and reads until something happened. Cancelling it loses nothing.
    pub(super) async fn turn(&mut self) -> Turn {
        poll_fn(|cx| {
            loop {
                let mut line = self.line.lock();
                let was_idle = line.is_idle();
                if !was_idle {
                    match self.poll_write(&mut line, cx) {
                        Poll::Ready(Ok(())) if !line.closing => return Poll::Ready(Turn::Idle),
                        Poll::Ready(_) => return Poll::Ready(Turn::Over(None)),
                        Poll::Pending if line.closing => return Poll::Pending,
                        Poll::Pending => {}
                    }
                }
                drop(line);
                let turn = self.poll_read(cx);
                // The library may have answered by itself; then that is written first.
                if was_idle && !self.is_idle() && turn.is_pending() {
                    continue;
                }
                return turn;
            }
        })
        .await
    }

    fn poll_write(&self, line: &mut Line<S>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = line.poll_write(cx);
        let Counts { writes, bytes } = line.tell();
        self.writes.increment(writes);
        self.bytes.increment(bytes);
        poll
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Turn> {
        if self.line.lock().answers() > ANSWERS_BYTES {
            return Poll::Pending;
        }
        loop {
            if self.incoming.wanting {
                match ready!(self.poll_more(cx)) {
                    Ok(()) => self.incoming.wanting = false,
                    Err(_) => return Poll::Ready(Turn::Over(None)),
                }
            }
            let read = self.ask(|library, memory| library.read(memory));
            return Poll::Ready(match read {
                Ok(message) => Turn::Heard(message),
                Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => {
                    self.incoming.wanting = true;
                    continue;
                }
                Err(Error::Capacity(CapacityError::MessageTooLong { .. })) => {
                    Turn::Over(Some(CloseReason::FrameTooLarge.code()))
                }
                Err(Error::Utf8(_)) => Turn::Over(Some(1007)),
                Err(Error::Protocol(ProtocolError::ResetWithoutClosingHandshake)) => {
                    Turn::Over(None)
                }
                Err(Error::Protocol(_)) => Turn::Over(Some(1002)),
                Err(Error::ConnectionClosed) if !self.is_idle() => {
                    self.line.lock().closing = true;
                    return Poll::Pending;
                }
                Err(_) => Turn::Over(None),
            });
        }
    }

    fn poll_more(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut room = [const { MaybeUninit::uninit() }; READ_BYTES];
        let mut room = ReadBuf::uninit(&mut room);
        ready!(self.line.lock().poll_read(cx, &mut room))?;
        self.incoming.ended = room.filled().is_empty();
        self.incoming.bytes.extend_from_slice(room.filled());
        Poll::Ready(Ok(()))
    }

    fn ask<T>(&mut self, ask: impl FnOnce(&mut WebSocketContext, &mut Memory<'_, S>) -> T) -> T {
        let Self { library, incoming, line, .. } = self;
        ask(library, &mut Memory { incoming, line: &mut *line.lock() })
    }

    /// Says why, and ends the connection: writing first, then reading what the client was still
    /// sending, because a socket that is closed over unread bytes resets the connection and the
    /// client never reads the reason.
    pub(super) async fn close(mut self, code: u16, reason: &'static str, linger: Duration) {
        let frame = CloseFrame { code: code.into(), reason: Utf8Bytes::from_static(reason) };
        // Where the peer has closed already, nothing is left to say.
        self.ask(|library, memory| library.close(memory, Some(frame))).ok();
        let goodbye = async {
            poll_fn(|cx| self.poll_write(&mut self.line.lock(), cx)).await.ok();
            poll_fn(|cx| self.line.lock().poll_shutdown(cx)).await.ok();
            let mut left = LINGER_BYTES;
            while left > 0 && poll_fn(|cx| self.poll_more(cx)).await.is_ok() && !self.incoming.ended
            {
                left = left.saturating_sub(std::mem::take(&mut self.incoming.bytes).len());
            }
        };
        timeout(linger, Box::pin(goodbye)).await.ok();
    }
}

impl<S> Read for Memory<'_, S> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let incoming = &mut *self.incoming;
        let unread = &incoming.bytes[incoming.read..];
        let count = unread.len().min(room.len());
        if count == 0 {
            return if incoming.ended { Ok(0) } else { Err(ErrorKind::WouldBlock.into()) };
        }
        room[..count].copy_from_slice(&unread[..count]);
        incoming.read += count;
        if incoming.read == incoming.bytes.len() {
            (incoming.bytes, incoming.read) = (Vec::new(), 0);
        }
        Ok(count)
    }
}

/// The library hands over whole frames.
impl<S> Write for Memory<'_, S> {
    fn write(&mut self, frames: &[u8]) -> io::Result<usize> {
        self.line.answer(frames);
        Ok(frames.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use bytes::Bytes;
    use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
    use tokio::io::{DuplexStream, duplex};
    use tokio_tungstenite::WebSocketStream;

    use super::*;

    /// A wire and its peer, with this many bytes of room between them.
    async fn pair(room: usize) -> (Wire<DuplexStream>, WebSocketStream<DuplexStream>) {
        let (near, far) = duplex(room);
        let config = Some(WebSocketConfig::default().read_buffer_size(1_024));
        let far = WebSocketStream::from_raw_socket(far, Role::Client, config).await;
        (Wire::new(near), far)
    }

    fn text(len: usize) -> Out {
        Out::Text(Bytes::from("t".repeat(len)))
    }

    fn event(seq: i64) -> Out {
        let tail = r#""type":"watermark","district":"d"}"#.into();
        Out::Event { prev: seq - 1, seq, tail }
    }

    /// Until the peer has closed.
    async fn run(mut wire: Wire<DuplexStream>) -> Wire<DuplexStream> {
        while !matches!(wire.turn().await, Turn::Over(_)) {}
        wire
    }

    #[tokio::test]
    async fn answers_of_the_library_come_between_whole_frames_whatever_the_socket_takes() {
        for room in [50, 999, 70_000, 1_000_000] {
            let (mut wire, mut peer) = pair(room).await;
            let outs = [text(1), event(7), text(5_000), Out::Binary(vec![1; 150_000].into())];
            let expected: Vec<Bytes> = outs.iter().chain(&outs).map(|out| out.payload()).collect();
            outs.iter().for_each(|out| wire.queue(out.clone()));
            assert_eq!(wire.begin().now_or_never().unwrap().unwrap(), room == 1_000_000);
            outs.into_iter().for_each(|out| wire.queue(out));
            let talk = async {
                let (mut heard, mut pongs) = (Vec::new(), 0);
                while heard.len() < expected.len() || pongs < expected.len() {
                    if pongs < expected.len() {
                        peer.send(Message::Ping(vec![7; 50].into())).await.unwrap();
                    }
                    match peer.next().await.unwrap().unwrap() {
                        Message::Pong(data) => {
                            assert_eq!(data, vec![7; 50]);
                            pongs += 1;
                        }
                        message => heard.push(message.into_data()),
                    }
                }
                peer.close(None).await.unwrap();
                // The other side says goodbye too.
                while !matches!(peer.next().await, Some(Ok(Message::Close(_)))) {}
                assert!(heard == expected, "room {room}");
            };
            let (wire, ()) = tokio::join!(run(wire), talk);
            assert_eq!(wire.line.lock().capacity(), 0);
        }
    }

    #[tokio::test]
    async fn who_asks_for_answers_and_reads_none_is_read_no_further() {
        let (mut wire, mut peer) = pair(200).await;
        let mut heard = 0;
        {
            let mut flood = pin!(async {
                loop {
                    peer.send(Message::Ping("?".into())).await.unwrap();
                }
            });
            // Until neither side moves.
            loop {
                let before = heard;
                assert!((&mut flood).now_or_never().is_none());
                while let Some(turn) = wire.turn().now_or_never() {
                    heard += usize::from(matches!(turn, Turn::Heard(_)));
                }
                if heard == before {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        let answers = wire.line.lock().answers();
        assert!((ANSWERS_BYTES..ANSWERS_BYTES + 10).contains(&answers), "{answers}");
        let talk = async {
            let mut pongs = 0;
            while pongs < heard {
                pongs += usize::from(peer.next().await.unwrap().unwrap().is_pong());
            }
            drop(peer);
        };
        tokio::join!(run(wire), talk);
    }

    #[tokio::test]
    async fn a_close_follows_what_was_queued_and_says_why() {
        let (mut wire, mut peer) = pair(100).await;
        wire.queue(text(5_000));
        wire.queue(event(3));
        let close = wire.close(4008, "too slow", Duration::from_secs(20));
        let talk = async {
            let mut heard = Vec::new();
            while let Some(Ok(message)) = peer.next().await {
                heard.push(message);
            }
            let [Message::Text(_), Message::Text(_), Message::Close(Some(close))] = &heard[..]
            else {
                panic!("{heard:?}");
            };
            assert_eq!((u16::from(close.code), close.reason.as_str()), (4008, "too slow"));
        };
        tokio::join!(close, talk);
    }

    #[tokio::test]
    async fn a_socket_that_takes_nothing_holds_no_more_than_what_waits() {
        let (mut wire, _peer) = pair(10).await;
        wire.queue(text(4_000));
        wire.queue(text(4_000));
        assert!(wire.turn().now_or_never().is_none());
        assert!((8_000..8_100).contains(&wire.line.lock().capacity()));
        assert_eq!(wire.written(), 10);
    }
}
