//! The edge over real sockets. The backend is a stand-in: what a session does is tested here,
//! what the system answers is tested with the whole server.

mod bounds;
mod client;
mod resume;
mod size;
mod talk;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use parking_lot::Mutex;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::*;
use crate::domain::{Force, Member, Message, Role, Text};
use crate::hub::Publication;
use crate::protocol::Code;
use crate::store::session::SessionKind;

const TOKEN: &str = "good";
/// The member's rights change while it is found out whose this one is.
const CHANGING: &str = "changing";
/// Far longer than anything here takes: a test that waits for it has failed.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug, Clone)]
struct Stub {
    hub: Hub,
    clock: Clock,
    /// A message that says `wait` waits for a permit of it.
    gate: Arc<Semaphore>,
    /// Sign-ons that were asked for.
    asked: Arc<Mutex<HashSet<CommandId>>>,
    /// The log after its fifth place, which the snapshot is as of.
    log: Arc<Mutex<Vec<Arc<Publication>>>>,
    /// The places after which the log was read.
    reads: Arc<Mutex<Vec<i64>>>,
    /// How often a session found out who it speaks for by now.
    refreshed: Arc<Mutex<u32>>,
    /// How much the snapshot weighs.
    snapshot_bytes: usize,
}

fn district() -> District {
    District {
        id: "d".into(),
        name: "d".to_owned(),
        timezone: "Asia/Shanghai".to_owned(),
        prefix: "D".to_owned(),
        demo: true,
    }
}

fn member() -> Member {
    Member {
        id: "m".into(),
        district: "d".into(),
        org: "o".into(),
        force: Force::Guard,
        role: Role::Patrol,
        team: None,
        grid: None,
        name: "m".to_owned(),
    }
}

impl Backend for Stub {
    async fn authenticate(
        &self,
        cookie_token: Option<String>,
        hello_token: Option<String>,
    ) -> Result<SignedIn, Refusal> {
        match hello_token.or(cookie_token).as_deref() {
            Some(TOKEN) => {}
            Some(CHANGING) => self.hub.set_member_keys(&"m".into(), &[]),
            _ => return Err(Refusal::new(Code::Unauthenticated, "sign in first")),
        }
        let keys = vec![AudienceKey::everyone(&"d".into())];
        let kind = SessionKind::Device;
        let caller = Caller { member: member(), session: "s".into(), kind, must_change: false };
        Ok(SignedIn { caller, keys, districts: vec![district()] })
    }

    async fn refresh(&self, who: &SignedIn) -> Result<SignedIn, Refusal> {
        *self.refreshed.lock() += 1;
        let mut who = who.clone();
        if self.hub.rights_changes() > 0 {
            who.caller.member.name = "now".to_owned();
        }
        Ok(who)
    }

    async fn snapshot(&self, _: &SignedIn, _: &DistrictId) -> Result<Opening, Refusal> {
        let body = "x".repeat(self.snapshot_bytes);
        let message = Message {
            id: "m-1".into(),
            channel: "c".into(),
            district: "d".into(),
            sender: "m".into(),
            sender_name: "m".to_owned(),
            at_ms: 0,
            text: Text { id: "t".into(), body: Some(body) },
        };
        let snapshot = Snapshot { messages: vec![message], ..Snapshot::default() };
        let seq = self.log.lock().last().map_or(5, |event| event.seq);
        Ok(Opening { epoch: "e".to_owned(), seq, snapshot })
    }

    async fn can_resume(&self, _: &DistrictId, cursor: &Cursor) -> Result<Option<i64>, Refusal> {
        let last = self.log.lock().last().map_or(5, |event| event.seq);
        Ok((cursor.epoch == "e" && cursor.seq <= last).then_some(last))
    }

    async fn open_calls(&self, _: &SignedIn, _: &DistrictId) -> Result<Vec<String>, Refusal> {
        Ok(Vec::new())
    }

    async fn page(&self, _: &DistrictId, seq: i64) -> Result<Option<Page>, Refusal> {
        self.reads.lock().push(seq);
        let log = self.log.lock();
        if log.first().is_some_and(|first| first.seq > seq + 1) {
            return Ok(None);
        }
        let events: Vec<_> = log.iter().filter(|one| one.seq > seq).take(100).cloned().collect();
        let to = events.last().map_or(seq, |event| event.seq);
        let is_last = log.last().is_none_or(|last| last.seq == to);
        Ok(Some(Page { events, to, is_last }))
    }

    async fn request(
        &self,
        _: &SignedIn,
        id: CommandId,
        request: Request,
    ) -> Result<Outcome, Refusal> {
        match request {
            Request::PostMessage { body, .. } if body == "wait" => {
                self.gate.acquire().await.map_err(|_| Refusal::not_found("gate"))?.forget();
                Ok(Outcome { seq: Some(6), ..Outcome::default() })
            }
            Request::Sos { .. } => {
                self.gate.acquire().await.map_err(|_| Refusal::not_found("gate"))?.forget();
                Ok(Outcome { seq: Some(8), ..Outcome::default() })
            }
            // The first time nobody knows.
            Request::SignOn { .. } if !self.asked.lock().insert(id.clone()) => {
                Ok(Outcome { seq: Some(7), ..Outcome::default() })
            }
            Request::SignOn { .. } => Err(Refusal::new(Code::OutcomeUnknown, "ask again")),
            _ => Err(Refusal::not_found("thing")),
        }
    }

    async fn positions(&self, _: &SignedIn, _: Vec<Fix>) -> Result<(), Refusal> {
        Err(Refusal::new(Code::OffDuty, "sign on first"))
    }

    fn hub(&self) -> &Hub {
        &self.hub
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// An edge on a free port.
struct Edge {
    stub: Stub,
    sockets: Sockets<Stub>,
    address: String,
}

impl Edge {
    async fn start(snapshot_bytes: usize) -> Self {
        let clock = Clock::manual(1_000_000);
        let hub = Hub::new(clock.clone());
        let gate = Arc::new(Semaphore::new(0));
        let stub = Stub {
            hub,
            clock,
            gate,
            asked: Arc::default(),
            log: Arc::default(),
            reads: Arc::default(),
            refreshed: Arc::default(),
            snapshot_bytes,
        };
        let settings = Settings {
            hello_within: Duration::from_millis(200),
            linger: Duration::from_millis(500),
        };
        let sockets = Sockets::new(stub.clone(), settings);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let router = sockets.router();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { stub, sockets, address }
    }

    async fn connect(&self) -> Peer {
        let (socket, _) = connect_async(format!("ws://{}/ws", self.address)).await.unwrap();
        Peer { socket }
    }

    /// A peer that was welcomed and has read its `reset`.
    async fn sign_in(&self) -> Peer {
        let mut peer = self.connect().await;
        peer.say(r#"{"type":"hello","version":1,"token":"good"}"#).await;
        assert_eq!(peer.hear().await["type"], "welcome");
        assert_eq!(peer.hear().await["type"], "reset");
        peer
    }

    /// Lets time pass, a second at a time with the hub's ticks, until the session has left.
    async fn pass_time_until_it_leaves(&self) -> i64 {
        let until_it_leaves = async {
            let start_ms = self.stub.clock.now_ms();
            while self.stub.hub.viewers(&"d".into()) > 0 {
                self.stub.clock.advance_ms(1_000);
                self.stub.hub.tick_once();
                // The session's task runs between two ticks.
                for _ in 0..10 {
                    tokio::task::yield_now().await;
                }
            }
            self.stub.clock.now_ms() - start_ms
        };
        timeout(PATIENCE, until_it_leaves).await.expect("the session stayed")
    }
}

struct Peer {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Peer {
    async fn say(&mut self, text: &str) {
        self.socket.send(Frame::text(text)).await.unwrap();
    }

    async fn next(&mut self) -> Option<Frame> {
        let next = timeout(PATIENCE, self.socket.next()).await.expect("nothing was heard");
        next.and_then(Result::ok)
    }

    async fn hear(&mut self) -> Value {
        loop {
            match self.next().await.expect("the connection ended") {
                Frame::Text(text) => return serde_json::from_str(&text).unwrap(),
                Frame::Ping(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The code that the server closes with, whatever it says before.
    async fn close_code(&mut self) -> Option<u16> {
        while let Some(frame) = self.next().await {
            if let Frame::Close(close) = frame {
                return close.map(|close| close.code.into());
            }
        }
        None
    }
}
