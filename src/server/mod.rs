//! A node: wires store, bus, hub and writer together, serves its listeners, and drains.
//!
//! The caller owns the listeners, the clock and the shutdown. It alone knows which part feeds
//! which. Invariant: what was acknowledged is stored and told before a drain ends.

mod connections;
mod delay;
mod door;
mod drain;
mod heartbeat;
mod late;
mod own_certificate;
mod retention;
mod sweep;
mod tls;

use std::sync::Arc;

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
use crate::command::{
    Atlas, Deps, Hidden, Positions, SettleError, TrackQueue, Writer, WriterSettings, settle_journal,
};
use crate::domain::{Event, LoggedEvent, NodeId, NodePlace};
use crate::feed::{Delivery, Feed, Observer};
use crate::http;
use crate::hub::{Hub, PositionUpdate};
use crate::protocol::CloseReason;
use crate::store::Store;
use crate::timer::Timers;
use crate::ws::{self, Sockets};
use delay::Delay;
use drain::DRAIN_WITHIN;
use heartbeat::Heartbeat;

/// Bytes of a connection that the kernel holds unsent: two of [`crate::hub::BATCH_BYTES`]. By default it
/// takes megabytes, which an SOS would wait behind.
#[cfg(target_os = "linux")]
const KERNEL_BACKLOG_BYTES: u32 = 32 * 1024;

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
    /// Where it is, as the list of nodes shows it.
    pub place: NodePlace,
}

/// Why a node can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// What the database says.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The journal and the database can't be settled.
    #[error(transparent)]
    Journal(#[from] SettleError),
}

/// A node whose parts run. Serve it, or stop it.
pub struct Node {
    /// The handles of its edges.
    pub app: App,
    beating: JoinHandle<()>,
    beats: CancellationToken,
    writing: JoinHandle<()>,
    writer: CancellationToken,
    tasks: TaskTracker,
    rest: CancellationToken,
}

impl Node {
    /// Starts the parts.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(parts: Parts) -> Result<Self, StartError> {
        let Parts { store, bus, clock, writer: settings, demo, place } = parts;
        store.lead(&clock).await?;
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
        // A database that was put back forgets nothing that was erased since, and its logs are others.
        if let Some(entries) = settle_journal(&deps, None).await? {
            tracing::warn!(
                entries,
                "the database was put back from a backup: the journal is replayed"
            );
        }
        let (writer, writing) = Writer::new(deps.clone(), &settings, writer_stop.clone());
        let tracks = TrackQueue::default();
        // The heads before the state: what changes in between is heard, and known already.
        let delivery = Delivery::start(store.clone(), hub.clone(), &feed).await?;
        let positions = Positions::start(deps, tracks.clone()).await?;
        let delay = Delay::new(clock.clone());
        let observer = NodeObserver {
            delay: delay.clone(),
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
        let app = App {
            node: NodeId::fresh(),
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
        let beats = CancellationToken::new();
        let heartbeat = Heartbeat::new(app.clone(), place, delay);
        let beating = tokio::spawn(heartbeat.run(beats.clone()));
        keep_house(&app, &tasks, &rest);
        Ok(Self { app, beating, beats, writing, writer: writer_stop, tasks, rest })
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
            hub.drain(CloseReason::Draining).await;
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
}

/// Begins what a node does by itself, until `rest` is cancelled.
fn keep_house(app: &App, tasks: &TaskTracker, rest: &CancellationToken) {
    let App { store, clock, writer, .. } = app.clone();
    let sweeping = sweep::run(store.clone(), clock.clone(), writer.clone());
    tasks.spawn(rest.clone().run_until_cancelled_owned(sweeping));
    let timers = Timers::new(store, clock, writer).run();
    tasks.spawn(rest.clone().run_until_cancelled_owned(timers));
    tasks.spawn(late::run(app.clone(), rest.clone()));
    tasks.spawn(retention::run(app.clone(), rest.clone()));
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
    delay: Delay,
    positions: Positions,
    hub: Hub,
    atlas: Arc<Atlas>,
}

impl Observer for NodeObserver {
    fn still_holds(&self, update: &PositionUpdate) -> bool {
        self.positions.still_holds(update)
    }

    fn observe(&self, logged: &LoggedEvent) {
        self.delay.note(logged.at_ms);
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
