//! Two nodes that write one district's log at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use xunfang::bus::{Bus, LocalBus};
use xunfang::command::Done;
use xunfang::domain::{DistrictId, Member};
use xunfang::store::Store;

use super::{guard, reports};
use crate::support::node::TestNode;
use crate::support::{Backend, seed};

const EACH: usize = 150;
/// Commands that wait at a node's writer at a time: some batches of several, some of one.
const AT_ONCE: usize = 5;

/// Reads the log on until told to stop: whatever is seen of it has no gap behind it, at no moment.
async fn watch(store: Store, after: i64, stop: Arc<AtomicBool>) -> i64 {
    let mut last = after;
    loop {
        let stopping = stop.load(Ordering::Relaxed);
        for logged in store.events_since(&seed::DISTRICT.into(), last, 500).await.unwrap() {
            assert_eq!(logged.seq, last + 1, "a later event was seen before an earlier one");
            last = logged.seq;
        }
        if stopping {
            return last;
        }
    }
}

async fn writes(node: &TestNode, guard: &Member) -> Vec<i64> {
    let mut seqs = Vec::new();
    for _ in 0..EACH / AT_ONCE {
        let asked = (0..AT_ONCE).map(|_| reports(&node.app.writer, guard, "both"));
        for done in join_all(asked).await {
            let Ok(Done::Outcome(outcome)) = done else { panic!("{done:?}") };
            seqs.push(outcome.seq.unwrap());
        }
    }
    seqs
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_writers_number_one_log_without_a_gap_in_the_order_of_their_commits() {
    let backend = Backend::postgres().await;
    let one = TestNode::seeded(&backend).await;
    let two = TestNode::start(&backend, Bus::Local(LocalBus::new())).await;
    let district = DistrictId::from(seed::DISTRICT);
    let before = one.app.store.head(&district).await.unwrap().unwrap().seq;
    let stop = Arc::new(AtomicBool::new(false));
    let watching = tokio::spawn(watch(two.app.store.clone(), before, Arc::clone(&stop)));
    let guard = guard(&one).await;
    let (by_one, by_two) = tokio::join!(writes(&one, &guard), writes(&two, &guard));
    stop.store(true, Ordering::Relaxed);
    let last = watching.await.unwrap();
    let alternating = by_one.iter().filter(|seq| by_two.contains(&(*seq + 1))).count();
    assert!(alternating > 3, "they wrote by turns, not one after the other: {alternating}");
    let mut all = [by_one, by_two].concat();
    all.sort_unstable();
    let expected: Vec<i64> = (before + 1..).take(2 * EACH).collect();
    assert_eq!(all, expected);
    assert_eq!(Some(&last), expected.last());
    one.stop().await;
    two.stop().await;
}
