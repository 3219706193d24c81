//! Lists, details, counts and files say what was stored, each thing once, masked for its reader.

use std::collections::BTreeSet;

use serde_json::json;
use xunfang::domain::{IncidentId, IncidentMove, Level};

use super::{command, of_district, reads, reported};
use crate::support::http::Ask;
use crate::support::node::{NOW_MS, TestNode, moved, sign_on};
use crate::support::{Backend, seed};

on_both!(
    paging_visits_each_incident_once,
    details_are_masked_for_their_reader,
    figures_agree_in_every_form,
    places_are_read_as_they_were_settled,
    a_patrol_reads_its_own_teams_roster,
);

const REPORTS: usize = 7;

async fn paging_visits_each_incident_once(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let mut own = BTreeSet::new();
    for n in 0..REPORTS {
        let id = reported(&node, if n % 3 == 0 { "volunteer" } else { "guard" }).await;
        if n % 3 == 0 {
            own.insert(id.to_string());
        }
    }
    for (account, expected) in [("dispatch", REPORTS), ("volunteer", own.len())] {
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page =
                reads(&node, account, &of_district(&format!("incidents?limit=2{after}"))).await;
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= 2);
            seen.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), expected, "{account}");
        let distinct: BTreeSet<String> = seen.into_iter().collect();
        assert_eq!(distinct.len(), expected, "{account} sees each once");
        assert!(own.is_subset(&distinct));
    }
    for (filter, expected) in [
        ("state=pending", REPORTS),
        ("state=archived", 0),
        ("kind=hazard.manhole", REPORTS),
        ("kind=hazard.door", 0),
        ("level=4", 0),
        (&format!("grid={}", seed::PARK_GRID), REPORTS),
        ("from=2026-11-24&to=2026-11-24", REPORTS),
        ("from=2026-11-25", 0),
    ] {
        let page = reads(&node, "dispatch", &of_district(&format!("incidents?{filter}"))).await;
        assert_eq!(page["items"].as_array().unwrap().len(), expected, "{filter}");
    }
    node.stop().await;
}

async fn details_are_masked_for_their_reader(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let id = reported(&node, "volunteer").await;
    let guard = node.client("guard").await;
    sign_on(&guard).await;
    act(&node, &id, IncidentMove::Accept { level: Level::Four, grid: None }).await;
    act(&node, &id, IncidentMove::Dispatch { lead: "guard".into(), support: vec![] }).await;
    let path = format!("/api/incidents/{id}");
    for (account, reporter) in
        [("dispatch", Some("volunteer")), ("volunteer", Some("volunteer")), ("guard", None)]
    {
        let detail = reads(&node, account, &path).await;
        assert_eq!(detail["incident"]["reporter"].as_str(), reporter, "{account}");
        let first = &detail["timeline"][0];
        assert_eq!(first["action"], "report");
        assert_eq!(first["actor"].as_str(), reporter, "{account}");
        assert_eq!(first["actor_name"].is_null(), reporter.is_none(), "{account}");
        assert_eq!(detail["timeline"].as_array().unwrap().len(), 3);
        assert_eq!(detail["incident"]["text"]["body"], "路灯不亮");
    }
    node.stop().await;
}

async fn act(node: &TestNode, id: &IncidentId, step: IncidentMove) {
    let body = command(&format!("{}-{id}", step.step()), &moved(id, step));
    let token = node.token("dispatch").await;
    let answer = node.ask(Ask::post("/api/commands", &body).by(&token)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn figures_agree_in_every_form(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    for _ in 0..3 {
        reported(&node, "guard").await;
    }
    let counts = reads(&node, "street", &of_district("counts?by=week,kind")).await;
    assert_eq!(
        counts["rows"],
        serde_json::json!([{ "period": "2026-W48", "key": "hazard.manhole", "n": 3 }])
    );
    let token = node.token("dispatch").await;
    let csv = of_district("export?week=2026-W48&format=csv");
    let answer = node.ask(Ask::get(&csv).by(&token)).await;
    let row = format!("2026-W48,hazard.manhole,{},3\n", seed::PARK_GRID);
    assert_eq!(answer.text(), format!("week,kind,grid,n\n{row}"));
    let name = answer.header("content-disposition");
    assert_eq!(name, "attachment; filename=\"xunfang_420882002_2026-W48.csv\"");
    let xlsx = of_district("export?week=2026-W48&format=xlsx");
    let answer = node.ask(Ask::get(&xlsx).by(&token)).await;
    assert!(answer.body.starts_with(b"PK"), "an Excel file is a zip");
    let property = node.token("property").await;
    let own = node.ask(Ask::get(&csv).by(&property)).await;
    assert!(own.text().ends_with(&row), "the park's own premises");
    let members = reads(&node, "dispatch", &of_district("members?force=guard&q=演示")).await;
    assert_eq!(members["items"].as_array().unwrap().len(), 2);
    assert!(!members.to_string().contains("10000000001"), "no phone number travels");
    node.stop().await;
}

async fn places_are_read_as_they_were_settled(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let [point, home] = [seed::in_park(), seed::at_home()].map(|at| [at.lng(), at.lat()]);
    for (what, field, expected) in [
        ("stations", "/0/kind", json!("police_office")),
        ("stations", "/0/point/lng", json!(point[0])),
        ("stations", "/0/grid", json!(seed::PARK_GRID)),
        ("checkpoints", "/0/must_visit", json!(true)),
        ("checkpoints", "/0/point/lat", json!(point[1])),
        ("streets", "/type", json!("FeatureCollection")),
        ("streets", "/features/0/geometry/type", json!("LineString")),
        ("streets", "/features/0/geometry/coordinates", json!([point, home])),
        ("streets", "/features/0/properties", json!({ "id": "street", "name": "测试路" })),
        ("escalation", "/0/parent", json!(null)),
        ("escalation", "/1/parent", json!("committee")),
        ("escalation", "/1/tier", json!("household")),
        ("templates", "/0/windows", json!([{ "start_min": 1_200, "end_min": 1_560 }])),
        ("templates", "/0/forces", json!(["police", "guard"])),
        ("templates", "/0/police_lead_required", json!(true)),
    ] {
        let read = reads(&node, "guard", &of_district(what)).await;
        assert_eq!(read.pointer(field), Some(&expected), "{what} {field}: {read}");
    }
    node.stop().await;
}

async fn a_patrol_reads_its_own_teams_roster(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let hour_ms = 60 * 60_000;
    for (account, from_ms, expected) in [
        ("dispatch", NOW_MS, 2),
        ("chief", NOW_MS, 2),
        ("guard2", NOW_MS, 1),
        ("police", NOW_MS, 1),
        ("volunteer", NOW_MS, 0),
        ("dispatch", NOW_MS + 6 * hour_ms, 0),
        ("dispatch", NOW_MS - 2 * hour_ms, 0),
    ] {
        let asked = format!("roster?from_ms={from_ms}&to_ms={}", from_ms + hour_ms);
        let read = reads(&node, account, &of_district(&asked)).await;
        assert_eq!(read.as_array().unwrap().len(), expected, "{account} {from_ms}");
    }
    let token = node.token("dispatch").await;
    let year = of_district(&format!("roster?from_ms=0&to_ms={}", 365 * 24 * hour_ms));
    let (status, _, field) = node.ask(Ask::get(&year).by(&token)).await.refused();
    assert_eq!((status, field.as_deref()), (400, Some("to_ms")));
    node.stop().await;
}
