//! The client's task: connects, sends what is asked, takes what comes, connects again.
//!
//! Invariant: a command that was asked for is sent on every connection, under the same id, until
//! it is answered.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, sleep_until};

use super::link::{Heard, Link, LinkEnd};
use super::state::{FrameFault, Notice};
use super::{Backoff, Options, Shared};
use crate::domain::CommandId;
use crate::protocol::close::may_reconnect;
use crate::protocol::limits::{MAX_IN_FLIGHT, WATERMARK_WITHIN_MS};
use crate::protocol::{ClientMessage, Outcome, Refusal, Request};

/// A link that brings nothing for this long is dead: a watermark comes every 10 s, and three of
/// them are missing.
const DEAD_AFTER: Duration = Duration::from_millis(3 * WATERMARK_WITHIN_MS + 5_000);

/// What comes of a command.
pub(super) type Answer = Result<Box<Outcome>, Box<Refusal>>;

/// What the client is asked to do.
#[derive(Debug)]
pub(super) enum Ask {
    Command { id: CommandId, request: Box<Request>, reply: oneshot::Sender<Answer> },
    Say(ClientMessage),
    Subscribe(mpsc::Sender<Notice>),
}

type Opened = oneshot::Sender<Result<(), LinkEnd>>;

pub(super) struct Pump {
    options: Options,
    shared: Arc<Shared>,
    asked: mpsc::Receiver<Ask>,
    /// Unanswered commands, in the order of their ids, which is that of asking for UUIDv7.
    pending: BTreeMap<CommandId, (ClientMessage, oneshot::Sender<Answer>)>,
    watch: Option<ClientMessage>,
    subscribers: Vec<mpsc::Sender<Notice>>,
    backoff: Backoff,
}

impl Pump {
    pub(super) fn new(options: Options, shared: Arc<Shared>, asked: mpsc::Receiver<Ask>) -> Self {
        Self {
            options,
            shared,
            asked,
            pending: BTreeMap::new(),
            watch: None,
            subscribers: Vec::new(),
            backoff: Backoff::default(),
        }
    }

    pub(super) async fn run(mut self, opened: Opened) {
        let mut opened = Some(opened);
        loop {
            let end = self.connection(&mut opened).await;
            tracing::debug!(%end, "a client's connection ended");
            let code = match &end {
                LinkEnd::Closed { code, .. } if !may_reconnect(*code) => Some(*code),
                _ => None,
            };
            let over = code.is_some() || !self.options.reconnect || opened.is_some();
            self.shared.change(|state| {
                state.end_connection();
                state.closed = if over { code.or(Some(1006)) } else { None };
            });
            if let Some(opened) = opened.take() {
                opened.send(Err(end)).ok();
            }
            if over {
                return;
            }
            sleep(self.backoff.next(rand::random())).await;
        }
    }

    /// One connection, until it ends.
    async fn connection(&mut self, opened: &mut Option<Opened>) -> LinkEnd {
        let cursors = self.shared.state.lock().cursors();
        match Link::open(&self.options, cursors).await {
            Ok(mut link) => {
                let end = self.converse(&mut link, opened).await;
                if matches!(end, LinkEnd::Frame(_)) {
                    link.close().await;
                }
                end
            }
            Err(end) => end,
        }
    }

    async fn converse(&mut self, link: &mut Link, opened: &mut Option<Opened>) -> LinkEnd {
        let mut heard_at = Instant::now();
        loop {
            let may_ask = self.shared.state.lock().live && self.pending.len() < MAX_IN_FLIGHT;
            let step = tokio::select! {
                heard = link.hear() => match heard {
                    Ok(heard) => {
                        heard_at = Instant::now();
                        self.take(link, heard, opened).await
                    }
                    Err(end) => Err(end),
                },
                () = sleep_until(heard_at + DEAD_AFTER) => Err(LinkEnd::Silent),
                ask = self.asked.recv(), if may_ask => match ask {
                    Some(ask) => self.carry_out(link, ask).await,
                    None => Err(LinkEnd::ByCaller),
                },
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    async fn take(
        &mut self,
        link: &mut Link,
        heard: Heard,
        opened: &mut Option<Opened>,
    ) -> Result<(), LinkEnd> {
        let notice = match heard {
            Heard::Text(text) => {
                let (notice, went_live) = self.shared.change(|state| {
                    let was_live = state.live;
                    let notice = state.take_text(&text)?;
                    Ok::<_, FrameFault>((notice, state.live && !was_live))
                })?;
                if went_live {
                    self.go_live(link, opened).await?;
                }
                notice
            }
            Heard::Binary(bytes) => {
                if let Some(audience) = self.shared.change(|state| state.take_binary(&bytes))? {
                    link.say(&ClientMessage::Resync { audience }).await?;
                }
                None
            }
        };
        if let Some(notice) = notice {
            self.tell(notice).await;
        }
        Ok(())
    }

    /// A connection works: what was left open before it is said again.
    async fn go_live(
        &mut self,
        link: &mut Link,
        opened: &mut Option<Opened>,
    ) -> Result<(), LinkEnd> {
        self.backoff.reset();
        let watch = self.watch.iter();
        for message in watch.chain(self.pending.values().map(|(message, _)| message)) {
            link.say(message).await?;
        }
        if let Some(opened) = opened.take() {
            opened.send(Ok(())).ok();
        }
        Ok(())
    }

    async fn carry_out(&mut self, link: &mut Link, ask: Ask) -> Result<(), LinkEnd> {
        match ask {
            Ask::Command { id, request, reply } => {
                let message = ClientMessage::Command { id: id.clone(), request: *request };
                self.pending.insert(id.clone(), (message, reply));
                match self.pending.get(&id) {
                    Some((message, _)) => link.say(message).await,
                    None => Ok(()),
                }
            }
            Ask::Say(message) => {
                if matches!(message, ClientMessage::Watch { .. }) {
                    self.watch = Some(message.clone());
                }
                link.say(&message).await
            }
            Ask::Subscribe(subscriber) => {
                self.subscribers.push(subscriber);
                Ok(())
            }
        }
    }

    async fn tell(&mut self, notice: Notice) {
        if let Notice::Answer { id, result } = &notice
            && let Some((_, reply)) = self.pending.remove(id)
        {
            reply.send(result.clone()).ok();
        }
        for subscriber in &self.subscribers {
            subscriber.send(notice.clone()).await.ok();
        }
        self.subscribers.retain(|subscriber| !subscriber.is_closed());
    }
}
