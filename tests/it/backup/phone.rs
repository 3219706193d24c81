//! A client that speaks for itself, in plain JSON: what a release of before said, too.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use xunfang::domain::IncidentId;

use crate::support::node::{TestNode, report};
use crate::support::seed;

const SOON: Duration = Duration::from_secs(20);

/// Its connection.
pub(crate) struct Phone(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Phone {
    /// Says hello with these cursors; how its district was opened.
    pub(crate) async fn connect(node: &TestNode, token: &str, cursors: Value) -> (Self, Value) {
        let (mut socket, _) = connect_async(format!("ws://{}/ws", node.address)).await.unwrap();
        let hello = json!({ "type": "hello", "version": 1, "token": token, "cursors": cursors });
        socket.send(Frame::text(hello.to_string())).await.unwrap();
        let mut phone = Self(socket);
        let opened = phone.hears(&["reset", "resumed"]).await;
        (phone, opened)
    }

    /// The next message of one of these types.
    async fn hears(&mut self, types: &[&str]) -> Value {
        loop {
            let frame = timeout(SOON, self.0.next()).await.expect("it is told").unwrap().unwrap();
            let Frame::Text(text) = frame else { continue };
            let message: Value = serde_json::from_str(&text).unwrap();
            if types.contains(&message["type"].as_str().unwrap()) {
                return message;
            }
        }
    }

    /// Offers a report under this id; the answer.
    pub(crate) async fn offers(&mut self, id: &str, incident: &IncidentId) -> Value {
        let request = report(incident, Some(seed::in_park()), "hazard.manhole");
        let message = json!({ "type": "command", "id": id, "request": request });
        self.0.send(Frame::text(message.to_string())).await.unwrap();
        let answer = self.hears(&["ack", "refused"]).await;
        assert_eq!((&answer["type"], &answer["id"]), (&json!("ack"), &json!(id)), "{answer}");
        answer["outcome"].clone()
    }
}

/// The cursor of a district that was opened so.
pub(crate) fn cursor(opened: &Value) -> Value {
    json!({ seed::DISTRICT: {
        "epoch": opened["epoch"], "seq": opened["seq"], "sight": opened["sight"],
    } })
}
