//! Erased stays erased, withdrawn withdrawn, ended ended: the journal is replayed after a restore,
//! also against what phones offer again.

use std::fs;
use std::path::Path;

use hyper::Method;
use serde_json::{Value, json};
use xunfang::domain::consent::CONSENT_VERSION;
use xunfang::domain::{IncidentId, PartyId};
use xunfang::protocol::Request;

use super::{again, asked, backed_up, manifest, program, put_back};
use crate::http::{command, of_district, reads, reported};
use crate::personal::{NAME, PHONE, enters, posts};
use crate::support::http::{Answer, Ask};
use crate::support::node::{NOW_MS, TestNode, fresh, report, sign_on};
use crate::support::{Backend, seed};

/// Asks for something over HTTP under this id, with a session that the backup knows.
async fn offers(node: &TestNode, token: &str, id: &str, request: &Request) -> Answer {
    node.ask(Ask::post("/api/commands", &command(id, request)).by(token)).await
}

async fn text_of(node: &TestNode, incident: &IncidentId) -> Value {
    let read = reads(node, "dispatch", &format!("/api/incidents/{incident}")).await;
    read["incident"]["text"].clone()
}

async fn erases_text(node: &TestNode, incident: &IncidentId) -> String {
    let text = text_of(node, incident).await["id"].as_str().unwrap().to_owned();
    let path = of_district(&format!("texts/{text}/erase"));
    let why = json!({ "reason": "写了住址" });
    assert_eq!(posts(node, "chief", &path, &why).await.status, 204);
    text
}

async fn erases_party(node: &TestNode, incident: &IncidentId, party: &PartyId) {
    let path = format!("/api/incidents/{incident}/parties/{party}/erase");
    let why = json!({ "reason": "当事人要求" });
    assert_eq!(posts(node, "chief", &path, &why).await.status, 200);
}

#[tokio::test]
async fn what_was_erased_since_the_backup_stays_erased() {
    let backend = Backend::sqlite();
    let data = backend.folder().unwrap();
    let node = TestNode::seeded(&backend).await;
    let token = node.token("guard").await;
    let early = reported(&node, "guard").await;
    let known = enters(&node, "dispatch", &early).await;
    let (_folder, backup) = backed_up(data);
    let late = IncidentId::from(fresh("late"));
    let telling = report(&late, Some(seed::in_park()), "hazard.door");
    assert_eq!(offers(&node, &token, "offered", &telling).await.status, 200);
    let unknown = enters(&node, "dispatch", &late).await;
    let texts = [erases_text(&node, &early).await, erases_text(&node, &late).await];
    for (incident, party) in [(&early, &known), (&late, &unknown)] {
        erases_party(&node, incident, party).await;
    }
    node.stop().await;
    let journal = fs::read_to_string(data.join("journal.jsonl")).unwrap();
    assert_eq!(journal.lines().count(), 4, "{journal}");
    for personal in [NAME, PHONE, "住三楼", "路灯不亮", "写了住址", "当事人要求"] {
        assert!(!journal.contains(personal), "{personal}: {journal}");
    }
    let said = put_back(&backup, data);
    assert!(said.contains("4 journal entries replayed"), "{said}");

    let node = again(&backend, NOW_MS).await;
    assert_eq!(text_of(&node, &early).await["body"], json!(null));
    // The phone offers again what the backup lacks: the report comes back, its text doesn't.
    let told = offers(&node, &token, "offered", &telling).await;
    assert_eq!(told.status, 200, "{}", told.text());
    assert_eq!(text_of(&node, &late).await, json!({ "id": texts[1], "body": null }));
    let list = format!("/api/incidents/{late}/parties");
    let body = json!({ "party": unknown, "part": "reporter", "name": NAME, "phone": PHONE });
    let entered = posts(&node, "dispatch", &list, &body).await;
    assert_eq!(entered.json()["name"], json!(null), "{}", entered.text());
    let parties = reads(&node, "dispatch", &format!("/api/incidents/{early}/parties")).await;
    assert_eq!((&parties[0]["name"], &parties[0]["phone"]), (&json!(null), &json!(null)));
    node.stop().await;
    let main = data.join("xunfang.db");
    let left = "select id from texts where body = '路灯不亮' union \
                select id from parties where name is not null or phone is not null";
    assert_eq!(asked(&main, left).await, Vec::<String>::new());
    assert!(program(&["audit", "verify"], data).status.success());
}

#[tokio::test]
async fn consent_is_what_was_said_last() {
    let backend = Backend::sqlite();
    let data = backend.folder().unwrap();
    let node = TestNode::seeded(&backend).await;
    let guard = node.client("guard").await;
    sign_on(&guard).await;
    let volunteer = node.token("volunteer").await;
    let (_folder, backup) = backed_up(data);
    let give = Request::GiveConsent { version: CONSENT_VERSION };
    guard.request(Request::WithdrawConsent {}).await.unwrap();
    node.client("police").await.request(give.clone()).await.unwrap();
    node.clock.advance_ms(1_000);
    assert_eq!(offers(&node, &volunteer, "give", &give).await.status, 200);
    node.clock.advance_ms(1_000);
    // Said at a desk, so that the phone never hears of it.
    let other = node.token("volunteer").await;
    let said = offers(&node, &other, "withdraw", &Request::WithdrawConsent {}).await;
    assert_eq!(said.status, 200);
    guard.close();
    let now_ms = node.clock.now_ms();
    node.stop().await;
    put_back(&backup, data);

    let node = again(&backend, now_ms).await;
    let store = &node.app.store;
    let last = async |member: &str| store.last_consent(&member.into()).await.unwrap().unwrap();
    assert_eq!(last("guard").await.until_ms, Some(NOW_MS));
    let shift = store.open_shift(&"guard".into()).await.unwrap().unwrap();
    assert_eq!((shift.consent_version, shift.consent_ms), (None, None));
    assert_eq!(last("police").await.until_ms, None);
    let (from_ms, until_ms) = (NOW_MS + 1_000, Some(NOW_MS + 2_000));
    let span = last("volunteer").await;
    assert_eq!((span.from_ms, span.until_ms), (from_ms, until_ms));
    // The phone offers its consent again, which was withdrawn since.
    assert_eq!(offers(&node, &volunteer, "give", &give).await.status, 200);
    assert_eq!(last("volunteer").await.until_ms, until_ms);
    let reused = offers(&node, &volunteer, "give", &Request::WithdrawConsent {}).await;
    assert_eq!(reused.refused().1, "id_reused");
    // Said anew, it holds.
    node.clock.advance_ms(1_000);
    assert_eq!(offers(&node, &volunteer, "anew", &give).await.status, 200);
    assert_eq!(last("volunteer").await.until_ms, None);
    node.stop().await;
}

#[tokio::test]
async fn who_was_shut_out_since_the_backup_stays_out() {
    let backend = Backend::sqlite();
    let data = backend.folder().unwrap();
    let node = TestNode::seeded(&backend).await;
    seed::administrators(&node.app.writer).await;
    let tokens = [node.token("guard2").await, node.token("guard").await];
    let (_folder, backup) = backed_up(data);
    let end = Ask { method: Method::DELETE, ..Ask::get("/api/sessions") };
    let ended = node.ask(end.by(&tokens[0])).await;
    assert!(ended.status < 300, "{}", ended.text());
    let path = of_district("members/property/account");
    let disabled = posts(&node, "keeper", &path, &json!({ "type": "disable" })).await;
    assert_eq!(disabled.status, 200, "{}", disabled.text());
    let change = json!({ "old": seed::PASSWORD, "new": "Another-Pass-2026" });
    assert_eq!(posts(&node, "street", "/api/session/password", &change).await.status, 204);
    node.stop().await;
    put_back(&backup, data);

    let node = again(&backend, NOW_MS).await;
    assert!(node.app.caller_of(Some(&tokens[0])).await.is_err(), "ended is ended");
    assert!(node.app.caller_of(Some(&tokens[1])).await.is_ok(), "others go on");
    assert!(node.app.sign_in("property", seed::PASSWORD, None).await.is_err());
    let back = node.app.sign_in("street", seed::PASSWORD, None).await.unwrap();
    assert!(back.began.must_change, "the password of before opens its change alone");
    node.stop().await;
}

/// Puts a backup's databases back as a hurried operator would.
fn by_hand(backup: &str, data: &Path) {
    for name in ["xunfang.db", "tracks.db"] {
        for tail in ["-wal", "-shm"] {
            drop(fs::remove_file(data.join(format!("{name}{tail}"))));
        }
        fs::copy(Path::new(backup).join(name), data.join(name)).unwrap();
    }
}

#[tokio::test]
async fn a_database_put_back_by_hand_is_found_out_by_its_journal() {
    let backend = Backend::sqlite();
    let data = backend.folder().unwrap();
    let node = TestNode::seeded(&backend).await;
    let incident = reported(&node, "guard").await;
    let (_folder, backup) = backed_up(data);
    erases_text(&node, &incident).await;
    node.stop().await;
    by_hand(&backup, data);
    let node = again(&backend, NOW_MS).await;
    assert_eq!(text_of(&node, &incident).await["body"], json!(null));
    let head = node.app.store.head(&seed::DISTRICT.into()).await.unwrap().unwrap();
    assert_ne!(json!(head.epoch), manifest(&backup)["logs"][0]["epoch"], "another log");
    let epoch = head.epoch;
    node.stop().await;
    let node = again(&backend, NOW_MS).await;
    let head = node.app.store.head(&seed::DISTRICT.into()).await.unwrap().unwrap();
    assert_eq!(head.epoch, epoch, "a second start changes nothing");
    node.stop().await;
}

#[tokio::test]
async fn what_a_dying_process_did_not_journal_is_journaled_at_the_start() {
    let backend = Backend::sqlite();
    let path = backend.folder().unwrap().join("journal.jsonl");
    let node = TestNode::seeded(&backend).await;
    for _ in 0..3 {
        let incident = reported(&node, "guard").await;
        erases_text(&node, &incident).await;
    }
    node.stop().await;
    let whole = fs::read_to_string(&path).unwrap();
    assert_eq!(whole.lines().count(), 3);
    // Between its commit and the journal: nothing, half a line, a line too few, all of it.
    for left in [whole.len(), whole.len() - 20, whole.find('\n').unwrap() + 1, 0] {
        fs::write(&path, &whole[..left]).unwrap();
        again(&backend, NOW_MS).await.stop().await;
        assert_eq!(fs::read_to_string(&path).unwrap(), whole, "{left} bytes were left");
    }
}

#[tokio::test]
async fn a_journal_kept_elsewhere_is_replayed_and_a_foreign_one_refused() {
    let backend = Backend::sqlite();
    let data = backend.folder().unwrap();
    let node = TestNode::seeded(&backend).await;
    let incident = reported(&node, "guard").await;
    let (_folder, backup) = backed_up(data);
    let text = erases_text(&node, &incident).await;
    node.stop().await;
    let journal = data.join("journal.jsonl").to_str().unwrap().to_owned();
    let elsewhere = tempfile::tempdir().unwrap();
    let arguments = ["restore", &backup, "--journal", &journal];
    let done = program(&arguments, elsewhere.path());
    assert!(done.status.success(), "{done:?}");
    let body = format!("select coalesce(body, 'erased') from texts where id = '{text}'");
    assert_eq!(asked(&elsewhere.path().join("xunfang.db"), &body).await, ["erased"]);
    let other = fs::read_to_string(&journal).unwrap().replace(&text, "another");
    let foreign = elsewhere.path().join("foreign");
    fs::write(&foreign, other).unwrap();
    let refused =
        program(&["restore", &backup, "--journal", foreign.to_str().unwrap()], elsewhere.path());
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("not of the same installation"), "{said}");
}
