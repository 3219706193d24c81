//! What an import of incidents leaves in the store, on both databases.

use xunfang::auth::Actor;
use xunfang::clock::Period;
use xunfang::command::{Command, Done, ImportedCounts};
use xunfang::domain::{IncidentState, Kind, Source, TopKind};
use xunfang::export::{By, by};
use xunfang::intake::IncidentRow;
use xunfang::spatial::Point;
use xunfang::store::incident_filter::IncidentFilter;

use crate::support::node::{NOW_MS, TestNode};
use crate::support::{Backend, seed};

/// More than two full chunks of one statement, and a rest.
const ROWS: i64 = 47;
/// Civil minutes of 2026-11-24 20:05.
const OCCURRED_MIN: i64 = (NOW_MS + 8 * 3_600_000) / 60_000;

fn row(n: i64, point: Option<Point>) -> IncidentRow {
    IncidentRow {
        source_id: format!("source-{n}"),
        occurred_min: OCCURRED_MIN,
        observed_ms: NOW_MS,
        kind: "Theft, \"petty\"".into(),
        point,
    }
}

async fn import(node: &TestNode, rows: Vec<IncidentRow>) -> ImportedCounts {
    let label = "Theft, \"petty\"".to_owned();
    let kinds = vec![Kind { code: label.as_str().into(), top: TopKind::Criminal, label }];
    let command = Command::ImportIncidents { district: seed::DISTRICT.into(), kinds, rows };
    match node.app.writer.apply(Actor::System, command).await.unwrap() {
        Done::Imported(counts) => counts,
        other => panic!("not an import: {other:?}"),
    }
}

async fn table(node: &TestNode) -> String {
    let period = Period::parse("2026-W48", "2026-W48").unwrap();
    let counts = node.app.store.day_counts(&seed::DISTRICT.into(), period).await.unwrap();
    String::from_utf8(by(&counts, By::WeekGrid).plain_csv()).unwrap()
}

async fn a_source_id_is_stored_and_counted_once(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let mut rows: Vec<IncidentRow> = (0..ROWS).map(|n| row(n, Some(seed::in_park()))).collect();
    rows.push(row(ROWS, None));
    // A second row of an id, as no reader hands it out.
    rows.push(row(0, None));
    let counts = import(&node, rows.clone()).await;
    assert_eq!(counts, ImportedCounts { added: 48, changed: 0, unchanged: 1 });
    let expected = format!("week,grid,n\n2026-W48,,1\n2026-W48,{},47\n", seed::PARK_GRID);
    assert_eq!(table(&node).await, expected);

    let counts = import(&node, rows).await;
    assert_eq!(counts, ImportedCounts { added: 0, changed: 0, unchanged: 49 });
    let counts = import(&node, vec![row(0, None), row(ROWS + 1, None)]).await;
    assert_eq!(counts, ImportedCounts { added: 1, changed: 0, unchanged: 1 });
    let expected = format!("week,grid,n\n2026-W48,,2\n2026-W48,{},47\n", seed::PARK_GRID);
    assert_eq!(table(&node).await, expected);
    node.stop().await;
}

async fn an_imported_incident_is_over_and_numbered_by_its_day(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    import(&node, vec![row(1, Some(seed::in_park())), row(2, None)]).await;
    // What is unchanged takes no number.
    import(&node, vec![row(1, None), row(2, None), row(3, None)]).await;
    let filter = IncidentFilter { limit: 10, ..IncidentFilter::default() };
    let mut found = node.app.store.incidents(&seed::DISTRICT.into(), &filter).await.unwrap();
    found.sort_by(|a, b| a.number.cmp(&b.number));
    let serials: Vec<&str> =
        found.iter().map(|incident| incident.number.rsplit_once("20261124-").unwrap().1).collect();
    assert_eq!(serials, ["0001", "0002", "0003"]);
    for incident in &found {
        assert_eq!(incident.state, IncidentState::Archived);
        assert_eq!((incident.source, incident.top), (Source::Backfill, TopKind::Criminal));
        assert_eq!(incident.kind_first.as_str(), "Theft, \"petty\"");
        assert_eq!(incident.kind_final.as_ref(), Some(&incident.kind_first));
        assert_eq!(incident.observed_ms, NOW_MS);
    }
    let grid = found[0].grid.as_ref().map(|grid| grid.as_str());
    assert_eq!((grid, found[0].grid_version), (Some(seed::PARK_GRID), Some(1)));
    assert_eq!((&found[1].grid, found[1].point), (&None, None));
    node.stop().await;
}

on_both!(
    a_source_id_is_stored_and_counted_once,
    an_imported_incident_is_over_and_numbered_by_its_day,
);
