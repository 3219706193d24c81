//! A target with its subscribers, and texts that are posted to all of them at a rate.

use std::sync::Arc;

use super::Machine;
use super::crowd::{Crowd, subscribe};
use super::measure::pace::Pace;
use super::measure::watch::Watch;
use super::measure::{now_ns, seconds, seconds_ns};
use super::post::Post;
use super::receipts::{Member, Subscriber};
use super::report::Report;
use super::served::Served;
use super::socket::Door;
use super::tally::Tally;
use super::target::TargetArgs;
use super::world::{Cast, World};

/// Pages are touched, buffers have grown and the log is warm after this, in s.
const WARM_UP_S: f64 = 2.0;

/// How texts are posted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Posting {
    /// Texts a second.
    pub(super) rate: f64,
    /// Bytes of each.
    pub(super) bytes: usize,
    /// How long, in s.
    pub(super) seconds: f64,
}

/// A target with its subscribers.
pub(super) struct Stage {
    pub(super) served: Served,
    crowd: Crowd,
    post: Post,
    clients: u64,
    /// What they count.
    pub(super) tally: Arc<Tally>,
    is_peer: bool,
    _world: Option<World>,
}

impl Stage {
    /// Starts the target and connects so many subscribers.
    pub(super) async fn open(
        target: &TargetArgs,
        clients: usize,
        machine: &Machine,
    ) -> anyhow::Result<Self> {
        let tally = Arc::new(Tally::default());
        let count = clients as u64;
        if let Some(line) = target.peer()? {
            let served = Served::peer(machine, line).await?;
            let seats = subscribe(&Door::new(served.address, "/sub"), clients).await?;
            let seats = seats.into_iter().map(|(r, w)| (r, w, Subscriber::new(&tally)));
            let crowd = Crowd::listen(seats, &tally);
            let post = Post::publisher(Door::new(served.address, "/pub").open().await?);
            let (is_peer, _world) = (true, None);
            return Ok(Self { served, crowd, post, clients: count, tally, is_peer, _world });
        }
        let cast = Cast { guards: clients, ..Cast::default() };
        let world = World::lay(&machine.folder, cast).await?;
        let served = Served::xunfang(machine, &world).await?;
        let door = Door::new(served.address, "/ws");
        let hear = |place| Member::new(&tally, place);
        let crowd = Crowd::open(&door, &world.guards, &tally, hear).await?;
        let post = Post::Members(crowd.writers.clone());
        let (is_peer, _world) = (false, Some(world));
        Ok(Self { served, crowd, post, clients: count, tally, is_peer, _world })
    }

    /// Warms up, then posts and measures. Adds figures and faults to the report.
    pub(super) async fn measure(
        &self,
        posting: Posting,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let warm_up = Posting { seconds: WARM_UP_S.min(posting.seconds), ..posting };
        let first = self.post((0, warm_up), &Watch::start()).await;
        let warm = first * self.clients;
        self.tally.settle(|tally| tally.received.get() >= warm).await;
        let warm = self.tally.received.get();
        self.tally.receipt.clear();
        let before = self.served.metrics().await?;
        let (watch, cpu, begun_ns) = (Watch::start(), self.served.usage.cpu()?, now_ns());
        let posted = self.post((first, posting), &watch).await;
        let due = posted * self.clients;
        self.tally.settle(|tally| tally.received.get() >= warm + due).await;
        let (cpu, took) = (self.served.usage.cpu()? - cpu, seconds(now_ns() - begun_ns));
        report.load(watch.look());
        let after = self.served.metrics().await?;
        let delivered = self.tally.received.get() - warm;
        let each = (delivered as f64).max(1.0);
        Tally::quantiles(report, "", &self.tally.receipt);
        report.figure("deliveries", delivered as f64);
        report.figure("deliveries_per_s", each / took);
        report.figure("cpu_us_per_delivery", cpu.as_secs_f64() * 1e6 / each);
        report.figure("deliveries_per_cpu_s", each / cpu.as_secs_f64().max(1e-9));
        report.figure("server_cpu_share", cpu.as_secs_f64() / took);
        report.figure("message_bytes", self.tally.bytes.get() as f64);
        report.figure("rss_mib", self.served.usage.resident()? as f64 / 1_048_576.0);
        if !self.is_peer {
            let writes = after.since(&before, "xunfang_ws_writes_total", "");
            report.figure("writes_per_delivery", writes / each);
        }
        report.fault_if(due.saturating_sub(delivered), "deliveries were lost");
        report.fault_if(delivered.saturating_sub(due), "deliveries were doubled");
        self.tally.faults(report);
        Ok(())
    }

    async fn post(&self, (first, posting): (u64, Posting), watch: &Watch) -> u64 {
        let start_ns = now_ns();
        let until_ns = start_ns + seconds_ns(posting.seconds);
        let pace = Pace::new(posting.rate, (start_ns, until_ns));
        self.post.run(pace, (first, posting.bytes), (watch, &self.tally)).await
    }

    /// Cuts everybody off and ends the server.
    pub(super) async fn close(self) {
        drop(self.post);
        self.crowd.cut().await;
        self.served.stop().await;
    }
}
