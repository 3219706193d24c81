//! A server process that cannot outlive the test run. It must not know which server it runs.
//! Invariant: a shell holds the server and reads our pipe; when the pipe closes (drop, panic or
//! `kill -9` of the tests) the shell ends the server and removes its folder.
//! A signal goes to the server and to all that it has started.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

/// A loaded machine may take long to start a database; a healthy one takes a second.
const START_LIMIT: Duration = Duration::from_secs(60);

/// `$1` signal, `$2` folder to remove at the end ("" keeps it), then the server's command line.
const WATCH: &str = r#"
signal=$1; folder=$2; shift 2
"$@" </dev/null & server=$!
exec 1>&- 2>&-
read -r _
kill -"$signal" "$server" 2>/dev/null
wait "$server"
[ -z "$folder" ] || rm -rf -- "$folder"
"#;

/// How to start a server and how to end it.
pub(crate) struct Launch<'a> {
    pub(crate) program: Vec<&'a str>,
    pub(crate) ready_line: &'a str,
    pub(crate) end_signal: &'a str,
    pub(crate) remove_folder: Option<&'a Path>,
}

/// A running server; dropping it ends the server and waits until it is gone.
pub(crate) struct Process(Child);

impl Process {
    /// Starts the server and waits for its ready line on stdout or stderr.
    pub(crate) fn start(launch: &Launch<'_>) -> Self {
        let folder = launch.remove_folder.map_or("", |f| f.to_str().expect("temp paths are UTF-8"));
        let mut child = Command::new("sh")
            .args(["-c", WATCH, "sh", launch.end_signal, folder])
            .args(&launch.program)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("sh starts");
        let (line_out, lines) = sync_channel(1024);
        drain(child.stdout.take().expect("stdout is piped"), line_out.clone());
        drain(child.stderr.take().expect("stderr is piped"), line_out);
        let mut said = String::new();
        loop {
            match lines.recv_timeout(START_LIMIT) {
                Ok(line) if line.contains(launch.ready_line) => return Self(child),
                Ok(line) => said = said + &line + "\n",
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    drop(Self(child));
                    panic!("{} did not start; it said:\n{said}", launch.program.join(" "));
                }
            }
        }
    }
}

impl Process {
    /// The server and all that it has started stand still.
    pub(crate) fn pause(&self) -> Paused<'_> {
        let mut stopped = BTreeSet::new();
        // Whoever still ran while the others were found may have started another.
        loop {
            let found: BTreeSet<u32> = &self.family() - &stopped;
            if found.is_empty() {
                return Paused { _process: self, family: stopped };
            }
            signal("STOP", &found);
            stopped.extend(found);
        }
    }

    /// `kill -9` for the server and all that it has started, at one moment; returns when they are
    /// gone.
    pub(crate) fn kill(self) {
        let mut paused = self.pause();
        let family = std::mem::take(&mut paused.family);
        signal("KILL", &family);
        drop(paused);
        drop(self);
        let start = Instant::now();
        while family.iter().any(|pid| is_alive(*pid)) {
            assert!(start.elapsed() < START_LIMIT, "{family:?} outlive a SIGKILL");
            std::thread::yield_now();
        }
    }

    /// The server, and whatever descends from it.
    fn family(&self) -> BTreeSet<u32> {
        let mut pairs = Vec::new();
        for folder in fs::read_dir("/proc").expect("procfs is mounted").flatten() {
            let pid = folder.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
            let stat = fs::read_to_string(folder.path().join("stat"));
            if let (Some(pid), Ok(stat)) = (pid, stat) {
                pairs.extend(parent(&stat).map(|parent| (parent, pid)));
            }
        }
        let mut family = BTreeSet::from([self.0.id()]);
        loop {
            let known = family.len();
            let theirs = pairs.iter().filter(|(parent, _)| family.contains(parent));
            let theirs: Vec<u32> = theirs.map(|(_, pid)| *pid).collect();
            family.extend(theirs);
            if family.len() == known {
                // The shell goes on: it is how the server ends with the tests.
                family.remove(&self.0.id());
                return family;
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        self.0.wait().ok();
    }
}

/// A server that stands still; dropped, it goes on.
pub(crate) struct Paused<'p> {
    _process: &'p Process,
    family: BTreeSet<u32>,
}

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        signal("CONT", &self.family);
    }
}

/// Whoever has ended meanwhile is no fault.
fn signal(name: &str, pids: &BTreeSet<u32>) {
    if !pids.is_empty() {
        let pids = pids.iter().map(ToString::to_string);
        let told = Command::new("kill").arg(format!("-{name}")).args(pids).output();
        told.expect("kill runs");
    }
}

/// The parent's id: the second word after the program's name, which may hold anything.
fn parent(stat: &str) -> Option<u32> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn is_alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit_once(')').map_or("", |(_, rest)| rest.trim_start());
    !state.is_empty() && !state.starts_with(['Z', 'X'])
}

/// Reads to the end, so that the server never blocks on a full pipe; lines nobody wants are lost.
fn drain(pipe: impl Read + Send + 'static, line_out: SyncSender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            line_out.try_send(line).ok();
        }
    });
}

/// Finds a program in `folders`, then in PATH; says what to install otherwise.
pub(crate) fn find_program(name: &str, folders: &[PathBuf], install: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let everywhere = folders.iter().cloned().chain(std::env::split_paths(&path));
    everywhere
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
        .unwrap_or_else(|| panic!("{name} is missing; run: {install}"))
}
