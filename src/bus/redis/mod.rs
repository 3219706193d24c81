//! The bus of several nodes: Redis tells, and is never asked what is true.
//!
//! It must not know the log. Invariant: what Redis may have swallowed becomes a `Gap` on this
//! node: each (re)subscription once it is confirmed, each event that could not be sent, each
//! message that can't be read. Other nodes find such events by reading `streams`.

mod backoff;
mod envelope;
mod gather;
mod health;
mod partition;
mod publisher;
mod resp;
mod server;
mod subscriber;

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use self::envelope::Outgoing;
use self::gather::Gather;
use self::health::{Health, Side};
use self::partition::Partition;
use self::publisher::Publisher;
use self::server::Server;
use self::subscriber::Subscriber;
use super::fanout::{BusReceiver, Fanout};
use super::{BusError, BusEvent, BusStatus, Lane, UnitFix};
use crate::clock::Clock;

pub use self::server::Trust;

/// Events that may wait to be sent (hub.md): some seconds of a busy county.
const OUTGOING_EVENTS: usize = 4096;

/// A connection to the shared Redis; clones share it, and the last one to go ends its tasks.
#[derive(Clone, Debug)]
pub struct RedisBus(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    fanout: Arc<Fanout>,
    health: Arc<Health>,
    outgoing: mpsc::Sender<Outgoing>,
    gather: Arc<Gather>,
    interest: watch::Sender<BTreeSet<Partition>>,
    _tasks: JoinSet<()>,
}

impl RedisBus {
    /// Starts to connect, for ever and in the background, to `redis://[user:password@]host:port`, or
    /// with `rediss://` through TLS; needs a running tokio runtime. Hears every partition until
    /// `set_interest`.
    pub fn start(url: &str, clock: Clock) -> Result<Self, BusError> {
        Self::start_trusting(url, &Trust::System, clock)
    }

    /// The same, where these authorities vouch for the server's certificate.
    pub fn start_trusting(url: &str, trust: &Trust, clock: Clock) -> Result<Self, BusError> {
        let server = Server::parse(url, trust)?;
        let fanout = Arc::<Fanout>::default();
        let health = Arc::new(Health::new(clock));
        let gather = Arc::<Gather>::default();
        let (outgoing, queue) = mpsc::channel(OUTGOING_EVENTS);
        let (interest, wanted) = watch::channel(Partition::all().collect());
        let mut tasks = JoinSet::new();
        let publisher = Publisher {
            server: server.clone(),
            queue,
            gather: gather.clone(),
            fanout: fanout.clone(),
            health: health.clone(),
            unsent: Vec::new(),
        };
        tasks.spawn(publisher.run());
        tasks.spawn(Subscriber::new(server, wanted, fanout.clone(), health.clone()).run());
        Ok(Self(Arc::new(Inner { fanout, health, outgoing, gather, interest, _tasks: tasks })))
    }

    pub(super) fn publish_event(&self, event: &BusEvent) -> Result<(), BusError> {
        let outgoing = Outgoing::event(event)?;
        if !self.0.health.is_up(Side::Publish) {
            // It waits in the queue for the other nodes; this one needn't wait with them.
            self.0.fanout.gap("unsent");
        }
        if self.0.outgoing.try_send(outgoing).is_ok() {
            return Ok(());
        }
        Lane::Events.count_dropped(1);
        self.0.fanout.gap("unsent");
        Err(BusError::Full)
    }

    pub(super) fn publish_positions(&self, fixes: Vec<UnitFix>) {
        if self.0.health.is_up(Side::Publish) {
            self.0.gather.put(fixes);
        } else {
            Lane::Positions.count_dropped(fixes.len());
        }
    }

    pub(super) fn subscribe(&self) -> BusReceiver {
        self.0.fanout.subscribe()
    }

    pub(super) fn set_interest<'a>(&self, districts: impl IntoIterator<Item = &'a str>) {
        let wanted: BTreeSet<_> = districts.into_iter().map(Partition::of).collect();
        self.0.interest.send_if_modified(|current| {
            let changed = *current != wanted;
            *current = wanted;
            changed
        });
    }

    pub(super) fn status(&self) -> BusStatus {
        self.0.health.status()
    }
}

fn refused(text: &[u8]) -> std::io::Error {
    std::io::Error::other(format!("redis answers: {}", String::from_utf8_lossy(text)))
}
