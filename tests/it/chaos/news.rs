//! How soon the desk of one node is told what is said at the other's.

use std::time::Duration;

use tokio::time::{Instant, timeout};
use xunfang::client::Client;

use crate::crash::cast::{Cast, PATIENCE};
use crate::crash::oracle::Faults;

/// Sooner than the heads of the logs are looked at, which is once a second.
const AT_ONCE: Duration = Duration::from_millis(500);

/// One is told at once; a busy machine has some more tries.
const WORDS: usize = 5;

/// Hints come again, to each node: what is said at one desk is at the other before anybody looks at
/// the log. A word is said when the one before has come: had that waited for the look at the log,
/// this would for the next.
pub(super) async fn comes_at_once(cast: &Cast, desks: &[Client]) -> Faults {
    let mut faults = Faults::new();
    for (from, to) in [(0, 1), (1, 0)] {
        // Whenever it is said, by luck just before a look.
        said(cast, &desks[from], &desks[to]).await;
        let mut took = Vec::new();
        while took.len() < WORDS && took.last().is_none_or(|last| *last >= AT_ONCE) {
            took.push(said(cast, &desks[from], &desks[to]).await);
        }
        if took.last().is_some_and(|last| *last >= AT_ONCE) {
            faults.push(format!("desk {to} reads what desk {from} says after {took:?}"));
        }
    }
    faults
}

/// Says something at one desk; how long after its answer the other has read it.
async fn said(cast: &Cast, from: &Client, to: &Client) -> Duration {
    let mut crew = cast.crew.iter();
    let officer = crew.find(|person| person.member.id.as_str() == "dispatch").expect("one acts");
    let seq = officer.say_over(from, &cast.record).await;
    let start = Instant::now();
    let read = to.wait_for(|state| (state.views.get(&cast.district)?.seq >= seq).then_some(()));
    timeout(PATIENCE, read).await.expect("a desk reads on");
    start.elapsed()
}
