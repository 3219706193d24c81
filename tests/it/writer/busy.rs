//! Another program holds SQLite's lock for longer than the writer waits.

use std::collections::BTreeSet;

use sqlx::Connection as _;
use xunfang::client::{Client, RequestError};
use xunfang::domain::CommandId;
use xunfang::protocol::Code;

use super::kept::assert_kept;
use super::server::{Server, another_report, seeded_folder};

#[tokio::test]
async fn a_lock_held_too_long_refuses_and_the_same_command_is_taken_later() {
    let folder = seeded_folder().await;
    let server = Server::start(&[], folder.path()).await;
    let guard = server.client("guard").await;
    let (command, request) = (CommandId::fresh(), another_report());
    sqlx::any::install_default_drivers();
    let url = format!("sqlite://{}", folder.path().join("xunfang.db").display());
    let mut other = sqlx::AnyConnection::connect(&url).await.unwrap();
    let lock = other.begin_with("begin immediate").await.unwrap();
    let refused = guard.request_as(command.clone(), request.clone());
    let read = Client::connect(server.options_again());
    let (refused, read) = tokio::join!(refused, read);
    let Err(RequestError::Refused(refusal)) = refused else { panic!("{refused:?}") };
    assert_eq!(refusal.code, Code::Busy);
    read.expect("reading goes on");
    assert!(server.has_said("database is locked"));
    lock.rollback().await.unwrap();
    guard.request_as(command, request).await.expect("it is taken now");
    assert_eq!(assert_kept(folder.path(), &BTreeSet::new()).await, 1);
}
