//! Lists in pages: each item once, whoever reads, however small the page and however many are
//! hidden in between.

use std::collections::BTreeSet;

use serde_json::Value;
use xunfang::auth::Actor;
use xunfang::command::Command;
use xunfang::domain::{IncidentId, KindCode, MessageId};
use xunfang::intake::IncidentRow;
use xunfang::protocol::Request;

use super::{command, of_district, reads};
use crate::support::http::Ask;
use crate::support::node::{NOW_MS, TestNode, fresh, report};
use crate::support::{Backend, seed};

on_both!(
    incidents_of_one_instant_come_once,
    what_others_reported_is_passed_over,
    messages_of_one_instant_come_once,
    members_come_once_and_filtered,
);

/// Walks all pages of a list, `cursor` naming the place of the next one.
async fn walk(node: &TestNode, account: &str, list: &str, cursor: &str) -> Vec<Vec<Value>> {
    let (mut pages, mut path) = (Vec::new(), of_district(list));
    loop {
        let page = reads(node, account, &path).await;
        pages.push(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { return pages };
        path = format!("{}&{cursor}={next}", of_district(list));
        assert!(pages.len() < 50, "it goes round in circles");
    }
}

/// The ids in the order in which they came; each must have come once.
fn distinct(pages: &[Vec<Value>]) -> Vec<String> {
    let ids: Vec<String> =
        pages.iter().flatten().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "one came twice: {ids:?}");
    ids
}

async fn change(node: &TestNode, token: &str, request: &Request) {
    let body = command(&fresh("command"), request);
    let answer = node.ask(Ask::post("/api/commands", &body).by(token)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

/// Reports by two guards in turn, three of each instant.
async fn reported(node: &TestNode, count: usize) -> Vec<(String, &'static str)> {
    let tokens = [("guard", node.token("guard").await), ("guard2", node.token("guard2").await)];
    let mut all = Vec::new();
    for (n, (account, token)) in tokens.iter().cycle().take(count).enumerate() {
        let id = IncidentId::from(fresh("incident"));
        let mut request = report(&id, Some(seed::at_home()), "dispute");
        if let Request::ReportIncident { observed_ms, .. } = &mut request {
            *observed_ms = NOW_MS - i64::try_from(n / 3).unwrap() * 60_000;
        }
        change(node, token, &request).await;
        all.push((id.to_string(), *account));
    }
    all
}

async fn incidents_of_one_instant_come_once(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let all = reported(&node, 14).await;
    for (account, sees_all) in
        [("dispatch", true), ("street", true), ("guard", false), ("volunteer", false)]
    {
        let mine = |by: &str| sees_all || by == account;
        let wanted: BTreeSet<&String> =
            all.iter().filter(|(_, by)| mine(by)).map(|(id, _)| id).collect();
        for limit in [1, 5, 14, 500] {
            let list = format!("incidents?limit={limit}");
            let pages = walk(&node, account, &list, "after").await;
            assert_eq!(distinct(&pages).iter().collect::<BTreeSet<_>>(), wanted, "{account}");
            assert!(pages.iter().all(|page| page.len() <= limit), "{account} {limit}");
            let times: Vec<i64> =
                pages.iter().flatten().map(|i| i["observed_ms"].as_i64().unwrap()).collect();
            assert!(times.is_sorted_by(|a, b| a >= b), "{account} {limit}: {times:?}");
        }
    }
    for (filter, n) in [("top=dispute", 14), ("top=hazard", 0), ("to=2026-11-23", 0)] {
        let list = format!("incidents?limit=3&{filter}");
        assert_eq!(distinct(&walk(&node, "dispatch", &list, "after").await).len(), n, "{filter}");
    }
    node.stop().await;
}

/// More lie before and after the guard's own than one request looks through.
async fn what_others_reported_is_passed_over(backend: Backend) {
    const EACH: i64 = 2_900;
    let node = TestNode::seeded(&backend).await;
    let own: BTreeSet<String> = reported(&node, 6)
        .await
        .into_iter()
        .filter(|(_, by)| *by == "guard")
        .map(|x| x.0)
        .collect();
    for (first, from_ms) in [(0, NOW_MS + 1_000), (EACH, NOW_MS - 7_200_000 - EACH)] {
        let rows: Vec<IncidentRow> = (0..EACH).map(|n| imported(first + n, from_ms + n)).collect();
        for rows in rows.chunks(1_000) {
            let import = Command::ImportIncidents {
                district: seed::DISTRICT.into(),
                kinds: Vec::new(),
                rows: rows.to_vec(),
            };
            node.app.writer.apply(Actor::System, import).await.unwrap();
        }
    }
    for limit in [2, 500] {
        let pages = walk(&node, "guard", &format!("incidents?limit={limit}"), "after").await;
        assert_eq!(distinct(&pages).into_iter().collect::<BTreeSet<_>>(), own, "{limit}");
        assert!(pages.len() >= 2, "one request looked through all of them");
    }
    node.stop().await;
}

async fn messages_of_one_instant_come_once(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let guard = node.token("guard").await;
    let channel = format!("district:{}", seed::DISTRICT);
    let mut posted = BTreeSet::new();
    // The clock stands still, so that their ids alone part them.
    for n in 0..9 {
        let message = MessageId::from(fresh("message"));
        posted.insert(message.to_string());
        let (channel, body) = (channel.as_str().into(), format!("第{n}条"));
        change(&node, &guard, &Request::PostMessage { message, channel, body }).await;
    }
    for list in ["messages?limit=2".to_owned(), format!("messages?limit=4&channel={channel}")] {
        let pages = walk(&node, "volunteer", &list, "before").await;
        assert_eq!(distinct(&pages).into_iter().collect::<BTreeSet<_>>(), posted, "{list}");
        assert!(pages[0][0]["text"]["body"].as_str().unwrap().starts_with('第'));
    }
    node.stop().await;
}

async fn members_come_once_and_filtered(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    for (filter, n) in [
        ("limit=3", 10),
        ("limit=1&force=guard", 2),
        ("org=station", 5),
        ("force=guard&org=station", 0),
        ("q=guard", 2),
        // A percent sign is looked for as itself.
        ("q=%25", 0),
    ] {
        let pages = walk(&node, "dispatch", &format!("members?{filter}"), "after").await;
        assert_eq!(distinct(&pages).len(), n, "{filter}");
    }
    node.stop().await;
}

fn imported(n: i64, observed_ms: i64) -> IncidentRow {
    IncidentRow {
        source_id: format!("s-{n}"),
        occurred_min: observed_ms / 60_000,
        observed_ms,
        kind: KindCode::from("dispute"),
        point: None,
    }
}
