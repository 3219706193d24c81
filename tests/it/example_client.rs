//! The client of `docs/examples`, run as a stranger runs it, against a real node.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use xunfang::app::Caller;
use xunfang::auth::keys;
use xunfang::bus::{Bus, LocalBus};
use xunfang::client::State;
use xunfang::clock::Clock;
use xunfang::domain::{CommandId, IncidentId, IncidentMove, Level, MessageId};
use xunfang::protocol::Request;

use crate::support::node::{TestNode, moved, report};
use crate::support::{Backend, Proxy, eventually, seed};

const SOON: Duration = Duration::from_secs(30);
const CLIENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/examples/client.py");

/// How often its line is cut, and the events that pass meanwhile.
const CUTS: usize = 50;
const EVENTS_A_CUT: usize = 200;
/// More lines than it says in any of these tests.
const LINES: usize = 100_000;
/// Commands under way at once.
const AT_ONCE: usize = 32;

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
    lines: mpsc::Receiver<String>,
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
        let mut out = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let (line_out, lines) = mpsc::channel(LINES);
        // A full pipe would hold it up while nobody listens.
        tokio::spawn(async move {
            while let Ok(Some(line)) = out.next_line().await {
                line_out.send(line).await.ok();
            }
        });
        Self { child, lines }
    }

    /// Reads on until a line holds all these words, and returns it.
    async fn says(&mut self, words: &[&str]) -> String {
        let mut said = Vec::new();
        let found = timeout(SOON, async {
            while let Some(line) = self.lines.recv().await {
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

    /// Tells it to stop; it ends well.
    async fn stop(&mut self) {
        let pid = self.child.id().expect("it runs").to_string();
        Command::new("kill").args(["-TERM", &pid]).status().await.unwrap();
        assert_eq!(self.ends().await, Some(0), "told to stop");
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
    stranger.says(&["resumed 420882002"]).await;
    let police = node.client("police").await;
    let posted = Request::PostMessage {
        message: MessageId::fresh(),
        channel: format!("district:{}", seed::DISTRICT).into(),
        body: "今晚重点看园区东门".to_owned(),
    };
    police.request(posted).await.unwrap();
    stranger.says(&["message by 演示police", "今晚重点看园区东门"]).await;
    stranger.stop().await;
    let reported = node.app.store.incident(&incident).await.unwrap().unwrap();
    assert_eq!(reported.version, 2, "reported once, accepted once");
    node.stop().await;
}

#[tokio::test]
async fn it_is_cut_fifty_times_and_ends_with_exactly_the_log() {
    let backend = Backend::sqlite();
    let node = TestNode::seeded(&backend).await;
    let proxy = Proxy::start(node.address.port()).await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (log, state) = (file("log"), file("state"));
    let files = ["--log", log.as_str(), "--state", state.as_str()];
    let mut stranger = Stranger::start(proxy.address(), seed::PASSWORD, &files);
    stranger.says(&["reset 420882002"]).await;
    let first = node.app.store.head(&seed::DISTRICT.into()).await.unwrap().unwrap().seq;
    let token = node.token("property").await;
    let caller = node.app.caller_of(Some(&token)).await.unwrap();
    for cut in 0..CUTS {
        let told = watch::Sender::new(0);
        let cutting = async {
            let mut told = told.subscribe();
            let moment = rand::random_range(1..=EVENTS_A_CUT);
            told.wait_for(|count| *count >= moment).await.unwrap();
            proxy.cut();
            stranger.says(&["the connection ended"]).await;
            proxy.heal();
            stranger.says(&["resumed 420882002"]).await;
        };
        tokio::join!(many((&node, &caller), cut, &told), cutting);
        if cut == CUTS / 2 {
            // It is stopped itself, and goes on from what it has saved.
            stranger.stop().await;
            stranger = Stranger::start(proxy.address(), seed::PASSWORD, &files);
            stranger.says(&["resumed 420882002"]).await;
        }
    }
    let mine = shown_to_the_guard(&node, first).await;
    assert!(mine.len() >= CUTS * EVENTS_A_CUT / 2, "too little was shown to prove anything");
    let expected = [format!("reset 420882002 {first}")].into_iter().chain(mine);
    let expected: String = expected.map(|line| line + "\n").collect();
    eventually(SOON, "it reads to the end", async || {
        let length = std::fs::metadata(&log).unwrap().len();
        (length >= expected.len() as u64).then_some(())
    })
    .await;
    stranger.stop().await;
    let written = std::fs::read_to_string(&log).unwrap();
    let differs = written.lines().zip(expected.lines()).find(|(is, should)| is != should);
    assert_eq!(differs, None);
    assert!(
        written == expected,
        "{} lines, not {}",
        written.lines().count(),
        expected.lines().count()
    );
    node.stop().await;
}

/// Many events: messages that the guard reads, and reports that the guard doesn't see.
async fn many((node, caller): (&TestNode, &Caller), round: usize, told: &watch::Sender<usize>) {
    let ask = |n: usize| {
        let request = if n.is_multiple_of(10) {
            report(&IncidentId::fresh(), Some(seed::in_park()), "hazard.manhole")
        } else {
            Request::PostMessage {
                message: MessageId::fresh(),
                channel: format!("district:{}", seed::DISTRICT).into(),
                body: format!("第{round}段第{n}条"),
            }
        };
        let (caller, told) = (caller.clone(), &told);
        async move {
            node.app.request(caller, CommandId::fresh(), request).await.unwrap();
            told.send_modify(|count| *count += 1);
        }
    };
    futures_util::stream::iter(0..EVENTS_A_CUT).map(ask).buffer_unordered(AT_ONCE).count().await;
}

/// The lines that the guard's log should have after this place.
async fn shown_to_the_guard(node: &TestNode, after: i64) -> Vec<String> {
    let (store, district) = (&node.app.store, seed::DISTRICT.into());
    let guard = store.member(&"guard".into()).await.unwrap().unwrap();
    let keys = keys(&guard, None);
    let log = store.events_since(&district, after, 1_000_000).await.unwrap();
    assert!(log.len() >= CUTS * EVENTS_A_CUT);
    let shown = log.iter().filter(|one| one.audience.sees.iter().any(|key| keys.contains(key)));
    shown.map(|one| format!("event {district} {} {}", one.seq, one.id)).collect()
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
