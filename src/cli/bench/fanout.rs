//! `bench fanout`: texts to many subscribers, each stored before it is sent, at a fixed rate.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::time::{Instant, sleep};

use super::crowd::{Crowd, connect};
use super::mark::SHORTEST;
use super::measure::pace::Pace;
use super::measure::watch::Watch;
use super::measure::{now_ns, seconds, seconds_ns};
use super::post::Post;
use super::report::{Goal, Report};
use super::served::Served;
use super::socket::Door;
use super::tally::Tally;
use super::target::TargetArgs;
use super::world::{Cast, World};
use super::{Machine, check};

/// What is still under way at the end gets this long to arrive.
const SETTLE_WITHIN: Duration = Duration::from_secs(15);
/// Pages are touched, buffers have grown and the log is warm after this, in s.
const WARM_UP_S: f64 = 2.0;

/// One publish, many receipts.
#[derive(Debug, Args)]
pub(super) struct FanoutArgs {
    /// Subscribers, each on a connection of its own
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    clients: usize,
    /// Texts a second
    #[arg(long, value_name = "PER SECOND", default_value_t = 100.0)]
    rate: f64,
    /// How long to measure
    #[arg(long, value_name = "SECONDS", default_value_t = 20.0)]
    seconds: f64,
    /// Characters of a text
    #[arg(long, value_name = "BYTES", default_value_t = 128)]
    body: usize,
    #[command(flatten)]
    target: TargetArgs,
}

/// A target with its subscribers.
struct Stage {
    served: Served,
    crowd: Crowd,
    post: Post,
    tally: Arc<Tally>,
    _world: Option<World>,
}

/// Runs it.
pub(super) async fn run(args: FanoutArgs, machine: &Machine) -> anyhow::Result<Report> {
    check("--clients", args.clients as f64, 1.0, 10_000.0)?;
    check("--rate", args.rate, 0.1, 100_000.0)?;
    check("--seconds", args.seconds, 0.1, 3_600.0)?;
    check("--body", args.body as f64, SHORTEST as f64, 60_000.0)?;
    let stage = Stage::open(&args, machine).await?;
    let warm_up = WARM_UP_S.min(args.seconds);
    let before = stage.post(&args, (0, warm_up), &Watch::start()).await;
    stage.settle(before * args.clients as u64).await;
    let mut report = stage.measure(&args, before).await?;
    let Stage { served, crowd, tally, .. } = stage;
    tally.faults(&mut report);
    crowd.cut().await;
    served.stop().await;
    Ok(report)
}

impl Stage {
    async fn open(args: &FanoutArgs, machine: &Machine) -> anyhow::Result<Self> {
        let tally = Arc::new(Tally::default());
        if let Some(line) = args.target.peer()? {
            let served = Served::peer(machine, line).await?;
            let subscribe = Door::new(served.address, "/sub");
            let crowd = Crowd::of_peer(&subscribe, args.clients, &tally).await?;
            let publish = Door::new(served.address, "/pub").open().await?;
            let post = Post::publisher(publish);
            return Ok(Self { served, crowd, post, tally, _world: None });
        }
        let cast = Cast { guards: args.clients, ..Cast::default() };
        let world = World::lay(&machine.folder, cast).await?;
        let served = Served::xunfang(machine, &world).await?;
        let clients = connect(&Door::new(served.address, "/ws"), &world.guards).await?;
        let crowd = Crowd::of_clients(clients, &tally);
        let post = Post::Members(crowd.writers.clone());
        Ok(Self { served, crowd, post, tally, _world: Some(world) })
    }

    async fn post(&self, args: &FanoutArgs, (first, for_s): (u64, f64), watch: &Watch) -> u64 {
        let start_ns = now_ns();
        let pace = Pace::new(args.rate, (start_ns, start_ns + seconds_ns(for_s)));
        self.post.run(pace, (first, args.body), (watch, &self.tally)).await
    }

    /// Waits until so many receipts are in.
    async fn settle(&self, receipts: u64) {
        let end = Instant::now() + SETTLE_WITHIN;
        while self.tally.received.get() < receipts && Instant::now() < end {
            sleep(Duration::from_millis(1)).await;
        }
    }

    async fn measure(&self, args: &FanoutArgs, first: u64) -> anyhow::Result<Report> {
        let Self { served, tally, .. } = self;
        let warm = tally.received.get();
        tally.receipt.clear();
        let metrics = served.metrics().await?;
        let (watch, cpu, begun_ns) = (Watch::start(), served.usage.cpu()?, now_ns());
        let posted = self.post(args, (first, args.seconds), &watch).await;
        let due = posted * args.clients as u64;
        self.settle(warm + due).await;
        let (cpu, took) = (served.usage.cpu()? - cpu, seconds(now_ns() - begun_ns));
        let load = watch.look();
        let after = served.metrics().await?;
        let delivered = tally.received.get() - warm;
        let each = (delivered as f64).max(1.0);
        let mut report = Report::of("fanout", &args.target.target.to_string(), args.seconds);
        report.set("clients", args.clients as f64);
        report.set("rate", args.rate);
        report.set("body_bytes", args.body as f64);
        Tally::quantiles(&mut report, "", &tally.receipt);
        report.figure("deliveries", delivered as f64);
        report.figure("deliveries_per_s", each / took);
        report.figure("cpu_us_per_delivery", cpu.as_secs_f64() * 1e6 / each);
        report.figure("server_cpu_share", cpu.as_secs_f64() / took);
        report.figure("message_bytes", tally.bytes.get() as f64);
        report.figure("rss_mib", served.usage.resident()? as f64 / 1_048_576.0);
        if args.target.peer()?.is_none() {
            let writes = after.since(&metrics, "xunfang_ws_writes_total", "");
            report.figure("writes_per_delivery", writes / each);
        }
        let p99 = tally.receipt.ms(0.99);
        report.goals.push(Goal::at_most("publish to receipt, p99", 20.0, "ms", p99));
        report.fault_if(due.saturating_sub(delivered), "deliveries were lost");
        report.fault_if(delivered.saturating_sub(due), "deliveries were doubled");
        report.load(load);
        Ok(report)
    }
}
