//! A backup is one moment of a server that goes on writing, and comes back as that.

use std::path::Path;

use tokio::process::Command;
use xunfang::auth::Actor;
use xunfang::domain::{CommandId, IncidentId};

use super::{again, asked, backed_up, manifest, program, put_back};
use crate::http::reported;
use crate::support::node::{NOW_MS, TestNode, fresh, report};
use crate::support::{Backend, seed};

/// Reports without end; how many were acknowledged is counted.
async fn writes(node: &TestNode, acked: &std::cell::Cell<i64>) {
    let member = node.app.store.account("guard").await.unwrap().unwrap().member;
    let member = node.app.store.member(&member).await.unwrap().unwrap();
    loop {
        let incident = IncidentId::from(fresh("written"));
        let request = report(&incident, Some(seed::in_park()), "hazard.manhole");
        let (id, session) = (CommandId::fresh(), None);
        let command = xunfang::command::Command::Request { id, request, session };
        node.app.writer.apply(Actor::Member(member.clone()), command).await.unwrap();
        acked.set(acked.get() + 1);
    }
}

#[tokio::test]
async fn a_backup_is_one_moment_of_a_server_that_goes_on_writing() {
    let backend = Backend::sqlite();
    let node = TestNode::seeded(&backend).await;
    let data = backend.folder().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("deep/backup");
    let acked = std::cell::Cell::new(0);
    let (before, made) = tokio::select! {
        () = writes(&node, &acked) => unreachable!(),
        made = async {
            while acked.get() < 20 {
                tokio::task::yield_now().await;
            }
            let before = acked.get();
            let mut command = Command::new(env!("CARGO_BIN_EXE_xunfang"));
            command.arg("backup").arg(&target).arg("--data").arg(data);
            (before, command.output().await.unwrap())
        } => made,
    };
    assert!(made.status.success(), "{made:?}");
    assert!(acked.get() > before, "the server wrote on");
    let target = target.to_str().unwrap();
    let places = manifest(target)["logs"].as_array().unwrap().clone();
    let place = places.iter().find(|log| log["district"] == seed::DISTRICT).unwrap();
    let main = Path::new(target).join("xunfang.db");
    let seq = place["seq"].as_i64().unwrap();
    let one = async |sql: &str| asked(&main, sql).await[0].parse::<i64>().unwrap();
    assert_eq!(one("select cast(max(seq) as text) from events").await, seq);
    assert_eq!(one("select cast(count(*) as text) from events").await, seq, "gapless");
    let incidents = one("select cast(count(*) as text) from incidents").await;
    assert!(incidents >= before, "{incidents} of {before} acknowledged");
    assert_eq!(one("select cast(sum(n) as text) from count_changes").await, incidents);
    assert_eq!(one("select cast(count(*) as text) from commands").await, incidents);
    node.stop().await;
}

#[tokio::test]
async fn what_comes_back_is_the_backup_with_other_logs_and_a_record_of_it() {
    let backend = Backend::sqlite();
    let data = backend.folder().unwrap().to_owned();
    let node = TestNode::seeded(&backend).await;
    let early = reported(&node, "guard").await;
    let epoch = node.app.store.head(&seed::DISTRICT.into()).await.unwrap().unwrap().epoch;
    let (_folder, backup) = backed_up(&data);
    let late = reported(&node, "guard").await;
    let token = node.token("guard").await;
    node.stop().await;
    let said = put_back(&backup, &data);
    assert!(said.contains("log 420882002 at ") && said.contains("logs begin anew"), "{said}");
    let node = again(&backend, NOW_MS).await;
    assert!(node.app.store.incident(&early).await.unwrap().is_some());
    assert!(node.app.store.incident(&late).await.unwrap().is_none());
    let head = node.app.store.head(&seed::DISTRICT.into()).await.unwrap().unwrap();
    assert_ne!(head.epoch, epoch, "another log");
    assert_eq!(head.seq, manifest(&backup)["logs"][0]["seq"].as_i64().unwrap());
    let signed_in = node.app.caller_of(Some(&token)).await;
    assert!(signed_in.is_err(), "a session of after the backup isn't known");
    reported(&node, "guard").await;
    node.stop().await;
    let verified = program(&["audit", "verify"], &data);
    assert!(verified.status.success(), "{verified:?}");
    let records = "select detail from audit where action = 'restored'";
    let details = asked(&data.join("xunfang.db"), records).await;
    assert_eq!(details.len(), 1);
    let made = manifest(&backup)["made_ms"].to_string();
    assert!(details[0].starts_with(&format!("of {made}, 0 journal entries")), "{details:?}");
    let aside: Vec<_> = std::fs::read_dir(&data)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_str().unwrap().contains("before-restore-"))
        .collect();
    let kept = asked(&aside[0].join("xunfang.db"), "select id from incidents").await;
    assert!(kept.contains(&late.to_string()), "what was replaced is kept: {kept:?}");
}

#[tokio::test]
async fn a_backup_comes_back_where_nothing_is_left() {
    let backend = Backend::sqlite();
    let node = TestNode::seeded(&backend).await;
    let incident = reported(&node, "guard").await;
    let (_folder, backup) = backed_up(backend.folder().unwrap());
    node.stop().await;
    let elsewhere = Backend::sqlite();
    put_back(&backup, elsewhere.folder().unwrap());
    let node = again(&elsewhere, NOW_MS).await;
    assert!(node.app.store.incident(&incident).await.unwrap().is_some());
    reported(&node, "guard").await;
    node.stop().await;
}
