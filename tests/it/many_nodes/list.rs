//! The list of nodes.

use serde_json::{Value, json};
use sqlx::Connection as _;
use xunfang::auth::Actor;
use xunfang::command::Command;
use xunfang::domain::{NodeBeat, NodeBus, NodeId, NodePlace};

use super::{DEADLINE, pair};
use crate::support::http::Ask;
use crate::support::node::TestNode;
use crate::support::{Backend, Redis, eventually, seed};

on_both!(a_node_alone_is_listed_until_it_ends, one_that_says_nothing_is_gone_and_then_forgotten);

async fn listed(node: &TestNode, token: &str) -> Value {
    let answer = node.ask(Ask::get("/api/nodes").by(token)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// The ids of the nodes that are listed, and which of them are gone.
fn ids(list: &Value) -> Vec<(String, bool)> {
    let items = list["items"].as_array().unwrap();
    let of = |item: &Value| (item["id"].as_str().unwrap().to_owned(), item["gone"] == true);
    items.iter().map(of).collect()
}

async fn staffed(backend: &Backend) -> (TestNode, String) {
    let node = TestNode::seeded(backend).await;
    seed::administrators(&node.app.writer).await;
    let token = node.token("keeper").await;
    (node, token)
}

async fn a_node_alone_is_listed_until_it_ends(backend: Backend) {
    let (node, keeper) = staffed(&backend).await;
    let desk = node.client("dispatch").await;
    let item = eventually(DEADLINE, "it has said how many are here", async || {
        let list = listed(&node, &keeper).await;
        assert_eq!(list["own"], json!(node.app.node));
        let items = list["items"].as_array().unwrap();
        (items.len() == 1 && items[0]["sessions"] == 1).then(|| items[0].clone())
    })
    .await;
    assert_eq!(item["id"], json!(node.app.node));
    assert_eq!(item["address"], json!(node.address.to_string()));
    assert_eq!(item["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!((&item["bus"], &item["bus_lost_ms"]), (&json!("alone"), &Value::Null));
    assert_eq!((&item["gone"], &item["lag_ms"]), (&json!(false), &json!(0)));
    assert!(item["started_ms"].as_i64().unwrap() > 1_700_000_000_000, "{item}");
    for other in ["security", "audit", "chief", "dispatch", "guard"] {
        let token = node.token(other).await;
        assert_eq!(node.ask(Ask::get("/api/nodes").by(&token)).await.status, 403, "{other}");
    }
    drop(desk);
    node.stop().await;
    let again =
        TestNode::start(&backend, xunfang::bus::Bus::Local(xunfang::bus::LocalBus::new())).await;
    let keeper = again.token("keeper").await;
    eventually(DEADLINE, "only the one that runs is there", async || {
        let found = ids(&listed(&again, &keeper).await);
        (found == [(again.app.node.to_string(), false)]).then_some(())
    })
    .await;
    again.stop().await;
}

fn beat(id: &str, address: &str) -> Command {
    Command::NodeBeat(Box::new(NodeBeat {
        id: NodeId::from(id),
        place: NodePlace { name: "elsewhere".to_owned(), address: address.to_owned() },
        version: "0.0.1".to_owned(),
        skew_ms: 0,
        sessions: 7,
        bus: NodeBus::Lost,
        bus_lost_ms: Some(9_000),
        lag_ms: 1_200,
    }))
}

async fn one_that_says_nothing_is_gone_and_then_forgotten(backend: Backend) {
    let (node, keeper) = staffed(&backend).await;
    let says = async |command| node.app.writer.apply(Actor::System, command).await.unwrap();
    let own = node.app.node.to_string();
    let mut db = sqlx::AnyConnection::connect(backend.url()).await.unwrap();
    let mut ages = async |id: &'static str, ms: i64| {
        let sql = "update nodes set seen_ms = seen_ms - $2 where id = $1";
        let done = sqlx::query(sql).bind(id).bind(ms).execute(&mut db).await.unwrap();
        assert_eq!(done.rows_affected(), 1);
    };
    let found = async || {
        let mut found = ids(&listed(&node, &keeper).await);
        found.retain(|(id, _)| *id != own);
        found
    };
    let is = |id: &str, gone: bool| vec![(id.to_owned(), gone)];
    says(beat("a", ":1")).await;
    assert_eq!(found().await, is("a", false));
    ages("a", 17_000).await;
    assert_eq!(found().await, is("a", true));
    // It was only slow.
    says(beat("a", ":1")).await;
    assert_eq!(found().await, is("a", false));
    ages("a", 17_000).await;
    // The same machine starts again: one node, not two.
    says(beat("b", ":1")).await;
    assert_eq!(found().await, is("b", false));
    // Two that were given the same place by mistake are both there.
    says(beat("c", ":1")).await;
    assert_eq!(found().await.len(), 2);
    says(Command::NodeLeaves("c".into())).await;
    ages("b", 25 * 60 * 60 * 1_000).await;
    assert_eq!(found().await, []);
    says(Command::ForgetOutcomes { before_ms: 0 }).await;
    let left = sqlx::query("select id from nodes where id <> $1").bind(&own);
    assert!(left.fetch_all(&mut db).await.unwrap().is_empty(), "its row went with the purge");
    node.stop().await;
}

#[tokio::test]
async fn each_of_two_nodes_lists_both_and_says_when_the_bus_is_lost() {
    let (backend, mut redis) = (Backend::postgres().await, Redis::start());
    let (one, two) = pair(&backend, &redis).await;
    let keeper = one.token("keeper").await;
    let buses = async |node: &TestNode, wanted: &str| {
        eventually(DEADLINE, wanted, async || {
            let list = listed(node, &keeper).await;
            let items = list["items"].as_array().unwrap();
            let all = items.len() == 2 && items.iter().all(|item| item["bus"] == wanted);
            all.then(|| (list["own"].clone(), ids(&list)))
        })
        .await
    };
    let (by_one, by_two) = (buses(&one, "connected").await, buses(&two, "connected").await);
    assert_eq!(by_one.1, by_two.1);
    assert_ne!(by_one.0, by_two.0);
    redis.stop();
    buses(&one, "lost").await;
    redis.restart();
    buses(&two, "connected").await;
    two.stop().await;
    assert_eq!(ids(&listed(&one, &keeper).await), [(one.app.node.to_string(), false)]);
    one.stop().await;
}
