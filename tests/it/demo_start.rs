//! The demo goes in through commands, as everything does, and a second start adds nothing.

use xunfang::bus::{Bus, LocalBus};
use xunfang::domain::DistrictId;
use xunfang::store::member::MemberFilter;

use crate::support::Backend;
use crate::support::node::{NOW_MS, TestNode};
use crate::support::seed::DISTRICT;

on_both!(a_second_start_adds_nothing_and_another_day_its_roster);

const DAY_MS: i64 = 24 * 60 * 60_000;

async fn a_second_start_adds_nothing_and_another_day_its_roster(backend: Backend) {
    let node = TestNode::start(&backend, Bus::Local(LocalBus::new())).await;
    let seed = async |now_ms: i64| {
        xunfang::demo::seed(&node.app.store, &node.app.writer, now_ms).await.unwrap();
        stored(&node).await
    };
    let first = seed(NOW_MS).await;
    assert_eq!(first.counts, [124, 283, 359, 339, 49, 79, 600]);
    assert_eq!(seed(NOW_MS).await, first, "a second start");
    assert_eq!(seed(NOW_MS + 60_000).await, first, "a minute later");
    let next = seed(NOW_MS + DAY_MS).await;
    assert_eq!(next.counts, first.counts);
    assert!(next.roster > first.roster, "{} after {}", next.roster, first.roster);
    assert_eq!(next.seq, first.seq + 1);
    node.stop().await;
}

/// What is stored of the demo, and where its log stands.
#[derive(Debug, PartialEq)]
struct Stored {
    seq: i64,
    roster: usize,
    counts: [usize; 7],
}

async fn stored(node: &TestNode) -> Stored {
    let store = &node.app.store;
    let district = DistrictId::from(DISTRICT);
    let filter = MemberFilter { limit: 10_000, ..MemberFilter::default() };
    Stored {
        seq: store.head(&district).await.unwrap().unwrap().seq,
        roster: store.roster(&district, (0, i64::MAX), None).await.unwrap().len(),
        counts: [
            store.stations(&district).await.unwrap().len(),
            store.checkpoints(&district).await.unwrap().len(),
            store.streets(&district).await.unwrap().len(),
            store.escalation_units(&district).await.unwrap().len(),
            store.shift_templates(&district).await.unwrap().len(),
            store.teams(&district).await.unwrap().len(),
            store.members(&district, &filter).await.unwrap().len(),
        ],
    }
}
