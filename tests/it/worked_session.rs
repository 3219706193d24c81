//! The worked session of docs/PROTOCOL.md, played against a real node line by line.
//!
//! `→` is sent as it stands and `←` must be answered so; in both, `"…"` stands for what another
//! run says otherwise. Frames of one answer may come in any order; positions and watermarks come
//! as often as they like.

use std::fs;
use std::path::Path;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::http::Ask;
use crate::support::node::TestNode;
use crate::support::{Backend, seed};

const SOON: Duration = Duration::from_secs(20);

/// A line of the session.
#[derive(Debug)]
enum Line {
    /// `$ curl …`, with the path and the body.
    Asked(String, String),
    /// What was answered to it.
    Answered(Value),
    Sent(Value),
    Got(Value),
    Closed(u16),
}

fn lines() -> Vec<Line> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/PROTOCOL.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, session) = page.split_once("\n## A session by hand\n").expect("the section");
    let session = session.split("\n## ").next().unwrap();
    let blocks = session.split("```text\n").skip(1);
    let text = blocks.map(|block| block.split("\n```").next().unwrap()).collect::<Vec<_>>();
    text.join("\n").lines().filter(|line| !line.trim().is_empty()).filter_map(line).collect()
}

fn line(line: &str) -> Option<Line> {
    let json = |text: &str| serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"));
    let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
    Some(match mark {
        "$" if rest.starts_with("curl ") => {
            let path = rest.split_once("8080").unwrap().1.split_whitespace().next().unwrap();
            let body = rest.split_once("-d '").unwrap().1.strip_suffix('\'').unwrap();
            Line::Asked(path.to_owned(), body.to_owned())
        }
        "$" => return None,
        "→" => Line::Sent(json(rest)),
        "←" if rest.starts_with("closed ") => {
            Line::Closed(rest.trim_start_matches("closed ").parse().unwrap())
        }
        "←" => Line::Got(json(rest)),
        _ => Line::Answered(json(line)),
    })
}

/// Whether it is what the page says; `"…"` there is anything here.
fn is_as_written(written: &Value, real: &Value) -> bool {
    match (written, real) {
        (Value::String(any), _) if any == "…" => !real.is_null(),
        (Value::Object(written), Value::Object(real)) => {
            written.len() == real.len()
                && written.iter().all(|(key, value)| {
                    real.get(key).is_some_and(|real| is_as_written(value, real))
                })
        }
        (Value::Array(written), Value::Array(real)) => {
            written.len() == real.len()
                && written.iter().zip(real).all(|(written, real)| is_as_written(written, real))
        }
        _ => written == real,
    }
}

struct Stage {
    node: TestNode,
    answered: Value,
    /// The last `reset`: its epoch and sight are those of a cursor.
    reset: Value,
    socket: Option<WebSocketStream<MaybeTlsStream<TcpStream>>>,
    /// Frames that came and that no line has named yet.
    came: Vec<Value>,
}

impl Stage {
    async fn hear(&mut self) -> Option<Message> {
        let socket = self.socket.as_mut().expect("something was sent first");
        timeout(SOON, socket.next()).await.ok()??.ok()
    }

    async fn say(&mut self, mut message: Value) {
        if message["type"] == "hello" {
            message["token"] = self.answered["token"].clone();
            for cursor in message["cursors"].as_object_mut().unwrap().values_mut() {
                cursor["epoch"] = self.reset["epoch"].clone();
                cursor["sight"] = self.reset["sight"].clone();
            }
            assert_eq!(self.unnamed(), Vec::<&Value>::new());
            self.came.clear();
            let url = format!("ws://{}/ws", self.node.address);
            self.socket = Some(connect_async(url).await.unwrap().0);
        }
        let socket = self.socket.as_mut().expect("hello comes first");
        socket.send(Message::text(message.to_string())).await.unwrap();
    }

    async fn got(&mut self, written: &Value) {
        loop {
            if let Some(at) = self.came.iter().position(|real| is_as_written(written, real)) {
                self.came.remove(at);
                return;
            }
            let heard = self.hear().await;
            let Some(Message::Text(text)) = heard else {
                let came: Vec<_> = self.came.iter().map(Value::to_string).collect();
                panic!("never came: {written}\nwhat came: {came:#?}\nat last: {heard:?}")
            };
            let message: Value = serde_json::from_str(&text).unwrap();
            if message["type"] == "reset" {
                self.reset = message.clone();
            }
            self.came.push(message);
        }
    }

    /// What came and stands nowhere on the page.
    fn unnamed(&self) -> Vec<&Value> {
        let often = |real: &&Value| real["type"] != "positions" && real["type"] != "watermark";
        self.came.iter().filter(often).collect()
    }
}

#[tokio::test]
async fn the_session_of_the_document_happens_as_written() {
    let backend = Backend::sqlite();
    let node = TestNode::seeded(&backend).await;
    let mut stage =
        Stage { node, answered: Value::Null, reset: Value::Null, socket: None, came: Vec::new() };
    let mut played = 0;
    for line in lines() {
        played += 1;
        match line {
            Line::Asked(path, body) => {
                let body = body.replace('…', seed::PASSWORD);
                let answer = stage.node.ask(Ask::post(&path, &body)).await;
                assert_eq!(answer.status, 200, "{}", answer.text());
                stage.answered = answer.json();
            }
            Line::Answered(written) => {
                assert!(is_as_written(&written, &stage.answered), "{}", stage.answered);
            }
            Line::Sent(message) => stage.say(message).await,
            Line::Got(written) => stage.got(&written).await,
            Line::Closed(code) => {
                assert_eq!(stage.unnamed(), Vec::<&Value>::new());
                stage.node.app.hub.drain(xunfang::protocol::CloseReason::Draining).await;
                loop {
                    let heard = stage.hear().await.expect("a close");
                    if let Message::Close(close) = heard {
                        assert_eq!(u16::from(close.unwrap().code), code);
                        break;
                    }
                }
            }
        }
    }
    assert!(played > 15, "only {played} lines were played");
    stage.node.stop().await;
}
