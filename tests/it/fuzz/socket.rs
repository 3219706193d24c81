//! A TCP connection that is upgraded by hand and then says any bytes. It must not use a WebSocket
//! library: that would refuse to send what is to be tried.

use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::bytes::Frame;

/// Opcodes: text, binary, close, ping, pong.
const KNOWN: [u8; 5] = [1, 2, 8, 9, 10];

/// Upgrades, says `hello` with this token if there is one, says these bytes, ends its half, and
/// reads to the end. Returns how many frames came, or what was wrong with one.
pub(super) async fn talk(
    address: SocketAddr,
    token: Option<&str>,
    sent: &[u8],
) -> Result<usize, String> {
    let mut stream = TcpStream::connect(address).await.expect("the node listens");
    let upgrade = format!(
        "GET /ws HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(upgrade.as_bytes()).await.expect("the upgrade is taken");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("the upgrade is answered"));
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
    let (mut from, mut to) = stream.into_split();
    let mut got = Vec::new();
    let say = async {
        if let Some(token) = token {
            let hello = json!({ "type": "hello", "version": 1, "token": token });
            to.write_all(&Frame::text(hello.to_string()).bytes()).await?;
        }
        to.write_all(sent).await?;
        to.shutdown().await
    };
    // A connection that the node has ended takes no more, and may be reset.
    let (said, read) = tokio::join!(say, from.read_to_end(&mut got));
    drop((said, read));
    frames(&got)
}

fn frames(mut got: &[u8]) -> Result<usize, String> {
    let mut count = 0;
    while !got.is_empty() {
        // The last one may be cut: the connection was reset meanwhile.
        let Some((first, payload, rest)) = frame(got) else { break };
        if first & 0xf0 != 0x80 || !KNOWN.contains(&(first & 0x0f)) {
            return Err(format!("a frame begins with {first:#04x}"));
        }
        if first == 0x81 && serde_json::from_slice::<Value>(payload).is_err() {
            return Err(format!("not JSON: {}", String::from_utf8_lossy(payload)));
        }
        if first >= 0x88 && payload.len() > 125 {
            return Err(format!("a control frame of {} bytes", payload.len()));
        }
        (count, got) = (count + 1, rest);
    }
    Ok(count)
}

/// The first byte, the payload and the rest; none of a frame that is cut.
fn frame(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<2>()?;
    let (length, rest) = match head[1] {
        126 => {
            rest.split_first_chunk::<2>().map(|(n, r)| (u64::from(u16::from_be_bytes(*n)), r))?
        }
        127 => rest.split_first_chunk::<8>().map(|(n, r)| (u64::from_be_bytes(*n), r))?,
        // A masked frame has a larger number here, and is found to be cut or no JSON.
        length => (u64::from(length), rest),
    };
    let (payload, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    Some((head[0], payload, rest))
}
