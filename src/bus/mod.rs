//! The bus: tells every node of an installation what was stored and who moved.
//!
//! It carries bytes and district ids, and must not know the log, the sessions or what a payload
//! means. Invariant: a receiver that may have missed an event is handed [`BusSignal::Gap`]
//! afterwards, and may then read the log; positions may be lost, and are counted.

mod fanout;
mod local;
mod redis;

use std::sync::Arc;

use bytes::Bytes;
use thiserror::Error;

pub use fanout::BusReceiver;
pub use local::LocalBus;
pub use redis::{RedisBus, Trust};

/// A stored event of a district's log, published after its commit and in order; clones share the
/// payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusEvent {
    /// Whose log.
    pub district: String,
    /// Its place in that log.
    pub seq: i64,
    /// The event, encoded once.
    pub payload: Arc<str>,
}

/// Where a unit is; the newest fix alone matters, and losing some is no harm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitFix {
    /// Whose unit.
    pub district: String,
    /// Which one.
    pub unit: String,
    /// When, in Unix ms UTC.
    pub at_ms: i64,
    /// A JSON value, of which receivers are handed arrays.
    pub json: String,
}

/// What is heard; clones share the payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BusMessage {
    /// A stored event.
    Event(BusEvent),
    /// Where units are, perhaps of several districts.
    Positions {
        /// A JSON array of what was told of each.
        payload: Bytes,
        /// Told some time ago and kept since, for at most [`KEPT_FOR_MS`]; or just now.
        kept: bool,
    },
}

/// A unit's newest fix is kept for this long, in ms, for nodes that begin to look at its district:
/// phones on duty report more often, if only that they stand.
pub const KEPT_FOR_MS: i64 = 15 * 60 * 1_000;

/// What a receiver is handed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BusSignal {
    /// A message; one that is older than a `Gap` before it may come late or twice.
    Message(BusMessage),
    /// Events may have been missed: read the log of every district that matters here.
    Gap,
}

/// Whether this node hears and is heard; either way nothing acknowledged is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BusStatus {
    /// Both directions work.
    Connected,
    /// Other nodes learn late, from the log.
    Degraded {
        /// Since when, in Unix ms.
        since_ms: i64,
    },
}

/// Why the bus did not take a message or did not start.
#[derive(Debug, Error)]
pub enum BusError {
    /// The sending queue is full; receivers on this node have been handed a `Gap`.
    #[error("bus queue is full")]
    Full,
    /// A district id that the envelope can't carry.
    #[error("district id of {0} bytes is too long for the bus")]
    DistrictTooLong(usize),
    /// Not an address that this build can connect to.
    #[error("not a bus address (redis://host:port or rediss://host:port): {0}")]
    Address(String),
    /// No authority that could vouch for a server's certificate.
    #[error("nobody can vouch for the certificate of redis: {0}")]
    Trust(String),
}

/// The bus of one node; clones share it.
#[derive(Clone, Debug)]
pub enum Bus {
    /// One node alone.
    Local(LocalBus),
    /// Several nodes that share a Redis.
    Redis(RedisBus),
}

impl Bus {
    /// Queues an event for every node, this one among them; it never waits.
    ///
    /// # Errors
    /// When it finds no room.
    pub fn publish_event(&self, event: BusEvent) -> Result<(), BusError> {
        match self {
            Self::Local(bus) => {
                bus.publish(&BusMessage::Event(event));
                Ok(())
            }
            Self::Redis(bus) => bus.publish_event(&event),
        }
    }

    /// Tells every node, this one among them, where units are: at once on a node that is alone,
    /// else with the next tick, the newest of each. It never waits; those that find no room are
    /// dropped and counted.
    pub fn publish_positions(&self, fixes: Vec<UnitFix>) {
        match self {
            Self::Local(bus) => {
                let payload = array(fixes.iter().map(|fix| fix.json.as_bytes())).into();
                bus.publish(&BusMessage::Positions { payload, kept: false });
            }
            Self::Redis(bus) => bus.publish_positions(fixes),
        }
    }

    /// Hears everything from now on, until the receiver is dropped.
    #[must_use]
    pub fn subscribe(&self) -> BusReceiver {
        match self {
            Self::Local(bus) => bus.subscribe(),
            Self::Redis(bus) => bus.subscribe(),
        }
    }

    /// Keeps nothing of a unit for those who come later, until it is told of again.
    pub fn forget_unit(&self, district: &str, unit: &str) {
        match self {
            Self::Local(_) => {}
            Self::Redis(bus) => bus.forget_unit(district, unit),
        }
    }

    /// Hears only partitions with these districts, and whoever shares a partition with them.
    /// Once the server has confirmed what was added, a `Gap` follows, and after it what is kept of
    /// the districts that are new. What this node itself tells of other districts is a `Gap` here.
    pub fn set_interest<'a>(&self, districts: impl IntoIterator<Item = &'a str>) {
        match self {
            Self::Local(_) => {}
            Self::Redis(bus) => bus.set_interest(districts),
        }
    }

    /// Whether other nodes are told at once.
    #[must_use]
    pub fn status(&self) -> BusStatus {
        match self {
            Self::Local(_) => BusStatus::Connected,
            Self::Redis(bus) => bus.status(),
        }
    }
}

/// Which of the two promises a message travels under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lane {
    Events,
    Positions,
}

impl BusMessage {
    fn lane(&self) -> Lane {
        match self {
            Self::Event(_) => Lane::Events,
            Self::Positions { .. } => Lane::Positions,
        }
    }
}

impl Lane {
    fn count_published(self) {
        metrics::counter!("xunfang_bus_published_total", "lane" => self.label()).increment(1);
    }

    fn count_received(self) {
        metrics::counter!("xunfang_bus_received_total", "lane" => self.label()).increment(1);
    }

    fn count_dropped(self, n: usize) {
        metrics::counter!("xunfang_bus_dropped_total", "lane" => self.label()).increment(n as u64);
    }

    fn label(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Positions => "positions",
        }
    }
}

/// A JSON array of these JSON values.
fn array<'a>(values: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut array = vec![b'['];
    for value in values {
        if array.len() > 1 {
            array.push(b',');
        }
        array.extend(value);
    }
    array.push(b']');
    array
}
