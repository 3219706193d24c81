//! What a server says of itself while people are entered and looked at holds none of it: neither
//! its log at its most talkative, nor its refusals, nor a row beside the one that can be erased.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use sqlx::{AnyPool, Row};
use tracing_subscriber::fmt::MakeWriter;

use super::{NAME, PHONE, enters, posts};
use crate::http::{of_district, reported};
use crate::support::Backend;
use crate::support::node::{TestNode, sign_on};

/// What was logged on this thread.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Said {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Said {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Set in the process that runs this test alone: what is logged is decided for a whole process,
/// and the other tests log too.
const ALONE: &str = "XUNFANG_SILENCE_ALONE";

#[test]
fn no_log_line_and_no_other_row_holds_personal_data() {
    if std::env::var_os(ALONE).is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        return runtime.unwrap().block_on(enter_and_look());
    }
    let name = "personal::silence::no_log_line_and_no_other_row_holds_personal_data";
    let alone = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(ALONE, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&alone.stdout) + String::from_utf8_lossy(&alone.stderr);
    assert!(alone.status.success() && said.contains("1 passed"), "{said}");
}

async fn enter_and_look() {
    let said = Said::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(said.clone())
        .finish();
    // The test's node runs on this thread alone.
    let logging = tracing::subscriber::set_default(subscriber);
    let backend = Backend::sqlite();
    let node = TestNode::seeded(&backend).await;
    sign_on(&node.client("guard").await).await;
    let incident = reported(&node, "guard").await;
    let party = enters(&node, "dispatch", &incident).await;
    let one = format!("/api/incidents/{incident}/parties/{party}");
    let why = json!({ "reason": "回拨核实" });
    let mut refused = String::new();
    for (account, path) in [
        ("dispatch", format!("{one}/reveal")),
        ("guard", format!("{one}/reveal")),
        ("dispatch", of_district("members/guard/reveal")),
    ] {
        let answer = posts(&node, account, &path, &why).await;
        if answer.status != 200 {
            refused += answer.text();
        }
    }
    let long = json!({ "party": "p-l", "part": "party", "name": NAME.repeat(30), "phone": PHONE });
    let list = format!("/api/incidents/{incident}/parties");
    refused += posts(&node, "dispatch", &list, &long).await.text();
    let wrong = json!({ "party": "p-w", "part": NAME, "name": NAME, "phone": PHONE });
    let typed = posts(&node, "dispatch", &list, &wrong).await;
    assert_eq!(typed.status, 400);
    let pool = AnyPool::connect(backend.url()).await.unwrap();
    for (table, column) in [
        ("events", "payload"),
        ("commands", "outcome"),
        ("incidents", "doc"),
        ("incident_entries", "doc"),
        ("audit", "detail"),
        ("audit", "object"),
    ] {
        let sql = format!("select coalesce({column}, '') as found from {table}");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&pool).await.unwrap();
        let found: String = rows.iter().map(|row| row.get::<String, _>("found")).collect();
        assert!(!found.contains(NAME) && !found.contains(PHONE), "{table}.{column}");
    }
    node.stop().await;
    drop(logging);
    let log = said.text();
    assert!(log.contains("a client's connection ended"), "the log was not heard: {log}");
    for secret in [NAME, PHONE, "10000000001", "三楼", "回拨核实", "路灯不亮"] {
        assert!(!log.contains(secret), "{secret} is in the log");
        assert!(!refused.contains(secret), "{secret} is in a refusal: {refused}");
    }
}
