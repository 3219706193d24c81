//! The client of `docs/examples`, run as a stranger runs it, against a real node.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;
use xunfang::bus::{Bus, LocalBus};
use xunfang::client::State;
use xunfang::clock::Clock;
use xunfang::domain::{IncidentMove, Level, MessageId};
use xunfang::protocol::Request;

use crate::support::node::{TestNode, moved};
use crate::support::{Backend, Proxy, seed};

const SOON: Duration = Duration::from_secs(30);
const CLIENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/examples/client.py");

/// A Python that has the package; Debian's own stands aside where another comes first in PATH.
fn python() -> &'static str {
    let has = |python: &&str| {
        let asked = std::process::Command::new(python).args(["-c", "import websockets"]).output();
        asked.is_ok_and(|output| output.status.success())
    };
    ["python3", "/usr/bin/python3"].into_iter().find(has).expect(
        "python3 has no `websockets`; run: apt-get install python3-websockets (or pip install \
         websockets)",
    )
}

struct Stranger {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Stranger {
    fn start(address: SocketAddr, password: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(python())
            .arg(CLIENT)
            .arg(format!("http://{address}"))
            .args(["--user", "guard"])
            .args(arguments)
            .env("XUNFANG_PASSWORD", password)
            .env("NO_PROXY", "*")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("python3 starts");
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        Self { child, lines }
    }

    /// Reads on until a line holds all these words, and returns it.
    async fn says(&mut self, words: &[&str]) -> String {
        let mut said = Vec::new();
        let found = timeout(SOON, async {
            while let Some(line) = self.lines.next_line().await.expect("it is text") {
                if words.iter().all(|word| line.contains(word)) {
                    return Some(line);
                }
                said.push(line);
            }
            None
        });
        let found = found.await.ok().flatten();
        found.unwrap_or_else(|| panic!("it never said {words:?}, only {said:#?}"))
    }

    async fn ends(&mut self) -> Option<i32> {
        timeout(SOON, self.child.wait()).await.expect("it ends").expect("it was started").code()
    }
}

#[tokio::test]
async fn it_reports_follows_and_comes_back() {
    let backend = Backend::sqlite();
    let bus = Bus::Local(LocalBus::new());
    let node = TestNode::start_at(&backend, bus, Clock::system()).await;
    seed::district(&node.app.writer).await;
    let dispatch = node.client("dispatch").await;
    let place = ["--report", "井盖松动", "--at", "113.205,30.955"];
    let proxy = Proxy::start(node.address.port()).await;
    let mut stranger = Stranger::start(proxy.address(), seed::PASSWORD, &place);
    stranger.says(&["reset 420882002"]).await;
    stranger.says(&["incident YX-", "hazard.manhole pending by 演示guard"]).await;

    // What a second member does is told to it.
    let first = |state: &State| state.views.values().next()?.incidents.keys().next().cloned();
    let incident = timeout(SOON, dispatch.wait_for(first)).await.expect("the desk hears of it");
    let accept = IncidentMove::Accept { level: Level::Four, grid: None };
    dispatch.request(moved(&incident, accept)).await.unwrap();
    stranger.says(&["hazard.manhole accepted by 演示dispatch"]).await;

    // The line is cut; what follows is told all the same, and nothing twice.
    proxy.cut();
    stranger.says(&["the connection ended (1006), again in"]).await;
    proxy.heal();
    stranger.says(&["reset 420882002", "with 1 incidents"]).await;
    let police = node.client("police").await;
    let posted = Request::PostMessage {
        message: MessageId::fresh(),
        channel: format!("district:{}", seed::DISTRICT).into(),
        body: "今晚重点看园区东门".to_owned(),
    };
    police.request(posted).await.unwrap();
    stranger.says(&["message by 演示police", "今晚重点看园区东门"]).await;
    let pid = stranger.child.id().expect("it runs").to_string();
    Command::new("kill").args(["-TERM", &pid]).status().await.unwrap();
    assert_eq!(stranger.ends().await, Some(0), "told to stop");
    let reported = node.app.store.incident(&incident).await.unwrap().unwrap();
    assert_eq!(reported.version, 2, "reported once, accepted once");
    node.stop().await;
}

#[tokio::test]
async fn it_ends_with_a_code_that_says_why() {
    let backend = Backend::sqlite();
    let node = TestNode::seeded(&backend).await;
    let report = |kind| ["--once", "--report", "x", "--at", "113.205,30.955", "--kind", kind];
    for (password, arguments, code) in [
        (seed::PASSWORD, &report("hazard.manhole")[..], 0),
        (seed::PASSWORD, &report("no.such.kind"), 1),
        (seed::PASSWORD, &["--report", "without a place"], 2),
        ("Wrong-Pass-2026", &[], 3),
    ] {
        let mut stranger = Stranger::start(node.address, password, arguments);
        assert_eq!(stranger.ends().await, Some(code), "{arguments:?}");
    }
    node.stop().await;
}
