//! A node: wires store, bus, hub and writer together, serves a listener, and drains.
//!
//! The caller owns the listener, the clock and the shutdown. It alone knows which part feeds
//! which. Invariant: what was acknowledged is stored and told before a drain ends.

use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::bus::Bus;
use crate::clock::Clock;
use crate::command::{Atlas, Deps, Positions, TrackQueue, Writer, WriterSettings};
use crate::domain::{Event, LoggedEvent};
use crate::feed::{Delivery, Feed, Observer};
use crate::http;
use crate::hub::Hub;
use crate::protocol::CloseReason;
use crate::store::Store;
use crate::ws::{self, Sockets};

/// Requests and sessions get this long to end by themselves.
const DRAIN_WITHIN: Duration = Duration::from_secs(5);

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
            (Hub::new(clock.clone()), Feed::new(bus), Arc::new(Atlas::default()));
        let deps = Deps {
            store: store.clone(),
            clock: clock.clone(),
            atlas: Arc::clone(&atlas),
            feed: feed.clone(),
        };
        let (writer, writing) = Writer::new(deps.clone(), &settings, writer_stop.clone());
        let tracks = TrackQueue::default();
        // The heads before the state: what changes in between is heard, and known already.
        let delivery = Delivery::start(store.clone(), hub.clone()).await?.beating(feed.pulse());
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
        let turnstile = Arc::default();
        let simulation = None;
        let app =
            App { store, clock, atlas, writer, positions, hub, feed, demo, simulation, turnstile };
        Ok(Self { app, writing, writer: writer_stop, tasks, rest })
    }

    /// Serves until the token is cancelled, then drains.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> std::io::Result<()> {
        let sockets = Sockets::new(self.app.clone(), ws::Settings::default());
        let router = http::router(self.app.clone(), sockets.router());
        let listener = listener.tap_io(|stream| {
            // A frame is small and waits for nobody.
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "TCP_NODELAY was not set");
            }
        });
        let stopping = shutdown.clone().cancelled_owned();
        let serving = axum::serve(listener, router).with_graceful_shutdown(stopping);
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
        let (served, (), ()) =
            tokio::join!(serve_within(serving.into_future(), &shutdown), close, drained);
        self.stop().await;
        served
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

/// Serves; once it is told to stop, open requests get a while to end.
async fn serve_within(
    serving: impl Future<Output = std::io::Result<()>>,
    shutdown: &CancellationToken,
) -> std::io::Result<()> {
    tokio::pin!(serving);
    tokio::select! {
        served = &mut serving => return served,
        () = shutdown.cancelled() => {}
    }
    timeout(DRAIN_WITHIN, serving).await.unwrap_or(Ok(()))
}

/// What else on this node hears of an event before the sessions do.
struct NodeObserver {
    positions: Positions,
    hub: Hub,
    atlas: Arc<Atlas>,
}

impl Observer for NodeObserver {
    fn observe(&self, logged: &LoggedEvent) {
        self.positions.observe(logged);
        match &logged.event {
            Event::ShiftChanged { shift, .. } => {
                if let Some(ended_ms) = shift.ended_ms {
                    self.hub.remove_member(&shift.member, ended_ms);
                }
            }
            Event::GridsChanged { district, .. }
            | Event::PlacesChanged { district }
            | Event::IncidentsImported { district, .. } => {
                self.atlas.forget(district);
            }
            Event::IncidentChanged { .. }
            | Event::MessagePosted { .. }
            | Event::CheckedIn { .. }
            | Event::TrackViewed { .. } => {}
        }
    }
}
