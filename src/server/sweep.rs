//! Ends sessions that have lapsed, so that their open connections close.
//!
//! Whoever shows a lapsed token is refused without it; this is for those who show nothing.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::auth::Actor;
use crate::clock::Clock;
use crate::command::{Command, Writer};
use crate::store::Store;

/// A lapsed session's connection closes within this.
const EVERY: Duration = Duration::from_secs(1);

/// Sweeps until it is dropped. Of several nodes each may: the second finds nothing.
pub(super) async fn run(store: Store, clock: Clock, writer: Writer) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match store.any_lapsed(clock.now_ms()).await {
            Ok(false) => {}
            Ok(true) => {
                if writer.apply(Actor::System, Command::SweepSessions).await.is_err() {
                    tracing::warn!("lapsed sessions could not be ended, later then");
                }
            }
            Err(error) => tracing::warn!(%error, "lapsed sessions can't be looked for"),
        }
    }
}
