//! A connection that speaks as much of Redis' protocol (RESP2) as a subscriber needs.
//!
//! The client crate's own subscriber queues pushes without a bound and renews subscriptions
//! without checking; here a reply is read when it is asked for. It must not know channels.
//! Invariant: `next` may be dropped at any time and loses no byte.

use std::io::{Error, ErrorKind, Result};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use redis::{Cmd, cmd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::server::{Server, Stream};

/// Signing in, writing, and the replies to what was asked; a healthy server needs a millisecond,
/// and a slow fork of it some hundred.
const LIMIT: Duration = Duration::from_secs(2);
/// Far above any batch of ours, so what is longer isn't ours.
const LONGEST_BYTES: usize = 16 * 1024 * 1024;
const DEEPEST: u32 = 4;
/// Read at a time; a batch of positions is some hundred KiB.
const READ_BYTES: usize = 16 * 1024;

/// One reply or push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    Simple(Vec<u8>),
    Error(Vec<u8>),
    Int(i64),
    Bulk(Vec<u8>),
    Null,
    Array(Vec<Reply>),
}

pub(super) struct RespStream {
    stream: Stream,
    buffer: BytesMut,
}

impl RespStream {
    /// Connects and signs in.
    pub(super) async fn open(server: &Server) -> Result<Self> {
        let mut resp = Self { stream: server.connect().await?, buffer: BytesMut::new() };
        let settings = server.settings();
        if let Some(password) = settings.password() {
            let mut auth = cmd("AUTH");
            settings.username().inspect(|name| {
                auth.arg(*name);
            });
            resp.expect(auth.arg(password), b"OK").await?;
        }
        if settings.db() != 0 {
            resp.expect(cmd("SELECT").arg(settings.db()), b"OK").await?;
        }
        // A server that takes no more clients, or wants a password, says so now.
        resp.expect(&cmd("PING"), b"PONG").await?;
        Ok(resp)
    }

    async fn expect(&mut self, command: &Cmd, answer: &[u8]) -> Result<()> {
        match self.ask(&command.get_packed_command(), 1).await?.pop() {
            Some(Reply::Simple(text)) if text == answer => Ok(()),
            Some(Reply::Error(text)) => Err(super::refused(&text)),
            _ => Err(invalid("redis answers something else")),
        }
    }

    /// Writes a command; the reply comes out of `next` in its turn.
    pub(super) async fn send(&mut self, command: &Cmd) -> Result<()> {
        timeout(LIMIT, self.write(&command.get_packed_command())).await?
    }

    /// Writes packed commands and returns the replies to all of them, an error of the server among
    /// them or not. Nothing else may be under way.
    pub(super) async fn ask(&mut self, commands: &[u8], replies: usize) -> Result<Vec<Reply>> {
        timeout(LIMIT, async {
            self.write(commands).await?;
            let mut answered = Vec::with_capacity(replies);
            while answered.len() < replies {
                answered.push(self.next().await?);
            }
            Ok(answered)
        })
        .await?
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes).await?;
        // TLS may hold back what it was given.
        self.stream.flush().await
    }

    /// The next reply or push.
    pub(super) async fn next(&mut self) -> Result<Reply> {
        loop {
            if let Some(reply) = parse(&mut self.buffer)? {
                return Ok(reply);
            }
            if self.buffer.len() > LONGEST_BYTES {
                return Err(invalid("a reply is too long"));
            }
            self.buffer.reserve(READ_BYTES);
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(Error::from(ErrorKind::UnexpectedEof));
            }
        }
    }
}

/// Takes one whole reply off the front; `None` needs more bytes.
fn parse(buffer: &mut BytesMut) -> Result<Option<Reply>> {
    let mut rest = &buffer[..];
    let Some(reply) = reply(&mut rest, 0)? else { return Ok(None) };
    let used = buffer.len() - rest.len();
    buffer.advance(used);
    Ok(Some(reply))
}

fn reply(rest: &mut &[u8], depth: u32) -> Result<Option<Reply>> {
    let Some(line) = line(rest) else { return Ok(None) };
    let (kind, text) = line.split_first().ok_or_else(|| invalid("a reply is empty"))?;
    Ok(match kind {
        b'+' => Some(Reply::Simple(text.to_vec())),
        b'-' => Some(Reply::Error(text.to_vec())),
        b':' => Some(Reply::Int(number(text)?)),
        b'$' => bulk(rest, number(text)?)?,
        b'*' if depth < DEEPEST => array(rest, number(text)?, depth + 1)?,
        _ => return Err(invalid("a reply is of no known kind")),
    })
}

fn bulk(rest: &mut &[u8], length: i64) -> Result<Option<Reply>> {
    let Ok(length) = usize::try_from(length) else { return Ok(Some(Reply::Null)) };
    if length > LONGEST_BYTES {
        return Err(invalid("a bulk string is too long"));
    }
    let Some(bytes) = rest.get(..length + 2) else { return Ok(None) };
    let Some(body) = bytes.strip_suffix(b"\r\n") else {
        return Err(invalid("a bulk string doesn't end where it says"));
    };
    *rest = &rest[length + 2..];
    Ok(Some(Reply::Bulk(body.to_vec())))
}

fn array(rest: &mut &[u8], length: i64, depth: u32) -> Result<Option<Reply>> {
    let mut items = Vec::new();
    for _ in 0..length {
        let Some(item) = reply(rest, depth)? else { return Ok(None) };
        items.push(item);
    }
    Ok(Some(Reply::Array(items)))
}

fn line<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
    let (line, after) = rest.split_at(end);
    *rest = &after[2..];
    Some(line)
}

fn number(text: &[u8]) -> Result<i64> {
    let text = std::str::from_utf8(text).map_err(|_| invalid("a number isn't text"))?;
    text.parse().map_err(|_| invalid("a number isn't one"))
}

fn invalid(what: &'static str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MESSAGE: &[u8] = b"*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$4\r\na\r\nb\r\n";

    fn message() -> Reply {
        let bulk = |text: &[u8]| Reply::Bulk(text.to_vec());
        Reply::Array(vec![bulk(b"message"), bulk(b"ch"), bulk(b"a\r\nb")])
    }

    #[test]
    fn reads_what_a_server_says() {
        for (bytes, expected) in [
            (&b"+PONG\r\n"[..], Reply::Simple(b"PONG".to_vec())),
            (b"-ERR no\r\n", Reply::Error(b"ERR no".to_vec())),
            (b":-3\r\n", Reply::Int(-3)),
            (b"$0\r\n\r\n", Reply::Bulk(vec![])),
            (b"$-1\r\n", Reply::Null),
            (b"*0\r\n", Reply::Array(vec![])),
            (MESSAGE, message()),
        ] {
            let mut buffer = BytesMut::from(bytes);
            assert_eq!(parse(&mut buffer).unwrap(), Some(expected));
            assert!(buffer.is_empty());
        }
    }

    #[test]
    fn refuses_what_is_not_the_protocol() {
        for bytes in [
            &b"HTTP/1.1 400\r\n"[..],
            b"\r\n",
            b":x\r\n",
            b"$1\r\nabc",
            b"$99999999999\r\n",
            b"*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n",
        ] {
            parse(&mut BytesMut::from(bytes)).unwrap_err();
        }
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_replies(cut in 0..MESSAGE.len() * 2) {
            let bytes = MESSAGE.repeat(2);
            let (mut buffer, mut replies) = (BytesMut::new(), Vec::new());
            for part in [&bytes[..cut], &bytes[cut..]] {
                buffer.extend_from_slice(part);
                while let Some(reply) = parse(&mut buffer).unwrap() {
                    replies.push(reply);
                }
            }
            prop_assert_eq!(replies, [message(), message()]);
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes in any::<Vec<u8>>()) {
            let _ = parse(&mut BytesMut::from(&bytes[..]));
        }
    }
}
