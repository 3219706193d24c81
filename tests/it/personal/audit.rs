//! The audit log: read by whoever audits, and held against its hashes by the command line.

use std::process::{Command, Output};

use serde_json::{Value, json};
use sqlx::{AnyPool, Row};

use super::{auditor, enters, posts};
use crate::http::{of_district, reads, reported};
use crate::support::http::Ask;
use crate::support::node::TestNode;
use crate::support::{Backend, seed};

on_both!(the_log_is_read_in_pages_by_the_auditor_alone, an_altered_log_is_named);

async fn the_log_is_read_in_pages_by_the_auditor_alone(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let auditor = auditor(&node).await;
    let incident = reported(&node, "guard").await;
    for _ in 0..3 {
        enters(&node, "dispatch", &incident).await;
    }
    let page = async |query: &str| {
        let path = of_district(&format!("audit{query}"));
        let answer = node.ask(Ask::get(&path).by(&auditor)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    };
    let seqs = |page: &Value| -> Vec<i64> {
        page["items"].as_array().unwrap().iter().map(|line| line["seq"].as_i64().unwrap()).collect()
    };
    let first = page("?action=party_added&limit=2").await;
    let all = seqs(&page("?action=party_added").await);
    assert_eq!((all.len(), seqs(&first)), (3, all[..2].to_vec()));
    let next = first["next"].as_str().unwrap();
    let rest = page(&format!("?action=party_added&limit=2&before={next}")).await;
    assert_eq!((seqs(&rest), &rest["next"]), (all[2..].to_vec(), &json!(null)));
    assert!(seqs(&page("?actor=guard&action=party_added").await).is_empty());
    assert!(seqs(&page("?to_ms=1").await).is_empty());
    for account in ["police", "guard", "dispatch", "chief", "street"] {
        let token = node.token(account).await;
        let answer = node.ask(Ask::get(&of_district("audit")).by(&token)).await;
        assert_eq!(answer.status, 403, "{account}");
    }
    let foreign = node.ask(Ask::get("/api/districts/elsewhere/audit").by(&auditor)).await;
    assert_eq!(foreign.status, 403);
    node.stop().await;
}

/// What the program says about the audit log of this database.
fn verify(backend: &Backend, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xunfang"));
    command.args(["audit", "verify"]);
    match backend.folder() {
        Some(folder) => command.arg("--data").arg(folder),
        None => command.args(["--url", backend.url()]),
    };
    command.args(more).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

async fn an_altered_log_is_named(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let incident = reported(&node, "guard").await;
    let party = enters(&node, "dispatch", &incident).await;
    let reveal = format!("/api/incidents/{incident}/parties/{party}/reveal");
    for reason in ["回拨核实", "通知家属"] {
        let shown = posts(&node, "dispatch", &reveal, &json!({ "reason": reason })).await;
        assert_eq!(shown.status, 200);
    }
    let whole = verify(&backend, &[]);
    assert!(whole.status.success(), "{whole:?}");
    let head = head_of(&said(&whole));
    // A text that is erased takes its digest's salt with it, and breaks nothing.
    erase_first_reason(&node).await;
    let erased = verify(&backend, &["--expect", &head]);
    assert!(erased.status.success(), "{erased:?}");
    node.stop().await;
    let pool = AnyPool::connect(backend.url()).await.unwrap();
    let run = async |sql: String| {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&pool).await.unwrap();
    };
    let found = sqlx::query("select seq from audit where action = 'party_revealed' order by seq")
        .fetch_all(&pool)
        .await
        .unwrap();
    let [revealed, last] = [0, 1].map(|at: usize| found[at].get::<i64, _>("seq"));
    let change = |change: &str, at: i64| format!("update audit set {change} where seq = {at}");
    for (sql, undo, fault) in [
        (
            change("actor = 'chief'", revealed),
            change("actor = 'dispatch'", revealed),
            format!("record {revealed} was altered"),
        ),
        (
            change("action = 'nothing'", revealed),
            change("action = 'party_revealed'", revealed),
            format!("record {revealed} was altered"),
        ),
        (
            change("seq = 900", revealed),
            "update audit set seq = ".to_owned() + &format!("{revealed} where seq = 900"),
            format!("record {revealed} is missing"),
        ),
        (
            "update texts set body = '别的' where body = '通知家属'".to_owned(),
            "update texts set body = '通知家属' where body = '别的'".to_owned(),
            format!("the reason of record {last} was altered"),
        ),
    ] {
        run(sql.clone()).await;
        let found = verify(&backend, &[]);
        assert_eq!(found.status.code(), Some(1), "{sql}");
        assert!(said(&found).contains(&fault), "{sql}: {}", said(&found));
        run(undo).await;
        assert!(verify(&backend, &[]).status.success(), "undone: {sql}");
    }
    cut_off(&backend, run).await;
}

/// Cut off at the end, head and all: only a head that was noted down tells.
async fn cut_off(backend: &Backend, run: impl AsyncFn(String)) {
    let head = head_of(&said(&verify(backend, &[])));
    let end: i64 = head.split(['@', ':']).nth(1).unwrap().parse().unwrap();
    let own = format!("district = '{}'", seed::DISTRICT);
    run(format!("delete from audit where {own} and seq = {end}")).await;
    assert_eq!(verify(backend, &[]).status.code(), Some(1));
    let before = end - 1;
    run(format!(
        "update audit_heads set seq = {before}, \
         hash = (select hash from audit where {own} and seq = {before}) where {own}"
    ))
    .await;
    assert!(verify(backend, &[]).status.success());
    let noted = verify(backend, &["--expect", &head]);
    assert_eq!(noted.status.code(), Some(1), "{}", said(&noted));
    assert!(said(&noted).contains(&format!("record {end} is missing")), "{}", said(&noted));
}

/// The seeded district's head, as it was printed.
fn head_of(said: &str) -> String {
    let start = format!("{}@", seed::DISTRICT);
    said.lines().find(|line| line.starts_with(&start)).unwrap().to_owned()
}

/// Erases the reason of the first look, as the duty chief.
async fn erase_first_reason(node: &TestNode) {
    let auditor = auditor(node).await;
    let path = of_district("audit?action=party_revealed");
    let items = node.ask(Ask::get(&path).by(&auditor)).await.json();
    let text = items["items"][1]["reason"].as_str().unwrap().to_owned();
    let erase = of_district(&format!("texts/{text}/erase"));
    let why = json!({ "reason": "写了住址" });
    assert_eq!(posts(node, "dispatch", &erase, &why).await.status, 403);
    assert_eq!(posts(node, "chief", &erase, &why).await.status, 204);
    let items = node.ask(Ask::get(&path).by(&auditor)).await.json();
    assert_eq!(items["items"][1]["reason_text"]["body"], json!(null));
    assert!(items["items"][1]["reason_digest"].is_string(), "the chain keeps its digest");
    let incident = reads(node, "chief", &of_district("incidents")).await;
    assert!(incident["items"].is_array());
}
