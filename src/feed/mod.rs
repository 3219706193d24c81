//! The feed joins the log and the bus: what was stored is told in order, and what wasn't heard
//! is read.
//!
//! It knows the log, the bus and the hub; it must not know how anything came to be stored.
//! Invariant: for each district a node delivers every event once, in the order of the log,
//! whatever the bus loses, doubles or delays.

mod delivery;
mod envelope;
mod forms;
mod history;
mod interest;
mod pulse;
mod ring;
mod snapshot;

use crate::bus::{Bus, BusEvent};
use crate::domain::LoggedEvent;
use crate::store::Store;

pub use delivery::{Delivery, Observer};
pub use forms::alert_of;
pub use history::History;
pub use pulse::Pulse;
pub use snapshot::{SnapshotLimits, snapshot};

/// The sending half: the writer publishes through it after each commit.
#[derive(Clone)]
pub struct Feed {
    bus: Bus,
    pulse: Pulse,
    history: History,
}

impl Feed {
    /// A feed that tells this bus, of the logs of this store.
    pub fn new(bus: Bus, store: Store) -> Self {
        Self { bus, pulse: Pulse::default(), history: History::new(store) }
    }

    /// Tells what was committed, in the order of the log. A full bus costs nothing but time:
    /// every node is handed a gap, or looks at the head of the log within a second.
    pub async fn publish(&self, logged: &LoggedEvent) {
        let event = BusEvent {
            district: logged.district.to_string(),
            seq: logged.seq,
            payload: envelope::encode(logged).into(),
        };
        if let Err(error) = self.bus.publish_event(event) {
            metrics::counter!("xunfang_feed_unpublished_total").increment(1);
            tracing::warn!(%error, seq = logged.seq, "an event waits for the log to be read");
        }
    }

    /// Whether this node's delivery turns.
    pub fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    /// What came before, as far as delivery has come.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The bus, for positions.
    pub fn bus(&self) -> &Bus {
        &self.bus
    }
}
