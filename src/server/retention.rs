//! Runs the purge: once a node has started, and then every hour of it.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::app::App;

/// Nothing is kept longer than it may be by more than this.
const PURGE_EVERY: Duration = Duration::from_secs(60 * 60);

/// Purges until the token is cancelled. Several nodes may do so at once: each erases what it finds.
pub(super) async fn run(app: App, shutdown: CancellationToken) {
    let mut turns = interval(PURGE_EVERY);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while shutdown.run_until_cancelled(turns.tick()).await.is_some() {
        match shutdown.run_until_cancelled(app.purge()).await {
            Some(Ok(purged)) if purged.fixes > 0 => {
                tracing::info!(fixes = purged.fixes, summaries = purged.summaries, "purged tracks");
            }
            Some(Err(error)) => tracing::error!(%error, "the purge did not end, it is tried again"),
            Some(Ok(_)) | None => {}
        }
    }
}
