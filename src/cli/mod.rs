//! The command line: each subcommand in its own file.
//!
//! It must not decide anything that a room could. Invariant: exit code 0 is done, 1 failed, 2 wrong
//! use.

pub mod trend;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// 巡防: joint patrol coordination and messaging.
#[derive(Debug, Parser)]
#[command(name = "xunfang", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Statistics on plain files: compare, detect, hotspot, near-repeat, forecast, claims
    Trend(trend::TrendArgs),
}

/// Parses the arguments and runs what they ask for; failures go to standard error.
pub fn run() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Trend(args) => trend::run(args),
    };
    result.unwrap_or_else(|error| {
        eprintln!("xunfang: {error:#}");
        ExitCode::FAILURE
    })
}
