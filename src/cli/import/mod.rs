//! `xunfang import`: districts, micro-grids and past incidents, from files.
//!
//! Exit codes: 0 all taken, 3 some rows refused, 1 failed, 2 wrong usage.

mod incidents;
mod offline;
mod summary;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};

use crate::command::{Command, Done};
use crate::domain::DistrictId;
use crate::intake::{self, Source};
use offline::Offline;

/// What is imported.
#[derive(Debug, Args)]
pub struct ImportArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A district: GeoJSON with the properties code, name and timezone
    District {
        #[command(flatten)]
        target: Target,
        /// The file
        file: PathBuf,
    },
    /// Micro-grids: GeoJSON with the properties code, name and kind
    Grids {
        /// The district's code
        #[arg(long, value_name = "CODE")]
        district: String,
        #[command(flatten)]
        target: Target,
        /// The file
        file: PathBuf,
    },
    /// Incidents that are over: CSV, plain or gzip
    Incidents(incidents::IncidentsArgs),
}

/// Where it goes.
#[derive(Debug, Args)]
struct Target {
    /// The data folder; it is made when there is none
    #[arg(long, value_name = "DIR", default_value = "var/data")]
    data: PathBuf,
}

/// Imports a file.
///
/// # Errors
/// When the file or the store can't be read, or the whole is refused; rows that are refused
/// alone are counted in the exit code.
pub async fn run(args: ImportArgs) -> anyhow::Result<ExitCode> {
    match args.what {
        What::District { target, file } => district(&target.data, &file).await,
        What::Grids { district, target, file } => grids(&district, &target.data, &file).await,
        What::Incidents(args) => incidents::run(args).await,
    }
}

async fn district(data: &Path, file: &Path) -> anyhow::Result<ExitCode> {
    let (district, outline) = intake::district(&text(file)?).with_context(|| named(file))?;
    let name = format!("{} {}", district.id, district.name);
    let offline = Offline::open(data).await?;
    let stored = offline.apply(Command::ImportDistrict { district, outline }).await;
    offline.close().await;
    stored.with_context(|| named(file))?;
    summary::say(&format!("district {name} is stored in {}", data.display()));
    Ok(ExitCode::SUCCESS)
}

async fn grids(district: &str, data: &Path, file: &Path) -> anyhow::Result<ExitCode> {
    let grids = intake::grids(&text(file)?).with_context(|| named(file))?;
    let offline = Offline::open(data).await?;
    let command = Command::ImportGrids { district: DistrictId::from(district), grids };
    let stored = offline.apply(command).await;
    offline.close().await;
    if let Done::Imported(counts) = stored.with_context(|| named(file))? {
        let (added, unchanged) = (counts.added, counts.unchanged);
        summary::say(&format!("micro-grids: {added} added or changed, {unchanged} unchanged"));
    }
    Ok(ExitCode::SUCCESS)
}

fn text(file: &Path) -> anyhow::Result<String> {
    let (source, _) = Source::open(file).with_context(|| named(file))?;
    source.text().with_context(|| named(file))
}

fn named(file: &Path) -> String {
    format!("{} can't be imported", file.display())
}
