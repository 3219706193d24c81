//! `bench resume`: all clients are cut off at once, while events go on, and come back.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use futures_util::stream::{self, StreamExt as _};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::crowd::{Crowd, opening};
use super::measure::pace::Pace;
use super::measure::watch::Watch;
use super::measure::{now_ns, seconds, seconds_ns};
use super::post::Post;
use super::receipts::Member;
use super::report::{Goal, Report};
use super::returning::{Returning, Returns};
use super::served::Served;
use super::socket::Door;
use super::tally::Tally;
use super::world::{Cast, World};
use super::{Machine, check};

/// Members who post and are never cut off.
const POSTERS: usize = 8;
/// Events go on for so long before the cut, and after everybody is back, in s.
const AROUND_S: f64 = 2.0;
/// Everybody is back within this, or the run has failed.
const BACK_WITHIN_S: f64 = 60.0;
/// One district on one node, read twice at most.
const LOG_READS: f64 = 2.0;
/// Bytes of a text.
const BODY: usize = 128;

/// Everybody comes back at once.
#[derive(Debug, Args)]
pub(super) struct ResumeArgs {
    /// Clients that are cut off
    #[arg(long, value_name = "N", default_value_t = 5_000)]
    clients: usize,
    /// Texts a second to all of them, before, during and after
    #[arg(long, value_name = "PER SECOND", default_value_t = 4.0)]
    rate: f64,
}

/// Runs it.
pub(super) async fn run(args: ResumeArgs, machine: &Machine) -> anyhow::Result<Report> {
    check("--clients", args.clients as f64, 1.0, 9_000.0)?;
    check("--rate", args.rate, 0.1, 1_000.0)?;
    let guards = args.clients + POSTERS;
    let world = World::lay(&machine.folder, Cast { guards, ..Cast::default() }).await?;
    let served = Served::xunfang(machine, &world).await?;
    let door = Door::new(served.address, "/ws");
    let (posters, people) = world.guards.split_at(POSTERS);
    let (tally, posters_tally) = (Arc::new(Tally::default()), Arc::new(Tally::default()));
    let hear = |place| Member::new(&posters_tally, place);
    let posters = Crowd::open(&door, posters, &posters_tally, hear).await?;
    let cut = CancellationToken::new();
    let returns = Arc::new(Returns::default());
    let mut tasks = JoinSet::new();
    let mut clients = pin!(opening(&door, people).zip(stream::iter(people)));
    while let Some((client, person)) = clients.next().await {
        let (door, token) = (door.clone(), person.token.clone());
        let (tally, returns) = (Arc::clone(&tally), Arc::clone(&returns));
        let returning = Returning { door, token, tally, returns, cut: cut.clone() };
        tasks.spawn(returning.run(client?));
    }
    let mut report = Report::of("resume", "xunfang", 0.0);
    report.set("clients", args.clients as f64);
    report.set("rate", args.rate);
    let watch = Watch::start();
    let post = Post::Members(posters.writers.clone());
    let start_ns = now_ns();
    let until_ns = start_ns + seconds_ns(BACK_WITHIN_S + 4.0 * AROUND_S);
    let pace = Pace::new(args.rate, (start_ns, until_ns));
    let posting = post.run(pace, (0, BODY), (&watch, &tally));
    let storm = storm(&served, (&cut, &returns), args.clients as u64, &mut report);
    tokio::select! {
        stormed = storm => stormed?,
        _ = posting => report.faults.push("clients never came back".to_owned()),
    }
    report.load(watch.look());
    let due = tally.sent.get() * args.clients as u64;
    tally.settle(|tally| tally.received.get() >= due).await;
    report.figure("events_due", due as f64);
    report.fault_if(due.saturating_sub(tally.received.get()), "events were lost");
    report.fault_if(tally.received.get().saturating_sub(due), "events were doubled");
    tally.faults(&mut report);
    posters_tally.faults(&mut report);
    drop(post);
    tasks.shutdown().await;
    posters.cut().await;
    served.stop().await;
    Ok(report)
}

/// Cuts everybody off, and waits until all are back.
async fn storm(
    served: &Served,
    (cut, returns): (&CancellationToken, &Returns),
    clients: u64,
    report: &mut Report,
) -> anyhow::Result<()> {
    sleep(Duration::from_secs_f64(AROUND_S)).await;
    let before = served.metrics().await?;
    let (cpu, cut_ns) = (served.usage.cpu()?, now_ns());
    returns.cut_ns.set(cut_ns);
    cut.cancel();
    let until_ns = cut_ns + seconds_ns(BACK_WITHIN_S);
    while returns.live.count() < clients && now_ns() < until_ns {
        sleep(Duration::from_millis(5)).await;
    }
    let took = seconds(now_ns() - cut_ns);
    let cpu = (served.usage.cpu()? - cpu).as_secs_f64();
    let back = returns.live.count();
    report.fault_if(clients - back.min(clients), "clients never came back");
    sleep(Duration::from_secs_f64(AROUND_S)).await;
    let after = served.metrics().await?;
    let reads = after.since(&before, "xunfang_feed_log_reads_total", "");
    Tally::quantiles(report, "live_", &returns.live);
    Tally::quantiles(report, "greeted_", &returns.greeted);
    report.seconds = took;
    report.figure("log_reads", reads);
    report.figure("failed_tries", returns.failed.get() as f64);
    report.figure("resets", returns.resets.get() as f64);
    report.figure("server_cpu_ms", cpu * 1e3);
    report.figure("server_cpu_us_per_return", cpu * 1e6 / clients as f64);
    report.figure("rss_mib", served.usage.resident()? as f64 / 1_048_576.0);
    let live_s = returns.live.ms(0.99) / 1_000.0;
    report.goals.push(Goal::at_most("99 % are live again", 5.0, "s", live_s));
    report.goals.push(Goal::at_most("reads of the log", LOG_READS, "", reads));
    Ok(())
}
