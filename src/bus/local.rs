//! The bus of a node that is alone: the same bounded queues, and nothing in between.
//!
//! It must not be faster by being laxer: a receiver that lags is told of its gap as with Redis.
//! Invariant: `publish` never waits.

use std::sync::Arc;

use super::BusMessage;
use super::fanout::{BusReceiver, Fanout};

/// An in-process bus; clones share it.
#[derive(Clone, Debug, Default)]
pub struct LocalBus(Arc<Fanout>);

impl LocalBus {
    /// A bus without receivers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn publish(&self, message: &BusMessage) {
        message.lane().count_published();
        self.0.offer(message);
    }

    pub(super) fn subscribe(&self) -> BusReceiver {
        self.0.subscribe()
    }
}
