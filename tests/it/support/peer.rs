//! A client by hand: it keeps every byte that it is sent, goes away, and comes back with its
//! cursors or with others. Invariant: what it holds survives its connections.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async};
use xunfang::client::State;
use xunfang::domain::{DistrictId, MemberId};
use xunfang::protocol::Cursor;

/// A weak link holds little on its way; the loopback would hold megabytes.
const RECEIVE_BYTES: u32 = 64 * 1024;
/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Peer {
    pub(crate) member: MemberId,
    pub(crate) token: String,
    socket: Option<WebSocketStream<MaybeTlsStream<TcpStream>>>,
    pub(crate) state: State,
    /// The code that the last connection was closed with.
    pub(crate) closed: Option<u16>,
}

impl Peer {
    /// Connects for the first time.
    pub(crate) async fn connect(address: SocketAddr, member: MemberId, token: String) -> Self {
        let mut peer = Self { member, token, socket: None, state: State::default(), closed: None };
        peer.come_back(address).await;
        peer
    }

    /// Whether it is connected.
    pub(crate) fn is_here(&self) -> bool {
        self.socket.is_some()
    }

    /// Ends the connection without a word.
    pub(crate) fn go_away(&mut self) {
        self.socket = None;
        self.state.end_connection();
    }

    /// Connects with the cursors of what it holds.
    pub(crate) async fn come_back(&mut self, address: SocketAddr) {
        let cursors = self.state.cursors();
        self.come_back_with(address, &cursors).await;
    }

    /// Connects with these cursors.
    pub(crate) async fn come_back_with(
        &mut self,
        address: SocketAddr,
        cursors: &BTreeMap<DistrictId, Cursor>,
    ) {
        self.go_away();
        self.closed = None;
        let stream = TcpSocket::new_v4().unwrap();
        stream.set_recv_buffer_size(RECEIVE_BYTES).unwrap();
        let stream = MaybeTlsStream::Plain(stream.connect(address).await.unwrap());
        let (mut socket, _) = client_async(format!("ws://{address}/ws"), stream).await.unwrap();
        let hello =
            json!({ "type": "hello", "version": 1, "token": self.token, "cursors": cursors });
        socket.send(Frame::text(hello.to_string())).await.unwrap();
        self.socket = Some(socket);
    }

    /// The next text; none when the connection was closed.
    pub(crate) async fn hear(&mut self) -> Option<String> {
        let socket = self.socket.as_mut().expect("it is here");
        loop {
            let frame = timeout(PATIENCE, socket.next()).await;
            match frame.unwrap_or_else(|_| panic!("{} was told nothing more", self.member)) {
                Some(Ok(Frame::Text(text))) => {
                    self.state.take_text(&text).unwrap_or_else(|fault| panic!("{fault}: {text}"));
                    return Some(text.to_string());
                }
                Some(Ok(Frame::Binary(_) | Frame::Ping(_) | Frame::Pong(_) | Frame::Frame(_))) => {}
                Some(Ok(Frame::Close(close))) => {
                    self.closed = close.map(|close| close.code.into());
                    return None;
                }
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// Reads until the district's log is read up to this place; the frames that came, or none
    /// when the connection was closed.
    pub(crate) async fn read_to(&mut self, district: &DistrictId, seq: i64) -> Option<Vec<String>> {
        let mut frames = Vec::new();
        // What it holds may be as new already: then this connection must only be opened.
        while !self.state.live || self.state.views.get(district).is_none_or(|view| view.seq < seq) {
            frames.push(self.hear().await?);
        }
        Some(frames)
    }
}
