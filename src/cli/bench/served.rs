//! The measured server as a process of its own, on a core of its own, gone when it is dropped.
//!
//! It must not know what is measured. Invariant: `xunfang serve` runs on a fresh folder that stands
//! on a real disk, and nothing of it is weakened for the benchmark.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdin};
use tokio::time::timeout;

use super::Machine;
use super::measure::pin::on_server_core;
use super::measure::process::Usage;
use super::metrics::Metrics;
use super::world::World;

/// A server that is up says so within this.
const START_WITHIN: Duration = Duration::from_secs(60);
/// What `xunfang serve` and the peers say when they are.
const READY: [&str; 2] = ["listens on http://", "listening"];

/// A running server.
pub(super) struct Served {
    child: Child,
    /// Peers end when this does.
    _stdin: Option<ChildStdin>,
    /// Where it listens.
    pub(super) address: SocketAddr,
    metrics: Option<SocketAddr>,
    /// What it uses.
    pub(super) usage: Usage,
}

impl Served {
    /// `xunfang serve` on a world's folder.
    ///
    /// # Errors
    /// When it doesn't start.
    pub(super) async fn xunfang(machine: &Machine, world: &World) -> anyhow::Result<Self> {
        Self::node(machine, world.folder(), &[]).await
    }

    /// `xunfang serve` on a folder, with settings in its environment.
    ///
    /// # Errors
    /// When it doesn't start.
    pub(super) async fn node(
        machine: &Machine,
        folder: &Path,
        settings: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("where this program stands")?;
        let program = program.to_str().context("this program's path is not UTF-8")?;
        let (address, metrics) = (free_address().await?, free_address().await?);
        let mut command = on_server_core(machine.cores, program);
        command
            .args(["serve", "--listen", &address.to_string(), "--metrics", &metrics.to_string()])
            .arg("--data")
            .arg(folder)
            .arg("--config")
            .arg(folder)
            .envs(settings.iter().copied())
            .env("XUNFANG_LOG", "warn");
        Self::start(command, address, Some(metrics)).await
    }

    /// A peer: a command line in which `{port}` stands for the port that it listens on.
    ///
    /// # Errors
    /// When it doesn't start.
    pub(super) async fn peer(machine: &Machine, line: &str) -> anyhow::Result<Self> {
        let address = free_address().await?;
        let line = line.replace("{port}", &address.port().to_string());
        let mut words = line.split_whitespace();
        let program = words.next().context("--serve: a command line")?;
        let mut command = on_server_core(machine.cores, program);
        command.args(words);
        Self::start(command, address, None).await
    }

    async fn start(
        command: Command,
        address: SocketAddr,
        metrics: Option<SocketAddr>,
    ) -> anyhow::Result<Self> {
        let name = format!("{command:?}");
        let mut command = tokio::process::Command::from(command);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().with_context(|| format!("{name} did not start"))?;
        let usage = Usage::of(child.id().context("the server ended at once")?);
        let mut lines = BufReader::new(child.stdout.take().context("no pipe")?).lines();
        let ready = async {
            while let Some(line) = lines.next_line().await? {
                if READY.iter().any(|ready| line.contains(ready)) {
                    return Ok(());
                }
            }
            bail!("{name} ended before it listened")
        };
        timeout(START_WITHIN, ready).await.with_context(|| format!("{name} does not listen"))??;
        // What else it says must not block it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let stdin = child.stdin.take();
        Ok(Self { child, _stdin: stdin, address, metrics, usage })
    }

    /// What it counts; nothing of a peer.
    ///
    /// # Errors
    /// When it doesn't answer.
    pub(super) async fn metrics(&self) -> anyhow::Result<Metrics> {
        match self.metrics {
            Some(address) => Metrics::read(address).await,
            None => Ok(Metrics::default()),
        }
    }

    /// Ends it, and waits until it is gone.
    pub(super) async fn stop(mut self) {
        drop(self.child.kill().await);
    }
}

/// A port that nobody listens on: taken for a moment and given back.
async fn free_address() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    Ok(listener.local_addr()?)
}
