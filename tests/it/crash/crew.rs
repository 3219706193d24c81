//! The people who act: typed clients that are asked again over every connection, and hasty ones
//! who say a lot at once, some of it twice, and never come back for an answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use parking_lot::Mutex;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use xunfang::client::{Client, Notice, Options, RequestError};
use xunfang::clock::Clock;
use xunfang::domain::{Channel, CommandId, Fix, Member, MemberId, MessageId};
use xunfang::protocol::{ClientMessage, Outcome, Refusal, Request, ServerMessage, VERSION};

use super::deed::Doer;
use super::oracle::Told;
use super::record::{Place, Record};
use crate::support::{Proxy, seed};

/// Commands that one person has under way.
const HANDS: u64 = 2;
/// After `busy`.
const AGAIN_AFTER: Duration = Duration::from_millis(50);
/// What a hasty one says at once; under the server's limit.
const AT_ONCE: usize = 12;
/// How long a hasty one listens after that.
const LISTENS: Duration = Duration::from_millis(250);

/// A person with a typed client behind a proxy of their own.
pub(crate) struct Person {
    pub(crate) member: Member,
    pub(crate) proxy: Proxy,
    pub(crate) client: Arc<Client>,
    told: Arc<Mutex<Vec<Told>>>,
    _listening: AbortOnDropHandle<()>,
}

impl Person {
    pub(crate) async fn start(member: Member, token: String, server: SocketAddr) -> Self {
        let proxy = Proxy::start(server.port()).await;
        let url = format!("ws://{}/ws", proxy.address());
        let options = Options { url, token: Some(token), cookie: None, reconnect: true };
        let client = Client::connect(options).await.unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let (mut notices, kept) = (client.events().await, told.clone());
        let listening = tokio::spawn(async move {
            while let Some(notice) = notices.recv().await {
                match notice {
                    Notice::Reset { .. } => kept.lock().push(Told::Reset),
                    Notice::Event { seq, event, .. } => {
                        kept.lock().push(Told::Event { seq, event: Arc::from(event) });
                    }
                    _ => {}
                }
            }
        });
        let _listening = AbortOnDropHandle::new(listening);
        Self { member, proxy, client: Arc::new(client), told, _listening }
    }

    /// What the client's subscriber was told.
    pub(crate) fn told(&self) -> Vec<Told> {
        self.told.lock().clone()
    }

    /// Says something to the whole district; its place in the log.
    pub(crate) async fn say_to_all(&self, record: &Record) -> i64 {
        self.say_over(&self.client, record).await
    }

    /// The same over another of their clients.
    pub(crate) async fn say_over(&self, client: &Client, record: &Record) -> i64 {
        let request = Request::PostMessage {
            message: MessageId::fresh(),
            channel: Channel::of_district(&self.member.district).id,
            body: "演练结束".to_owned(),
        };
        let said = ask(client, (&self.member.id, request), record).await;
        said.and_then(|outcome| outcome.seq).expect("they may speak")
    }

    /// Asks for something, and waits for the answer; the outcome, unless it is refused.
    pub(crate) async fn ask(&self, request: Request, record: &Record) -> Option<Outcome> {
        ask(&self.client, (&self.member.id, request), record).await
    }

    /// Sets their hands to work until the token is cancelled; what was begun is finished.
    pub(crate) fn work(
        &self,
        tasks: &mut JoinSet<()>,
        (record, seed): (&Record, u64),
        stop: &CancellationToken,
    ) {
        for hand in 0..HANDS {
            let (client, record, stop) = (self.client.clone(), record.clone(), stop.clone());
            let (member, random) = (self.member.clone(), StdRng::seed_from_u64(seed ^ hand));
            tasks.spawn(async move {
                let mut hand = Hand { member, random, client, record };
                while !stop.is_cancelled() {
                    hand.act().await;
                }
            });
        }
    }
}

struct Hand {
    member: Member,
    random: StdRng,
    client: Arc<Client>,
    record: Record,
}

impl Hand {
    async fn act(&mut self) {
        let now_ms = Clock::system().now_ms();
        let mut doer = Doer { member: &self.member, random: &mut self.random, now_ms };
        let request = self.client.look(|state| doer.next(state));
        if self.random.random_bool(0.3) {
            self.client.report(vec![fix(now_ms)]).await;
        }
        ask(&self.client, (&self.member.id, request), &self.record).await;
    }
}

/// Asks until there is an answer, over every connection under the same id.
async fn ask(
    client: &Client,
    (actor, request): (&MemberId, Request),
    record: &Record,
) -> Option<Outcome> {
    let id = CommandId::fresh();
    let place = record.ask(actor, &id, &request);
    loop {
        match client.request_as(id.clone(), request.clone()).await {
            Ok(outcome) => {
                record.answer(place, Ok(outcome.clone()));
                return Some(outcome);
            }
            Err(RequestError::Refused(refusal)) if refusal.code.is_final() => {
                record.answer(place, Err(*refusal));
                return None;
            }
            Err(RequestError::Refused(_)) => sleep(AGAIN_AFTER).await,
            Err(RequestError::Closed) => panic!("{actor} may not connect again"),
        }
    }
}

/// In the park at this time.
pub(crate) fn fix(at_ms: i64) -> Fix {
    let point = seed::in_park();
    Fix { at_ms, point, speed_mps: Some(1.2), heading_deg: None, accuracy_m: Some(6.0) }
}

/// Says what doesn't depend on anything, over and over, until the line breaks.
pub(crate) async fn hasty(
    (member, token): (Member, String),
    server: SocketAddr,
    (record, mut random): (Record, StdRng),
) -> Option<()> {
    let (mut socket, _) = connect_async(format!("ws://{server}/ws")).await.ok()?;
    let hello = ClientMessage::Hello { version: VERSION, token: Some(token), cursors: [].into() };
    socket.send(text(&hello)).await.ok()?;
    let mut asked: Vec<(CommandId, Place)> = Vec::new();
    loop {
        let now_ms = Clock::system().now_ms();
        for _ in 0..AT_ONCE {
            let id = CommandId::fresh();
            let request = Doer { member: &member, random: &mut random, now_ms }.blind();
            asked.push((id.clone(), record.ask(&member.id, &id, &request)));
            let command = text(&ClientMessage::Command { id, request });
            socket.send(command.clone()).await.ok()?;
            if random.random_bool(0.25) {
                socket.send(command).await.ok()?;
            }
        }
        let listen = async {
            while let Some(Ok(frame)) = socket.next().await {
                note(&record, &asked, &frame);
            }
        };
        if timeout(LISTENS, listen).await.is_ok() {
            return None;
        }
    }
}

fn note(record: &Record, asked: &[(CommandId, Place)], frame: &Frame) {
    let Frame::Text(text) = frame else { return };
    let (id, answer): (CommandId, Result<_, Refusal>) = match serde_json::from_str(text) {
        Ok(ServerMessage::Ack { id, outcome }) => (id, Ok(outcome)),
        Ok(ServerMessage::Refused { id, refusal }) => (id, Err(refusal)),
        _ => return,
    };
    if let Some((_, place)) = asked.iter().find(|(known, _)| *known == id) {
        record.answer(*place, answer);
    }
}

fn text(message: &ClientMessage) -> Frame {
    Frame::text(serde_json::to_string(message).unwrap())
}
