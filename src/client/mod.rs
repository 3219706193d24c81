//! A typed client of the protocol: what simulate, bench and the tests speak with.
//!
//! It knows the wire and nothing of the server behind it. Invariant: what it shows of a district
//! is a snapshot and every event since, without a gap; at a gap it connects again.

pub mod backoff;
mod link;
mod pump;
pub mod state;
pub mod units;
pub mod view;

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::sleep;
use tokio_util::sync::{CancellationToken, DropGuard};

pub use backoff::Backoff;
pub use link::LinkEnd;
pub use state::{FrameFault, Notice, State};
pub use units::{Units, UnitsFault};
pub use view::{Gap, View};

use crate::domain::{CommandId, Fix};
use crate::protocol::{ClientMessage, Code, Outcome, Refusal, Request};
use pump::{Ask, Pump};

/// Asks that wait for the connection; then the caller waits.
const ASKS: usize = 64;
/// Notices that wait for a subscriber; then the client reads no more until it has caught up.
const NOTICES: usize = 1_024;

/// Where to connect, and as whom.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `ws://host:port/ws`.
    pub url: String,
    /// A device's token.
    pub token: Option<String>,
    /// A browser's session, sent as the cookie.
    pub cookie: Option<String>,
    /// Whether to connect again, with back-off, when the close code allows it.
    pub reconnect: bool,
}

/// A request that has no outcome.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RequestError {
    /// The server said no; nothing was stored.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// The client is closed; whether it was stored isn't known.
    #[error("the connection ended before an answer came")]
    Closed,
}

/// A client; dropping it closes the connection.
#[derive(Debug)]
pub struct Client {
    asks: mpsc::Sender<Ask>,
    shared: Arc<Shared>,
    closing: CancellationToken,
    _close: DropGuard,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

impl Shared {
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.state.lock());
        self.changed.notify_waiters();
        result
    }
}

impl Client {
    /// Connects, and returns when every district was opened.
    ///
    /// # Errors
    /// [`LinkEnd`] when the first connection fails; later ones are tried again.
    pub async fn connect(options: Options) -> Result<Self, LinkEnd> {
        let (asks, asked) = mpsc::channel(ASKS);
        let shared = Arc::new(Shared::default());
        let closing = CancellationToken::new();
        let (opened, opening) = oneshot::channel();
        let pump = Pump::new(options, Arc::clone(&shared), asked);
        let close = closing.clone();
        tokio::spawn(async move {
            let ended = close.run_until_cancelled(Box::pin(pump.run(opened))).await;
            tracing::debug!(by_caller = ended.is_none(), "a client ended");
        });
        opening.await.unwrap_or(Err(LinkEnd::ByCaller))?;
        Ok(Self { asks, shared, closing: closing.clone(), _close: closing.drop_guard() })
    }

    /// Asks for something under a fresh id, and waits for the answer over as many connections as
    /// it takes.
    ///
    /// # Errors
    /// [`RequestError`].
    pub async fn request(&self, request: Request) -> Result<Outcome, RequestError> {
        self.request_as(CommandId::fresh(), request).await
    }

    /// As [`Client::request`] under an id that the caller made. After an unknown outcome the same
    /// is asked again, and finds out.
    ///
    /// # Errors
    /// [`RequestError`].
    pub async fn request_as(
        &self,
        id: CommandId,
        request: Request,
    ) -> Result<Outcome, RequestError> {
        let mut backoff = Backoff::default();
        loop {
            match self.ask_once(id.clone(), request.clone()).await {
                Err(RequestError::Refused(refusal)) if refusal.code == Code::OutcomeUnknown => {
                    sleep(backoff.next(rand::random())).await;
                }
                answer => return answer,
            }
        }
    }

    async fn ask_once(&self, id: CommandId, request: Request) -> Result<Outcome, RequestError> {
        let (reply, answer) = oneshot::channel();
        let ask = Ask::Command { id, request: Box::new(request), reply };
        self.asks.send(ask).await.map_err(|_| RequestError::Closed)?;
        let answer = answer.await.map_err(|_| RequestError::Closed)?;
        answer.map(|outcome| *outcome).map_err(RequestError::Refused)
    }

    /// Reports where the member is and was. Positions are not acknowledged: what is wrong with
    /// them comes as [`Notice::Error`].
    pub async fn report(&self, fixes: Vec<Fix>) {
        self.say(ClientMessage::Position { fixes }).await;
    }

    /// Says a message; after a new connection the last `watch` is said again.
    pub async fn say(&self, message: ClientMessage) {
        self.asks.send(Ask::Say(message)).await.ok();
    }

    /// What happens from now on. While a subscriber doesn't read, the client doesn't either.
    pub async fn events(&self) -> mpsc::Receiver<Notice> {
        let (notices, receiver) = mpsc::channel(NOTICES);
        self.asks.send(Ask::Subscribe(notices)).await.ok();
        receiver
    }

    /// Looks at the state.
    pub fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.shared.state.lock())
    }

    /// Waits until the state is as wanted, and returns what `look` made of it. It waits for ever
    /// for what never comes: the caller has a deadline.
    pub async fn wait_for<T>(&self, mut look: impl FnMut(&State) -> Option<T>) -> T {
        loop {
            let changed = self.shared.changed.notified();
            tokio::pin!(changed);
            // Listening first, so that no change falls between the look and the wait.
            changed.as_mut().enable();
            if let Some(found) = self.look(&mut look) {
                return found;
            }
            changed.await;
        }
    }

    /// Ends the connection.
    pub fn close(&self) {
        self.closing.cancel();
    }
}
