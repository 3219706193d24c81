//! A client that keeps every byte that it is sent.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use xunfang::client::State;
use xunfang::domain::{DistrictId, MemberId};

use crate::support::node::TestNode;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Peer {
    pub(super) member: MemberId,
    pub(super) token: String,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(super) state: State,
}

impl Peer {
    pub(super) async fn connect(node: &TestNode, member: MemberId, token: String) -> Self {
        let (mut socket, _) = connect_async(format!("ws://{}/ws", node.address)).await.unwrap();
        let hello = json!({ "type": "hello", "version": 1, "token": token, "cursors": {} });
        socket.send(Frame::text(hello.to_string())).await.unwrap();
        Self { member, token, socket, state: State::default() }
    }

    /// Reads until the district's log is read up to this place; the frames that came, or none
    /// when the connection was closed.
    pub(super) async fn read_to(&mut self, district: &DistrictId, seq: i64) -> Option<Vec<String>> {
        let mut frames = Vec::new();
        while self.state.views.get(district).is_none_or(|view| view.seq < seq) {
            let frame = timeout(PATIENCE, self.socket.next()).await;
            match frame.unwrap_or_else(|_| panic!("{} was told nothing more", self.member)) {
                Some(Ok(Frame::Text(text))) => {
                    self.state.take_text(&text).unwrap_or_else(|fault| panic!("{fault}: {text}"));
                    frames.push(text.to_string());
                }
                Some(Ok(Frame::Binary(_) | Frame::Ping(_) | Frame::Pong(_) | Frame::Frame(_))) => {}
                Some(Ok(Frame::Close(_)) | Err(_)) | None => return None,
            }
        }
        Some(frames)
    }
}

/// Every object of a frame, however deep.
pub(super) fn objects(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(fields) => {
            found.push(value.clone());
            fields.values().for_each(|field| objects(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| objects(item, found)),
        _ => {}
    }
}
