//! The demo's past as its starts leave it in the store, on both databases.

use std::collections::BTreeMap;

use xunfang::bus::{Bus, LocalBus};
use xunfang::clock::{IsoWeek, Period};
use xunfang::demo;
use xunfang::domain::{DistrictId, IncidentState, Source};
use xunfang::store::incident_filter::IncidentFilter;

use crate::support::Backend;
use crate::support::node::TestNode;

const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// Incidents a week, as the ledger counts them.
async fn weeks(node: &TestNode, district: &DistrictId) -> BTreeMap<String, i64> {
    let period = Period::parse("2026-W01", "2027-W10").unwrap();
    let counts = node.app.store.day_counts(district, period).await.unwrap();
    let mut weeks = BTreeMap::new();
    for count in counts {
        assert!(count.grid.as_str().starts_with("420882002"), "{count:?}");
        *weeks.entry(IsoWeek::of(count.day).to_string()).or_default() += count.n;
    }
    weeks
}

async fn later_starts_add_the_weeks_that_were_completed_since(backend: Backend) {
    let node = TestNode::start(&backend, Bus::Local(LocalBus::new())).await;
    let map = demo::district();
    let district = map.district.id.clone();
    let (store, writer) = (&node.app.store, &node.app.writer);
    let fill = async |weeks| demo::fill_history(store, writer, &node.clock, weeks).await;

    let early = fill(3).await.unwrap_err().to_string();
    assert!(early.contains("district"), "{early}");
    demo::seed(store, writer, node.clock.now_ms()).await.unwrap();
    fill(3).await.unwrap();
    let first = weeks(&node, &district).await;
    assert!(first.keys().eq(["2026-W45", "2026-W46", "2026-W47"]), "{first:?}");
    let history = demo::History::new(&map);
    for (week, count) in &first {
        let drawn = history.week(week.parse().unwrap()).len();
        assert_eq!(usize::try_from(*count).unwrap(), drawn, "{week}");
    }

    fill(3).await.unwrap();
    assert_eq!(weeks(&node, &district).await, first, "nothing is written twice");

    node.clock.advance_ms(2 * WEEK_MS);
    fill(3).await.unwrap();
    let later = weeks(&node, &district).await;
    let expected = ["2026-W45", "2026-W46", "2026-W47", "2026-W48", "2026-W49"];
    assert!(later.keys().eq(expected), "{later:?}");
    assert!(first.iter().all(|(week, count)| later[week] == *count));

    let filter = IncidentFilter { limit: 50, ..IncidentFilter::default() };
    for incident in store.incidents(&district, &filter).await.unwrap() {
        assert_eq!(incident.state, IncidentState::Archived);
        assert_eq!(incident.source, Source::Backfill);
        assert!(incident.observed_ms < incident.received_ms && incident.grid.is_some());
    }
    node.stop().await;
}

on_both!(later_starts_add_the_weeks_that_were_completed_since);
