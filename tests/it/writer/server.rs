//! The real program on a data folder, to be broken from outside.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;
use xunfang::client::{Client, Options};
use xunfang::clock::Clock;
use xunfang::domain::{IncidentId, KindCode};
use xunfang::protocol::Request;

use super::DEADLINE;
use crate::support::http::{Ask, ask_at};
use crate::support::node::{TestNode, fresh};
use crate::support::{Backend, ReservedPort, seed};

/// `xunfang serve`; it dies with the test.
pub(super) struct Server {
    child: Child,
    pub(super) pid: u32,
    pub(super) address: SocketAddr,
    metrics: SocketAddr,
    /// What it said so far, a line each.
    said: Arc<Mutex<Vec<String>>>,
    /// How the last who signed in connects: signing in writes.
    last: Mutex<Option<Options>>,
}

/// A data folder with the seeded district.
pub(super) async fn seeded_folder() -> TempDir {
    let backend = Backend::sqlite();
    TestNode::seeded(&backend).await.stop().await;
    let folder = tempfile::tempdir().unwrap();
    copy(backend.folder().unwrap(), folder.path());
    folder
}

/// Copies the files of a folder.
pub(super) fn copy(from: &Path, to: &Path) {
    for file in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

/// The program's words, behind `wrap`: a command that executes the rest of its words.
pub(super) fn command(wrap: &[&str], data: &Path, metrics: &str) -> Command {
    let words = [wrap, &["setpriv", "--pdeathsig", "KILL"]].concat();
    let mut command = Command::new(words[0]);
    command
        .args(&words[1..])
        .args([env!("CARGO_BIN_EXE_xunfang"), "serve", "--listen", "127.0.0.1:0"])
        .args(["--metrics", metrics, "--config"])
        .args([data, Path::new("--data"), data])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

impl Server {
    /// Starts it and waits until it listens.
    pub(super) async fn start(wrap: &[&str], data: &Path) -> Self {
        let port = ReservedPort::take();
        let metrics = SocketAddr::from(([127, 0, 0, 1], port.number()));
        let mut command = command(wrap, data, &metrics.to_string());
        port.release();
        let mut child = command.spawn().expect("setpriv starts (apt-get install util-linux)");
        let said = Arc::default();
        keep(child.stderr.take().unwrap(), Arc::clone(&said));
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = timeout(DEADLINE, async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if let Some(address) = line.strip_prefix("xunfang listens on http://") {
                    return address.parse().unwrap();
                }
            }
            panic!("it ended");
        });
        let address = address.await.unwrap_or_else(|_| panic!("it said {:?}", said.lock()));
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let pid = child.id().expect("it runs");
        Self { child, pid, address, metrics, said, last: Mutex::default() }
    }

    /// A client of this account; its requests are sent over as many connections as it takes.
    pub(super) async fn client(&self, account: &str) -> Client {
        Client::connect(self.options(account).await).await.expect("the client connects")
    }

    pub(super) async fn options(&self, account: &str) -> Options {
        let body = json!({ "username": account, "password": seed::PASSWORD, "device": true });
        let answer = ask_at(self.address, Ask::post("/api/session", &body.to_string())).await;
        let token = answer.json()["token"].as_str().map(str::to_owned);
        assert!(token.is_some(), "{}", answer.text());
        let url = format!("ws://{}/ws", self.address);
        let options = Options { url, token, cookie: None, reconnect: true };
        *self.last.lock() = Some(options.clone());
        options
    }

    /// How the last who signed in connects; asking again would write.
    pub(super) fn options_again(&self) -> Options {
        self.last.lock().clone().expect("somebody signed in")
    }

    pub(super) async fn is_ready(&self) -> bool {
        let answer: Value = ask_at(self.address, Ask::get("/readyz")).await.json();
        answer["ready"].as_bool().unwrap()
    }

    /// The sum of a metric over its labels.
    pub(super) async fn metric(&self, name: &str) -> f64 {
        let answer = ask_at(self.metrics, Ask::get("/metrics")).await;
        let values = answer.text().lines().filter_map(|line| {
            let (series, value) = line.rsplit_once(' ')?;
            (series.split('{').next() == Some(name)).then(|| value.parse::<f64>().unwrap())
        });
        values.sum()
    }

    /// Whether a line that it said holds this.
    pub(super) fn has_said(&self, words: &str) -> bool {
        self.said.lock().iter().any(|line| line.contains(words))
    }

    /// Sends it this signal.
    pub(super) fn signal(&self, name: &str) {
        run("kill", &[&format!("-{name}"), &self.pid.to_string()]);
    }

    /// Its exit code, once it ends.
    pub(super) async fn ended(&mut self) -> Option<i32> {
        timeout(DEADLINE, self.child.wait()).await.expect("it ends").unwrap().code()
    }
}

/// Runs a program that must succeed.
pub(super) fn run(program: &str, arguments: &[&str]) {
    let output = std::process::Command::new(program).args(arguments).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {told}");
}

fn keep(pipe: impl AsyncRead + Send + Unpin + 'static, said: Arc<Mutex<Vec<String>>>) {
    tokio::spawn(async move {
        let mut lines = BufReader::new(pipe).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            said.lock().push(line);
        }
    });
}

/// A report of a manhole, now.
pub(super) fn report_now(id: &IncidentId) -> Request {
    Request::ReportIncident {
        incident: id.clone(),
        point: Some(seed::in_park()),
        kind: KindCode::from("hazard.manhole"),
        observed_ms: Clock::system().now_ms(),
        text: None,
        drill: false,
    }
}

/// A fresh report.
pub(super) fn another_report() -> Request {
    report_now(&IncidentId::from(fresh("real")))
}
