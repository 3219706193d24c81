//! A light WebSocket client: thousands of them share one core with all that they count.
//!
//! It must not know what messages mean. Invariants: one system call a batch of messages; all
//! connections of a thread share one read buffer; closing cuts the connection off at once.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Poll, ready};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf};
use tokio::net::TcpSocket;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::frame_scan::{Frame, FrameScan, Op, encode};

/// What one read takes at most.
const READ_BYTES: usize = 64 * 1024;
/// The longest answer to an upgrade.
const MOST_HEAD_BYTES: usize = 16 * 1024;

thread_local! {
    static BUFFER: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_BYTES].into());
}

/// Where to connect, and how.
#[derive(Debug, Clone)]
pub(super) struct Door {
    /// The server.
    pub(super) address: SocketAddr,
    /// The path of its socket.
    pub(super) path: &'static str,
    /// The kernel's receive buffer in bytes; none leaves it to the kernel.
    pub(super) receive_bytes: Option<u32>,
}

/// The receiving end.
pub(super) struct Reader {
    half: OwnedReadHalf,
    scan: FrameScan,
    waiting: VecDeque<(Op, Vec<u8>)>,
}

/// The sending end. Clones share it; the connection is cut when the reader and all of them are gone.
#[derive(Clone)]
pub(super) struct Writer(Arc<OwnedWriteHalf>);

impl Door {
    /// A socket of a server.
    pub(super) fn new(address: SocketAddr, path: &'static str) -> Self {
        Self { address, path, receive_bytes: None }
    }

    /// Connects and upgrades.
    pub(super) async fn open(&self) -> io::Result<(Reader, Writer)> {
        let socket = TcpSocket::new_v4()?;
        if let Some(bytes) = self.receive_bytes {
            socket.set_recv_buffer_size(bytes)?;
        }
        let mut stream = socket.connect(self.address).await?;
        stream.set_nodelay(true)?;
        // No end of thousands is left waiting in the kernel, and a cut is one.
        SockRef::from(&stream).set_linger(Some(Duration::ZERO))?;
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            self.path, self.address
        );
        stream.write_all(request.as_bytes()).await?;
        let mut head = Vec::with_capacity(512);
        let end = loop {
            if let Some(at) = memchr::memmem::find(&head, b"\r\n\r\n") {
                break at + 4;
            }
            if stream.read_buf(&mut head).await? == 0 || head.len() > MOST_HEAD_BYTES {
                return Err(refused(&head));
            }
        };
        if !head.starts_with(b"HTTP/1.1 101") {
            return Err(refused(&head));
        }
        let (half, writer) = stream.into_split();
        let mut reader = Reader { half, scan: FrameScan::default(), waiting: VecDeque::new() };
        let Reader { scan, waiting, .. } = &mut reader;
        scan.feed(&head[end..], |frame| waiting.push_back((frame.op, frame.payload.to_vec())))
            .map_err(io::Error::other)?;
        Ok((reader, Writer(Arc::new(writer))))
    }
}

fn refused(head: &[u8]) -> io::Error {
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    io::Error::other(format!("no upgrade: {:?}", String::from_utf8_lossy(line)))
}

impl Reader {
    /// Waits for bytes and hands on the messages that are whole. Cancelling it loses nothing.
    pub(super) async fn turn(&mut self, mut take: impl FnMut(Frame<'_>)) -> io::Result<()> {
        if !self.waiting.is_empty() {
            for (op, payload) in self.waiting.drain(..) {
                take(Frame { op, payload: &payload });
            }
            return Ok(());
        }
        poll_fn(|cx| {
            BUFFER.with_borrow_mut(|buffer| {
                let mut buffer = ReadBuf::new(buffer);
                ready!(Pin::new(&mut self.half).poll_read(cx, &mut buffer))?;
                if buffer.filled().is_empty() {
                    return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
                }
                let fed = self.scan.feed(buffer.filled(), &mut take);
                Poll::Ready(fed.map_err(io::Error::other))
            })
        })
        .await
    }

    /// The next message, for the first words of a connection.
    pub(super) async fn message(&mut self) -> io::Result<(Op, Vec<u8>)> {
        loop {
            if let Some(message) = self.waiting.pop_front() {
                return Ok(message);
            }
            let mut came = VecDeque::new();
            self.turn(|frame| came.push_back((frame.op, frame.payload.to_vec()))).await?;
            self.waiting = came;
        }
    }
}

impl Writer {
    /// Sends a text.
    ///
    /// # Errors
    /// When the connection is gone, or the kernel has no room for it: the server takes nothing.
    pub(super) fn text(&self, payload: &[u8]) -> io::Result<()> {
        self.send(Op::Text, payload)
    }

    /// Sends a message of any kind, in one system call.
    pub(super) fn send(&self, op: Op, payload: &[u8]) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(payload.len() + 14);
        encode(&mut bytes, op, payload);
        match self.0.try_write(&bytes)? {
            whole if whole == bytes.len() => Ok(()),
            _ => Err(io::Error::other("the server takes nothing")),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// A server that greets, says what it was told, and ends.
    async fn echo(listener: TcpListener) -> Vec<u8> {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            stream.read_buf(&mut request).await.unwrap();
        }
        let answer = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x02hi";
        stream.write_all(answer).await.unwrap();
        let mut heard = vec![0; 9];
        stream.read_exact(&mut heard).await.unwrap();
        stream.write_all(b"\x81\x03abc\x89\x00").await.unwrap();
        heard
    }

    #[tokio::test]
    async fn the_first_message_may_come_with_the_upgrade() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let door = Door::new(listener.local_addr().unwrap(), "/ws");
        let serving = tokio::spawn(echo(listener));
        let (mut reader, writer) = door.open().await.unwrap();
        assert_eq!(reader.message().await.unwrap(), (Op::Text, b"hi".to_vec()));
        writer.text(b"abc").unwrap();
        let mut found = Vec::new();
        while found.len() < 2 {
            reader.turn(|frame| found.push((frame.op, frame.payload.to_vec()))).await.unwrap();
        }
        assert_eq!(found, [(Op::Text, b"abc".to_vec()), (Op::Ping, Vec::new())]);
        assert_eq!(serving.await.unwrap(), b"\x81\x83\0\0\0\0abc");
        assert!(reader.message().await.is_err());
    }

    #[tokio::test]
    async fn a_refusal_is_told() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let door = Door::new(listener.local_addr().unwrap(), "/ws");
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"HTTP/1.1 404 Not Found\r\n\r\n").await.unwrap();
            stream.read_to_end(&mut Vec::new()).await.ok();
        });
        let error = door.open().await.err().unwrap();
        assert!(error.to_string().contains("404"), "{error}");
    }
}
