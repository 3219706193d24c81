//! What a client of before a restore meets: another log, read anew; and what it offers again is
//! new where the backup lacks it, and the first outcome where it doesn't.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use xunfang::domain::IncidentId;

use super::{again, backed_up, put_back};
use crate::support::node::{NOW_MS, TestNode, fresh, report};
use crate::support::{Backend, seed};

const SOON: Duration = Duration::from_secs(20);

/// A client that speaks for itself.
struct Phone(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Phone {
    /// Says hello with these cursors; how its district was opened.
    async fn connect(node: &TestNode, token: &str, cursors: Value) -> (Self, Value) {
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
    async fn offers(&mut self, id: &str, incident: &IncidentId) -> Value {
        let request = report(incident, Some(seed::in_park()), "hazard.manhole");
        let message = json!({ "type": "command", "id": id, "request": request });
        self.0.send(Frame::text(message.to_string())).await.unwrap();
        let answer = self.hears(&["ack", "refused"]).await;
        assert_eq!((&answer["type"], &answer["id"]), (&json!("ack"), &json!(id)), "{answer}");
        answer["outcome"].clone()
    }
}

fn cursor(opened: &Value) -> Value {
    json!({ seed::DISTRICT: {
        "epoch": opened["epoch"], "seq": opened["seq"], "sight": opened["sight"],
    } })
}

fn incidents(reset: &Value) -> Vec<String> {
    let listed = reset["snapshot"]["incidents"].as_array().unwrap();
    listed.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_client_reads_the_restored_log_anew_and_offers_again() {
    let backend = Backend::sqlite();
    let data = backend.folder().unwrap();
    let node = TestNode::seeded(&backend).await;
    let token = node.token("guard").await;
    let (mut phone, first) = Phone::connect(&node, &token, json!({})).await;
    let [kept, lost] = ["kept", "lost"].map(|name| IncidentId::from(fresh(name)));
    let kept_outcome = phone.offers("command-1", &kept).await;
    let (_folder, backup) = backed_up(data);
    phone.offers("command-2", &lost).await;
    drop(phone);
    let (_, resumed) = Phone::connect(&node, &token, cursor(&first)).await;
    assert_eq!(resumed["type"], "resumed", "its place holds until the restore");
    node.stop().await;
    put_back(&backup, data);

    let node = again(&backend, NOW_MS).await;
    // Its place is in the log still, by its number alone.
    let (mut phone, opened) = Phone::connect(&node, &token, cursor(&first)).await;
    assert_eq!(opened["type"], "reset", "{opened}");
    assert_ne!(opened["epoch"], first["epoch"]);
    assert_eq!(incidents(&opened), [kept.to_string()]);
    assert_eq!(phone.offers("command-1", &kept).await, kept_outcome, "the first outcome");
    let renewed = phone.offers("command-2", &lost).await;
    assert_eq!(renewed["incident"]["id"], json!(lost));
    assert_eq!(phone.offers("command-2", &lost).await, renewed, "once");
    drop(phone);
    let (_, resumed) = Phone::connect(&node, &token, cursor(&opened)).await;
    assert_eq!((&resumed["type"], &resumed["seq"]), (&json!("resumed"), &opened["seq"]));
    let (_, all) = Phone::connect(&node, &token, json!({})).await;
    let mut seen = incidents(&all);
    seen.sort();
    assert_eq!(seen, [kept.to_string(), lost.to_string()]);
    node.stop().await;
}
