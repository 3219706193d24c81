//! A data folder of every release before comes up with the present program, and holds what it
//! held. The folders are SQL text; nothing of the present schema made them.

mod release;

use std::path::Path;
use std::process::Command;

use release::{Release, columns, rows};
use serde_json::json;
use xunfang::bus::{Bus, LocalBus};
use xunfang::clock::Clock;

use crate::backup::phone::{Phone, cursor};
use crate::support::http::{Ask, ask_at};
use crate::support::node::{TestNode, fresh};
use crate::support::{Backend, Served};

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
async fn a_release_holds_what_it_held() {
    for release in release::all() {
        let backend = Backend::of(release.restored().await);
        let data = backend.folder().unwrap();
        let before = held(data).await;
        assert!(before.iter().filter(|(_, rows)| !rows.is_empty()).count() > 20);
        node_of(&release, &backend).await.stop().await;
        for (table, were) in before {
            let rows = held_of(data, &table).await;
            assert!(rows == were, "{}: {were:#?}\nnow: {rows:#?}", table.0);
        }
    }
}

/// By the wall's clock: of a release long ago sessions have lapsed, and tracks are purged.
#[tokio::test]
async fn a_release_comes_up_with_the_program_itself() {
    for release in release::all() {
        let data = release.restored().await;
        let log = held(data.path()).await.into_iter().find(|(table, _)| table.0 == "events");
        let (log, were) = log.unwrap();
        let served = Served::start(data.path());
        comes_in(&release, &served).await;
        served.drain();
        let events = held_of(data.path(), &log).await;
        assert!(were.iter().all(|event| events.contains(event)), "the log only grows");
        chains_are_whole(&release, data.path());
    }
}

/// The present node over it, at the time that it was made.
async fn node_of(release: &Release, backend: &Backend) -> TestNode {
    let clock = Clock::manual(release.facts["made_ms"].as_i64().unwrap());
    TestNode::start_at(backend, Bus::Local(LocalBus::new()), clock).await
}

#[tokio::test]
async fn a_client_of_the_release_is_known_and_follows_its_log_on() {
    for release in release::all() {
        let backend = Backend::of(release.restored().await);
        let node = node_of(&release, &backend).await;
        let district = release.facts["district"].as_str().unwrap();
        for (account, token) in release.facts["tokens"].as_object().unwrap() {
            let head = node.app.store.head(&district.into()).await.unwrap().unwrap();
            let token = token.as_str().unwrap();
            // A cursor of before there was a sight.
            let old = json!({ district: { "epoch": head.epoch, "seq": head.seq } });
            let (_, opened) = Phone::connect(&node, token, old).await;
            assert!(["reset", "resumed"].contains(&opened["type"].as_str().unwrap()), "{account}");
            let (_, opened) = Phone::connect(&node, token, json!({})).await;
            assert_eq!((&opened["epoch"], &opened["seq"]), (&json!(head.epoch), &json!(head.seq)));
            let (mut phone, resumed) = Phone::connect(&node, token, cursor(&opened)).await;
            assert_eq!(resumed["type"], "resumed", "{account}");
            phone.offers(&fresh("command"), &fresh("offered").into()).await;
        }
        node.stop().await;
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

/// The same columns of a table as they were read before, whatever a migration added.
async fn held_of(data: &Path, table: &(String, String)) -> Vec<String> {
    let name = if table.0 == "tracks" { "tracks" } else { "xunfang" };
    let pool = release::open(data, name).await;
    let found = rows(&pool, table).await;
    pool.close().await;
    found
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
