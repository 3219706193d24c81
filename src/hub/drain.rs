//! Closing every session because the process ends.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, interval_at};

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
        let mut turns = interval_at(Instant::now() + EVERY, EVERY);
        for sessions in open.chunks(AT_ONCE) {
            for session in sessions {
                session.close(reason);
            }
            turns.tick().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;
    use crate::clock::Clock;
    use crate::hub::{JoinRequest, Outbox, Ready};

    #[tokio::test]
    async fn sessions_are_closed_in_turn_and_newcomers_at_once() {
        let hub = Hub::new(Clock::manual(0));
        let mut sessions: Vec<_> =
            (0..2 * AT_ONCE + 1).map(|_| hub.join(JoinRequest::default())).collect();
        let draining = Some(Ready::Closed(CloseReason::Draining));
        let is_closed = |outbox: &mut Outbox| outbox.ready(false).now_or_never() == draining;
        let mut ending = Box::pin(hub.drain(CloseReason::Draining));
        assert_eq!((&mut ending).now_or_never(), None);
        let closed = sessions.iter_mut().filter_map(|(_, outbox)| is_closed(outbox).then_some(()));
        assert_eq!(closed.count(), AT_ONCE);
        assert!(is_closed(&mut hub.join(JoinRequest::default()).1));
        ending.await;
        assert!(sessions.iter_mut().all(|(_, outbox)| is_closed(outbox)));
    }
}
