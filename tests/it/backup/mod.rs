//! Backups of running servers, and what comes back from them, by the program itself.

mod clients;
mod copies;
mod erased;
pub(crate) mod phone;
mod postgres;
mod refusals;
mod tracks;

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use sqlx::{AnyPool, AssertSqlSafe, Row};
use tempfile::TempDir;
use xunfang::bus::{Bus, LocalBus};

use crate::support::Backend;
use crate::support::node::TestNode;

/// What the program says to these arguments, and then to `--data` with the backend's folder.
fn program(arguments: &[&str], data: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xunfang"))
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap()
}

/// A folder for backups, and the backup that is made of this one.
fn backed_up(data: &Path) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("backup").to_str().unwrap().to_owned();
    let made = program(&["backup", &target], data);
    assert!(made.status.success(), "{made:?}");
    (folder, target)
}

/// Puts it back; what the program said.
fn put_back(backup: &str, data: &Path) -> String {
    let done = program(&["restore", backup], data);
    assert!(done.status.success(), "{done:?}");
    String::from_utf8(done.stdout).unwrap()
}

/// A node over the folder as it is now, at the time that the last one had.
async fn again(backend: &Backend, at_ms: i64) -> TestNode {
    let clock = xunfang::clock::Clock::manual(at_ms);
    TestNode::start_at(backend, Bus::Local(LocalBus::new()), clock).await
}

fn manifest(backup: &str) -> Value {
    let text = std::fs::read(Path::new(backup).join("manifest.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// The first column of what a database answers, as text.
async fn asked(file: &Path, sql: &str) -> Vec<String> {
    sqlx::any::install_default_drivers();
    let pool = AnyPool::connect(&format!("sqlite://{}?mode=ro", file.display())).await.unwrap();
    let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&pool).await.unwrap();
    pool.close().await;
    rows.iter().map(|row| row.get::<String, _>(0)).collect()
}
