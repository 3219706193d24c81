//! What a client of before a restore meets: another log, read anew; and what it offers again is
//! new where the backup lacks it, and the first outcome where it doesn't.

use serde_json::json;
use xunfang::domain::IncidentId;

use super::phone::{Phone, cursor};
use super::{again, backed_up, put_back};
use crate::support::Backend;
use crate::support::node::{NOW_MS, TestNode, fresh};

fn incidents(reset: &serde_json::Value) -> Vec<String> {
    let listed = reset["snapshot"]["incidents"].as_array().unwrap();
    listed.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_client_reads_the_restored_log_anew_and_offers_again() {
    let backend = Backend::sqlite();
    let data = backend.folder().unwrap();
    let node = TestNode::seeded(&backend).await;
    let token = node.token("guard").await;
    let (mut phone, first) = Phone::connect(&node, &token, json!({})).await;
    let [kept, lost] = ["kept", "lost"].map(|name| IncidentId::from(fresh(name)));
    let kept_outcome = phone.offers("command-1", &kept).await;
    let (_folder, backup) = backed_up(data);
    phone.offers("command-2", &lost).await;
    drop(phone);
    let (_, resumed) = Phone::connect(&node, &token, cursor(&first)).await;
    assert_eq!(resumed["type"], "resumed", "its place holds until the restore");
    node.stop().await;
    put_back(&backup, data);

    let node = again(&backend, NOW_MS).await;
    // Its place is in the log still, by its number alone.
    let (mut phone, opened) = Phone::connect(&node, &token, cursor(&first)).await;
    assert_eq!(opened["type"], "reset", "{opened}");
    assert_ne!(opened["epoch"], first["epoch"]);
    assert_eq!(incidents(&opened), [kept.to_string()]);
    assert_eq!(phone.offers("command-1", &kept).await, kept_outcome, "the first outcome");
    let renewed = phone.offers("command-2", &lost).await;
    assert_eq!(renewed["incident"]["id"], json!(lost));
    assert_eq!(phone.offers("command-2", &lost).await, renewed, "once");
    drop(phone);
    let (_, resumed) = Phone::connect(&node, &token, cursor(&opened)).await;
    assert_eq!((&resumed["type"], &resumed["seq"]), (&json!("resumed"), &opened["seq"]));
    let (_, all) = Phone::connect(&node, &token, json!({})).await;
    let mut seen = incidents(&all);
    seen.sort();
    assert_eq!(seen, [kept.to_string(), lost.to_string()]);
    node.stop().await;
}
