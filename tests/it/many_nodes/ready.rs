//! Whether a balancer sends clients to a node: not to one that can't read, write or deliver; to one
//! that lost the bus it does.

use serde_json::{Value, json};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};
use xunfang::bus::{Bus, LocalBus};

use super::{DEADLINE, pair};
use crate::support::http::Ask;
use crate::support::node::TestNode;
use crate::support::{Backend, Redis, eventually, seed};

async fn readiness(node: &TestNode) -> (u16, Value) {
    let answer = node.ask(Ask::get("/readyz")).await;
    (answer.status, answer.json())
}

async fn becomes(node: &TestNode, status: u16, what: &str) -> Value {
    eventually(DEADLINE, what, async || {
        let (found, body) = readiness(node).await;
        (found == status).then_some(body)
    })
    .await
}

async fn run(db: &mut AnyConnection, sql: &str) {
    sqlx::query(AssertSqlSafe(sql.to_owned())).execute(db).await.unwrap();
}

#[tokio::test]
async fn a_lost_bus_degrades_and_nothing_more() {
    let (backend, mut redis) = (Backend::postgres().await, Redis::start());
    let (one, two) = pair(&backend, &redis).await;
    redis.stop();
    let degraded = eventually(DEADLINE, "it is degraded", async || {
        let (status, body) = readiness(&two).await;
        assert_eq!(status, 200, "{body}");
        (body["degraded"] == true).then_some(body)
    })
    .await;
    assert_eq!((&degraded["ready"], &degraded["bus"]), (&json!(true), &json!(false)));
    one.stop().await;
    two.stop().await;
}

/// As after a failover to a server that is still a standby.
#[tokio::test]
async fn a_database_that_takes_nothing_makes_a_node_unready_though_nobody_writes() {
    let backend = Backend::postgres().await;
    let node = TestNode::seeded(&backend).await;
    becomes(&node, 200, "it is ready").await;
    let mut db = AnyConnection::connect(backend.url()).await.unwrap();
    let name = backend.url().rsplit('/').next().unwrap();
    let read_only = async |db: &mut AnyConnection, on: &str| {
        run(db, &format!("alter database {name} set default_transaction_read_only = {on}")).await;
        run(
            db,
            "select pg_terminate_backend(pid) from pg_stat_activity \
             where datname = current_database() and pid <> pg_backend_pid()",
        )
        .await;
    };
    read_only(&mut db, "on").await;
    let body = becomes(&node, 503, "it finds out by itself").await;
    assert_eq!((&body["log"], &body["delivery"]), (&json!(false), &json!(true)));
    let mut db = AnyConnection::connect(&backend.url().replace(name, "postgres")).await.unwrap();
    run(&mut db, &format!("alter database {name} set default_transaction_read_only = off")).await;
    run(
        &mut db,
        &format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"),
    )
    .await;
    becomes(&node, 200, "it writes again").await;
    node.stop().await;
}

/// As on a node of the last release, when a newer one writes what it doesn't know.
#[tokio::test]
async fn a_node_that_cannot_read_an_event_delivers_nothing_more_and_says_so() {
    let backend = Backend::postgres().await;
    let node = TestNode::start(&backend, Bus::Local(LocalBus::new())).await;
    seed::district(&node.app.writer).await;
    let mut db = AnyConnection::connect(backend.url()).await.unwrap();
    let district = seed::DISTRICT;
    let sql = format!("update streams set seq = seq + 1 where district = '{district}'");
    run(&mut db, &sql).await;
    let sql = format!(
        "insert into events (district, seq, id, at_ms, keys, payload) \
         select district, seq, 'of-tomorrow', 0, '{{}}', '{{\"type\":\"of_tomorrow\"}}' \
         from streams where district = '{district}'"
    );
    run(&mut db, &sql).await;
    let body = becomes(&node, 503, "it is stuck").await;
    assert_eq!((&body["log"], &body["delivery"]), (&json!(true), &json!(false)));
    run(&mut db, "delete from events where id = 'of-tomorrow'").await;
    becomes(&node, 200, "it goes on").await;
    node.stop().await;
}
