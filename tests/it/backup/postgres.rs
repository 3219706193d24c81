//! On PostgreSQL its own means put the database back; what is left to do is the program's.

use std::fs;
use std::process::Command;

use crate::http::reported;
use crate::http::{of_district, reads};
use crate::personal::posts;
use crate::support::node::TestNode;
use crate::support::{Backend, seed};

#[tokio::test]
async fn a_database_that_was_put_back_is_settled_with_a_journal() {
    let backend = Backend::postgres().await;
    let node = TestNode::seeded(&backend).await;
    let incident = reported(&node, "guard").await;
    let path = format!("/api/incidents/{incident}");
    let text = reads(&node, "dispatch", &path).await["incident"]["text"]["id"].clone();
    let erase = of_district(&format!("texts/{}/erase", text.as_str().unwrap()));
    let why = serde_json::json!({ "reason": "写了住址" });
    assert_eq!(posts(&node, "chief", &erase, &why).await.status, 204);
    let journal = node.app.store.journal().unwrap().since(0).unwrap();
    assert_eq!(journal.len(), 1);
    let district = seed::DISTRICT.into();
    let epoch = node.app.store.head(&district).await.unwrap().unwrap().epoch;
    node.stop().await;
    // As its backup of before the erasure has it.
    let pool = sqlx::AnyPool::connect(backend.url()).await.unwrap();
    for sql in [
        "update texts set body = '路灯不亮', salt = 's', erased_ms = null where erased_ms > 0",
        "delete from journal",
        "update journal_head set seq = 0",
    ] {
        sqlx::query(sql).execute(&pool).await.unwrap();
    }
    pool.close().await;
    let data = tempfile::tempdir().unwrap();
    let kept = data.path().join("kept.jsonl");
    fs::write(&kept, format!("{}\n", serde_json::to_string(&journal[0]).unwrap())).unwrap();
    let restore = |journal: bool| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xunfang"));
        command.args(["restore", "--url", backend.url(), "--data"]).arg(data.path().join("node"));
        if journal {
            command.arg("--journal").arg(&kept);
        }
        let done = command.output().unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stdout).unwrap()
    };
    assert!(restore(true).contains("1 journal entries replayed, 1 logs begin anew"));
    let node = super::again(&backend, crate::support::node::NOW_MS).await;
    let read = reads(&node, "dispatch", &path).await;
    assert_eq!(read["incident"]["text"]["body"], serde_json::json!(null));
    let head = node.app.store.head(&district).await.unwrap().unwrap();
    assert_ne!(head.epoch, epoch);
    node.stop().await;
    assert!(restore(false).contains("0 journal entries replayed, 1 logs begin anew"));
}
