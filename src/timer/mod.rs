//! Timers: what is due is claimed in the database, by one node at a time, and fired as a command.
//!
//! It must not know what a timer does. Invariants: each fires once, since the command takes it in
//! the transaction of what it does (a claim only spares the other nodes the work); one that a dead
//! node claimed is claimed anew when its claim has run out; a backlog is fired at a bounded pace.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::auth::Actor;
use crate::clock::Clock;
use crate::command::{Command, Done, Writer};
use crate::domain::Timer;
use crate::store::Store;

/// A timer fires this late at most, while there is no backlog.
const EVERY: Duration = Duration::from_millis(250);
/// Timers that a node fires a turn: 64 a second. A folder that lay aside for weeks tells its desks
/// so many things a second, and no alert lane of 16 runs over.
const AT_A_TIME: i64 = 16;
/// A claim holds for this long, in ms. Firing takes some milliseconds; a dead node's timers are
/// this late.
const LEASE_MS: i64 = 10_000;

/// The timers of one node.
pub struct Timers {
    store: Store,
    clock: Clock,
    writer: Writer,
    node: String,
}

impl Timers {
    /// Timers that are fired through this writer.
    pub fn new(store: Store, clock: Clock, writer: Writer) -> Self {
        Self { store, clock, writer, node: uuid::Uuid::now_v7().to_string() }
    }

    /// Fires what is due until it is dropped.
    pub async fn run(self) {
        let mut turns = interval(EVERY);
        turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            turns.tick().await;
            if let Err(error) = self.turn().await {
                tracing::warn!(%error, "timers can't be claimed, later then");
            }
        }
    }

    async fn turn(&self) -> Result<(), sqlx::Error> {
        self.store.lead(&self.clock).await?;
        let now_ms = self.clock.now_ms();
        let claimed = self.store.claim_timers(&self.node, (now_ms, LEASE_MS), AT_A_TIME).await?;
        for timer in claimed {
            self.fire(timer, now_ms).await;
        }
        Ok(())
    }

    async fn fire(&self, timer: Timer, now_ms: i64) {
        let (kind, late_ms) = (timer.kind.as_str(), now_ms - timer.due_ms);
        match self.writer.apply(Actor::System, Command::Fire(timer)).await {
            Ok(Done::Fired(true)) => {
                metrics::counter!("xunfang_timers_fired_total", "kind" => kind).increment(1);
                metrics::histogram!("xunfang_timers_late_seconds").record(seconds(late_ms));
            }
            Ok(_) => {
                metrics::counter!("xunfang_timers_idle_total", "kind" => kind).increment(1);
            }
            Err(failure) => {
                metrics::counter!("xunfang_timers_failed_total", "kind" => kind).increment(1);
                tracing::warn!(kind, ?failure, "a timer didn't fire, it is tried again");
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "no timer is 2^52 ms late")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}
