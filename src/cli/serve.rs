//! `xunfang serve`: opens the data folder, starts the node, and drains on Ctrl-C or SIGTERM.
//! SIGHUP reads the certificate again.

use std::io::{ErrorKind, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::lan::Lan;
use super::simulator::{Simulator, admit};
use crate::app::App;
use crate::bus::{Bus, LocalBus, RedisBus};
use crate::clock::Clock;
use crate::config::{BusSettings, Config, ServerSettings};
use crate::demo;
use crate::domain::NodePlace;
use crate::http::{Entrance, fold_metrics, install_recorder, metrics_router};
use crate::server::{Door, Node, Parts, Tls};
use crate::store::{DemoTurn, FolderLock, Store, folder};

/// Where a demo keeps its data.
const DEMO_DATA: &str = "var/demo";

const NOT_DEMO: &str =
    "the database holds data that aren't a demo's: choose another with database.url";

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
    /// The demo for phones on your network too: over TLS, with codes in place of passwords
    /// [address: 0.0.0.0:8443]
    #[arg(
        long, value_name = "ADDRESS", num_args = 0..=1, require_equals = true,
        default_missing_value = "0.0.0.0:8443", requires = "demo"
    )]
    lan: Option<SocketAddr>,
    /// The address to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// A certificate with its chain, for TLS; SIGHUP reads it again
    #[arg(long, value_name = "PEM", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key
    #[arg(long, value_name = "PEM", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
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
    let tls = certificate(&config.server)?;
    let listener = bind(&config.server.listen, "listen").await?;
    let address = listener.local_addr()?;
    if args.demo && !address.ip().is_loopback() {
        bail!("a demo prints its passwords, so it listens on loopback only: not on {address}");
    }
    let clock = Clock::system();
    let lan = match args.lan {
        Some(listen) => Some(Lan::open(listen, &data, clock.now_ms()).await?),
        None => None,
    };
    let shutdown = CancellationToken::new();

    // Before anything counts: counters are registered once.
    serve_metrics(&config.server.metrics, &shutdown).await?;
    let bus = bus(&config.bus, &clock)?;
    let store = open(&config, args.demo).await?;
    let turn = if args.demo { Some(claimed(&store).await?) } else { None };
    let (writer, demo) = (config.writer, args.demo);
    let parts = Parts { store, bus, clock, writer, demo, place: place(address) };
    let mut node = Node::start(parts).await?;
    let tiles = config.map.tiles.source().map_err(anyhow::Error::msg)?;
    let entrance = Entrance {
        tls: tls.is_some(),
        strict: true,
        tiles: tiles.clone(),
        proxies: config.server.proxies.clone().into(),
        ..Entrance::default()
    };
    let mut doors = vec![Door { listener, tls: tls.clone(), entrance }];
    let simulator = if let Some(turn) = turn {
        invent(&node.app, args.demo_weeks).await?;
        turn.end().await?;
        let key = admit(&mut node.app, &data)?;
        let walk_to = walkers_door(&mut doors, address).await?;
        (!args.quiet_demo).then(|| Simulator::start(&key, walk_to)).transpose()?
    } else {
        None
    };
    let founded = if args.demo { None } else { found(&node.app).await? };
    greet(args.demo, tls.is_some(), address);
    welcome(founded)?;
    if let Some(lan) = lan {
        let (door, showing) = lan.door(&node.app, tiles).await?;
        doors.push(door);
        tokio::spawn(shutdown.clone().run_until_cancelled_owned(showing));
    }
    tokio::spawn(reload_on_signal(tls));
    tokio::spawn(stop_on_signal(shutdown.clone()));
    let served = node.serve_through(doors, shutdown).await;
    if let Some(simulator) = simulator {
        simulator.stop().await;
    }
    served.context("the listener failed")
}

/// What isn't a demo's isn't even brought up to date by one.
async fn open(config: &Config, demo: bool) -> anyhow::Result<Store> {
    let (database, data) = (&config.database, &config.server.data);
    if demo && !Store::would_take_demo(database, data, &demo::DISTRICT_CODE.into()).await? {
        bail!(NOT_DEMO);
    }
    Ok(Store::open(database, data).await?)
}

/// The turn to put invented data into this database. Nodes that share one may start together: the
/// first invents, and the others begin with all of it there.
async fn claimed(store: &Store) -> anyhow::Result<DemoTurn> {
    let turn = store.demo_turn().await?;
    if !store.takes_demo(&demo::DISTRICT_CODE.into()).await? {
        bail!(NOT_DEMO);
    }
    Ok(turn)
}

async fn invent(app: &App, weeks: u32) -> anyhow::Result<()> {
    let App { store, writer, clock, .. } = app;
    demo::seed(store, writer, clock.now_ms()).await?;
    demo::fill_history(store, writer, clock, weeks).await
}

/// As the list of nodes shows it.
fn place(address: SocketAddr) -> NodePlace {
    let name = gethostname::gethostname().to_string_lossy().into_owned();
    NodePlace { name, address: address.to_string() }
}

fn bus(settings: &BusSettings, clock: &Clock) -> anyhow::Result<Bus> {
    Ok(match settings.url.as_str() {
        "" => Bus::Local(LocalBus::new()),
        url => Bus::Redis(RedisBus::start_trusting(url, &settings.trust(), clock.clone())?),
    })
}

fn certificate(settings: &ServerSettings) -> anyhow::Result<Option<Tls>> {
    let ServerSettings { tls_cert, tls_key, .. } = settings;
    if tls_cert.as_os_str().is_empty() {
        return Ok(None);
    }
    Ok(Some(Tls::read(tls_cert, tls_key)?))
}

/// Where the walkers connect: they speak no TLS, so they may need a plain door on loopback.
async fn walkers_door(doors: &mut Vec<Door>, address: SocketAddr) -> anyhow::Result<SocketAddr> {
    if doors.iter().all(|door| door.tls.is_none()) {
        return Ok(address);
    }
    let listener = bind("127.0.0.1:0", "listen").await?;
    let address = listener.local_addr()?;
    doors.push(listener.into());
    Ok(address)
}

fn settings(args: &ServeArgs) -> anyhow::Result<Config> {
    let mut flags = Vec::new();
    if let Some(listen) = &args.listen {
        flags.push(("server.listen", listen.clone()));
    }
    if let Some(metrics) = &args.metrics {
        flags.push(("server.metrics", metrics.clone()));
    }
    for (key, path) in [("server.tls_cert", &args.tls_cert), ("server.tls_key", &args.tls_key)] {
        flags.extend(path.as_ref().map(|path| (key, path.to_string_lossy().into_owned())));
    }
    let data = args.data.clone().or_else(|| args.demo.then(|| PathBuf::from(DEMO_DATA)));
    if let Some(data) = data {
        flags.push(("server.data", data.to_string_lossy().into_owned()));
    }
    Ok(Config::load(&args.config, std::env::vars(), &flags)?)
}

pub(super) async fn bind(address: &str, setting: &str) -> anyhow::Result<TcpListener> {
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
fn greet(demo: bool, tls: bool, address: SocketAddr) {
    let scheme = if tls { "https" } else { "http" };
    let mut text = format!("xunfang listens on {scheme}://{address}\n");
    if demo {
        text.push_str("\n  演示数据·边界示意 (an invented district)\n\n");
        text.push_str(&format!("  desk   调度台  {scheme}://{address}/desk\n"));
        text.push_str(&format!("  phone  巡防端  {scheme}://{address}/patrol\n\n"));
        for (name, password, who) in demo::ACCOUNTS {
            text.push_str(&format!("  {name:<10} {password:<18} {who}\n"));
        }
        text.push_str("\n  Ctrl-C stops it.\n");
    }
    // A closed terminal is no reason to stop serving.
    drop(std::io::stdout().lock().write_all(text.as_bytes()));
}

/// On the first start, makes the administrator: their account and its password.
async fn found(app: &App) -> anyhow::Result<Option<(&'static str, String)>> {
    let founded = app.found().await.map_err(anyhow::Error::new);
    founded.context("the first administrator can't be made")
}

/// Shows the first administrator's password; this once, and in no log.
fn welcome(founded: Option<(&'static str, String)>) -> anyhow::Result<()> {
    let Some((name, password)) = founded else { return Ok(()) };
    let text = format!(
        "\n  First start: sign in and change the password, which works once and isn't shown again.\n  \
         首次启动：请登录并修改密码。一次性密码只显示这一次。\n\n  {name:<10} {password}\n\n"
    );
    let shown = std::io::stdout().lock().write_all(text.as_bytes());
    shown.context("the first administrator's password could not be shown: empty the data folder")
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

/// A renewed certificate is taken without a restart.
async fn reload_on_signal(tls: Option<Tls>) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Some(tls), Ok(mut hangup)) = (tls, signal(SignalKind::hangup())) else { return };
    while hangup.recv().await.is_some() {
        match tls.reload() {
            Ok(()) => tracing::info!("the certificate was read again"),
            Err(error) => tracing::error!(%error, "the old certificate stays"),
        }
    }
}
