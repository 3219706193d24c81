//! What happens at each bound.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};
use tokio_tungstenite::tungstenite::protocol::Role;

use super::*;
use crate::protocol::CloseReason;
use crate::protocol::limits::{MAX_FRAME_BYTES, MESSAGES_BURST, WRITE_STALL_MS};

#[tokio::test]
async fn a_frame_of_64_kib_is_read_and_one_byte_more_closes() {
    let edge = Edge::start(0).await;
    let mut peer = edge.sign_in().await;
    peer.say(&"x".repeat(MAX_FRAME_BYTES)).await;
    assert_eq!(peer.hear().await["code"], "malformed");
    peer.say(&"x".repeat(MAX_FRAME_BYTES + 1)).await;
    assert_eq!(peer.close_code().await, Some(1009));
    let mut unknown = edge.connect().await;
    unknown.say(&"x".repeat(20 * MAX_FRAME_BYTES)).await;
    assert_eq!(unknown.close_code().await, Some(1009));
}

#[tokio::test]
async fn a_flood_closes() {
    let edge = Edge::start(0).await;
    let mut peer = edge.sign_in().await;
    for _ in 0..=MESSAGES_BURST {
        peer.socket.feed(Frame::Pong("".into())).await.unwrap();
        peer.socket.flush().await.unwrap();
    }
    assert_eq!(peer.close_code().await, Some(CloseReason::Flooding.code()));
}

#[tokio::test]
async fn a_silent_client_is_pinged_and_closed_ten_seconds_later() {
    let edge = Edge::start(0).await;
    let mut peer = edge.sign_in().await;
    let passed_ms = edge.pass_time_until_it_leaves().await;
    assert!((15_000..=37_000).contains(&passed_ms), "{passed_ms}");
    let mut pinged = false;
    let code = loop {
        match peer.next().await {
            Some(Frame::Ping(_)) => pinged = true,
            Some(Frame::Close(close)) => break close.map(|close| u16::from(close.code)),
            Some(_) => {}
            None => break None,
        }
    };
    assert_eq!((pinged, code), (true, Some(CloseReason::Silent.code())));
}

#[tokio::test]
async fn an_answered_ping_keeps_the_connection() {
    let edge = Edge::start(0).await;
    let mut peer = edge.sign_in().await;
    let mut pings = 0;
    while pings < 3 {
        edge.stub.clock.advance_ms(1_000);
        edge.stub.hub.tick_once();
        // Reading answers a ping; the answer to ours tells that it was heard.
        peer.say(r#"{"type":"resync","audience":1}"#).await;
        loop {
            match peer.next().await.expect("the connection ended") {
                Frame::Ping(_) => pings += 1,
                Frame::Text(text) if text.contains("not_found") => break,
                _ => {}
            }
        }
        edge.stub.clock.advance_ms(26_000);
        edge.stub.hub.tick_once();
    }
}

#[tokio::test]
async fn a_socket_that_takes_nothing_is_closed_after_ten_seconds() {
    // More than the kernel's buffers on both sides hold.
    let edge = Edge::start(24 * 1024 * 1024).await;
    let mut peer = edge.connect().await;
    peer.say(r#"{"type":"hello","version":1,"token":"good"}"#).await;
    let joined = async {
        while edge.stub.hub.viewers(&"d".into()) == 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, joined).await.unwrap();
    let passed_ms = edge.pass_time_until_it_leaves().await;
    assert!((10_000..=14_000).contains(&passed_ms), "{passed_ms}");
}

/// A connection that takes nothing while it is shut.
#[derive(Debug)]
struct Gate {
    stream: DuplexStream,
    is_shut: Arc<AtomicBool>,
}

impl AsyncRead for Gate {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, room)
    }
}

impl AsyncWrite for Gate {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_shut.load(Ordering::Relaxed) {
            return Poll::Pending;
        }
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Lets time pass, and the session see it.
async fn pass(edge: &Edge, ms: i64) {
    edge.stub.clock.advance_ms(ms);
    edge.stub.hub.tick_once();
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_stall_begins_with_the_write_that_waits_and_not_with_the_rest_before_it() {
    let edge = Edge::start(0).await;
    let (stream, far) = duplex(1024 * 1024);
    let is_shut = Arc::new(AtomicBool::new(false));
    edge.sockets.serve(Gate { stream, is_shut: Arc::clone(&is_shut) }, None);
    let mut peer = WebSocketStream::from_raw_socket(far, Role::Client, None).await;
    peer.send(Frame::text(r#"{"type":"hello","version":1,"token":"good"}"#)).await.unwrap();
    // The welcome, and the state.
    for _ in 0..2 {
        assert!(timeout(PATIENCE, peer.next()).await.unwrap().unwrap().unwrap().is_text());
    }
    // A second after a ping the session looks at its line, and nothing is written from then on.
    pass(&edge, 26_000).await;
    let ping = async { while !matches!(peer.next().await, Some(Ok(Frame::Ping(_)))) {} };
    timeout(PATIENCE, ping).await.expect("no ping came");
    peer.flush().await.unwrap();
    pass(&edge, 1_000).await;
    is_shut.store(true, Ordering::Relaxed);
    edge.stub.clock.advance_ms(WRITE_STALL_MS.cast_signed() + 1_000);
    let event = Publication::plain(6, [AudienceKey::everyone(&"d".into())], "x".into());
    edge.stub.hub.publish_event(&"d".into(), &event);
    let passed_ms = edge.pass_time_until_it_leaves().await;
    assert!((10_000..=14_000).contains(&passed_ms), "{passed_ms}");
}

#[tokio::test]
async fn answers_wait_for_a_weak_link() {
    // The state takes the link for a while; a batch answers all that was kept offline at once.
    let edge = Edge::start(24 * 1024 * 1024).await;
    let mut peer = edge.connect().await;
    peer.say(r#"{"type":"hello","version":1,"token":"good"}"#).await;
    for n in 0..32 {
        let id = format!("{n:064}");
        peer.say(&format!(
            r#"{{"type":"command","id":"{id}","request":
                {{"type":"post_message","message":"m","channel":"c","body":"wait"}}}}"#
        ))
        .await;
    }
    edge.stub.gate.add_permits(32);
    let done = async {
        while edge.stub.gate.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, done).await.unwrap();
    let mut answered = 0;
    while answered < 32 {
        answered += usize::from(peer.hear().await["type"] == "ack");
    }
}

#[tokio::test]
async fn a_reader_that_lags_is_closed_and_another_one_is_not() {
    let edge = Edge::start(0).await;
    let mut frozen = edge.sign_in().await;
    let mut healthy = edge.sign_in().await;
    let key = AudienceKey::everyone(&"d".into());
    let tail: Arc<str> =
        Arc::from(format!(r#""type":"watermark","district":"d","x":"{}"}}"#, "x".repeat(60_000)));
    let mut seq = 6;
    while edge.stub.hub.viewers(&"d".into()) == 2 {
        let event = Publication::plain(seq, [key.clone()], Arc::clone(&tail));
        edge.stub.hub.publish_event(&"d".into(), &event);
        assert_eq!(healthy.hear().await["seq"], seq);
        seq += 1;
        assert!(seq < 10_000, "the frozen reader was never closed");
    }
    drop(healthy);
    // It was behind the last that the healthy one got; what it reads ends with a close or a reset.
    let mut last = 5;
    while let Some(Frame::Text(text)) = frozen.next().await {
        let frame: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(frame["prev"], last);
        last = frame["seq"].as_i64().unwrap();
    }
    assert!(last < seq - 1);
}
