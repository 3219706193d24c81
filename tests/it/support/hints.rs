//! Stands between a node and Redis, and loses some of what subscribers are told, whole messages
//! at a time. It must not know what a message says. Invariant: everything else passes, byte by
//! byte.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use rand::RngExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

/// A proxy that loses messages; dropping it closes every connection.
pub(crate) struct Hints {
    address: SocketAddr,
    sieve: Arc<Sieve>,
    accepting: AbortHandle,
}

/// Which messages pass, and how many did not.
#[derive(Default)]
struct Sieve {
    /// Of a hundred messages so many are lost.
    loses: AtomicU32,
    lost: AtomicU64,
}

impl Hints {
    /// Listens on a free port of the loopback and forwards to the loopback's `port`.
    pub(crate) async fn start(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let sieve = Arc::<Sieve>::default();
        let accepting = tokio::spawn(accept(listener, port, sieve.clone())).abort_handle();
        Self { address, sieve, accepting }
    }

    /// Where nodes connect.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// From now on so many messages of a hundred are lost.
    pub(crate) fn lose(&self, of_a_hundred: u32) {
        self.sieve.loses.store(of_a_hundred, Ordering::Relaxed);
    }

    /// How many messages were lost so far.
    pub(crate) fn lost(&self) -> u64 {
        self.sieve.lost.load(Ordering::Relaxed)
    }
}

impl Drop for Hints {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Sieve {
    /// Moves the whole replies at the front of `heard` to `told`, but for what is lost.
    fn pass(&self, heard: &mut Vec<u8>, told: &mut Vec<u8>) {
        let mut taken = 0;
        while let Some(length) = reply_length(&heard[taken..]) {
            let reply = &heard[taken..taken + length];
            let loses = self.loses.load(Ordering::Relaxed);
            if is_message(reply) && rand::rng().random_range(0..100) < loses {
                self.lost.fetch_add(1, Ordering::Relaxed);
            } else {
                told.extend_from_slice(reply);
            }
            taken += length;
        }
        heard.drain(..taken);
    }
}

async fn accept(listener: TcpListener, port: u16, sieve: Arc<Sieve>) {
    let mut connections = JoinSet::new();
    while let Ok((node, _)) = listener.accept().await {
        connections.spawn(carry(node, port, sieve.clone()));
    }
}

async fn carry(node: TcpStream, port: u16, sieve: Arc<Sieve>) {
    let Ok(redis) = TcpStream::connect(("127.0.0.1", port)).await else { return };
    let (mut from_node, to_node) = node.into_split();
    let (from_redis, mut to_redis) = redis.into_split();
    tokio::select! {
        _ = tokio::io::copy(&mut from_node, &mut to_redis) => {}
        _ = tell(from_redis, to_node, &sieve) => {}
    }
}

async fn tell(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    sieve: &Sieve,
) -> std::io::Result<()> {
    let (mut heard, mut told) = (Vec::new(), Vec::new());
    while from.read_buf(&mut heard).await? > 0 {
        sieve.pass(&mut heard, &mut told);
        to.write_all(&told).await?;
        told.clear();
    }
    Ok(())
}

/// Whether it tells a subscriber something, and doesn't confirm or answer.
fn is_message(reply: &[u8]) -> bool {
    ["\r\n$7\r\nmessage\r\n", "\r\n$8\r\nsmessage\r\n"].iter().any(
        |head| matches!(reply, [b'*' | b'>', _, rest @ ..] if rest.starts_with(head.as_bytes())),
    )
}

/// The length of the reply at the front (RESP2 and RESP3); none when more bytes are needed.
fn reply_length(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(2).position(|two| two == b"\r\n")? + 2;
    let number = || {
        let text = std::str::from_utf8(&bytes[1..head - 2]).ok();
        text.and_then(|text| text.parse::<usize>().ok())
    };
    let items = match bytes[0] {
        b'$' | b'!' | b'=' => {
            let whole = number().map_or(head, |length| head + length + 2);
            return (bytes.len() >= whole).then_some(whole);
        }
        b'*' | b'>' | b'~' => number().unwrap_or(0),
        b'%' => 2 * number().unwrap_or(0),
        _ => 0,
    };
    let mut length = head;
    for _ in 0..items {
        length += reply_length(&bytes[length..])?;
    }
    Some(length)
}

#[test]
fn messages_are_lost_whole_and_nothing_else_is() {
    let others: &[&[u8]] = &[
        b"+PONG\r\n",
        b":7\r\n",
        b"$-1\r\n",
        b"$9\r\n*3\r\n$7\r\n!\r\n",
        b"*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n",
        b"*2\r\n$4\r\npong\r\n$0\r\n\r\n",
    ];
    let message: &[u8] = b"*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$4\r\na\r\nb\r\n";
    let sent: Vec<u8> = others.iter().flat_map(|other| [*other, message].concat()).collect();
    for (loses, left) in [(0, sent.clone()), (100, others.concat())] {
        let sieve = Sieve { loses: loses.into(), ..Sieve::default() };
        let (mut heard, mut told) = (Vec::new(), Vec::new());
        // Byte by byte, so that every reply comes in parts.
        for byte in &sent {
            heard.push(*byte);
            sieve.pass(&mut heard, &mut told);
        }
        assert_eq!((told, heard), (left, Vec::new()));
    }
}
