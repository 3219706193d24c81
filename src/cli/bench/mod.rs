//! `xunfang bench`: the load side of the numbers that the server has to reach, one benchmark a
//! subcommand.
//!
//! The server runs in a process of its own on a core of its own, on a fresh folder on a real disk;
//! the load runs here, on another core, and says when it was itself the bottleneck. It knows the
//! protocol and how a folder is laid; it must not know the server's insides. Invariant: the
//! server's limits are kept, never loosened.

mod ack;
mod alarm;
mod client;
mod closed_loop;
mod cluster;
mod crowd;
mod fanout;
mod frame_scan;
mod frozen;
mod idle;
mod mark;
mod measure;
mod metrics;
mod positions;
mod post;
mod receipts;
mod report;
mod report_incident;
mod resume;
mod returning;
mod served;
mod sign_on;
mod socket;
mod sos;
mod stage;
mod tally;
mod target;
mod unit_scan;
mod walk;
mod world;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::sync::oneshot;

use measure::pin::Cores;
use report::Report;

/// Benchmarks.
#[derive(Debug, Args)]
pub struct BenchArgs {
    #[command(subcommand)]
    bench: Bench,
    /// One JSON object on standard output
    #[arg(long, global = true)]
    json: bool,
    /// Where the server's data stand for the run, on a real disk
    #[arg(long, value_name = "DIR", default_value = "var/bench", global = true)]
    folder: PathBuf,
}

/// Which benchmark.
#[derive(Debug, Subcommand)]
enum Bench {
    /// Texts to many subscribers, each stored before it is sent
    Fanout(fanout::FanoutArgs),
    /// Units that say where they are, desks that see all of them
    Positions(positions::PositionsArgs),
    /// Commands until they are stored and acknowledged, and until their events are at a desk
    Ack(ack::AckArgs),
    /// Calls for help on the way to every desk, under load
    Sos(sos::SosArgs),
    /// What a connection at rest costs
    Idle(idle::IdleArgs),
    /// All clients are cut off at once, and come back
    Resume(resume::ResumeArgs),
    /// Some readers stop reading
    Frozen(frozen::FrozenArgs),
    /// One node, or several on PostgreSQL and Redis: what it costs to be heard on another
    Cluster(cluster::ClusterArgs),
}

/// What the benchmarks run on.
#[derive(Debug, Clone)]
struct Machine {
    cores: Option<Cores>,
    folder: PathBuf,
}

/// Runs a benchmark; 1 when something was lost, doubled or out of order, or when the load was the
/// bottleneck.
///
/// # Errors
/// When it can't be run.
pub async fn run(args: BenchArgs) -> anyhow::Result<ExitCode> {
    let BenchArgs { bench, json, folder } = args;
    raise_open_files();
    let machine = Machine { cores: Cores::find(), folder };
    let mut report = on_own_thread(bench, machine.clone()).await?;
    match machine.cores {
        Some(cores) => {
            report.set("server_core", cores.server as f64);
            report.set("load_core", cores.load as f64);
        }
        None => report.notes.push("one core: server and load share it".to_owned()),
    }
    let text = if json { report.json() + "\n" } else { report.table() };
    std::io::stdout().lock().write_all(text.as_bytes()).context("no output")?;
    Ok(report.exit_code())
}

/// The load has a thread with a runtime of its own, which is pinned and shares nothing.
async fn on_own_thread(bench: Bench, machine: Machine) -> anyhow::Result<Report> {
    let (tell, told) = oneshot::channel();
    let load = move || {
        let run = || {
            if let Some(cores) = machine.cores {
                cores.pin_load().context("the load can't be pinned")?;
            }
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(measure(bench, &machine))
        };
        // Nobody waits for it any more when the program is being ended.
        drop(tell.send(run()));
    };
    std::thread::Builder::new().name("load".to_owned()).spawn(load)?;
    told.await.context("the load broke")?
}

async fn measure(bench: Bench, machine: &Machine) -> anyhow::Result<Report> {
    match bench {
        Bench::Fanout(args) => Box::pin(fanout::run(args, machine)).await,
        Bench::Positions(args) => Box::pin(positions::run(args, machine)).await,
        Bench::Ack(args) => Box::pin(ack::run(args, machine)).await,
        Bench::Sos(args) => Box::pin(sos::run(args, machine)).await,
        Bench::Idle(args) => Box::pin(idle::run(args, machine)).await,
        Bench::Resume(args) => Box::pin(resume::run(args, machine)).await,
        Bench::Frozen(args) => Box::pin(frozen::run(args, machine)).await,
        Bench::Cluster(args) => Box::pin(cluster::run(args, machine)).await,
    }
}

/// Thousands of connections need as many open files, here and in the server.
fn raise_open_files() {
    if let Ok((_, most)) = getrlimit(Resource::RLIMIT_NOFILE) {
        // Where it can't be raised, connecting says so.
        setrlimit(Resource::RLIMIT_NOFILE, most, most).ok();
    }
}

/// Refuses a flag's value that makes no sense.
fn check(flag: &str, value: f64, least: f64, most: f64) -> anyhow::Result<()> {
    if !(least..=most).contains(&value) {
        bail!("{flag}: {least} to {most}, not {value}");
    }
    Ok(())
}
