//! A node: a process that serves the installation, as it last said of itself.
//!
//! Several share one database. Durations stand beside every time, because clocks may differ.

use serde::Serialize;

use super::id::NodeId;
use super::party::named_enum;

/// A node says something this often, in ms.
pub const BEAT_EVERY_MS: i64 = 5_000;
/// A node that said nothing for this long is gone: it may miss two signs, and no third.
pub const GONE_AFTER_MS: i64 = 16_000;
/// What is gone for this long is shown no more.
pub const FORGOTTEN_AFTER_MS: i64 = 24 * 60 * 60 * 1_000;

named_enum!(
    /// How a node hears of the others.
    NodeBus {
        /// There are no others.
        Alone = "alone",
        /// At once.
        Connected = "connected",
        /// From the log, about a second later.
        Lost = "lost",
    }
);

/// Where a node is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NodePlace {
    /// Its machine.
    pub name: String,
    /// Where it listens.
    pub address: String,
}

/// What a node says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeBeat {
    /// A fresh one each start.
    pub id: NodeId,
    /// Where it is.
    pub place: NodePlace,
    /// Its program.
    pub version: String,
    /// How far its machine's clock is ahead of the database's, in ms.
    pub skew_ms: i64,
    /// Open sessions.
    pub sessions: i64,
    /// How it hears of the others.
    pub bus: NodeBus,
    /// For how long the bus is lost, in ms.
    pub bus_lost_ms: Option<i64>,
    /// How long after it was stored an event was brought to the sessions here, at worst since the
    /// last sign; or for how long nothing could be, in ms.
    pub lag_ms: i64,
}

/// A node as the database knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Node {
    /// Another one each start.
    pub id: NodeId,
    /// Its machine.
    pub name: String,
    /// Where it listens.
    pub address: String,
    /// Its program.
    pub version: String,
    /// When it started, Unix ms UTC by the database's clock.
    pub started_ms: i64,
    /// How long ago it said something, in ms by the database's clock.
    pub silent_ms: i64,
    /// How far its machine's clock is ahead of the database's, in ms. The node goes by the
    /// database's all the same.
    pub skew_ms: i64,
    /// Open sessions.
    pub sessions: i64,
    /// How it hears of the others.
    pub bus: NodeBus,
    /// For how long the bus is lost, in ms; null when it isn't.
    pub bus_lost_ms: Option<i64>,
    /// How long after it was stored an event was brought to sessions, at worst within the last
    /// seconds, in ms.
    pub lag_ms: i64,
}

impl Node {
    /// Whether it said nothing for too long.
    pub fn is_gone(&self) -> bool {
        self.silent_ms >= GONE_AFTER_MS
    }
}
