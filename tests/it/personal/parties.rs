//! Who sees whom an incident is about, and in which form.

use serde_json::json;
use xunfang::domain::IncidentId;

use super::{NAME, PHONE, auditor, enters, posts};
use crate::http::{of_district, reads, reported};
use crate::support::http::Ask;
use crate::support::node::TestNode;
use crate::support::{Backend, seed};
use crate::workflow::{dispatched, graded};

on_both!(
    a_party_is_masked_until_a_reason_is_written_down,
    a_party_is_erased_for_ever,
    a_members_phone_is_shown_for_a_reason,
    whoever_is_called_writes_and_does_not_read,
);

async fn a_party_is_masked_until_a_reason_is_written_down(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    seed::district_called(&node.app.writer, "420882003", "-b").await;
    let auditor = auditor(&node).await;
    let incident = reported(&node, "guard").await;
    let party = enters(&node, "dispatch", &incident).await;
    let list = format!("/api/incidents/{incident}/parties");
    let listed = reads(&node, "dispatch", &list).await;
    let text = listed.to_string();
    assert!(!text.contains(NAME) && !text.contains(PHONE) && !text.contains("三楼"), "{text}");
    assert_eq!((&listed[0]["name"], &listed[0]["noted"]), (&json!("张**"), &json!(true)));
    let reveal = format!("{list}/{party}/reveal");
    for (account, reason, status, code) in [
        ("dispatch", " ", 400, "invalid"),
        ("guard", "想知道", 403, "forbidden"),
        ("street", "想知道", 403, "forbidden"),
        ("auxiliary", "想知道", 403, "forbidden"),
        ("police", "与我无关", 404, "not_found"),
        ("dispatch-b", "想知道", 404, "not_found"),
        ("auditor", "想知道", 403, "forbidden"),
    ] {
        let answer = posts(&node, account, &reveal, &json!({ "reason": reason })).await;
        assert_eq!((answer.status, answer.refused().1.as_str()), (status, code), "{account}");
        assert!(!answer.text().contains(PHONE), "{account}");
    }
    let shown = posts(&node, "dispatch", &reveal, &json!({ "reason": "回拨核实地点" })).await;
    assert_eq!((shown.status, shown.header("cache-control")), (200, "no-store"));
    let clear = json!({ "id": party, "name": NAME, "phone": PHONE, "note": "住三楼" });
    assert_eq!(shown.json(), clear);
    let path = of_district(&format!("audit?object=incident:{incident}"));
    let log = node.ask(Ask::get(&path).by(&auditor)).await;
    assert_eq!(log.status, 200, "{}", log.text());
    let items = log.json()["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 2, "refused ones show nothing: {items}");
    assert_eq!(
        (&items[0]["action"], &items[0]["actor"]),
        (&json!("party_revealed"), &json!("dispatch"))
    );
    assert_eq!(items[0]["actor_name"], "演示dispatch");
    assert_eq!(items[0]["reason_text"]["body"], "回拨核实地点");
    assert_eq!(items[0]["detail"], format!("party:{party} reporter"));
    assert_eq!(items[1]["action"], "party_added");
    assert!(!log.text().contains(PHONE) && !log.text().contains(NAME), "{}", log.text());
    node.stop().await;
}

async fn a_party_is_erased_for_ever(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let incident = reported(&node, "guard").await;
    let party = enters(&node, "dispatch", &incident).await;
    let one = format!("/api/incidents/{incident}/parties/{party}");
    let why = json!({ "reason": "当事人要求删除" });
    let refused = posts(&node, "dispatch", &format!("{one}/erase"), &why).await;
    assert_eq!(refused.refused().1, "forbidden");
    let erased = posts(&node, "chief", &format!("{one}/erase"), &why).await;
    assert_eq!((erased.status, &erased.json()["name"]), (200, &json!(null)));
    assert!(erased.json()["erased_ms"].is_i64());
    let shown = posts(&node, "dispatch", &format!("{one}/reveal"), &why).await;
    assert_eq!((shown.status, &shown.json()["phone"]), (200, &json!(null)));
    // Entered again by a late retry, it stays erased.
    let again = json!({ "party": party, "part": "reporter", "name": NAME });
    let path = format!("/api/incidents/{incident}/parties");
    let answer = posts(&node, "dispatch", &path, &again).await;
    assert_eq!((answer.status, &answer.json()["name"]), (201, &json!(null)));
    let other = posts(&node, "chief", &path, &again).await;
    assert_eq!(other.refused().1, "id_reused", "another's id is not theirs to use");
    node.stop().await;
}

async fn a_members_phone_is_shown_for_a_reason(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    seed::district_called(&node.app.writer, "420882003", "-b").await;
    let auditor = auditor(&node).await;
    let path = of_district("members/guard/reveal");
    for (account, reason, status) in [
        ("dispatch", "", 400),
        ("guard2", "想聊天", 403),
        ("street", "想聊天", 403),
        ("dispatch-b", "想聊天", 403),
    ] {
        let answer = posts(&node, account, &path, &json!({ "reason": reason })).await;
        assert_eq!(answer.status, status, "{account}: {}", answer.text());
    }
    let foreign =
        posts(&node, "dispatch", &of_district("members/guard-b/reveal"), &json!({ "reason": "x" }))
            .await;
    assert_eq!(foreign.status, 404);
    let shown = posts(&node, "dispatch", &path, &json!({ "reason": "电台没有应答" })).await;
    assert_eq!((shown.status, shown.json()), (200, json!({ "phone": "10000000001" })));
    let log = node.ask(Ask::get(&of_district("audit?action=phone_revealed")).by(&auditor)).await;
    assert_eq!(log.json()["items"][0]["object"], "member:guard");
    let members = reads(&node, "dispatch", &of_district("members")).await.to_string();
    assert!(!members.contains("10000000001"));
    node.stop().await;
}

async fn whoever_is_called_writes_and_does_not_read(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (reporter, desk) = (node.client("property").await, node.client("dispatch").await);
    crate::support::node::sign_on(&node.client("guard").await).await;
    let incident: IncidentId = graded(&reporter, &desk).await;
    let list = format!("/api/incidents/{incident}/parties");
    let body = json!({ "party": "p-early", "part": "witness", "name": NAME });
    let early = posts(&node, "guard", &list, &body).await;
    assert_eq!(early.status, 404, "not called yet: {}", early.text());
    dispatched(&desk, &incident).await;
    enters(&node, "guard", &incident).await;
    let token = node.token("guard").await;
    assert_eq!(node.ask(Ask::get(&list).by(&token)).await.status, 403);
    assert_eq!(reads(&node, "dispatch", &list).await.as_array().unwrap().len(), 1);
    for (wrong, field) in [
        (json!({ "party": "p w", "part": "party", "name": NAME }), "party"),
        (json!({ "party": "p-1", "part": "party", "note": "无名" }), "name"),
        (json!({ "party": "p-1", "part": "party", "name": "长".repeat(61) }), "name"),
        (json!({ "party": "p-1", "part": "suspect", "name": NAME }), "part"),
    ] {
        let (status, code, found) = posts(&node, "dispatch", &list, &wrong).await.refused();
        assert_eq!((status, code.as_str(), found.as_deref()), (400, "invalid", Some(field)));
    }
    node.stop().await;
}
