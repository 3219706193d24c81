//! Counts in every fold, and files that hold no more than their reader may have.

use std::io::Cursor;

use serde_json::json;
use xunfang::domain::IncidentId;

use super::{command, of_district, reads};
use crate::support::http::Ask;
use crate::support::node::{TestNode, fresh, report};
use crate::support::{Backend, seed};

on_both!(counts_are_folded_as_asked, who_exports_premises_gets_no_others);

/// Two hazards in the park, a dispute at home, one from nowhere.
async fn reported(node: &TestNode) {
    let desk = node.token("dispatch").await;
    for (point, kind) in [
        (Some(seed::in_park()), "hazard.manhole"),
        (Some(seed::in_park()), "hazard.manhole"),
        (Some(seed::at_home()), "dispute"),
        (None, "dispute"),
    ] {
        let body = command(&fresh("c"), &report(&IncidentId::from(fresh("i")), point, kind));
        assert_eq!(node.ask(Ask::post("/api/commands", &body).by(&desk)).await.status, 200);
    }
}

async fn counts_are_folded_as_asked(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    reported(&node).await;
    let row = |period: &str, key: &str, n: i64| json!({ "period": period, "key": key, "n": n });
    let by_kind = |period| vec![row(period, "dispute", 2), row(period, "hazard.manhole", 2)];
    let by_grid = |period| {
        vec![row(period, "", 1), row(period, seed::HOME_GRID, 1), row(period, seed::PARK_GRID, 2)]
    };
    for (query, rows) in [
        ("", by_kind("2026-W48")),
        ("?by=day,kind&from=2026-11-24&to=2026-11-24", by_kind("2026-11-24")),
        ("?by=year,kind&from=2026-01-01", by_kind("2026")),
        ("?by=week,grid", by_grid("2026-W48")),
        ("?by=year,grid&from=2026-W01&to=2026-12-31", by_grid("2026")),
        ("?from=2026-W47&to=2026-W47", Vec::new()),
        ("?from=2026-11-25", Vec::new()),
    ] {
        let counts = reads(&node, "chief", &of_district(&format!("counts{query}"))).await;
        assert_eq!(counts["rows"], json!(rows), "{query}");
    }
    node.stop().await;
}

async fn who_exports_premises_gets_no_others(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    reported(&node).await;
    let (home, park) = (seed::HOME_GRID, seed::PARK_GRID);
    let own = format!("2026-W48,hazard.manhole,{park},2\n");
    let others = format!("2026-W48,dispute,,1\n2026-W48,dispute,{home},1\n");
    for (account, rows) in [("property", own.clone()), ("street", format!("{others}{own}"))] {
        let token = node.token(account).await;
        let csv = node.ask(Ask::get(&of_district("export")).by(&token)).await;
        assert_eq!(csv.text(), format!("week,kind,grid,n\n{rows}"), "{account}");
        let xlsx = node.ask(Ask::get(&of_district("export?format=xlsx")).by(&token)).await;
        let mut book = zip::ZipArchive::new(Cursor::new(xlsx.body.to_vec())).unwrap();
        let texts = book.by_name("xl/sharedStrings.xml").unwrap();
        let texts = std::io::read_to_string(texts).unwrap();
        assert!(texts.contains(park), "{account}: {texts}");
        assert_eq!(texts.contains(home), account == "street", "{account}: {texts}");
    }
    node.stop().await;
}
