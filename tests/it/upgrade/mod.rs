//! A data folder of every release before comes up with the present program, and holds what it
//! held. The folders are SQL text; nothing of the present schema made them.

mod release;

use std::path::Path;
use std::process::Command;

use release::{Release, columns, rows};

use crate::support::Served;
use crate::support::http::{Ask, ask_at};

/// What an upgrade may change: sessions end, accounts sign in.
const CHANGES: [&str; 3] = ["accounts", "sessions", "sign_in_failures"];

#[test]
fn every_migration_starts_from_a_release_that_is_here() {
    let releases: Vec<u32> = release::all().iter().map(|release| release.migration).collect();
    let first = *releases.first().expect("there is a release");
    let migrations = release::migrations();
    for pair in migrations.windows(2).filter(|pair| pair[0] >= first) {
        assert!(
            releases.contains(&pair[0]),
            "migration {:04} upgrades a release that tests/fixtures/releases hasn't: make {:04} \
             there, with the program of before it",
            pair[1],
            pair[0],
        );
    }
    assert!(releases.iter().all(|release| migrations.contains(release)), "{releases:?}");
}

#[tokio::test]
async fn a_release_comes_up_and_holds_what_it_held() {
    for release in release::all() {
        let data = release.restored().await;
        let before = held(data.path()).await;
        assert!(before.iter().filter(|(_, rows)| !rows.is_empty()).count() > 20);
        let served = Served::start(data.path());
        comes_in(&release, &served).await;
        served.drain();
        for (table, rows) in held_of(data.path(), &before).await {
            let (_, were) = before.iter().find(|(name, _)| *name == table).unwrap();
            // Signing in is written into the audit log too; nothing is taken out of it.
            let left = if table.0 == "audit" { kept(were, &rows) } else { rows };
            let changes = CHANGES.contains(&table.0.as_str()) || table.0 == "audit_heads";
            assert!(changes || left == *were, "{}: {were:#?}\nnow: {left:#?}", table.0);
        }
        chains_are_whole(&release, data.path());
    }
}

type Held = Vec<((String, String), Vec<String>)>;

/// All that stands in a folder.
async fn held(data: &Path) -> Held {
    let mut found = Vec::new();
    for name in ["xunfang", "tracks"] {
        let pool = release::open(data, name).await;
        for table in columns(&pool).await {
            found.push((table.clone(), rows(&pool, &table).await));
        }
        pool.close().await;
    }
    found
}

/// The same columns as they were read before, whatever a migration added.
async fn held_of(data: &Path, before: &Held) -> Held {
    let mut found = Vec::new();
    for (table, _) in before {
        let name = if table.0 == "tracks" { "tracks" } else { "xunfang" };
        let pool = release::open(data, name).await;
        found.push((table.clone(), rows(&pool, table).await));
        pool.close().await;
    }
    found
}

fn kept(were: &[String], rows: &[String]) -> Vec<String> {
    rows.iter().filter(|row| were.contains(row)).cloned().collect()
}

/// Everybody signs in with the old password, and reads what there was.
async fn comes_in(release: &Release, served: &Served) {
    let facts = &release.facts;
    let password = facts["password"].as_str().unwrap();
    for account in facts["accounts"].as_array().unwrap() {
        let account = account.as_str().unwrap();
        assert!(served.sign_in(account, password).await.is_ok(), "{account}");
    }
    let desk = served.sign_in("dispatch", password).await.unwrap();
    let path = format!("/api/districts/{}/incidents", facts["district"].as_str().unwrap());
    let incidents = ask_at(served.address, Ask::get(&path).by(&desk)).await.json();
    assert_eq!(incidents["items"].as_array().map(Vec::len), Some(5), "{incidents}");
}

/// The chains hold their hashes, and the heads that the release itself printed.
fn chains_are_whole(release: &Release, data: &Path) {
    let heads = release.facts["audit_heads"].as_array().unwrap();
    let noted = heads.iter().flat_map(|head| ["--expect", head.as_str().unwrap()]);
    let verify = Command::new(env!("CARGO_BIN_EXE_xunfang"))
        .args(["audit", "verify", "--data"])
        .arg(data)
        .args(noted)
        .output()
        .unwrap();
    assert!(verify.status.success(), "{verify:?}");
}
