//! The two things that are measured: incidents that are reported, and units that walk.

use std::time::Duration;

use tokio::time::sleep;

use super::super::measure::pace::Pace;
use super::super::measure::watch::Watch;
use super::super::measure::{now_ns, seconds_ns};
use super::super::report::{Goal, Report};
use super::super::report_incident::{marked, report as report_words, say};
use super::super::tally::Tally;
use super::super::walk::{WATCH, walk};
use super::Scene;
use super::used::{EngineUse, Used};

/// Pages are touched, and every desk has had a full frame, after this, in s.
const WARM_UP_S: f64 = 2.0;
/// A phone on one node is seen at another's desk within this (the project's own goal), ms.
const SEEN_WITHIN_MS: f64 = 2_000.0;

impl Scene {
    /// Incidents at a rate, until all desks have heard of them.
    pub(super) async fn commands(&self, watch: &Watch, report: &mut Report) -> anyhow::Result<()> {
        self.offer(WARM_UP_S.min(self.args.seconds), watch).await;
        self.tally.ack.clear();
        self.desks.iter().for_each(|desks| desks.tally.receipt.clear());
        let size = self.size().await?;
        let (sent, before) = (self.tally.sent.get(), self.reading().await?);
        let heard = self.heard();
        self.offer(self.args.seconds, watch).await;
        let after = self.reading().await?;
        let commands = (self.tally.sent.get() - sent) as f64;
        let deliveries = (self.heard() - heard) as f64;
        Tally::quantiles(report, "ack_", &self.tally.ack);
        Tally::quantiles(report, "same_", &self.desks[0].tally.receipt);
        if let [first, .., last] = self.desks.as_slice() {
            Tally::quantiles(report, "other_", &last.tally.receipt);
            for (quantile, name) in [(0.5, "hop_p50_ms"), (0.99, "hop_p99_ms")] {
                let hop = last.tally.receipt.ms(quantile) - first.tally.receipt.ms(quantile);
                report.figure(name, hop);
            }
        }
        report.figure("deliveries", deliveries);
        let used = Used { before: &before, after: &after };
        report.figure("cpu_us_per_delivery", used.cpu_s() * 1e6 / deliveries.max(1.0));
        used.tell("command", commands, report);
        let grown = self.size().await?.state - size.state;
        report.figure("bytes_per_command", grown as f64 / commands.max(1.0));
        Ok(())
    }

    /// Reports for so long, and until every desk has heard of each.
    async fn offer(&self, for_s: f64, watch: &Watch) {
        let start_ns = now_ns();
        let pace = Pace::new(self.args.reports, (start_ns, start_ns + seconds_ns(for_s)));
        let words = |number, at_ns, ms| report_words(&marked(number, at_ns), ms);
        let first = self.tally.sent.get();
        say(&self.units.writers, (pace, self.wall, first), words, (watch, &self.tally)).await;
        let answered = |tally: &Tally| tally.acks.get() + tally.refused.get() >= tally.sent.get();
        self.tally.settle(answered).await;
        let due = self.due();
        self.tally.settle(|_| self.heard() >= due).await;
    }

    /// Deliveries of all that was stored.
    pub(super) fn due(&self) -> u64 {
        self.tally.acks.get() * (self.args.desks * self.args.nodes) as u64
    }

    pub(super) fn heard(&self) -> u64 {
        self.desks.iter().map(|desks| desks.tally.received.get()).sum()
    }

    /// Units that walk, while desks look on.
    pub(super) async fn positions(&self, watch: &Watch, report: &mut Report) -> anyhow::Result<()> {
        for desk in self.desks.iter().flat_map(|desks| &desks.crowd.writers) {
            desk.text(WATCH)?;
        }
        let all_s = WARM_UP_S + self.args.seconds;
        let (start_ns, hz) = (now_ns(), self.args.units as f64 * self.args.rate);
        let pace = Pace::new(hz, (start_ns, start_ns + seconds_ns(all_s)));
        let moved = Tally::default();
        let walking = walk(&self.units.writers, (pace, self.wall), (watch, &moved));
        let measuring = async {
            sleep(Duration::from_secs_f64(WARM_UP_S)).await;
            self.desks.iter().for_each(|desks| desks.seen.age.clear());
            let size = self.size().await?;
            let (before, sent) = (self.reading().await?, moved.sent.get());
            // A little less, so that the units still walk at its end.
            sleep(Duration::from_secs_f64((self.args.seconds - 0.2).max(0.1))).await;
            let (after, sent) = (self.reading().await?, moved.sent.get() - sent);
            let grown = self.size().await?.tracks - size.tracks;
            anyhow::Ok((before, after, sent as f64, grown as f64))
        };
        let (_, measured) = tokio::join!(walking, measuring);
        let (before, after, fixes, grown) = measured?;
        let used = Used { before: &before, after: &after };
        used.tell("fix", fixes, report);
        report.figure("fixes_per_s", fixes / used.took_s());
        report.figure("bytes_per_fix", grown / fixes.max(1.0));
        let publishes = used.bus(|of| of.commands(&["publish", "spublish"]));
        report.figure("bus_publishes_per_s", publishes / used.took_s());
        report.figure("bus_cpu_share", used.bus(EngineUse::bus_cpu_s) / used.took_s());
        report.figure("bus_bytes_per_fix", used.bus(EngineUse::bus_bytes) / fixes.max(1.0));
        Tally::quantiles(report, "age_same_", &self.desks[0].seen.age);
        if let [_, .., last] = self.desks.as_slice() {
            Tally::quantiles(report, "age_other_", &last.seen.age);
            let age = last.seen.age.ms(0.99);
            let what = "age of a fix at a desk of another node, p99";
            report.goals.push(Goal::at_most(what, SEEN_WITHIN_MS, "ms", age));
        }
        report.fault_if(moved.unsent.get(), "positions could not be sent");
        let blind = self.desks.iter().filter(|desks| desks.seen.age.count() == 0).count();
        report.fault_if(blind as u64, "nodes whose desks saw no unit");
        Ok(())
    }
}
