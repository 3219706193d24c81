//! Everybody reads who looked at their own tracks, and at nobody else's.

use xunfang::protocol::Request;

use crate::support::Backend;
use crate::support::http::Ask;
use crate::support::node::{NOW_MS, TestNode};

on_both!(everybody_reads_the_looks_at_themselves_page_by_page);

async fn everybody_reads_the_looks_at_themselves_page_by_page(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let desk = node.client("dispatch").await;
    for (view, members) in
        [("v-1", &["guard", "police"][..]), ("v-2", &["guard2"]), ("v-3", &["guard"])]
    {
        node.clock.advance_ms(1_000);
        let look = Request::ViewTrack {
            view: view.into(),
            members: members.iter().map(|member| (*member).into()).collect(),
            incident: None,
            from_ms: NOW_MS - 1_000,
            to_ms: NOW_MS,
            reason: format!("核对 {view}"),
        };
        desk.request(look).await.unwrap();
    }
    let reads = async |account: &str, query: &str| {
        let token = node.token(account).await;
        let path = format!("/api/me/track-views{query}");
        node.ask(Ask::get(&path).by(&token)).await.json()
    };
    let first = reads("guard", "?limit=1").await;
    assert_eq!(first["items"][0]["id"], "v-3");
    assert_eq!(first["items"][0]["reason"]["body"], "核对 v-3");
    assert_eq!(first["items"][0]["viewer_name"], "演示dispatch");
    let next = format!("?limit=1&before={}", first["next"].as_str().unwrap());
    let second = reads("guard", &next).await;
    assert_eq!(second["items"][0]["id"], "v-1");
    assert_eq!(second["items"][0]["members"], serde_json::json!(["guard"]), "nobody else");
    assert!(second["next"].is_null());
    for (account, count) in [("guard2", 1), ("police", 1), ("property", 0), ("dispatch", 0)] {
        let all = reads(account, "").await;
        assert_eq!(all["items"].as_array().unwrap().len(), count, "{account}");
    }
    node.stop().await;
}
