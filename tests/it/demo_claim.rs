//! Invented data go into a database that has none, or into a demo's own; and one node at a time
//! puts them in.

use std::process::Command;
use std::time::Duration;

use sqlx::{AnyConnection, Connection as _, Row};
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

/// A database of the release before: the refusal comes before the migrations.
#[tokio::test]
async fn a_demo_leaves_the_schema_of_other_data_as_it_is() {
    let backend = Backend::postgres().await;
    TestNode::seeded(&backend).await.stop().await;
    let mut db = AnyConnection::connect(backend.url()).await.unwrap();
    for sql in [
        "drop table nodes",
        "drop table least_programs",
        "delete from _sqlx_migrations where version = 9",
    ] {
        sqlx::query(sql).execute(&mut db).await.unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let demo = Command::new(env!("CARGO_BIN_EXE_xunfang"))
        .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--metrics", "", "--data"])
        .arg(folder.path())
        .env("XUNFANG__DATABASE__URL", backend.url())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&demo.stderr);
    assert!(!demo.status.success() && said.contains("aren't a demo's"), "{said}");
    let newest = "select max(version) from _sqlx_migrations where version < 1000";
    let newest = sqlx::query(newest).fetch_one(&mut db).await.unwrap();
    assert_eq!(newest.get::<i64, _>(0), 8);
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_database_without_tables_takes_a_demo() {
    let backend = Backend::postgres().await;
    let settings = DatabaseSettings { url: backend.url().to_owned(), readers: 1 };
    let folder = tempfile::tempdir().unwrap();
    let demo = DistrictId::from(demo::DISTRICT_CODE);
    assert!(Store::would_take_demo(&settings, folder.path(), &demo).await.unwrap());
}

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
