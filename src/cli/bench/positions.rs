//! `bench positions`: units that say where they are once a second, desks that see all of them.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::time::sleep;

use super::crowd::Crowd;
use super::measure::pace::Pace;
use super::measure::watch::Watch;
use super::measure::{now_ns, seconds, seconds_ns};
use super::receipts::Member;
use super::report::{Goal, Report};
use super::served::Served;
use super::sign_on::sign_on;
use super::socket::Door;
use super::stage::{Posting, Stage};
use super::tally::Tally;
use super::target::TargetArgs;
use super::walk::{Seen, Viewer, WATCH, Wall, walk};
use super::world::{Cast, World};
use super::{Machine, check};
use crate::protocol::limits::TICK_MS;

/// The age that a fix may have at a viewer beside the tick, ms.
const AGE_MS: f64 = 150.0;
/// Bytes of a fix that a peer sends alone: what ours says of one, as JSON.
const PEER_FIX_BYTES: usize = 96;
/// Every unit has said once where it is, and every viewer has had a full frame.
const WARM_UP_S: f64 = 3.0;

/// Many units, many viewers.
#[derive(Debug, Args)]
pub(super) struct PositionsArgs {
    /// Units on duty, each on a connection of its own
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    members: usize,
    /// Desks that see all of them
    #[arg(long, value_name = "N", default_value_t = 200)]
    viewers: usize,
    /// Fixes a second of each unit
    #[arg(long, value_name = "HZ", default_value_t = 1.0)]
    rate: f64,
    /// How long to measure
    #[arg(long, value_name = "SECONDS", default_value_t = 20.0)]
    seconds: f64,
    #[command(flatten)]
    target: TargetArgs,
}

/// Runs it.
pub(super) async fn run(args: PositionsArgs, machine: &Machine) -> anyhow::Result<Report> {
    check("--members", args.members as f64, 1.0, 10_000.0)?;
    check("--viewers", args.viewers as f64, 1.0, 5_000.0)?;
    check("--rate", args.rate, 0.01, 40.0)?;
    check("--seconds", args.seconds, 0.1, 3_600.0)?;
    let mut report = Report::of("positions", &args.target.target.to_string(), args.seconds);
    report.set("members", args.members as f64);
    report.set("viewers", args.viewers as f64);
    report.set("rate", args.rate);
    if args.target.peer()?.is_some() {
        of_peer(&args, machine, &mut report).await?;
    } else {
        of_ours(&args, machine, &mut report).await?;
    }
    Ok(report)
}

/// A peer sends each fix alone to each viewer. One connection publishes them all, in its favour.
async fn of_peer(
    args: &PositionsArgs,
    machine: &Machine,
    report: &mut Report,
) -> anyhow::Result<()> {
    let stage = Stage::open(&args.target, args.viewers, machine).await?;
    let rate = args.members as f64 * args.rate;
    let posting = Posting { rate, bytes: PEER_FIX_BYTES, seconds: args.seconds };
    stage.measure(posting, report).await?;
    for (from, to) in [
        ("deliveries_per_s", "updates_per_s"),
        ("deliveries_per_cpu_s", "updates_per_cpu_s"),
        ("p99_ms", "age_p99_ms"),
    ] {
        if let Some(value) = report.figures.get(from).copied() {
            report.figure(to, value);
        }
    }
    report.notes.push("one connection publishes for all members".to_owned());
    stage.close().await;
    Ok(())
}

async fn of_ours(
    args: &PositionsArgs,
    machine: &Machine,
    report: &mut Report,
) -> anyhow::Result<()> {
    let cast = Cast { guards: args.members, desks: args.viewers, consented: true };
    let world = World::lay(&machine.folder, cast).await?;
    let served = Served::xunfang(machine, &world).await?;
    let door = Door::new(served.address, "/ws");
    let (tally, seen, wall) = (Arc::new(Tally::default()), Arc::new(Seen::default()), Wall::now());
    let hear = |place| Member::new(&tally, place);
    let units = Crowd::open(&door, &world.guards, &tally, hear).await?;
    sign_on(&units.writers, &tally).await?;
    let hear = |place| Viewer::new(Member::new(&tally, place), &seen, wall);
    let desks = Crowd::open(&door, &world.desks, &tally, hear).await?;
    for desk in &desks.writers {
        desk.text(WATCH)?;
    }
    let watch = Watch::start();
    let (start_ns, warm_up) = (now_ns(), WARM_UP_S.min(args.seconds));
    let until_ns = start_ns + seconds_ns(warm_up + args.seconds);
    let pace = Pace::new(args.members as f64 * args.rate, (start_ns, until_ns));
    let walking = walk(&units.writers, (pace, wall), (&watch, &tally));
    let measuring = async {
        sleep(Duration::from_secs_f64(warm_up)).await;
        window(&served, &seen, args.seconds, report).await
    };
    let (sent, measured) = tokio::join!(walking, measuring);
    measured?;
    report.set("fixes_sent", sent as f64);
    tally.faults(report);
    units.cut().await;
    desks.cut().await;
    served.stop().await;
    Ok(())
}

/// What the server uses and the viewers see in so many seconds, while the units walk.
async fn window(
    served: &Served,
    seen: &Seen,
    for_s: f64,
    report: &mut Report,
) -> anyhow::Result<()> {
    let before = served.metrics().await?;
    let (watch, cpu, begun_ns) = (Watch::start(), served.usage.cpu()?, now_ns());
    seen.age.clear();
    let [updates, bytes, frames] = seen.counts();
    // A little less, so that the units still walk at its end.
    sleep(Duration::from_secs_f64((for_s - 0.05).max(0.05))).await;
    let (cpu, took) = (served.usage.cpu()? - cpu, seconds(now_ns() - begun_ns));
    let [updates_now, bytes_now, frames_now] = seen.counts();
    report.load(watch.look());
    let after = served.metrics().await?;
    let updates = (updates_now - updates) as f64;
    Tally::quantiles(report, "age_", &seen.age);
    report.figure("updates_per_s", updates / took);
    report.figure("updates_per_cpu_s", updates / cpu.as_secs_f64().max(1e-9));
    report.figure("server_cpu_share", cpu.as_secs_f64() / took);
    report.figure("bytes_per_update", (bytes_now - bytes) as f64 / updates.max(1.0));
    report.figure("frames_per_s", (frames_now - frames) as f64 / took);
    let per_s = |metric, label| after.since(&before, metric, label) / took;
    report.figure("fixes_taken_per_s", per_s("xunfang_positions_taken_total", ""));
    report.figure("skips_per_s", per_s("xunfang_hub_position_skips_total", ""));
    report.figure("writes_per_s", per_s("xunfang_ws_writes_total", ""));
    report.figure("rss_mib", served.usage.resident()? as f64 / 1_048_576.0);
    let (share, age) = (cpu.as_secs_f64() / took, seen.age.ms(0.99));
    report.goals.push(Goal::at_most("the server's share of a core", 0.35, "core", share));
    let most = TICK_MS as f64 + AGE_MS;
    report.goals.push(Goal::at_most("age of a fix at the viewer, p99", most, "ms", age));
    report.fault_if(u64::from(updates_now == 0), "run saw no update at all");
    Ok(())
}
