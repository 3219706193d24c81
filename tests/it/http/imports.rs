//! Files given over HTTP: looked at, asked about, stored in slices that let everybody else first.

use std::time::Duration;

use hyper::Method;
use serde_json::{Value, json};
use xunfang::auth::Actor;
use xunfang::command::{Command, PlaceSlice};
use xunfang::domain::{Event, Force, IncidentId, Member, Role};
use xunfang::intake::MemberRow;
use xunfang::protocol::Request;

use super::of_district;
use crate::support::http::{Answer, Ask};
use crate::support::node::{NOW_MS, TestNode, fresh};
use crate::support::{Backend, eventually, seed};

on_both!(
    members_are_previewed_then_stored_and_the_second_time_unchanged,
    coordinates_are_asked_before_anything_is_stored,
    a_map_is_stored_whole_or_not_at_all,
    an_sos_goes_before_the_next_slice,
    a_file_is_its_givers_alone_and_few_are_held,
    every_table_has_its_readers,
);

/// Longer than an import of these tests takes on a busy machine.
const LONG: Duration = Duration::from_secs(120);

/// A node where `street` keeps people and places.
async fn node_with_admin(backend: &Backend) -> (TestNode, String) {
    let node = TestNode::seeded(backend).await;
    let member = Member {
        id: "street".into(),
        district: seed::DISTRICT.into(),
        org: "community".into(),
        force: Force::Volunteer,
        role: Role::SystemAdmin,
        team: None,
        grid: None,
        name: "演示street".to_owned(),
    };
    let rows = vec![MemberRow { member, phone: None, new_team: None }];
    let slice = PlaceSlice::Members(rows);
    let command = Command::ImportPlaces { district: seed::DISTRICT.into(), slice };
    node.app.writer.apply(Actor::System, command).await.unwrap();
    let token = node.token("street").await;
    (node, token)
}

async fn give(node: &TestNode, token: &str, what: &str, text: &str) -> Answer {
    let path = of_district(&format!("imports?what={what}&name=file"));
    let typed = [("content-type", "application/octet-stream")];
    node.ask(Ask::post(&path, text).by(token).with(&typed)).await
}

async fn previewed(node: &TestNode, token: &str, what: &str, text: &str) -> Value {
    let answer = give(node, token, what, text).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn commit(node: &TestNode, token: &str, preview: &Value) -> Answer {
    let id = preview["id"].as_str().unwrap();
    let path = of_district(&format!("imports/{id}/commit"));
    node.ask(Ask::post(&path, "").by(token)).await
}

fn result(added: u64, changed: u64, unchanged: u64, refused: u64) -> Value {
    json!({"added": added, "changed": changed, "unchanged": unchanged, "refused": refused})
}

async fn members_are_previewed_then_stored_and_the_second_time_unchanged(backend: Backend) {
    let (node, admin) = node_with_admin(&backend).await;
    let table = "姓名;单位;力量;班组;手机;网格\n\
        甲演示;park;物业;夜巡一组;100 0000 0011;\n\
        乙演示;演示单位;物业;;;\n\
        丙演示;park;保安;夜巡一组;10000000013;420882002210-001\n";
    let preview = previewed(&node, &admin, "members", table).await;
    for (field, expected) in [
        ("format", json!("csv")),
        ("encoding", json!("utf-8")),
        ("rows", json!(3)),
        ("taken", json!(2)),
        ("refused", json!(1)),
        ("warned", json!(1)),
        ("questions", json!([])),
        ("mapping_needed", json!(false)),
    ] {
        assert_eq!(preview[field], expected, "{field}");
    }
    assert_eq!(preview["columns"][1], "单位");
    assert_eq!(preview["head"][0][0], "甲演示");
    let faults = preview["faults"].as_array().unwrap();
    assert_eq!((&faults[0]["row"], &faults[0]["line"]), (&json!(2), &json!(3)));
    assert_eq!((&faults[0]["column"], &faults[0]["severity"]), (&json!("单位"), &json!("refused")));
    assert_eq!(faults[1]["severity"], "warning");

    let stored = commit(&node, &admin, &preview).await;
    assert_eq!((stored.status, stored.json()), (200, result(2, 0, 0, 1)));
    assert_eq!(commit(&node, &admin, &preview).await.status, 404, "it is forgotten");
    let again = previewed(&node, &admin, "members", table).await;
    assert_eq!(commit(&node, &admin, &again).await.json(), result(0, 0, 2, 1));
    let changed = table.replace("丙演示;park;保安", "丙演示;park;物业");
    let changed = previewed(&node, &admin, "members", &changed).await;
    assert_eq!(commit(&node, &admin, &changed).await.json(), result(0, 1, 1, 1));

    let path = of_district("tables/members");
    let exported = node.ask(Ask::get(&path).by(&admin)).await;
    assert!(exported.text().starts_with("id,name,org,force,role,team,grid\n"));
    assert!(exported.text().contains("甲演示,park,property,patrol,team-"), "{}", exported.text());
    assert!(!exported.text().contains("1000000"), "a phone number is exported");
    let back = previewed(&node, &admin, "members", exported.text()).await;
    let members = exported.text().lines().count() as u64 - 1;
    assert_eq!(commit(&node, &admin, &back).await.json(), result(0, 0, members, 0));
    node.stop().await;
}

/// Three stations as a map, each as `write` writes it.
fn stations(write: impl Fn(f64, f64) -> [f64; 2]) -> String {
    let feature = |(n, lng): (usize, f64)| {
        json!({
            "type": "Feature",
            "properties": {"名称": format!("警务室{n}"), "类别": "警务室"},
            "geometry": {"type": "Point", "coordinates": write(lng, 30.955)},
        })
    };
    let features: Vec<Value> =
        [113.2005, 113.205, 113.2195].into_iter().enumerate().map(feature).collect();
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

async fn coordinates_are_asked_before_anything_is_stored(backend: Backend) {
    let (node, admin) = node_with_admin(&backend).await;
    let preview = previewed(&node, &admin, "stations", &stations(|lng, lat| [lat, lng])).await;
    let question = &preview["questions"][0];
    assert_eq!((&question["id"], &question["found"]), (&json!("coordinates"), &json!("swapped")));
    assert_eq!(question["suggested"], "swapped");
    let (status, code, field) = commit(&node, &admin, &preview).await.refused();
    assert_eq!((status, code.as_str(), field.as_deref()), (409, "conflict", Some("coordinates")));
    let before = node.app.store.stations(&seed::DISTRICT.into()).await.unwrap();
    assert!(before.iter().all(|station| station.name != "警务室0"));

    let path = of_district(&format!("imports/{}/preview", preview["id"].as_str().unwrap()));
    let answers = r#"{"coordinates":"swapped"}"#;
    let answered = node.ask(Ask::post(&path, answers).by(&admin)).await.json();
    assert_eq!((&answered["questions"], &answered["taken"]), (&json!([]), &json!(3)));
    let drawn = &answered["features"]["features"][0];
    assert_eq!(drawn["geometry"]["coordinates"], json!([113.2005, 30.955]));
    assert_eq!(drawn["properties"]["name"], "警务室0");
    assert_eq!(commit(&node, &admin, &answered).await.json(), result(3, 0, 0, 0));
    let stored = node.app.store.stations(&seed::DISTRICT.into()).await.unwrap();
    let first = stored.iter().find(|station| station.name == "警务室0").unwrap();
    assert_eq!((first.point.lng(), first.point.lat()), (113.2005, 30.955));
    assert_eq!(first.grid.as_ref().unwrap().as_str(), seed::PARK_GRID);
    let again = previewed(&node, &admin, "stations", &stations(|lng, lat| [lng, lat])).await;
    assert_eq!(again["questions"], json!([]), "as they stand they fit");
    assert_eq!(commit(&node, &admin, &again).await.json(), result(0, 0, 3, 0));
    let path = of_district("tables/stations?format=geojson");
    let exported = node.ask(Ask::get(&path).by(&admin)).await;
    assert_eq!(exported.header("content-type"), "application/geo+json");
    let back = previewed(&node, &admin, "stations", exported.text()).await;
    let all = before.len() as u64 + 3;
    assert_eq!(commit(&node, &admin, &back).await.json(), result(0, 0, all, 0));
    node.stop().await;
}

async fn a_map_is_stored_whole_or_not_at_all(backend: Backend) {
    let (node, admin) = node_with_admin(&backend).await;
    let grid = |code: &str, west: f64, east: f64| {
        let ring = [[west, 30.95], [east, 30.95], [east, 30.96], [west, 30.96], [west, 30.95]];
        let geometry = json!({"type": "Polygon", "coordinates": [ring]});
        json!({"type": "Feature", "properties": {"code": code}, "geometry": geometry})
    };
    let map = |features: Vec<Value>| {
        json!({"type": "FeatureCollection", "features": features}).to_string()
    };
    // The second reaches into the park's grid, which stands.
    let broken = map(vec![grid("new", 113.22, 113.23), grid("over", 113.19, 113.201)]);
    let preview = previewed(&node, &admin, "grids", &broken).await;
    assert_eq!((&preview["taken"], &preview["refused"]), (&json!(1), &json!(1)));
    let message = preview["faults"][0]["message"].as_str().unwrap();
    assert!(message.contains(&format!("{} and over overlap by ", seed::PARK_GRID)), "{message}");
    assert!(message.contains(" m²"), "{message}");
    assert_eq!(preview["features"]["features"][1]["properties"]["severity"], "refused");
    let (status, _, field) = commit(&node, &admin, &preview).await.refused();
    assert_eq!((status, field.as_deref()), (409, Some("geometry")));

    let moved = map(vec![grid(seed::PARK_GRID, 113.199, 113.21), grid("new", 113.22, 113.23)]);
    let preview = previewed(&node, &admin, "grids", &moved).await;
    assert_eq!(commit(&node, &admin, &preview).await.json(), result(1, 1, 0, 0));
    let stands = node.app.store.grids(&seed::DISTRICT.into()).await.unwrap();
    let version = |code: &str| stands.iter().find(|g| g.grid.code.as_str() == code).unwrap();
    assert_eq!(version(seed::PARK_GRID).grid.version, 2);
    assert_eq!((version("new").grid.version, stands.len()), (1, 3));
    let again = previewed(&node, &admin, "grids", &moved).await;
    assert_eq!(commit(&node, &admin, &again).await.json(), result(0, 0, 2, 0));
    node.stop().await;
}

/// Rows that the chief imports, in slices of 200.
const INCIDENTS: usize = 6_000;

async fn an_sos_goes_before_the_next_slice(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let chief = node.token("chief").await;
    let row = |n| format!("{n},2026-11-{:02} 20:05,盗窃,113.205,30.955\n", 1 + n % 20);
    let rows: String = (0..INCIDENTS).map(row).collect();
    let text = format!("编号,发生时间,警情类别,经度,纬度\n{rows}");
    let preview = previewed(&node, &chief, "incidents", &text).await;
    assert_eq!((&preview["rows"], &preview["mapping_needed"]), (&json!(INCIDENTS), &json!(false)));
    assert!(preview["mapping"].as_str().unwrap().contains("编号"));
    let district = seed::DISTRICT.into();
    let head = async || node.app.store.head(&district).await.unwrap().unwrap().seq;
    let before = head().await;
    let sos = async {
        let under_way = async || Some(head().await).filter(|seq| *seq >= before + 3);
        let sent_at = eventually(LONG, "three slices", under_way).await;
        let incident = IncidentId::from(fresh("sos"));
        let request = Request::Sos { incident, point: None, accuracy_m: None, observed_ms: NOW_MS };
        let token = node.token("guard").await;
        let guard = node.app.caller_of(Some(&token)).await.unwrap();
        let sent = node.app.request(guard, fresh("command").as_str().into(), request).await;
        (sent_at, sent.unwrap().seq.unwrap())
    };
    let (stored, (sent_at, sos_at)) = tokio::join!(commit(&node, &chief, &preview), sos);
    assert_eq!((stored.status, stored.json()), (200, result(INCIDENTS as u64, 0, 0, 0)));

    let events = node.app.store.events_since(&district, before, 10_000).await.unwrap();
    let is_slice = |event: &Event| matches!(event, Event::IncidentsImported { .. });
    let slices: Vec<i64> =
        events.iter().filter(|logged| is_slice(&logged.event)).map(|logged| logged.seq).collect();
    assert_eq!(slices.len(), INCIDENTS / 200);
    let passed = slices.iter().filter(|seq| (sent_at..sos_at).contains(*seq)).count();
    // The one under way, one that slips in while the request is on its way, and no more.
    assert!(passed <= 3, "{passed} slices went first: sent at {sent_at}, stored at {sos_at}");
    assert!(*slices.last().unwrap() > sos_at, "the import was over already");
    node.stop().await;
}

async fn a_file_is_its_givers_alone_and_few_are_held(backend: Backend) {
    let (node, admin) = node_with_admin(&backend).await;
    let (guard, dispatch) = (node.token("guard").await, node.token("dispatch").await);
    let table = "name,kind\n演示单位,企业\n";
    for (token, what, status) in [
        (&guard, "organisations", 403),
        (&dispatch, "organisations", 403),
        // An auxiliary enters no case counts, and the admin no operations.
        (&dispatch, "incidents", 403),
        (&admin, "incidents", 403),
        (&admin, "weather", 400),
    ] {
        assert_eq!(give(&node, token, what, table).await.status, status, "{what}");
    }
    let first = previewed(&node, &admin, "organisations", table).await;
    let path = of_district(&format!("imports/{}", first["id"].as_str().unwrap()));
    assert_eq!(commit(&node, &guard, &first).await.status, 403);
    let chief = node.token("chief").await;
    assert_eq!(commit(&node, &chief, &first).await.status, 404, "another's file");
    for _ in 0..3 {
        previewed(&node, &admin, "organisations", table).await;
    }
    let (status, code, _) = give(&node, &admin, "organisations", table).await.refused();
    assert_eq!((status, code.as_str()), (429, "too_many"));
    for token in [&chief, &admin] {
        let ask = Ask { method: Method::DELETE, path: &path, ..Ask::default() };
        assert_eq!(node.ask(ask.by(token)).await.status, 204);
    }
    assert_eq!(give(&node, &admin, "organisations", table).await.status, 200);
    assert_eq!(commit(&node, &admin, &first).await.status, 404, "it was forgotten");
    let wrong = give(&node, &admin, "organisations", "name\nx\n").await;
    assert_eq!(wrong.refused(), (400, "invalid".to_owned(), Some("file".to_owned())));
    assert!(wrong.text().contains("there is no column for 类别/kind; the file has name"));
    node.stop().await;
}

async fn every_table_has_its_readers(backend: Backend) {
    let (node, _) = node_with_admin(&backend).await;
    let desk = ["police", "dispatch", "chief"];
    for (table, readers) in [
        ("members", [&desk[..], &["street"]].concat()),
        ("organisations", vec!["police", "guard", "dispatch", "chief", "street", "property"]),
        ("incidents", [&desk[..], &["property"]].concat()),
    ] {
        for account in ["police", "guard", "dispatch", "chief", "street", "property"] {
            let token = node.token(account).await;
            let expected = if readers.contains(&account) { 200 } else { 403 };
            for format in ["csv", "xlsx"] {
                let path = of_district(&format!("tables/{table}?format={format}"));
                let answer = node.ask(Ask::get(&path).by(&token)).await;
                assert_eq!(answer.status, expected, "{account} {path}");
            }
        }
    }
    let chief = node.token("chief").await;
    let path = of_district("tables/members?format=geojson");
    let placeless = node.ask(Ask::get(&path).by(&chief));
    let (status, _, field) = placeless.await.refused();
    assert_eq!((status, field.as_deref()), (400, Some("format")));
    let path = of_district("export?format=geojson");
    let week = node.ask(Ask::get(&path).by(&chief)).await;
    let features = week.json()["features"].as_array().unwrap().len();
    assert_eq!((week.status, features), (200, 2), "every micro-grid, with or without a case");
    node.stop().await;
}
