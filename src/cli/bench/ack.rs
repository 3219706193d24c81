//! `bench ack`: how long a command takes until it is stored and acknowledged, and until its event
//! is at a desk, at half of the highest rate whose queues don't grow.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;
use tokio::time::sleep;

use super::closed_loop::closed_loop;
use super::crowd::Crowd;
use super::measure::disk;
use super::measure::latency::Latency;
use super::measure::pace::Pace;
use super::measure::search::RateSearch;
use super::measure::watch::Watch;
use super::measure::{now_ns, seconds, seconds_ns};
use super::receipts::Member;
use super::report::{Goal, Report};
use super::report_incident::{marked, report as report_words, say};
use super::served::Served;
use super::sign_on::sign_on;
use super::socket::Door;
use super::tally::Tally;
use super::walk::Wall;
use super::world::{Cast, World};
use super::{Machine, check};

/// A rate is borne when all is answered this long after the last command.
const QUEUE_S: f64 = 0.25;
/// The highest rate is known to this share of itself.
const CLOSE: f64 = 0.15;
/// The rate that is tried first, a second.
const FIRST_RATE: f64 = 250.0;
/// Pages are touched and the log is warm after this, in s.
const WARM_UP_S: f64 = 2.0;
/// A page is written and synced this often beside the commands.
const SYNC_EVERY: Duration = Duration::from_millis(40);

/// Commands and their answers.
#[derive(Debug, Args)]
pub(super) struct AckArgs {
    /// Members who report incidents, each on a connection of its own
    #[arg(long, value_name = "N", default_value_t = 200)]
    clients: usize,
    /// Desks that hear of them
    #[arg(long, value_name = "N", default_value_t = 4)]
    desks: usize,
    /// Commands a second; without it half of the highest that is borne
    #[arg(long, value_name = "PER SECOND")]
    rate: Option<f64>,
    /// How long to measure
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0)]
    seconds: f64,
    /// How long each rate is tried
    #[arg(long, value_name = "SECONDS", default_value_t = 3.0)]
    probe: f64,
    /// Clients that wait at a time while commands a sync are counted
    #[arg(long, value_name = "N", default_value_t = 50)]
    waiting: usize,
    /// How long they are counted
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0)]
    waiting_seconds: f64,
}

struct Bench<'a> {
    args: &'a AckArgs,
    served: &'a Served,
    members: &'a Crowd,
    /// What the members are told.
    tally: Arc<Tally>,
    /// What the desks are told.
    desks: Arc<Tally>,
    wall: Wall,
}

/// Runs it.
pub(super) async fn run(args: AckArgs, machine: &Machine) -> anyhow::Result<Report> {
    check("--clients", args.clients as f64, 1.0, 5_000.0)?;
    check("--desks", args.desks as f64, 1.0, 1_000.0)?;
    check("--rate", args.rate.unwrap_or(1.0), 0.1, 100_000.0)?;
    check("--seconds", args.seconds, 0.1, 3_600.0)?;
    check("--probe", args.probe, 0.1, 60.0)?;
    check("--waiting", args.waiting as f64, 1.0, args.clients as f64)?;
    check("--waiting-seconds", args.waiting_seconds, 0.1, 600.0)?;
    let cast = Cast { guards: args.clients, desks: args.desks, consented: true };
    let world = World::lay(&machine.folder, cast).await?;
    let served = Served::xunfang(machine, &world).await?;
    let door = Door::new(served.address, "/ws");
    let (tally, desks_tally) = (Arc::new(Tally::default()), Arc::new(Tally::default()));
    let hear = |place| Member::new(&tally, place);
    let members = Crowd::open(&door, &world.guards, &tally, hear).await?;
    sign_on(&members.writers, &tally).await?;
    let hear = |place| Member::new(&desks_tally, place);
    let desks = Crowd::open(&door, &world.desks, &desks_tally, hear).await?;
    let mut report = Report::of("ack", "xunfang", args.seconds);
    report.set("clients", args.clients as f64);
    report.set("desks", args.desks as f64);
    let wall = Wall::now();
    let bench =
        Bench { args: &args, served: &served, members: &members, tally, desks: desks_tally, wall };
    bench.offer(FIRST_RATE.min(args.rate.unwrap_or(f64::MAX)), WARM_UP_S.min(args.probe)).await;
    bench.drained().await;
    let rate = match args.rate {
        Some(rate) => rate,
        None => bench.half_of_highest(&mut report).await,
    };
    bench.confirm(rate, &world, &mut report).await?;
    let waiting = closed_loop(&served, &members.writers[..args.waiting], &bench.tally);
    waiting.run(args.waiting_seconds, wall, &mut report).await?;
    bench.tally.faults(&mut report);
    bench.desks.faults(&mut report);
    members.cut().await;
    desks.cut().await;
    served.stop().await;
    Ok(report)
}

impl Bench<'_> {
    /// Commands at a rate, for so long.
    async fn offer(&self, rate: f64, for_s: f64) -> Watch {
        let (watch, start_ns) = (Watch::start(), now_ns());
        let pace = Pace::new(rate, (start_ns, start_ns + seconds_ns(for_s)));
        let words = |number, at_ns, ms| report_words(&marked(number, at_ns), ms);
        let first = self.tally.sent.get();
        say(&self.members.writers, (pace, self.wall, first), words, (&watch, &self.tally)).await;
        watch
    }

    /// Until everything is answered, or refused.
    async fn drained(&self) {
        let answered = |tally: &Tally| tally.acks.get() + tally.refused.get() >= tally.sent.get();
        self.tally.settle(answered).await;
    }

    /// Searches upward by doubling, then between.
    async fn half_of_highest(&self, report: &mut Report) -> f64 {
        let mut search = RateSearch::new(FIRST_RATE, CLOSE);
        let mut load_busy = false;
        while let Some(rate) = search.probe() {
            let refused = self.tally.refused.get();
            let watch = self.offer(rate, self.args.probe).await;
            sleep(Duration::from_secs_f64(QUEUE_S)).await;
            let waiting = self.tally.sent.get() - self.tally.acks.get() - self.tally.refused.get();
            let is_refused = self.tally.refused.get() > refused;
            load_busy = watch.look().fault.is_some();
            search.tell(waiting == 0 && !is_refused && !load_busy);
            self.drained().await;
            // Looking for the end means to step over it.
            self.tally.refused.set(refused);
            self.tally.sent.set(self.tally.acks.get());
        }
        if load_busy {
            report.notes.push("the load, not the server, set the highest rate".to_owned());
        }
        let highest = search.found().unwrap_or(1.0);
        report.figure("highest_rate_per_s", highest);
        highest / 2.0
    }

    /// The measured run, with syncs of a page beside it on the same disk.
    async fn confirm(&self, rate: f64, world: &World, report: &mut Report) -> anyhow::Result<()> {
        let Self { tally, desks, served, .. } = self;
        let desk_count = self.args.desks as u64;
        desks.settle(|desks| desks.received.get() >= tally.acks.get() * desk_count).await;
        tally.ack.clear();
        desks.receipt.clear();
        let before = (tally.sent.get(), tally.acks.get(), desks.received.get());
        let stop = Arc::new(AtomicBool::new(false));
        let (cpu, begun_ns) = (served.usage.cpu()?, now_ns());
        let probing = disk::probe(world.folder(), SYNC_EVERY, Arc::clone(&stop));
        let offering = async {
            let watch = self.offer(rate, self.args.seconds).await;
            let load = watch.look();
            self.drained().await;
            stop.store(true, Ordering::Relaxed);
            load
        };
        let (synced, load) = tokio::join!(probing, offering);
        let (synced, took) = (synced?, seconds(now_ns() - begun_ns));
        let cpu = (served.usage.cpu()? - cpu).as_secs_f64();
        report.load(load);
        let sent = tally.sent.get() - before.0;
        let due = sent * desk_count;
        desks.settle(|desks| desks.received.get() >= before.2 + due).await;
        report.set("rate", rate);
        report.figure("server_cpu_share", cpu / took);
        report.figure("cpu_us_per_command", cpu * 1e6 / (sent as f64).max(1.0));
        Tally::quantiles(report, "ack_", &tally.ack);
        Tally::quantiles(report, "event_", &desks.receipt);
        Tally::quantiles(report, "sync_", &synced);
        goals(&tally.ack, &desks.receipt, &synced, report);
        let lost = sent.saturating_sub(tally.acks.get() - before.1);
        report.fault_if(lost, "commands were not acknowledged");
        let came = desks.received.get() - before.2;
        report.fault_if(due.saturating_sub(came), "events were lost");
        report.fault_if(came.saturating_sub(due), "events were doubled");
        Ok(())
    }
}

/// Each less the same quantile of a synced page.
fn goals(ack: &Latency, event: &Latency, synced: &Latency, report: &mut Report) {
    for (what, latency, quantile, most) in [
        ("command to ack, p50 less a sync's", ack, 0.5, 5.0),
        ("command to ack, p99 less a sync's", ack, 0.99, 25.0),
        ("command to a desk's event, p50 less a sync's", event, 0.5, 5.0),
        ("command to a desk's event, p99 less a sync's", event, 0.99, 25.0),
    ] {
        let figure = (latency.ms(quantile) - synced.ms(quantile)).max(0.0);
        report.goals.push(Goal::at_most(what, most, "ms", figure));
    }
}
