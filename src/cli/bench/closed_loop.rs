//! So many clients that each send their next command when the last is answered: how many commands
//! the server stores with one sync while they wait.

use std::time::Duration;

use tokio::time::{sleep, timeout_at};

use super::measure::{instant_at, now_ns, seconds, seconds_ns};
use super::report::{Goal, Report};
use super::report_incident::{marked, report as report_words};
use super::served::Served;
use super::socket::Writer;
use super::tally::Tally;
use super::walk::Wall;

/// Commands a sync that are to be reached.
const LEAST: f64 = 5.0;

/// The loop.
pub(super) struct ClosedLoop<'a> {
    served: &'a Served,
    clients: &'a [Writer],
    tally: &'a Tally,
}

/// A loop of these clients, whose answers are counted together.
pub(super) fn closed_loop<'a>(
    served: &'a Served,
    clients: &'a [Writer],
    tally: &'a Tally,
) -> ClosedLoop<'a> {
    ClosedLoop { served, clients, tally }
}

impl ClosedLoop<'_> {
    /// For so long as many commands are under way as there are clients.
    pub(super) async fn run(
        &self,
        for_s: f64,
        wall: Wall,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let Self { served, clients, tally } = self;
        let before = served.metrics().await?;
        let (begun_ns, first) = (now_ns(), tally.acks.get());
        let until_ns = begun_ns + seconds_ns(for_s);
        let (started, answered) = (tally.sent.get(), || tally.acks.get() + tally.refused.get());
        let base = answered();
        while now_ns() < until_ns {
            // Which of them was answered doesn't matter: none has more than a few under way.
            while tally.sent.get() - started < answered() - base + clients.len() as u64 {
                let number = tally.sent.get();
                let turn = usize::try_from(number % clients.len() as u64).unwrap_or(0);
                let words = report_words(&marked(number, now_ns()), wall.ms(now_ns()));
                clients[turn].text(words.as_bytes())?;
                tally.sent.add();
            }
            // Once none is answered any more, the end of the time is.
            timeout_at(instant_at(until_ns), tally.answered.notified()).await.ok();
        }
        tally.settle(|_| tally.sent.get() - started <= answered() - base).await;
        // The server's counters are folded every few seconds at the latest when they are read.
        sleep(Duration::from_millis(50)).await;
        let after = served.metrics().await?;
        let took = seconds(now_ns() - begun_ns);
        let commands = after.since(&before, "xunfang_writer_batch_commands_sum", "");
        let batches = after.since(&before, "xunfang_writer_batch_commands_count", "");
        let each = commands / batches.max(1.0);
        report.set("waiting", clients.len() as f64);
        report.figure("commands_per_sync", each);
        report.figure("closed_loop_per_s", (tally.acks.get() - first) as f64 / took);
        report.goals.push(Goal::at_least("commands a sync", LEAST, "", each));
        Ok(())
    }
}
