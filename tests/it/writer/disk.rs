//! The disk fails under the real program: what can't be stored is refused or unknown, never lost
//! and never half there; the others are served; and it goes on by itself when the disk is well.

use std::collections::BTreeSet;
use std::fs::{File, Permissions, set_permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use xunfang::client::{Client, RequestError};
use xunfang::domain::{CommandId, IncidentId};
use xunfang::protocol::Code;

use super::DEADLINE;
use super::kept::assert_kept;
use super::server::{Server, command, copy, report_now, run, seeded_folder};
use crate::support::eventually;
use crate::support::node::fresh;

/// Root may write where no bit allows it; so that it can't, as nobody else can.
fn without_override() -> Vec<&'static str> {
    let id = std::process::Command::new("id").arg("-u").output().unwrap();
    if id.stdout == b"0\n" {
        vec!["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    } else {
        Vec::new()
    }
}

/// A command under an id of its own, to be sent until it is taken.
struct Kept {
    command: CommandId,
    incident: IncidentId,
}

impl Kept {
    fn fresh() -> Self {
        Self { command: CommandId::fresh(), incident: fresh("disk").into() }
    }

    async fn send(&self, client: &Client) -> Result<(), Code> {
        match client.request_as(self.command.clone(), report_now_as(&self.incident)).await {
            Ok(_) => Ok(()),
            Err(RequestError::Refused(refusal)) => Err(refusal.code),
            Err(RequestError::Closed) => panic!("the client is closed"),
        }
    }

    /// As a client's outbox does: until it is stored.
    async fn insist(&self, client: &Client) {
        eventually(DEADLINE, "it is taken", async || match self.send(client).await {
            Ok(()) => Some(()),
            Err(code) => {
                assert_eq!(code, Code::Busy);
                None
            }
        })
        .await;
    }
}

/// The same words each time, as a retry has.
fn report_now_as(incident: &IncidentId) -> xunfang::protocol::Request {
    let mut request = report_now(incident);
    if let xunfang::protocol::Request::ReportIncident { observed_ms, .. } = &mut request {
        *observed_ms -= *observed_ms % 86_400_000;
    }
    request
}

/// Sends reports until one isn't taken, which is returned; the others are acknowledged.
async fn until_refused(client: &Client, acked: &mut BTreeSet<IncidentId>) -> (Kept, Code) {
    for _ in 0..2_000 {
        let kept = Kept::fresh();
        match kept.send(client).await {
            Ok(()) => acked.insert(kept.incident),
            Err(code) => return (kept, code),
        };
    }
    panic!("everything was taken");
}

/// Checks what a server under a broken disk still does.
async fn assert_others_are_served(server: &Server, words: &str) {
    assert!(server.has_said(words), "the log says why: {words}");
    assert!(!server.is_ready().await, "no balancer sends anybody here");
    // A new connection reads its snapshot.
    Client::connect(server.options_again()).await.expect("reading goes on");
}

/// Whether this machine lets a test mount a file system of its own.
fn can_mount() -> bool {
    let tried = std::process::Command::new("unshare").args(["-rm", "true"]).output();
    tried.is_ok_and(|output| output.status.success())
}

#[tokio::test]
async fn a_full_disk_refuses_and_takes_again_when_there_is_room() {
    if !can_mount() {
        eprintln!("NOT RUN: the full disk. `unshare -rm` is not allowed here");
        return;
    }
    let (seed, mount) = (seeded_folder().await, tempfile::tempdir().unwrap());
    let script =
        "mount -t tmpfs -o size=6m none \"$0\" && cp \"$1\"/* \"$0\" && shift && exec \"$@\"";
    let (at, from) = (mount.path().to_str().unwrap(), seed.path().to_str().unwrap());
    let wrap = ["unshare", "-rm", "sh", "-c", script, at, from];
    let server = Server::start(&wrap, mount.path()).await;
    let inside = PathBuf::from(format!("/proc/{}/root{at}", server.pid));
    let guard = server.client("guard").await;
    let mut acked = BTreeSet::new();
    let first = Kept::fresh();
    first.insist(&guard).await;
    acked.insert(first.incident);
    let ballast = inside.join("ballast");
    let mut file = File::create(&ballast).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
    drop(file);
    let (refused, code) = until_refused(&guard, &mut acked).await;
    assert_eq!(code, Code::Busy);
    assert_others_are_served(&server, "full").await;
    std::fs::remove_file(&ballast).unwrap();
    refused.insist(&guard).await;
    acked.insert(refused.incident);
    assert!(server.is_ready().await);
    // The file system goes with the process.
    let copied = tempfile::tempdir().unwrap();
    copy(&inside, copied.path());
    assert_eq!(assert_kept(copied.path(), &acked).await, acked.len());
}

/// From now on no file may be written beyond this, which SQLite sees as an I/O error.
fn limit_files(server: &Server, bytes: &str) {
    run("prlimit", &["--pid", &server.pid.to_string(), &format!("--fsize={bytes}:")]);
}

/// The signal of a file that grew too large is overlooked, so that the write fails.
const NO_SIGNAL: [&str; 4] = ["sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\"", "env"];

#[tokio::test]
async fn after_an_io_error_the_same_command_finds_out() {
    let folder = seeded_folder().await;
    let mut server = Server::start(&NO_SIGNAL, folder.path()).await;
    let guard = server.client("guard").await;
    let mut acked = BTreeSet::new();
    limit_files(&server, "0");
    let kept = Kept::fresh();
    let broken = async {
        eventually(DEADLINE, "the commit fails", async || {
            server.has_said("commands failed").then_some(())
        })
        .await;
        assert_others_are_served(&server, "disk I/O error").await;
        limit_files(&server, "unlimited");
    };
    tokio::join!(kept.insist(&guard), broken);
    acked.insert(kept.incident);
    let next = Kept::fresh();
    next.insist(&guard).await;
    acked.insert(next.incident);
    server.signal("TERM");
    assert_eq!(server.ended().await, Some(0));
    assert_eq!(assert_kept(folder.path(), &acked).await, 2);
}

/// Takes or gives the right to write in a folder and its files.
fn set_writable(folder: &Path, writable: bool) {
    let (files, dirs) = if writable { (0o600, 0o700) } else { (0o400, 0o500) };
    for file in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        set_permissions(file.path(), Permissions::from_mode(files)).unwrap();
    }
    set_permissions(folder, Permissions::from_mode(dirs)).unwrap();
}

#[tokio::test]
async fn a_folder_that_became_read_only_refuses_until_it_can_be_written() {
    let folder = seeded_folder().await;
    let wrap = [without_override(), NO_SIGNAL.to_vec()].concat();
    let mut server = Server::start(&wrap, folder.path()).await;
    let guard = server.client("guard").await;
    let mut acked = BTreeSet::new();
    set_writable(folder.path(), false);
    let kept = Kept::fresh();
    kept.insist(&guard).await;
    acked.insert(kept.incident);
    // What is open stays so. The next connection is made when this one has failed.
    limit_files(&server, "0");
    let lost = Kept::fresh();
    let reopened = async {
        eventually(DEADLINE, "the commit fails", async || {
            server.has_said("commands failed").then_some(())
        })
        .await;
        limit_files(&server, "unlimited");
        eventually(DEADLINE, "the folder is found read-only", async || {
            server.has_said("readonly").then_some(())
        })
        .await;
        set_writable(folder.path(), true);
    };
    tokio::join!(lost.insist(&guard), reopened);
    acked.insert(lost.incident);
    server.signal("TERM");
    assert_eq!(server.ended().await, Some(0));
    assert_eq!(assert_kept(folder.path(), &acked).await, 2);
}

#[tokio::test]
async fn a_start_in_a_folder_that_cannot_be_written_says_so() {
    let folder = seeded_folder().await;
    for (path, mode, words) in [
        (folder.path().join("xunfang.db"), 0o400, "xunfang.db can't be written (Permission denied"),
        (folder.path().to_owned(), 0o500, "can't be written (Permission denied"),
    ] {
        let before = std::fs::metadata(&path).unwrap().permissions();
        std::fs::remove_file(folder.path().join("lock")).ok();
        set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        let output = command(&without_override(), folder.path(), "").output().await.unwrap();
        set_permissions(&path, before).unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.starts_with("xunfang: ") && said.contains(words), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}
