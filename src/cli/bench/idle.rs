//! `bench idle`: what a connection costs that only stands there.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::time::sleep;

use super::crowd::Crowd;
use super::measure::watch::Watch;
use super::measure::{now_ns, seconds};
use super::receipts::Member;
use super::report::{Goal, Report};
use super::served::Served;
use super::sign_on::sign_on;
use super::socket::Door;
use super::tally::Tally;
use super::world::{Cast, World};
use super::{Machine, check};

/// So many come and go first, so that what the server makes once isn't counted.
const FIRST: usize = 64;
/// What they held is given back after this.
const GONE_AFTER: Duration = Duration::from_secs(2);

/// Connections at rest.
#[derive(Debug, Args)]
pub(super) struct IdleArgs {
    /// Members on duty, each on a connection of its own
    #[arg(long, value_name = "N", default_value_t = 5_000)]
    clients: usize,
    /// How long they stand before it is measured
    #[arg(long, value_name = "SECONDS", default_value_t = 15.0)]
    settle: f64,
    /// How long to measure
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0)]
    seconds: f64,
}

/// Runs it.
pub(super) async fn run(args: IdleArgs, machine: &Machine) -> anyhow::Result<Report> {
    check("--clients", args.clients as f64, 1.0, 9_000.0)?;
    check("--settle", args.settle, 0.0, 600.0)?;
    check("--seconds", args.seconds, 0.1, 3_600.0)?;
    let mut report = Report::of("idle", "xunfang", args.seconds);
    report.set("clients", args.clients as f64);
    report.set("settle_s", args.settle);
    let cast = Cast { guards: args.clients, consented: true, ..Cast::default() };
    let world = World::lay(&machine.folder, cast).await?;
    let served = Served::xunfang(machine, &world).await?;
    let door = Door::new(served.address, "/ws");
    let tally = Arc::new(Tally::default());
    let hear = |place| Member::new(&tally, place);
    let first = &world.guards[..FIRST.min(args.clients)];
    Crowd::open(&door, first, &tally, hear).await?.cut().await;
    sleep(GONE_AFTER).await;
    let bare = served.usage.resident()?;
    let crowd = Crowd::open(&door, &world.guards, &tally, hear).await?;
    sign_on(&crowd.writers, &tally).await?;
    sleep(Duration::from_secs_f64(args.settle)).await;
    let before = served.metrics().await?;
    let (watch, cpu, begun_ns) = (Watch::start(), served.usage.cpu()?, now_ns());
    sleep(Duration::from_secs_f64(args.seconds)).await;
    let (cpu, took) = (served.usage.cpu()? - cpu, seconds(now_ns() - begun_ns));
    report.load(watch.look());
    let resident = served.usage.resident()?;
    let after = served.metrics().await?;
    let each = args.clients as f64;
    let kib = resident.saturating_sub(bare) as f64 / 1_024.0 / each;
    let cpu_us = cpu.as_secs_f64() * 1e6 / took / each;
    report.figure("kib_per_connection", kib);
    report.figure("cpu_us_per_s_per_connection", cpu_us);
    report.figure("rss_bare_mib", bare as f64 / 1_048_576.0);
    report.figure("rss_mib", resident as f64 / 1_048_576.0);
    let writes = after.since(&before, "xunfang_ws_writes_total", "");
    report.figure("writes_per_s_per_connection", writes / took / each);
    report.goals.push(Goal::at_most("resident memory of a connection", 12.0, "KiB", kib));
    report.goals.push(Goal::at_most("processor time of a connection", 1.0, "µs/s", cpu_us));
    tally.faults(&mut report);
    crowd.cut().await;
    served.stop().await;
    Ok(report)
}
