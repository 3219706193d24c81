//! `xunfang trend …`: the statistics on plain files, so that anyone can hold them against R or
//! Python.
//!
//! It must not compute: it reads, calls the `trend` room and writes. Invariant: an undefined value
//! is an empty cell or `null`.

mod claims;
mod compare;
mod detect;
mod forecast;
mod hotspot;
mod near_repeat;
mod output;
mod settings;
mod table;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use settings::UsageError;

/// Arguments of `xunfang trend`.
#[derive(Debug, Args)]
pub struct TrendArgs {
    #[command(subcommand)]
    command: TrendCommand,
}

#[derive(Debug, Subcommand)]
enum TrendCommand {
    /// Compare two counts: exact tests, interval, percentage, verdict
    Compare(compare::CompareArgs),
    /// Judge each week of a series
    Detect(detect::DetectArgs),
    /// Gi* and local Moran of cells
    Hotspot(hotspot::HotspotArgs),
    /// The Knox table of events in space and time
    NearRepeat(near_repeat::NearRepeatArgs),
    /// Forecast one to four weeks
    Forecast(forecast::ForecastArgs),
    /// Check published figures
    Claims(claims::ClaimsArgs),
}

/// Runs one subcommand; wrong use is said on standard error and exits with 2.
pub fn run(args: TrendArgs) -> anyhow::Result<ExitCode> {
    let done = match args.command {
        TrendCommand::Compare(args) => compare::run(&args),
        TrendCommand::Detect(args) => detect::run(&args),
        TrendCommand::Hotspot(args) => hotspot::run(&args),
        TrendCommand::NearRepeat(args) => near_repeat::run(&args),
        TrendCommand::Forecast(args) => forecast::run(&args),
        TrendCommand::Claims(args) => claims::run(&args),
    };
    match done {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) => match error.downcast::<UsageError>() {
            Ok(usage) => {
                eprintln!("xunfang trend: {usage}");
                Ok(ExitCode::from(2))
            }
            Err(error) => Err(error),
        },
    }
}
