//! The socket of one connection and what is on its way out, for both who write to it.
//!
//! It must not know what comes in. Invariant: what was begun is written before anything else.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite::tungstenite::protocol::frame::coding::Data;

use super::Socket;
use super::counted::{Counted, Counts};
use super::outgoing::{Outgoing, SLICES};
use crate::hub::{Frames, Out, Sink, Written};
use crate::protocol::event_frame;

#[derive(Debug)]
pub(super) struct Line<S> {
    stream: Counted<S>,
    outgoing: Outgoing,
    unflushed: bool,
    /// The peer has said goodbye: all that is left is to say so too.
    pub(super) closing: bool,
}

impl<S> Line<S> {
    pub(super) fn new(stream: S) -> Self {
        let stream = Counted::new(stream);
        Self { stream, outgoing: Outgoing::default(), unflushed: false, closing: false }
    }

    /// Queues a frame.
    pub(super) fn queue(&mut self, out: Out) {
        match out {
            Out::Event { prev, seq, tail } => {
                self.outgoing.text(&event_frame::head(prev, seq), &tail);
            }
            Out::Text(bytes) => self.outgoing.message(bytes, Data::Text),
            Out::Binary(bytes) => self.outgoing.message(bytes, Data::Binary),
        }
    }

    pub(super) fn ping(&mut self) {
        self.outgoing.ping();
    }

    /// Queues what the library answers by itself.
    pub(super) fn answer(&mut self, frames: &[u8]) {
        self.outgoing.answer(frames);
    }

    /// Bytes of such answers since nothing was on its way.
    pub(super) fn answers(&self) -> usize {
        self.outgoing.answers()
    }

    pub(super) fn is_idle(&self) -> bool {
        self.outgoing.is_empty() && !self.unflushed
    }

    pub(super) fn written(&self) -> u64 {
        self.stream.written()
    }

    /// What was written since this was asked last.
    pub(super) fn tell(&mut self) -> Counts {
        self.stream.tell()
    }

    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.outgoing.capacity()
    }
}

impl<S: Socket> Line<S> {
    pub(super) fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.outgoing.is_empty() {
            self.unflushed = true;
            let mut slices = [IoSlice::new(&[]); SLICES];
            let count = self.outgoing.slices(&mut slices);
            let stream = Pin::new(&mut self.stream);
            // The kernel does less for one piece that isn't in a list.
            let taken = match &slices[..count] {
                [piece] => stream.poll_write(cx, piece),
                pieces => stream.poll_write_vectored(cx, pieces),
            };
            match taken {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                Poll::Ready(taken) => self.outgoing.advance(taken?),
                Poll::Pending => {
                    self.outgoing.park();
                    return Poll::Pending;
                }
            }
        }
        if self.unflushed {
            ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    pub(super) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, room)
    }

    pub(super) fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<S: Socket> Sink for Mutex<Line<S>> {
    fn offer(&self, frames: &mut Frames<'_>) -> Option<Written> {
        let mut line = self.lock();
        if line.closing || !line.is_idle() {
            return None;
        }
        frames(&mut |out| line.queue(out));
        // Nobody waits here: the session is woken, and asks the socket again.
        let mut nobody = Context::from_waker(Waker::noop());
        let is_left = !matches!(line.poll_write(&mut nobody), Poll::Ready(Ok(())));
        let Counts { writes, bytes } = line.tell();
        Some(Written { writes, bytes, is_left })
    }
}
