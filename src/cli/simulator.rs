//! The demo's walkers as a child process: `xunfang simulate`, with tokens that the server mints.
//!
//! The child reads its tokens from a pipe and ends when the pipe does, so it never outlives the
//! server, however that ends.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;

use super::simulate::Walker;
use crate::app::App;
use crate::auth::token;
use crate::demo;
use crate::store::account::{Session, SessionKind};

/// A minted token lasts this long, in ms; a longer demo restarts its walkers.
const TOKEN_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
/// The child gets this long to end by itself.
const END_WITHIN: Duration = Duration::from_secs(2);

/// The running child.
pub(super) struct Simulator {
    child: Child,
    tokens: ChildStdin,
}

impl Simulator {
    /// Starts the child and hands it a token for each simulated member.
    pub(super) async fn start(app: &App, address: SocketAddr) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("where this program stands")?;
        let mut child = Command::new(program)
            .arg("simulate")
            .arg("--url")
            .arg(format!("ws://{address}/ws"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("the demo's walkers did not start")?;
        let mut tokens = child.stdin.take().context("the walkers have no pipe")?;
        for walker in mint(app).await? {
            let mut line = serde_json::to_vec(&walker)?;
            line.push(b'\n');
            tokens.write_all(&line).await.context("the walkers took no tokens")?;
        }
        tokens.write_all(b"\n").await?;
        Ok(Self { child, tokens })
    }

    /// Closes the pipe and waits for the child.
    pub(super) async fn stop(mut self) {
        drop(self.tokens);
        if timeout(END_WITHIN, self.child.wait()).await.is_err() {
            tracing::warn!("the demo's walkers are ended by force");
            drop(self.child.kill().await);
        }
    }
}

async fn mint(app: &App) -> anyhow::Result<Vec<Walker>> {
    let map = demo::district();
    let people = demo::people(&map);
    let now_ms = app.clock.now_ms();
    let mut walkers = Vec::new();
    for member in people.simulated() {
        let token = token::fresh();
        let session = Session {
            digest: &token::digest(&token),
            member: &member.member.id,
            kind: SessionKind::Device,
            created_ms: now_ms,
            expires_ms: now_ms + TOKEN_MS,
        };
        app.store.begin_session(&session).await?;
        walkers.push(Walker { member: member.member.id.clone(), token });
    }
    Ok(walkers)
}
