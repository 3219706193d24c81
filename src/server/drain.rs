//! How a node ends: who is waited for, and for how long.
//!
//! Invariants: what was acknowledged is stored and told before it ends; the whole takes less than
//! the 10 s after which a service manager kills, whoever doesn't read, doesn't finish a request or
//! holds the database.

use std::time::Duration;

use tokio::time::timeout;

use super::Node;

/// Requests and sessions get this long to end by themselves: the last of 5,000 sessions is closed
/// after 2 s, and a client that takes nothing is left 2 s later.
pub(super) const DRAIN_WITHIN: Duration = Duration::from_millis(4_500);
/// The other nodes are told that it goes; a database that is slow has them find out.
const LEAVE_WITHIN: Duration = Duration::from_millis(400);
/// The writer stops beginning commands after 3 s by itself; this is for one that it is at.
const WRITER_WITHIN: Duration = Duration::from_millis(3_500);
/// Tracks on their way, and the tasks that only have to notice.
const TASKS_WITHIN: Duration = Duration::from_secs(1);
/// Reads under way.
const STORE_WITHIN: Duration = Duration::from_millis(500);

impl Node {
    /// Stops the parts: what the writer took is stored and told first.
    pub async fn stop(self) {
        let Self { app, mut beating, beats, mut writing, writer, tasks, rest } = self;
        beats.cancel();
        if timeout(LEAVE_WITHIN, &mut beating).await.is_err() {
            beating.abort();
        }
        writer.cancel();
        match timeout(WRITER_WITHIN, &mut writing).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the writer did not end well"),
            Err(_) => {
                // Whoever waits is told that the outcome is unknown.
                writing.abort();
                tracing::warn!("the writer did not end in time: the database doesn't answer");
            }
        }
        rest.cancel();
        tasks.close();
        if timeout(TASKS_WITHIN, tasks.wait()).await.is_err() {
            tracing::warn!("a part of the node did not end in time");
        }
        if timeout(STORE_WITHIN, app.store.close()).await.is_err() {
            tracing::warn!("the database was still read");
        }
    }
}
