//! Invented data go into a database that has none, or into a demo's own; and one node at a time
//! puts them in.

use std::time::Duration;

use tokio::time::timeout;
use xunfang::bus::{Bus, LocalBus};
use xunfang::demo;
use xunfang::domain::DistrictId;
use xunfang::store::{DatabaseSettings, Store};

use crate::support::node::TestNode;
use crate::support::{Backend, eventually, seed};

const DEADLINE: Duration = Duration::from_secs(20);
/// A turn that is free is had in less.
const AT_ONCE: Duration = Duration::from_secs(2);

async fn a_database_with_other_data_takes_no_demo(backend: Backend) {
    let node = TestNode::start(&backend, Bus::Local(LocalBus::new())).await;
    let (store, writer) = (&node.app.store, &node.app.writer);
    let demo = DistrictId::from(demo::DISTRICT_CODE);
    assert!(store.takes_demo(&demo).await.unwrap(), "nothing is there");
    let empty = store.size().await.unwrap();
    demo::seed(store, writer, node.clock.now_ms()).await.unwrap();
    assert!(store.takes_demo(&demo).await.unwrap(), "it is a demo's");
    let size = store.size().await.unwrap();
    assert!(size.state > empty.state + 100_000 && size.tracks == empty.tracks, "{size:?}");
    node.stop().await;
}

async fn a_district_of_the_same_code_is_no_demo(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let demo = DistrictId::from(demo::DISTRICT_CODE);
    assert_eq!(seed::DISTRICT, demo::DISTRICT_CODE);
    assert!(!node.app.store.takes_demo(&demo).await.unwrap());
    assert!(!node.app.store.takes_demo(&"other".into()).await.unwrap());
    node.stop().await;
}

async fn an_installation_without_a_district_is_no_demo(backend: Backend) {
    let node = TestNode::start(&backend, Bus::Local(LocalBus::new())).await;
    node.app.found().await.unwrap().expect("the first administrator is made");
    assert!(!node.app.store.takes_demo(&demo::DISTRICT_CODE.into()).await.unwrap());
    node.stop().await;
}

on_both!(
    a_database_with_other_data_takes_no_demo,
    a_district_of_the_same_code_is_no_demo,
    an_installation_without_a_district_is_no_demo,
);

#[tokio::test]
async fn the_next_node_waits_for_its_turn_and_for_no_dead_one() {
    let backend = Backend::postgres().await;
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let open = async |at: usize| {
        let url = backend.url().to_owned();
        Store::open(&DatabaseSettings { url, readers: 1 }, folders[at].path()).await.unwrap()
    };
    let (one, two) = (open(0).await, open(1).await);
    let turn = one.demo_turn().await.unwrap();
    one.ping().await.expect("the one reader isn't the turn's");
    assert!(timeout(AT_ONCE, two.demo_turn()).await.is_err(), "two nodes have a turn");
    turn.end().await.unwrap();
    let turn = timeout(DEADLINE, two.demo_turn()).await.expect("the turn is free").unwrap();
    // As when the node dies: nothing is said, the connection is gone.
    drop(turn);
    eventually(DEADLINE, "the dead node's turn is over", async || {
        timeout(AT_ONCE, one.demo_turn()).await.ok()?.ok()
    })
    .await;
}
