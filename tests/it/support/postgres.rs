//! A real PostgreSQL cluster, one for the whole test binary, a database for each test.
//! It must not know our schema. Invariant: only the loopback and its own folder can reach it.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection};

use super::port::ReservedPort;
use super::process::{Launch, Paused, Process, find_program};

const INSTALL: &str = "apt-get install -y postgresql";

/// A cluster with trust authentication; gone when dropped.
pub(crate) struct Postgres {
    port: u16,
    folder: PathBuf,
    process: Option<Process>,
    /// Ends after the server, and takes the folder with it.
    _keeper: Process,
}

impl Postgres {
    /// The cluster that all tests share, started by the first one that asks.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Makes a cluster in a temporary folder and starts it: about two seconds.
    pub(crate) fn start() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("xunfang-pg-")
            .tempdir()
            .expect("a temp folder can be made")
            .keep();
        let as_owner = owner_prefix(&folder);
        let data = text(&folder.join("data"));
        let initdb = text(&program("initdb"));
        run(
            &as_owner,
            &[
                &initdb,
                "-D",
                &data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-locale",
                "--no-sync",
            ],
        );
        let keeper = Process::start(&Launch {
            program: vec!["sh", "-c", "echo kept; exec sleep infinity"],
            ready_line: "kept",
            end_signal: "KILL",
            remove_folder: Some(&folder),
        });
        let port = ReservedPort::take().release();
        let mut cluster = Self { port, folder, process: None, _keeper: keeper };
        cluster.resume();
        cluster
    }

    /// Starts it on the data that it has, after a kill.
    pub(crate) fn resume(&mut self) {
        let data = text(&self.folder.join("data"));
        let (server, sockets, number) =
            (text(&program("postgres")), text(&self.folder), self.port.to_string());
        let as_owner = owner_prefix(&self.folder);
        let mut command: Vec<&str> = as_owner.iter().map(String::as_str).collect();
        command.extend([server.as_str(), "-D", &data, "-p", &number, "-k", &sockets]);
        // The tests kill servers, not machines: what the kernel holds is safe without fsync.
        for setting in ["listen_addresses=127.0.0.1", "fsync=off", "max_connections=200"] {
            command.extend(["-c", setting]);
        }
        self.process = Some(Process::start(&Launch {
            program: command,
            ready_line: "database system is ready to accept connections",
            end_signal: "QUIT",
            remove_folder: None,
        }));
    }

    /// `kill -9` for the server and every process of it.
    pub(crate) fn kill(&mut self) {
        self.process.take().expect("it runs").kill();
    }

    /// Lets every process of it stand still.
    pub(crate) fn pause(&self) -> Paused<'_> {
        self.process.as_ref().expect("it runs").pause()
    }

    /// The port it listens on, also after a kill.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Creates an empty database of its own for a test; returns its URL.
    pub(crate) async fn create_database(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        sqlx::any::install_default_drivers();
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let mut admin = sqlx::AnyConnection::connect(&self.url("postgres"))
            .await
            .expect("the cluster takes connections");
        sqlx::query(AssertSqlSafe(format!("create database {name}")))
            .execute(&mut admin)
            .await
            .expect("a new name is free");
        admin.close().await.expect("the connection is idle");
        self.url(&name)
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}

/// initdb refuses root: as root, everything runs as user postgres, who then owns the folder.
fn owner_prefix(folder: &Path) -> Vec<String> {
    if fs::metadata("/proc/self").expect("procfs is mounted").uid() != 0 {
        return Vec::new();
    }
    let id = |flag| {
        let output = Command::new("id").args([flag, "postgres"]).output().expect("id runs");
        let number = String::from_utf8_lossy(&output.stdout).trim().parse::<u32>();
        number.unwrap_or_else(|_| panic!("there is no user postgres; run: {INSTALL}"))
    };
    let (uid, gid) = (id("-u"), id("-g"));
    chown(folder, Some(uid), Some(gid)).expect("root may give its folder away");
    let prefix =
        ["setpriv", &format!("--reuid={uid}"), &format!("--regid={gid}"), "--clear-groups"];
    prefix.map(str::to_owned).to_vec()
}

/// Debian keeps the programs of each major version in a folder that isn't in PATH.
fn program(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    folders.reverse();
    find_program(name, &folders, INSTALL)
}

fn run(prefix: &[String], command: &[&str]) {
    let mut words = prefix.iter().map(String::as_str).chain(command.iter().copied());
    let mut process = Command::new(words.next().expect("a command has a program"));
    let output = process.args(words).current_dir("/").output().expect("the program starts");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn text(path: &Path) -> String {
    path.to_str().expect("temp paths are UTF-8").to_owned()
}
