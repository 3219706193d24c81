//! Closing every session because the process ends.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::Hub;
use super::mailbox::Mailbox;
use crate::protocol::CloseReason;

/// Sessions closed at once. Whoever is closed comes back, so all of them at once would be a crowd
/// at the next node's door; 2,500 a second are 5,000 in two seconds.
const AT_ONCE: usize = 50;
/// How long until the next ones.
const EVERY: Duration = Duration::from_millis(20);

impl Hub {
    /// Closes every session, some at a time; who joins meanwhile is closed at once.
    pub async fn drain(&self, reason: CloseReason) {
        *self.0.closing.lock() = Some(reason);
        let open: Vec<Arc<Mailbox>> = self.0.index.read().sessions.values().cloned().collect();
        let mut turns = interval(EVERY);
        turns.set_missed_tick_behavior(MissedTickBehavior::Burst);
        for sessions in open.chunks(AT_ONCE) {
            turns.tick().await;
            for session in sessions {
                session.close(reason);
            }
        }
    }
}
