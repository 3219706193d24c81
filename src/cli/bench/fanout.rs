//! `bench fanout`: texts to many subscribers, each stored before it is sent, at a fixed rate.

use clap::Args;

use super::mark::SHORTEST;
use super::report::{Goal, Report};
use super::stage::{Posting, Stage};
use super::target::TargetArgs;
use super::{Machine, check};

/// One publish, many receipts.
#[derive(Debug, Args)]
pub(super) struct FanoutArgs {
    /// Subscribers, each on a connection of its own
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    clients: usize,
    /// Texts a second
    #[arg(long, value_name = "PER SECOND", default_value_t = 60.0)]
    rate: f64,
    /// How long to measure
    #[arg(long, value_name = "SECONDS", default_value_t = 20.0)]
    seconds: f64,
    /// Bytes of a text
    #[arg(long, value_name = "BYTES", default_value_t = 128)]
    body: usize,
    #[command(flatten)]
    target: TargetArgs,
}

/// Runs it.
pub(super) async fn run(args: FanoutArgs, machine: &Machine) -> anyhow::Result<Report> {
    let FanoutArgs { clients, rate, seconds, body, target } = args;
    check("--clients", clients as f64, 1.0, 10_000.0)?;
    check("--rate", rate, 0.1, 100_000.0)?;
    check("--seconds", seconds, 0.1, 3_600.0)?;
    check("--body", body as f64, SHORTEST as f64, 60_000.0)?;
    let mut report = Report::of("fanout", &target.target.to_string(), seconds);
    report.set("clients", clients as f64);
    report.set("rate", rate);
    report.set("body_bytes", body as f64);
    let stage = Stage::open(&target, clients, machine).await?;
    stage.measure(Posting { rate, bytes: body, seconds }, &mut report).await?;
    let p99 = stage.tally.receipt.ms(0.99);
    report.goals.push(Goal::at_most("publish to receipt, p99", 20.0, "ms", p99));
    stage.close().await;
    Ok(report)
}
