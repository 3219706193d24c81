//! Says every few seconds that this node is there, and how it is; and at its end that it goes.
//!
//! Invariant: the sign goes through the writer like every change, so a node whose database takes
//! nothing any more is unready within seconds, whether somebody writes or not.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::delay::Delay;
use crate::app::App;
use crate::auth::Actor;
use crate::bus::{Bus, BusStatus};
use crate::command::Command;
use crate::domain::node::BEAT_EVERY_MS;
use crate::domain::{NodeBeat, NodeBus, NodeId, NodePlace};

const EVERY: Duration = Duration::from_millis(BEAT_EVERY_MS.cast_unsigned());
/// Delivery looks at the log once a second: when the last look is older than this, it is late.
const LOOKED_WITHIN: Duration = Duration::from_secs(2);

/// The signs of one node.
pub(super) struct Heartbeat {
    app: App,
    id: NodeId,
    place: NodePlace,
    delay: Delay,
}

impl Heartbeat {
    pub(super) fn new(app: App, place: NodePlace, delay: Delay) -> Self {
        let id = app.node.clone();
        Self { app, id, place, delay }
    }

    /// Until it is told to stop, before the writer is: the last word still goes through it.
    pub(super) async fn run(self, stopping: CancellationToken) {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while stopping.run_until_cancelled(ticks.tick()).await.is_some() {
            let beat = Command::NodeBeat(Box::new(self.beat()));
            // The writer has said why it couldn't, and the next sign is due soon.
            drop(stopping.run_until_cancelled(self.app.writer.apply(Actor::System, beat)).await);
        }
        // After the last sign, in the order of the writer's queue.
        let leaves = Command::NodeLeaves(self.id);
        if self.app.writer.apply(Actor::System, leaves).await.is_err() {
            tracing::warn!("the other nodes will miss this one: its end could not be written");
        }
    }

    fn beat(&self) -> NodeBeat {
        let App { clock, hub, feed, .. } = &self.app;
        let (bus, bus_lost_ms) = match (feed.bus(), feed.bus().status()) {
            (Bus::Local(_), _) => (NodeBus::Alone, None),
            (Bus::Redis(_), BusStatus::Connected) => (NodeBus::Connected, None),
            (Bus::Redis(_), BusStatus::Degraded { since_ms }) => {
                (NodeBus::Lost, Some(clock.now_ms().saturating_sub(since_ms).max(0)))
            }
        };
        let unlooked = feed.pulse().age().filter(|age| *age > LOOKED_WITHIN);
        let unlooked_ms = unlooked.map_or(0, |age| i64::try_from(age.as_millis()).unwrap_or(0));
        NodeBeat {
            id: self.id.clone(),
            place: self.place.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            skew_ms: clock.machine_ahead_ms(),
            sessions: i64::try_from(hub.sessions()).unwrap_or(i64::MAX),
            bus,
            bus_lost_ms,
            lag_ms: self.delay.take_worst_ms().max(unlooked_ms),
        }
    }
}
