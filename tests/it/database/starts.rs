//! Nodes that start at the same moment on an empty database.

use xunfang::bus::{Bus, LocalBus};
use xunfang::store::Store;

use super::settings;
use crate::support::Backend;
use crate::support::node::TestNode;

#[tokio::test]
async fn one_of_those_that_start_at_once_migrates_and_the_others_wait() {
    let backend = Backend::postgres().await;
    let settings = settings(backend.url());
    let folders = [(); 4].map(|()| tempfile::tempdir().unwrap());
    let opening = folders.each_ref().map(|folder| Store::open(&settings, folder.path()));
    for opened in futures_util::future::join_all(opening).await {
        let store = opened.unwrap();
        assert_eq!(store.heads().await.unwrap(), []);
        store.close().await;
    }
}

#[tokio::test]
async fn two_first_nodes_make_one_administrator() {
    let backend = Backend::postgres().await;
    let start = || TestNode::start(&backend, Bus::Local(LocalBus::new()));
    let (one, two) = tokio::join!(start(), start());
    let (by_one, by_two) = tokio::join!(one.app.found(), two.app.found());
    let made = [by_one.unwrap(), by_two.unwrap()];
    assert_eq!(made.iter().flatten().count(), 1, "one shows a password, the other goes on");
    let (name, password) = made.iter().flatten().next().unwrap();
    assert!(two.app.sign_in(name, password, None).await.is_ok());
    one.stop().await;
    two.stop().await;
}
