//! The TypeScript types of the WebSocket messages, written from the Rust ones.
//!
//! `XUNFANG_BLESS=1 cargo test --lib typescript` writes them anew; without it the test fails when
//! what is committed is stale.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ts_rs::{Config, TS};

use super::{ClientMessage, EventFrame, ServerMessage};
use crate::domain::{Kind, Organisation, Team};

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("web-client/src/protocol/generated")
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeMap::new() };
    entries
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

#[test]
fn the_committed_types_are_those_of_the_code() {
    let fresh = tempfile::tempdir().unwrap();
    let config = Config::new().with_large_int("number").with_out_dir(fresh.path());
    ClientMessage::export_all(&config).unwrap();
    ServerMessage::export_all(&config).unwrap();
    EventFrame::export_all(&config).unwrap();
    Kind::export_all(&config).unwrap();
    Organisation::export_all(&config).unwrap();
    Team::export_all(&config).unwrap();
    let fresh = files(fresh.path());
    assert!(fresh.contains_key("Incident.ts"), "the export wrote {:?}", fresh.keys());
    if std::env::var_os("XUNFANG_BLESS").is_some() {
        fs::create_dir_all(committed()).unwrap();
        for (name, text) in &fresh {
            fs::write(committed().join(name), text).unwrap();
        }
    }
    let committed = files(&committed());
    assert!(
        committed == fresh,
        "web-client/src/protocol/generated is stale: run XUNFANG_BLESS=1 cargo test --lib typescript"
    );
}
