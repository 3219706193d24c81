//! SIGTERM under load: the end comes within 10 s, whoever stands in the way, and what was
//! acknowledged is stored.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use sqlx::Connection as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use xunfang::client::{Client, Options};
use xunfang::domain::{CommandId, IncidentId};

use super::DEADLINE;
use super::kept::assert_kept;
use super::server::{Server, another_report, report_now, seeded_folder};
use crate::support::eventually;
use crate::support::node::fresh;

const END_WITHIN: Duration = Duration::from_secs(10);

/// Reports one incident after the other until the server is gone; returns those acknowledged.
fn reports_on(options: Options) -> JoinHandle<BTreeSet<IncidentId>> {
    tokio::spawn(async move {
        let mut acked = BTreeSet::new();
        let client = Client::connect(Options { reconnect: false, ..options }).await.unwrap();
        loop {
            let id = IncidentId::from(fresh("load"));
            match client.request(report_now(&id)).await {
                Ok(_) => acked.insert(id),
                Err(_) => return acked,
            };
        }
    })
}

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<TcpStream>>;

/// A socket that said hello.
async fn greeted(options: &Options) -> Socket {
    let (mut socket, _) = tokio_tungstenite::connect_async(&options.url).await.unwrap();
    let hello = json!({ "type": "hello", "version": 1, "token": options.token, "cursors": {} });
    socket.send(Message::text(hello.to_string())).await.unwrap();
    socket
}

/// The code that the server closes with.
async fn close_code(mut socket: Socket) -> Option<u16> {
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Close(close) = message {
            return close.map(|close| close.code.into());
        }
    }
    None
}

/// A request that never ends.
async fn half_a_request(server: &Server) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = "POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
        Content-Length: 100\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// Waits until each client of the load has been answered some 20 times.
async fn under_load(server: &Server, clients: f64) {
    eventually(DEADLINE, "the load is on", async || {
        let commands = server.metric("xunfang_writer_batch_commands_sum").await;
        (commands > 20.0 * clients).then_some(())
    })
    .await;
}

/// Ends it, and returns how long that took.
async fn ends_in_time(server: &mut Server) -> Duration {
    let begun = Instant::now();
    server.signal("TERM");
    assert_eq!(server.ended().await, Some(0));
    let took = begun.elapsed();
    assert!(took < END_WITHIN, "{took:?}");
    took
}

#[tokio::test]
async fn a_drain_under_load_keeps_what_was_acknowledged_and_ends_in_time() {
    let folder = seeded_folder().await;
    let mut server = Server::start(&[], folder.path()).await;
    let mut load = Vec::new();
    for account in ["guard", "property", "volunteer", "police"] {
        let options = server.options(account).await;
        load.extend((0..4).map(|_| reports_on(options.clone())));
    }
    let desk = server.options("dispatch").await;
    // It reads nothing, and so doesn't answer the goodbye.
    let frozen = greeted(&desk).await;
    let told = tokio::spawn(close_code(greeted(&desk).await));
    let slow = half_a_request(&server).await;
    under_load(&server, 16.0).await;
    let took = ends_in_time(&mut server).await;
    assert_eq!(timeout(DEADLINE, told).await.unwrap().unwrap(), Some(4001));
    drop((frozen, slow));
    let mut acked = BTreeSet::new();
    for each in load {
        acked.extend(timeout(DEADLINE, each).await.unwrap().unwrap());
    }
    let stored = assert_kept(folder.path(), &acked).await;
    println!("{} acknowledged, {stored} stored, drained in {took:?}", acked.len());
    assert!(acked.len() > 100, "{}", acked.len());
}

/// A lock of the database as another program takes it.
async fn locked(data: &Path) -> sqlx::AnyConnection {
    sqlx::any::install_default_drivers();
    let url = format!("sqlite://{}", data.join("xunfang.db").display());
    let mut other = sqlx::AnyConnection::connect(&url).await.unwrap();
    sqlx::query("begin immediate").execute(&mut other).await.unwrap();
    other
}

#[tokio::test]
async fn a_drain_ends_in_time_behind_a_database_that_takes_nothing() {
    let folder = seeded_folder().await;
    let mut server = Server::start(&[], folder.path()).await;
    let options = server.options("guard").await;
    let mut socket = greeted(&options).await;
    let lock = locked(folder.path()).await;
    for _ in 0..32 {
        let (id, request) = (CommandId::fresh(), another_report());
        let command = json!({ "type": "command", "id": id, "request": request });
        socket.send(Message::text(command.to_string())).await.unwrap();
    }
    socket.send(Message::text(r#"{"type":"ping"}"#)).await.unwrap();
    // Frames are read in order: after the answer all of them are begun.
    while !socket.next().await.unwrap().unwrap().to_text().is_ok_and(|text| text.contains("pong")) {
    }
    ends_in_time(&mut server).await;
    assert_eq!(close_code(socket).await, Some(4001));
    drop(lock);
    assert_eq!(assert_kept(folder.path(), &BTreeSet::new()).await, 0, "nothing of it is half done");
}
