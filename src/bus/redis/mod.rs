//! The bus of several nodes: Redis tells, and is never asked what is true.
//!
//! It must not know the log. Invariant: what Redis may have swallowed becomes a `Gap` on this
//! node: each (re)subscription once it is confirmed, each event that could not be sent, each
//! message that can't be read. Other nodes find such events by reading `streams`.

mod backoff;
mod envelope;
mod gather;
mod health;
mod kept;
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
use self::kept::Kept;
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

/// What a node hears.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Interest {
    partitions: BTreeSet<Partition>,
    /// Whose kept fixes it reads.
    districts: BTreeSet<String>,
}

#[derive(Debug)]
struct Inner {
    fanout: Arc<Fanout>,
    health: Arc<Health>,
    outgoing: mpsc::Sender<Outgoing>,
    gather: Arc<Gather>,
    interest: watch::Sender<Interest>,
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
        let everything = Interest { partitions: Partition::all().collect(), ..Interest::default() };
        let (interest, wanted) = watch::channel(everything);
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
        let kept = Arc::new(Kept::new(server.clone(), fanout.clone()));
        let subscriber = Subscriber {
            server,
            wanted,
            kept: kept.clone(),
            fanout: fanout.clone(),
            health: health.clone(),
        };
        tasks.spawn(subscriber.run());
        tasks.spawn(async move { kept.run().await });
        Ok(Self(Arc::new(Inner { fanout, health, outgoing, gather, interest, _tasks: tasks })))
    }

    pub(super) fn publish_event(&self, event: &BusEvent) -> Result<(), BusError> {
        let outgoing = Outgoing::event(event)?;
        if !self.0.health.is_up(Side::Publish) {
            // It waits in the queue for the other nodes; this one needn't wait with them.
            self.0.fanout.gap("unsent");
        } else if !self.0.interest.borrow().partitions.contains(&Partition::of(&event.district)) {
            self.0.fanout.gap("unheard");
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

    pub(super) fn forget_unit(&self, district: &str, unit: &str) {
        self.0.gather.forget_unit(district, unit);
    }

    pub(super) fn subscribe(&self) -> BusReceiver {
        self.0.fanout.subscribe()
    }

    pub(super) fn set_interest<'a>(&self, districts: impl IntoIterator<Item = &'a str>) {
        let districts: BTreeSet<_> = districts.into_iter().map(str::to_owned).collect();
        let partitions = districts.iter().map(|district| Partition::of(district)).collect();
        let wanted = Interest { partitions, districts };
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
