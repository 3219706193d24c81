//! A server process that cannot outlive the test run. It must not know which server it runs.
//! Invariant: a shell holds the server and reads our pipe; when the pipe closes (drop, panic or
//! `kill -9` of the tests) the shell ends the server and removes its folder.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

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

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        self.0.wait().ok();
    }
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
