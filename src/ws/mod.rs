//! The WebSocket edge: one task for each connection, from the upgrade to the close.
//!
//! It turns frames into calls of a [`Backend`] and drains the session's outbox. It must not know
//! rights, stores or HTTP beside the upgrade. Invariants: nothing that a client sends panics or
//! blocks another; what waits for a client waits in its outbox, where it has a bound.

mod backend;
mod counted;
mod flood;
mod greeting;
mod line;
mod on_client_message;
mod outgoing;
mod returns;
mod session;
mod sight;
mod silence;
#[cfg(test)]
mod tests;
mod upgrade;
mod wire;

use std::fmt::Debug;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::task::TaskTracker;

use crate::app::Caller;
use crate::clock::Clock;
use crate::domain::{AudienceKey, CommandId, District, DistrictId, Fix};
use crate::hub::{Hub, Page};
use crate::protocol::limits::HELLO_WITHIN_MS;
use crate::protocol::{Cursor, Outcome, Refusal, Request, Snapshot};
use returns::Returns;
use wire::Wire;

/// Who a connection speaks for.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The member, with the sign-in session that they came through.
    pub caller: Caller,
    /// The audience keys that they hold now.
    pub keys: Vec<AudienceKey>,
    /// The districts whose logs they follow.
    pub districts: Vec<District>,
}

/// A district's state for one session.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The log's epoch.
    pub epoch: String,
    /// The place in the log, read **before** the state was.
    pub seq: i64,
    /// The state.
    pub snapshot: Snapshot,
}

/// What the edge needs of the rest of the system.
///
/// A connection's calls are dropped, wherever they wait, when it ends; whoever must finish what
/// was begun spawns it.
pub trait Backend: Clone + Send + Sync + 'static {
    /// Who a browser's cookie or a device's token belongs to; the token wins.
    fn authenticate(
        &self,
        cookie_token: Option<String>,
        hello_token: Option<String>,
    ) -> impl Future<Output = Result<SignedIn, Refusal>> + Send;

    /// Who a session speaks for now: their role, team, shift and keys may have changed.
    fn refresh(&self, who: &SignedIn) -> impl Future<Output = Result<SignedIn, Refusal>> + Send;

    /// What a session may see of a district; called after it joined the hub.
    fn snapshot(
        &self,
        who: &SignedIn,
        district: &DistrictId,
    ) -> impl Future<Output = Result<Opening, Refusal>> + Send;

    /// Whether a client can go on from its cursor, and then where the log ends; called after it
    /// joined the hub.
    fn can_resume(
        &self,
        district: &DistrictId,
        cursor: &Cursor,
    ) -> impl Future<Output = Result<Option<i64>, Refusal>> + Send;

    /// The notices of the calls for help that are open in a district, of those that a session may
    /// see.
    fn open_calls(
        &self,
        who: &SignedIn,
        district: &DistrictId,
    ) -> impl Future<Output = Result<Vec<String>, Refusal>> + Send;

    /// The part of a district's log after a place, or none when the log no longer holds it.
    fn page(
        &self,
        district: &DistrictId,
        seq: i64,
    ) -> impl Future<Output = Result<Option<Page>, Refusal>> + Send;

    /// Applies a request; returns when it is stored.
    fn request(
        &self,
        who: &SignedIn,
        id: CommandId,
        request: Request,
    ) -> impl Future<Output = Result<Outcome, Refusal>> + Send;

    /// Takes 1 to 100 fixes.
    fn positions(
        &self,
        who: &SignedIn,
        fixes: Vec<Fix>,
    ) -> impl Future<Output = Result<(), Refusal>> + Send;

    /// The hub that sessions join.
    fn hub(&self) -> &Hub;

    /// The time.
    fn clock(&self) -> &Clock;
}

/// A stream that carries a WebSocket.
pub trait Socket: AsyncRead + AsyncWrite + Unpin + Debug + Send + 'static {}

impl<S: AsyncRead + AsyncWrite + Unpin + Debug + Send + 'static> Socket for S {}

/// The edge's settings.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// A connection must say `hello` within this.
    pub hello_within: Duration,
    /// A client that was told to close gets this long to do so.
    pub linger: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hello_within: Duration::from_millis(HELLO_WITHIN_MS),
            linger: Duration::from_secs(2),
        }
    }
}

/// The edge: its route and the connections that came through it.
#[derive(Debug, Clone)]
pub struct Sockets<B> {
    backend: B,
    settings: Settings,
    connections: TaskTracker,
    returns: Returns,
}

impl<B: Backend> Sockets<B> {
    /// An edge without connections.
    pub fn new(backend: B, settings: Settings) -> Self {
        Self { backend, settings, connections: TaskTracker::new(), returns: Returns::default() }
    }

    /// `GET /ws`.
    pub fn router(&self) -> Router {
        Router::new().route("/ws", get(upgrade::upgrade::<B>)).with_state(self.clone())
    }

    /// Serves a stream that is a WebSocket already, in a task of its own; `cookie` came with the
    /// request.
    pub fn serve<S>(&self, stream: S, cookie: Option<String>)
    where
        S: Socket,
    {
        let greeting = Box::pin(greeting::greet(self.clone(), Wire::new(stream), cookie));
        self.connections.spawn(greeting);
    }

    /// Waits until every connection has ended; close them first, with `Hub::drain`.
    pub async fn drained(&self) {
        self.connections.close();
        self.connections.wait().await;
    }
}
