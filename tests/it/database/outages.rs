//! The network between a node and its database breaks, loudly or in silence, and comes back.

use sqlx::Connection as _;
use xunfang::bus::{Bus, LocalBus};
use xunfang::command::Done;

use super::{DEADLINE, guard, port, reports};
use crate::support::http::Ask;
use crate::support::node::TestNode;
use crate::support::{Backend, Proxy, eventually, seed};

async fn behind_a_proxy() -> (TestNode, Proxy, Backend) {
    let direct = Backend::postgres().await;
    let proxy = Proxy::start(port(&direct)).await;
    let backend = direct.through(proxy.address().port());
    let node = TestNode::start(&backend, Bus::Local(LocalBus::new())).await;
    seed::district(&node.app.writer).await;
    (node, proxy, direct)
}

async fn becomes(node: &TestNode, status: u16, what: &str) {
    eventually(DEADLINE, what, async || {
        (node.ask(Ask::get("/readyz")).await.status == status).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_command_waits_for_a_database_that_is_back_in_a_moment() {
    let (node, proxy, _) = behind_a_proxy().await;
    let guard = guard(&node).await;
    proxy.cut();
    let writer = node.app.writer.clone();
    let asked = tokio::spawn(async move { reports(&writer, &guard, "waits").await });
    eventually(DEADLINE, "it was tried", async || node.app.writer.is_failing().then_some(())).await;
    proxy.heal();
    let done = asked.await.unwrap();
    assert!(matches!(done, Ok(Done::Outcome(_))), "{done:?}");
    assert!(!node.app.writer.is_failing());
    node.stop().await;
}

#[tokio::test]
async fn a_network_that_says_nothing_any_more_costs_no_connection_for_good() {
    let (node, proxy, direct) = behind_a_proxy().await;
    let guard = guard(&node).await;
    becomes(&node, 200, "it is ready").await;
    proxy.silence();
    // Balancers and readers go on asking, and give up.
    becomes(&node, 503, "it can't read").await;
    proxy.heal();
    becomes(&node, 200, "it reads and writes again").await;
    let desk = node.client("dispatch").await;
    // What another node stores is delivered here again.
    let other = TestNode::start(&direct, Bus::Local(LocalBus::new())).await;
    let done = reports(&other.app.writer, &guard, "after").await;
    assert!(matches!(done, Ok(Done::Outcome(_))), "{done:?}");
    eventually(DEADLINE, "the desk sees it", async || {
        desk.look(|state| {
            let view = state.views.values().next()?;
            (!view.incidents.is_empty()).then_some(())
        })
    })
    .await;
    // The server was told of those that were thrown away, or ends them by itself.
    let mut db = sqlx::AnyConnection::connect(direct.url()).await.unwrap();
    let open: i64 = sqlx::query_scalar(
        "select count(*) from pg_stat_activity where datname = current_database() \
         and state = 'idle in transaction'",
    )
    .fetch_one(&mut db)
    .await
    .unwrap();
    assert_eq!(open, 0);
    other.stop().await;
    node.stop().await;
}
