//! `xunfang serve`: opens the data folder, starts the node, and drains on Ctrl-C or SIGTERM.

use std::io::{ErrorKind, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::simulator::{Simulator, admit};
use crate::app::App;
use crate::bus::{Bus, LocalBus, RedisBus};
use crate::clock::Clock;
use crate::config::Config;
use crate::demo;
use crate::http::{fold_metrics, install_recorder, metrics_router};
use crate::server::{Node, Parts};
use crate::store::{FolderLock, Store, folder};

/// Where a demo keeps its data.
const DEMO_DATA: &str = "var/demo";

/// The server.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// An invented district with its people, on loopback only
    #[arg(long)]
    demo: bool,
    /// A demo without people: whoever wants some runs `xunfang simulate`
    #[arg(long, requires = "demo")]
    quiet_demo: bool,
    /// Complete weeks of invented incidents that a demo's first start writes
    #[arg(long, value_name = "N", default_value_t = demo::HISTORY_WEEKS, requires = "demo")]
    demo_weeks: u32,
    /// The address to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// The address of the metrics; empty for none [default: 127.0.0.1:9464]
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<String>,
    /// The data folder [default: var/data, with --demo var/demo]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The folder of settings
    #[arg(long, value_name = "DIR", default_value = "config")]
    config: PathBuf,
}

/// Serves until it is told to stop.
///
/// # Errors
/// When it can't start, in one sentence.
pub async fn run(args: ServeArgs) -> anyhow::Result<()> {
    let config = settings(&args)?;
    let data = config.server.data.clone();
    let _lock = FolderLock::take(&data)?;
    if args.demo {
        folder::claim_demo(&data)?;
    }
    let listener = bind(&config.server.listen, "listen").await?;
    let address = listener.local_addr()?;
    if args.demo && !address.ip().is_loopback() {
        bail!("a demo prints its passwords, so it listens on loopback only: not on {address}");
    }
    let shutdown = CancellationToken::new();

    // Before anything counts: counters are registered once.
    serve_metrics(&config.server.metrics, &shutdown).await?;
    let clock = Clock::system();
    let bus = match config.bus.url.as_str() {
        "" => Bus::Local(LocalBus::new()),
        url => Bus::Redis(RedisBus::start(url, clock.clone())?),
    };
    let store = Store::open(&config.store, &data).await?;
    let parts = Parts { store, bus, clock, writer: config.writer, demo: args.demo };
    let mut node = Node::start(parts).await?;
    let simulator = if args.demo {
        let App { store, writer, clock, .. } = &node.app;
        demo::seed(store, writer).await?;
        demo::fill_history(store, writer, clock, args.demo_weeks).await?;
        let key = admit(&mut node.app, &data)?;
        (!args.quiet_demo).then(|| Simulator::start(&key, address)).transpose()?
    } else {
        None
    };
    greet(args.demo, address);
    tokio::spawn(stop_on_signal(shutdown.clone()));
    let served = node.serve(listener, shutdown).await;
    if let Some(simulator) = simulator {
        simulator.stop().await;
    }
    served.context("the listener failed")
}

fn settings(args: &ServeArgs) -> anyhow::Result<Config> {
    let mut flags = Vec::new();
    if let Some(listen) = &args.listen {
        flags.push(("server.listen", listen.clone()));
    }
    if let Some(metrics) = &args.metrics {
        flags.push(("server.metrics", metrics.clone()));
    }
    let data = args.data.clone().or_else(|| args.demo.then(|| PathBuf::from(DEMO_DATA)));
    if let Some(data) = data {
        flags.push(("server.data", data.to_string_lossy().into_owned()));
    }
    Ok(Config::load(&args.config, std::env::vars(), &flags)?)
}

async fn bind(address: &str, setting: &str) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("{address} is taken: stop what runs there, or choose another with --{setting}")
        }
        Err(error) => Err(error).with_context(|| format!("can't listen on {address}")),
    }
}

async fn serve_metrics(address: &str, shutdown: &CancellationToken) -> anyhow::Result<()> {
    if address.is_empty() {
        return Ok(());
    }
    let recorder = install_recorder();
    let listener = bind(address, "metrics").await?;
    let stopping = shutdown.clone().cancelled_owned();
    tokio::spawn(fold_metrics(recorder.clone(), shutdown.clone()));
    tokio::spawn(async move {
        let router = metrics_router(recorder);
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopping).await {
            tracing::error!(%error, "metrics are no longer served");
        }
    });
    Ok(())
}

/// What a person at the terminal needs; the address is the first line, for scripts too.
fn greet(demo: bool, address: SocketAddr) {
    let mut text = format!("xunfang listens on http://{address}\n");
    if demo {
        text.push_str("\n  演示数据·边界示意 (an invented district)\n\n");
        text.push_str(&format!("  desk   调度台  http://{address}/desk\n"));
        text.push_str(&format!("  phone  巡防端  http://{address}/patrol\n\n"));
        for (name, password, who) in demo::ACCOUNTS {
            text.push_str(&format!("  {name:<10} {password:<16} {who}\n"));
        }
        text.push_str("\n  Ctrl-C stops it.\n");
    }
    // A closed terminal is no reason to stop serving.
    drop(std::io::stdout().lock().write_all(text.as_bytes()));
}

async fn stop_on_signal(shutdown: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("draining");
    shutdown.cancel();
}
