//! Tells the sessions of this node when news of the other nodes comes late, and when no longer.
//!
//! Nothing acknowledged is lost by then: events come from the log, about a second later. Positions
//! don't, and a dispatcher must know that a unit which stands still may be walking.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::bus::BusStatus;
use crate::protocol::ServerMessage;

/// A lost bus is shown within two of these.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Looks until the token is cancelled.
pub(super) async fn run(app: App, shutdown: CancellationToken) {
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut state = State::default();
    while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
        if let Some(since_ms) = state.look(app.feed.bus().status()) {
            let text = Bytes::from(ServerMessage::Late { since_ms }.encode());
            app.hub.tell_all(&text, since_ms.is_some());
        }
    }
}

/// What the sessions were told.
#[derive(Debug, Default)]
struct State {
    /// It was lost when it was looked at last: a bus that is back at once is no news.
    lost: bool,
    told: Option<i64>,
}

impl State {
    /// What is to be told now: since when news comes late, or that it no longer does.
    fn look(&mut self, status: BusStatus) -> Option<Option<i64>> {
        let since_ms = match status {
            BusStatus::Connected => None,
            BusStatus::Degraded { since_ms } => Some(since_ms),
        };
        let was_lost = std::mem::replace(&mut self.lost, since_ms.is_some());
        let told = since_ms.filter(|_| was_lost);
        let is_news = told.is_some() != self.told.is_some();
        is_news.then(|| {
            self.told = told;
            told
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_is_told_once_and_a_short_one_never() {
        let lost = |since_ms| BusStatus::Degraded { since_ms };
        let mut state = State::default();
        for (n, (status, told)) in [
            (BusStatus::Connected, None),
            (lost(5), None),
            (BusStatus::Connected, None),
            (lost(7), None),
            (lost(7), Some(Some(7))),
            (lost(7), None),
            (BusStatus::Connected, Some(None)),
            (BusStatus::Connected, None),
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(state.look(status), told, "look {n}");
        }
    }
}
