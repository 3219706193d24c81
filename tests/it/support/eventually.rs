//! Waiting for a condition instead of sleeping. It must not know what is awaited.
//! Invariant: it ends at its deadline with a sentence that names what did not come.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, timeout};

/// Short enough to be no part of what is measured, long enough to leave two cores free.
const POLL_EVERY: Duration = Duration::from_millis(10);

/// Asks until the answer is `Some`; panics naming `what` when the deadline passes.
pub(crate) async fn eventually<T>(
    deadline: Duration,
    what: &str,
    mut ask: impl AsyncFnMut() -> Option<T>,
) -> T {
    let mut ticks = interval(POLL_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let poll = async {
        loop {
            ticks.tick().await;
            if let Some(answer) = ask().await {
                return answer;
            }
        }
    };
    timeout(deadline, poll).await.unwrap_or_else(|_| panic!("after {deadline:?} still not: {what}"))
}
