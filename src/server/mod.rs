//! A node: wires store, bus, hub and writer together, serves its listeners, and drains.
//!
//! The caller owns the listeners, the clock and the shutdown. It alone knows which part feeds
//! which. Invariant: what was acknowledged is stored and told before a drain ends.

mod connections;
mod door;
mod own_certificate;
mod retention;
mod sweep;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use door::Door;
pub use own_certificate::OwnCertificate;
pub use tls::{Tls, TlsError};

use crate::app::App;
use crate::auth::keys;
use crate::bus::Bus;
use crate::clock::Clock;
use crate::command::{Atlas, Deps, Hidden, Positions, TrackQueue, Writer, WriterSettings};
use crate::domain::{Event, LoggedEvent};
use crate::feed::{Delivery, Feed, Observer};
use crate::http;
use crate::hub::{BATCH_BYTES, Hub};
use crate::protocol::CloseReason;
use crate::store::Store;
use crate::ws::{self, Sockets};

/// Requests and sessions get this long to end by themselves.
const DRAIN_WITHIN: Duration = Duration::from_secs(5);

/// Bytes of a connection that the kernel holds unsent: two batches of an outbox. By default it
/// takes megabytes, which an SOS would wait behind.
#[cfg(target_os = "linux")]
const KERNEL_BACKLOG_BYTES: u32 = 2 * BATCH_BYTES as u32;

/// What a node is made of.
pub struct Parts {
    /// The state.
    pub store: Store,
    /// What ties nodes together.
    pub bus: Bus,
    /// The time.
    pub clock: Clock,
    /// How commands are grouped.
    pub writer: WriterSettings,
    /// Whether the data are invented.
    pub demo: bool,
}

/// A node whose parts run. Serve it, or stop it.
pub struct Node {
    /// The handles of its edges.
    pub app: App,
    writing: JoinHandle<()>,
    writer: CancellationToken,
    tasks: TaskTracker,
    rest: CancellationToken,
}

impl Node {
    /// Starts the parts.
    ///
    /// # Errors
    /// What the database says.
    pub async fn start(parts: Parts) -> Result<Self, sqlx::Error> {
        let Parts { store, bus, clock, writer: settings, demo } = parts;
        let (tasks, writer_stop, rest) =
            (TaskTracker::new(), CancellationToken::new(), CancellationToken::new());
        // Heard from before the heads are read, so that nothing falls between.
        let receiver = bus.subscribe();
        let (hub, feed, atlas) =
            (Hub::new(clock.clone()), Feed::new(bus, store.clone()), Arc::new(Atlas::default()));
        let deps = Deps {
            store: store.clone(),
            clock: clock.clone(),
            atlas: Arc::clone(&atlas),
            feed: feed.clone(),
        };
        let (writer, writing) = Writer::new(deps.clone(), &settings, writer_stop.clone());
        let tracks = TrackQueue::default();
        // The heads before the state: what changes in between is heard, and known already.
        let delivery = Delivery::start(store.clone(), hub.clone(), &feed).await?;
        let positions = Positions::start(deps, tracks.clone()).await?;
        let observer = NodeObserver {
            positions: positions.clone(),
            hub: hub.clone(),
            atlas: Arc::clone(&atlas),
        };
        let writing = tokio::spawn(writing);
        tasks.spawn(delivery.run(receiver, observer, rest.clone()));
        tasks.spawn(tracks.run(store.clone(), rest.clone()));
        tasks.spawn(hub.clone().run(rest.clone()));
        let (simulation, turnstile, imports) = (None, Arc::default(), Arc::default());
        let addresses = Arc::default();
        let sweeping = sweep::run(store.clone(), clock.clone(), writer.clone());
        tasks.spawn(rest.clone().run_until_cancelled_owned(sweeping));
        let app = App {
            store,
            clock,
            atlas,
            writer,
            positions,
            hub,
            feed,
            demo,
            simulation,
            turnstile,
            addresses,
            imports,
        };
        tasks.spawn(retention::run(app.clone(), rest.clone()));
        Ok(Self { app, writing, writer: writer_stop, tasks, rest })
    }

    /// Serves a plain listener until the token is cancelled, then drains.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> std::io::Result<()> {
        self.serve_through(vec![listener.into()], shutdown).await
    }

    /// Serves through all these doors until the token is cancelled, then drains.
    ///
    /// # Errors
    /// When a listener fails.
    pub async fn serve_through(
        self,
        doors: Vec<Door>,
        shutdown: CancellationToken,
    ) -> std::io::Result<()> {
        let sockets = Sockets::new(self.app.clone(), ws::Settings::default());
        let serving = doors.into_iter().map(|Door { listener, tls, entrance }| {
            let router = http::router(self.app.clone(), sockets.router(), entrance);
            door::serve(listener, tls, router, shutdown.clone())
        });
        let serving = join_all(serving.collect::<Vec<_>>());
        let hub = self.app.hub.clone();
        let close = async {
            shutdown.cancelled().await;
            hub.close_all(CloseReason::Draining);
        };
        let drained = async {
            shutdown.cancelled().await;
            let sessions = timeout(DRAIN_WITHIN, sockets.drained()).await;
            if sessions.is_err() {
                tracing::warn!("some connections did not close in time");
            }
        };
        let (served, (), ()) = tokio::join!(serving, close, drained);
        self.stop().await;
        served.into_iter().collect()
    }

    /// Stops the parts: what the writer took is stored and told first.
    pub async fn stop(self) {
        self.writer.cancel();
        if let Err(error) = self.writing.await {
            tracing::error!(%error, "the writer did not end well");
        }
        self.rest.cancel();
        self.tasks.close();
        if timeout(DRAIN_WITHIN, self.tasks.wait()).await.is_err() {
            tracing::warn!("a part of the node did not end in time");
        }
        self.app.store.close().await;
    }
}

/// A frame is small and waits for nobody; and the kernel takes no more than it will send soon, so
/// that what waits is in the lanes, where an SOS goes first.
fn tune(stream: &TcpStream) {
    let socket = SockRef::from(stream);
    let tuned = socket.set_tcp_nodelay(true).and_then(|()| set_backlog(&socket));
    if let Err(error) = tuned {
        tracing::debug!(%error, "a connection was not tuned");
    }
}

#[cfg(target_os = "linux")]
fn set_backlog(socket: &SockRef<'_>) -> std::io::Result<()> {
    socket.set_tcp_notsent_lowat(KERNEL_BACKLOG_BYTES)
}

#[cfg(not(target_os = "linux"))]
fn set_backlog(_: &SockRef<'_>) -> std::io::Result<()> {
    Ok(())
}

/// What else on this node hears of an event before the sessions do.
struct NodeObserver {
    positions: Positions,
    hub: Hub,
    atlas: Arc<Atlas>,
}

impl Observer for NodeObserver {
    fn observe(&self, logged: &LoggedEvent) {
        for hidden in self.positions.observe(logged) {
            match hidden {
                Hidden::From { unit, until_ms } => self.hub.remove_member(&unit, until_ms),
                Hidden::Before { unit, keys } => self.hub.hide_member(&unit, &keys),
            }
        }
        match &logged.event {
            Event::ShiftChanged { shift, .. } => {
                self.hub.review_member(&shift.member);
            }
            Event::MemberChanged { member } => {
                self.hub.set_member_keys(&member.id, &keys(member, None));
            }
            Event::SessionsEnded { member, sessions, .. } => {
                self.hub.close_sessions(member, sessions, CloseReason::Unauthenticated);
            }
            Event::GridsChanged { district, .. }
            | Event::PlacesChanged { district }
            | Event::IncidentsImported { district, .. } => {
                self.atlas.forget(district);
            }
            Event::IncidentChanged { .. }
            | Event::MessagePosted { .. }
            | Event::CheckedIn { .. }
            | Event::ConsentChanged { .. }
            | Event::TextErased { .. }
            | Event::TrackViewed { .. } => {}
        }
    }
}
