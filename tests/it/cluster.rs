//! `make cluster` as somebody types it, but for the debug binary: two nodes on PostgreSQL and Redis
//! behind a balancer, with the demo on it. A node is lost, comes back, and Ctrl-C leaves nothing.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read as _};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;
use tokio::net::TcpStream;
use tokio::time::timeout;
use xunfang::client::{Client, Options};
use xunfang::domain::IncidentId;
use xunfang::spatial::Point;

use crate::support::eventually;
use crate::support::http::{Ask, ask_at};
use crate::support::node::{fresh, report};

/// A debug build on a busy machine makes a database, a district and its people.
const DEADLINE: Duration = Duration::from_secs(240);
/// What the script says last before it waits.
const UP: &str = "Ctrl-C ends all of it.";
const PARTS: [&str; 6] = ["postgres", "redis", "one", "two", "haproxy", "people"];
/// The parts' ports, counted from the first one.
const ONE: u16 = 1;
const TWO: u16 = 2;
const DOOR: u16 = 100;

/// The script, told to end when it is dropped.
struct Cluster {
    script: Child,
    first_port: u16,
    /// What it said until everything was up.
    said: String,
    pids: BTreeMap<&'static str, u32>,
}

fn script(folder: &Path, first_port: u16) -> Child {
    let listen = format!("127.0.0.1:{}", first_port + DOOR);
    Command::new("python3")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["scripts/cluster", env!("CARGO_BIN_EXE_xunfang"), "--weeks", "1"])
        .args(["--listen", &listen, "--inner", &first_port.to_string(), "--folder"])
        .arg(folder)
        // Its Ctrl-C is its own.
        .process_group(0)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python3 is there")
}

impl Cluster {
    /// Starts it where ports are free, which no other test takes.
    fn start(folder: &Path) -> Self {
        let own = u16::try_from(std::process::id() % 18).expect("below 18");
        let mut said = String::new();
        for step in 0..18 {
            let first_port = 10_000 + (own + step) % 18 * 500;
            let mut script = script(folder, first_port);
            let lines = BufReader::new(script.stdout.take().expect("it is piped")).lines();
            let mut lines = lines.map_while(Result::ok);
            said.clear();
            while let Some(line) = lines.next() {
                said += &format!("{line}\n");
                if line.contains(UP) {
                    // Whatever else it says has a reader.
                    std::thread::spawn(move || lines.for_each(drop));
                    let pids = PARTS.map(|part| (part, pid_of(folder, part))).into();
                    return Self { script, first_port, said, pids };
                }
            }
            let mut fault = String::new();
            script.stderr.take().expect("it is piped").read_to_string(&mut fault).ok();
            script.wait().expect("it is our child");
            assert!(fault.contains("can't be listened on"), "{said}{fault}");
        }
        panic!("no ports are free");
    }

    fn address(&self, of: u16) -> SocketAddr {
        ([127, 0, 0, 1], self.first_port + of).into()
    }

    /// Ctrl-C, and what is left of it.
    fn interrupt(mut self) -> Vec<&'static str> {
        kill("-INT", self.script.id());
        assert_eq!(self.script.wait().expect("it is our child").code(), Some(0));
        let alive = |pid: &u32| Path::new(&format!("/proc/{pid}")).exists();
        self.pids.iter().filter(|(_, pid)| alive(pid)).map(|(part, _)| *part).collect()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.script.try_wait().is_ok_and(|ended| ended.is_none()) {
            kill("-TERM", self.script.id());
            self.script.wait().ok();
        }
    }
}

fn pid_of(folder: &Path, part: &str) -> u32 {
    let text = std::fs::read_to_string(folder.join(format!("{part}.pid"))).expect(part);
    text.trim().parse().expect("a process id")
}

fn kill(signal: &str, pid: u32) {
    let told = Command::new("kill").args([signal, &pid.to_string()]).status();
    assert!(told.expect("kill runs").success());
}

/// A device of this account of the demo, which goes on by itself when its connection is lost.
async fn client(at: SocketAddr, account: &str, password: &str) -> Client {
    let body = json!({ "username": account, "password": password, "device": true });
    let answer = ask_at(at, Ask::post("/api/session", &body.to_string())).await.json();
    let token = Some(answer["token"].as_str().expect("signed in").to_owned());
    let url = format!("ws://{at}/ws");
    let options = Options { url, token, cookie: None, reconnect: true };
    Client::connect(options).await.expect("connects")
}

async fn sees(desk: &Client, id: &IncidentId, what: &str) {
    let seen = |state: &xunfang::client::State| {
        state.views.values().next()?.incidents.contains_key(id).then_some(())
    };
    timeout(DEADLINE, desk.wait_for(seen)).await.unwrap_or_else(|_| panic!("not seen: {what}"));
}

async fn reports(guard: &Client) -> IncidentId {
    let id = IncidentId::from(fresh(&format!("cluster-{}", std::process::id())));
    // The seat of the demo's district.
    let here = Point::new(113.230_67, 30.964_53).ok();
    let asked = guard.request(report(&id, here, "hazard.manhole"));
    timeout(DEADLINE, asked).await.expect("an answer comes").expect("is stored");
    id
}

/// Waits for a node that was killed, and returns its new process.
async fn comes_back(cluster: &Cluster, folder: &Path, (node, port): (&str, u16)) -> u32 {
    let address = cluster.address(port);
    eventually(DEADLINE, "the node comes back", async || {
        let pid = pid_of(folder, node);
        drop(TcpStream::connect(address).await.ok()?);
        let ready = ask_at(address, Ask::get("/readyz")).await.status == 200;
        (pid != cluster.pids[node] && ready).then_some(pid)
    })
    .await
}

#[tokio::test]
async fn one_command_starts_a_cluster_that_loses_a_node_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // PostgreSQL's user must get to its folder in it.
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let cluster = Cluster::start(folder.path());
    let door = cluster.address(DOOR);
    for told in [&format!("http://{door}/desk"), "dispatch", "Dispatch-2026", "kill -9"] {
        assert!(cluster.said.contains(told), "{told} in {}", cluster.said);
    }
    assert!(!cluster.said.contains(&format!("{}/desk", cluster.address(ONE))));
    let (guard, desk) = (
        client(door, "guard", "Guard-Demo-2026").await,
        client(door, "dispatch", "Dispatch-2026").await,
    );
    let chief = client(door, "chief", "Chief-2026-Demo").await;
    let first = reports(&guard).await;
    for desk in [&desk, &chief] {
        sees(desk, &first, "a report, on either node").await;
    }

    let mut cluster = cluster;
    let mut last = first;
    for (node, port) in [("one", ONE), ("two", TWO)] {
        kill("-KILL", cluster.pids[node]);
        last = reports(&guard).await;
        for desk in [&desk, &chief] {
            sees(desk, &last, "a report while a node is gone").await;
        }
        let pid = comes_back(&cluster, folder.path(), (node, port)).await;
        cluster.pids.insert(node, pid);
    }
    for client in [&guard, &desk, &chief] {
        assert!(client.look(|state| state.connections) > 1, "each node was gone once");
    }
    assert_eq!(cluster.interrupt(), Vec::<&str>::new(), "still run");

    // The second start finds what the first one left.
    let cluster = Cluster::start(folder.path());
    let chief = client(cluster.address(DOOR), "chief", "Chief-2026-Demo").await;
    sees(&chief, &last, "what was reported before").await;
    let again = script(folder.path(), cluster.first_port + 500).wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&again.stderr);
    assert!(!again.status.success() && said.contains("runs on"), "{said}");
    assert_eq!(cluster.interrupt(), Vec::<&str>::new(), "still run");
}
