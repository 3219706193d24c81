//! `bench frozen`: some readers stop reading; the others must not notice, and the server must not
//! keep for them what they don't take.

use std::future::pending;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use futures_util::stream::TryStreamExt as _;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::client::Client;
use super::crowd::{Crowd, opening, turn};
use super::measure::latency::Latency;
use super::measure::pace::Pace;
use super::measure::watch::Watch;
use super::measure::{now_ns, seconds, seconds_ns};
use super::post::Post;
use super::receipts::Member;
use super::report::{Goal, Report};
use super::served::Served;
use super::socket::Door;
use super::tally::Tally;
use super::world::{Cast, Person, World};
use super::{Machine, check};
use crate::protocol::limits::WRITE_STALL_MS;

/// Those who will freeze have so small a receive buffer, in bytes: else the kernel reads on for
/// them for a while.
const RECEIVE_BYTES: u32 = 8 * 1024;
/// Whether they are closed is looked at this often.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Bytes of a text.
const BODY: usize = 128;
/// What a frozen reader may make the server hold, KiB: its lane's bound, its batch under way.
const MOST_KIB: f64 = 288.0;

/// Readers that stop reading.
#[derive(Debug, Args)]
pub(super) struct FrozenArgs {
    /// Subscribers, each on a connection of its own
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    clients: usize,
    /// The share of them that freezes, in per cent
    #[arg(long, value_name = "PER CENT", default_value_t = 10.0)]
    share: f64,
    /// Texts a second
    #[arg(long, value_name = "PER SECOND", default_value_t = 80.0)]
    rate: f64,
    /// How long to measure before they freeze, and at most while they are frozen
    #[arg(long, value_name = "SECONDS", default_value_t = 12.0)]
    seconds: f64,
    /// How often they freeze, are closed, and come back
    #[arg(long, value_name = "N", default_value_t = 3)]
    rounds: u32,
}

/// What is measured over all rounds.
#[derive(Default)]
struct Found {
    before: Latency,
    during: Latency,
    closed: Latency,
    left_open: u64,
    grown_bytes: u64,
}

struct Run<'a> {
    args: &'a FrozenArgs,
    served: &'a Served,
    tally: Arc<Tally>,
    post: Post,
    watch: Watch,
}

/// Runs it.
pub(super) async fn run(args: FrozenArgs, machine: &Machine) -> anyhow::Result<Report> {
    check("--clients", args.clients as f64, 2.0, 9_000.0)?;
    check("--share", args.share, 0.1, 90.0)?;
    check("--rate", args.rate, 0.1, 10_000.0)?;
    check("--seconds", args.seconds, 0.1, 600.0)?;
    check("--rounds", f64::from(args.rounds), 1.0, 100.0)?;
    let mut report = Report::of("frozen", "xunfang", args.seconds);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few thousand")]
    let freezing =
        ((args.clients as f64 * args.share / 100.0).round() as usize).clamp(1, args.clients - 1);
    let world =
        World::lay(&machine.folder, Cast { guards: args.clients, ..Cast::default() }).await?;
    let served = Served::xunfang(machine, &world).await?;
    let healthy_door = Door::new(served.address, "/ws");
    let door = Door { receive_bytes: Some(RECEIVE_BYTES), ..healthy_door.clone() };
    let (will_freeze, healthy) = world.guards.split_at(freezing);
    let tally = Arc::new(Tally::default());
    let hear = |place| Member::new(&tally, place);
    let crowd = Crowd::open(&healthy_door, healthy, &tally, hear).await?;
    let post = Post::Members(crowd.writers.clone());
    let run = Run {
        args: &args,
        served: &served,
        tally: Arc::clone(&tally),
        post,
        watch: Watch::start(),
    };
    let mut found = Found::default();
    for _ in 0..args.rounds {
        run.round((&door, will_freeze), &mut found).await?;
    }
    let due = tally.sent.get() * healthy.len() as u64;
    tally.settle(|tally| tally.received.get() >= due).await;
    report.load(run.watch.look());
    for (name, value) in [
        ("clients", args.clients as f64),
        ("frozen", freezing as f64),
        ("rate", args.rate),
        ("rounds", f64::from(args.rounds)),
    ] {
        report.set(name, value);
    }
    found.tell(freezing as f64, &mut report);
    report.fault_if(due.saturating_sub(tally.received.get()), "deliveries were lost");
    report.fault_if(tally.received.get().saturating_sub(due), "deliveries were doubled");
    tally.faults(&mut report);
    drop(run);
    crowd.cut().await;
    served.stop().await;
    Ok(report)
}

impl Run<'_> {
    /// All read; then some don't, until they are closed or the time is up.
    async fn round(
        &self,
        (door, people): (&Door, &[Person]),
        found: &mut Found,
    ) -> anyhow::Result<()> {
        let (freeze, count) = (CancellationToken::new(), people.len());
        let mut readers = JoinSet::new();
        let heard = Arc::new(Tally::default());
        let mut clients = pin!(opening(door, people));
        while let Some(client) = clients.try_next().await? {
            readers.spawn(until_frozen(client, Arc::clone(&heard), freeze.clone()));
        }
        self.tally.receipt.clear();
        self.post(self.args.seconds).await;
        self.settle().await;
        found.before.add(&self.tally.receipt);
        self.tally.receipt.clear();
        let (closes, bare) = (self.closes().await?, self.served.usage.resident()?);
        freeze.cancel();
        let frozen_ns = now_ns();
        let closing = self.closed(closes + count as f64, bare, found);
        tokio::select! {
            closed = closing => {
                closed?;
                found.closed.record(frozen_ns, now_ns());
            }
            () = self.post(self.args.seconds) => {
                let open = closes + count as f64 - self.closes().await?;
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "few")]
                let open = open.max(0.0) as u64;
                found.left_open += open;
                if open == 0 {
                    found.closed.record(frozen_ns, now_ns());
                }
            }
        }
        self.settle().await;
        found.during.add(&self.tally.receipt);
        readers.shutdown().await;
        Ok(())
    }

    async fn post(&self, for_s: f64) {
        let start_ns = now_ns();
        let pace = Pace::new(self.args.rate, (start_ns, start_ns + seconds_ns(for_s)));
        let first = self.tally.sent.get();
        self.post.run(pace, (first, BODY), (&self.watch, &self.tally)).await;
    }

    async fn settle(&self) {
        let each = self.args.clients as u64 - self.frozen();
        let due = self.tally.sent.get() * each;
        self.tally.settle(|tally| tally.received.get() >= due).await;
    }

    fn frozen(&self) -> u64 {
        match &self.post {
            Post::Members(healthy) => (self.args.clients - healthy.len()) as u64,
            Post::Publisher { .. } => 0,
        }
    }

    async fn closes(&self) -> anyhow::Result<f64> {
        Ok(self.served.metrics().await?.sum("xunfang_ws_closes_total", "code=\"4008\""))
    }

    /// Until so many were closed for reading too slowly; the memory is watched meanwhile.
    async fn closed(&self, target: f64, bare: u64, found: &mut Found) -> anyhow::Result<()> {
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            looks.tick().await;
            let grown = self.served.usage.resident()?.saturating_sub(bare);
            found.grown_bytes = found.grown_bytes.max(grown);
            if self.closes().await? >= target {
                return Ok(());
            }
        }
    }
}

/// Reads until it is told to freeze, then holds the connection and takes nothing.
async fn until_frozen(
    client: Client,
    tally: Arc<Tally>,
    freeze: CancellationToken,
) -> io::Result<()> {
    let Client { mut reader, writer, place, .. } = client;
    let mut hear = Member::new(&tally, place.seq);
    loop {
        tokio::select! {
            biased;
            () = freeze.cancelled() => break,
            open = turn(&mut reader, &writer, &mut hear) => open?,
        }
    }
    let _held = (reader, writer);
    pending().await
}

impl Found {
    fn tell(&self, frozen: f64, report: &mut Report) {
        Tally::quantiles(report, "before_", &self.before);
        Tally::quantiles(report, "frozen_", &self.during);
        let ratio = self.during.ms(0.99) / self.before.ms(0.99).max(1e-3);
        let closed_s = seconds(seconds_ns(self.closed.max_ms() / 1_000.0));
        let grown_kib = self.grown_bytes as f64 / 1_024.0 / frozen;
        report.figure("p99_ratio", ratio);
        report.figure("closed_after_s", closed_s);
        report.figure("left_open", self.left_open as f64);
        report.figure("grown_mib", self.grown_bytes as f64 / 1_048_576.0);
        report.figure("grown_kib_per_frozen", grown_kib);
        report.goals.push(Goal::at_most("p99 of the others, frozen to before", 1.1, "", ratio));
        let what = "memory that the server holds for a frozen one";
        report.goals.push(Goal::at_most(what, MOST_KIB, "KiB", grown_kib));
        // The bound is of the time that the socket takes nothing; what the kernel takes comes first.
        let most = WRITE_STALL_MS as f64 / 1_000.0 + 1.0;
        let closed_s = if self.left_open > 0 { f64::MAX } else { closed_s };
        report.goals.push(Goal::at_most("frozen ones are closed within", most, "s", closed_s));
    }
}
