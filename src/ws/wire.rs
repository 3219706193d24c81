//! One upgraded connection: frames in, frames out, neither waiting for the other.
//!
//! It must not know what frames mean. Invariant: at most one batch is on its way out; the rest
//! waits in the outbox, where it has a bound.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Sink, Stream};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::counted::Counted;
use crate::hub::Out;
use crate::protocol::CloseReason;
use crate::protocol::limits::MAX_FRAME_BYTES;

/// The library reserves this for each connection at once; its default is 128 KiB.
const READ_BUFFER_BYTES: usize = 4 * 1024;
/// Frames are gathered up to this before the socket is written.
const WRITE_BUFFER_BYTES: usize = 16 * 1024;
/// A longer message goes out in fragments: the write buffer keeps the size that it once had, and
/// a snapshot must not cost every connection its size for good.
const FRAGMENT_BYTES: usize = 8 * 1024;
/// The write buffer never holds more than what is gathered and one fragment with its head.
const MAX_WRITE_BUFFER_BYTES: usize = 2 * WRITE_BUFFER_BYTES;
/// What a client that was told to close may still send before the connection is cut.
const LINGER_BYTES: u64 = 1024 * 1024;

#[derive(Debug)]
pub(super) struct Wire<S> {
    socket: WebSocketStream<Counted<S>>,
    outgoing: VecDeque<Message>,
    unflushed: bool,
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

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub(super) async fn new(stream: S) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(WRITE_BUFFER_BYTES)
            .max_write_buffer_size(MAX_WRITE_BUFFER_BYTES)
            .max_message_size(Some(MAX_FRAME_BYTES))
            .max_frame_size(Some(MAX_FRAME_BYTES));
        let stream = Counted::new(stream);
        let socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
        Self { socket, outgoing: VecDeque::new(), unflushed: false }
    }

    /// Queues a frame; it is written by [`Wire::turn`].
    pub(super) fn queue(&mut self, out: Out) {
        let (bytes, kind) = match out {
            Out::Text(bytes) => (bytes, Data::Text),
            Out::Binary(bytes) => (bytes, Data::Binary),
        };
        self.queue_fragments(bytes, kind);
    }

    /// Queues a ping.
    pub(super) fn queue_ping(&mut self) {
        self.outgoing.push_back(Message::Ping(Bytes::new()));
    }

    fn queue_fragments(&mut self, mut bytes: Bytes, kind: Data) {
        let mut opcode = OpCode::Data(kind);
        while bytes.len() > FRAGMENT_BYTES {
            let part = bytes.split_to(FRAGMENT_BYTES);
            self.outgoing.push_back(Message::Frame(Frame::message(part, opcode, false)));
            opcode = OpCode::Data(Data::Continue);
        }
        self.outgoing.push_back(Message::Frame(Frame::message(bytes, opcode, true)));
    }

    /// Whether everything that was queued is with the kernel.
    pub(super) fn is_idle(&self) -> bool {
        self.outgoing.is_empty() && !self.unflushed
    }

    /// Bytes that the socket has taken so far.
    pub(super) fn written(&self) -> u64 {
        self.socket.get_ref().written()
    }

    /// Writes and reads until something happened. Cancelling it loses nothing.
    pub(super) async fn turn(&mut self) -> Turn {
        poll_fn(|cx| {
            if !self.is_idle()
                && let Poll::Ready(written) = self.poll_write(cx)
            {
                return Poll::Ready(if written.is_ok() { Turn::Idle } else { Turn::Over(None) });
            }
            self.poll_read(cx)
        })
        .await
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        while !self.outgoing.is_empty() {
            ready!(Pin::new(&mut self.socket).poll_ready(cx))?;
            if let Some(message) = self.outgoing.pop_front() {
                self.unflushed = true;
                Pin::new(&mut self.socket).start_send(message)?;
            }
        }
        ready!(Pin::new(&mut self.socket).poll_flush(cx))?;
        self.unflushed = false;
        // A batch may have been long; idle connections keep no queue.
        self.outgoing.shrink_to(16);
        Poll::Ready(Ok(()))
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Turn> {
        Poll::Ready(match ready!(Pin::new(&mut self.socket).poll_next(cx)) {
            Some(Ok(message)) => Turn::Heard(message),
            None => Turn::Over(None),
            Some(Err(Error::Capacity(CapacityError::MessageTooLong { .. }))) => {
                Turn::Over(Some(CloseReason::FrameTooLarge.code()))
            }
            Some(Err(Error::Utf8(_))) => Turn::Over(Some(1007)),
            Some(Err(Error::Protocol(ProtocolError::ResetWithoutClosingHandshake))) => {
                Turn::Over(None)
            }
            Some(Err(Error::Protocol(_))) => Turn::Over(Some(1002)),
            Some(Err(_)) => Turn::Over(None),
        })
    }

    /// Says why, and ends the connection: writing first, then reading what the client was still
    /// sending, because a socket that is closed over unread bytes resets the connection and the
    /// client never reads the reason.
    pub(super) async fn close(mut self, code: u16, reason: &'static str, linger: Duration) {
        let frame = CloseFrame { code: code.into(), reason: Utf8Bytes::from_static(reason) };
        self.outgoing.push_back(Message::Close(Some(frame)));
        let goodbye = async {
            poll_fn(|cx| self.poll_write(cx)).await.ok();
            let mut stream = self.socket.into_inner();
            stream.shutdown().await.ok();
            let mut rest = stream.take(LINGER_BYTES);
            tokio::io::copy(&mut rest, &mut tokio::io::sink()).await.ok();
        };
        timeout(linger, Box::pin(goodbye)).await.ok();
    }
}
