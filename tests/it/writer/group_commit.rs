//! Many commands share one commit.

use futures_util::future::join_all;
use xunfang::client::Client;

use super::server::{Server, another_report, seeded_folder};

const CLIENTS: usize = 50;
const EACH: usize = 10;

#[tokio::test]
async fn with_fifty_waiting_clients_a_commit_holds_five_commands_or_more() {
    let folder = seeded_folder().await;
    let server = Server::start(&[], folder.path()).await;
    let mut clients = Vec::new();
    for account in ["guard", "property", "volunteer", "police", "auxiliary"] {
        let options = server.options(account).await;
        let some = (0..CLIENTS / 5).map(|_| Client::connect(options.clone()));
        clients.extend(join_all(some).await);
    }
    let counts = async || {
        let commits = server.metric("xunfang_writer_batch_commands_count").await;
        (server.metric("xunfang_writer_batch_commands_sum").await, commits)
    };
    let before = counts().await;
    // Each sends its next when it has an answer to the last.
    join_all(clients.iter().map(async |client| {
        for _ in 0..EACH {
            client.as_ref().unwrap().request(another_report()).await.unwrap();
        }
    }))
    .await;
    let after = counts().await;
    let (commands, commits) = (after.0 - before.0, after.1 - before.1);
    println!("{commands} commands in {commits} commits: {:.1} a commit", commands / commits);
    assert!(commands >= 500.0, "{commands}");
    assert!(commands / commits >= 5.0, "{commands} commands in {commits} commits");
}
