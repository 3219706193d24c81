//! The command line: what a person types, turned into calls.

pub mod audit;
pub mod backup;
#[cfg(target_os = "linux")]
pub mod bench;
pub mod export;
pub mod import;
mod lan;
pub mod restore;
pub mod serve;
pub mod simulate;
mod simulator;
pub mod trend;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// 巡防 Xunfang: joint patrol coordination and messaging for 村警园企社.
#[derive(Debug, Parser)]
#[command(name = "xunfang", version, about, max_term_width = 100)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: CliCommand,
}

/// What the program does.
#[derive(Debug, Subcommand)]
pub enum CliCommand {
    /// Serve desks and phones
    Serve(serve::ServeArgs),
    /// Import a district, its micro-grids, its past incidents
    Import(import::ImportArgs),
    /// Export tables of counts
    Export(export::ExportArgs),
    /// Walk the demo's members, as clients of a running server
    Simulate(simulate::SimulateArgs),
    /// Copy a data folder while its server goes on
    Backup(backup::BackupArgs),
    /// Put a backup in the place of what a data folder holds
    Restore(restore::RestoreArgs),
    /// Hold the audit log against its hashes
    Audit(audit::AuditArgs),
    /// Measure the server under load, on this machine
    #[cfg(target_os = "linux")]
    Bench(bench::BenchArgs),
    /// Hold statistics on plain files against R or Python
    Trend(trend::TrendArgs),
}

impl Cli {
    /// Does it.
    ///
    /// # Errors
    /// What went wrong, as a chain of causes.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            CliCommand::Serve(args) => serve::run(args).await.map(|()| ExitCode::SUCCESS),
            CliCommand::Import(args) => import::run(args).await,
            CliCommand::Export(args) => export::run(args).await,
            CliCommand::Simulate(args) => simulate::run(args).await.map(|()| ExitCode::SUCCESS),
            CliCommand::Backup(args) => backup::run(args).await.map(|()| ExitCode::SUCCESS),
            CliCommand::Restore(args) => restore::run(args).await.map(|()| ExitCode::SUCCESS),
            CliCommand::Audit(args) => audit::run(args).await,
            #[cfg(target_os = "linux")]
            CliCommand::Bench(args) => bench::run(args).await,
            CliCommand::Trend(args) => trend::run(args),
        }
    }
}
