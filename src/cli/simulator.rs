//! The demo's people as a child process: `xunfang simulate`, with the key to the tokens.
//!
//! The child ends when its pipe does, so it never outlives the server, however that ends.

use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;

use crate::app::{App, Simulation};
use crate::auth::token;
use crate::demo;

/// The file in the data folder that holds the key.
const KEY_FILE: &str = "simulate.key";
/// The child gets this long to end by itself.
const END_WITHIN: Duration = Duration::from_secs(2);

/// Lets `xunfang simulate` ask for tokens: whoever can read the data folder may. Another start is
/// another key.
pub(super) fn admit(app: &mut App, data: &Path) -> anyhow::Result<PathBuf> {
    let (file, key) = (data.join(KEY_FILE), token::fresh());
    let write = || {
        drop(std::fs::remove_file(&file));
        let mut options = std::fs::OpenOptions::new();
        let mut file = options.write(true).create_new(true).mode(0o600).open(&file)?;
        writeln!(file, "{key}")
    };
    write().with_context(|| format!("{} can't be written", file.display()))?;
    let simulation = Simulation { key_digest: token::digest(&key), cast: demo::actors };
    app.simulation = Some(Arc::new(simulation));
    Ok(file)
}

/// The running child.
pub(super) struct Simulator {
    child: Child,
    pipe: ChildStdin,
}

impl Simulator {
    /// Starts the child; it asks for its tokens as soon as the server answers.
    pub(super) fn start(key: &Path, address: SocketAddr) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("where this program stands")?;
        let mut child = Command::new(program)
            .arg("simulate")
            .arg("--until-stdin-ends")
            .arg("--url")
            .arg(format!("http://{address}"))
            .arg("--key")
            .arg(key)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("the demo's people did not start")?;
        let pipe = child.stdin.take().context("the demo's people have no pipe")?;
        Ok(Self { child, pipe })
    }

    /// Closes the pipe and waits for the child.
    pub(super) async fn stop(mut self) {
        drop(self.pipe);
        if timeout(END_WITHIN, self.child.wait()).await.is_err() {
            tracing::warn!("the demo's people are ended by force");
            drop(self.child.kill().await);
        }
    }
}
