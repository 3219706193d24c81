//! `xunfang backup`: a copy of the data folder, taken while its server goes on writing.
//!
//! Exit codes: 0 the backup is whole and on the disk, 1 there is none, 2 wrong usage.

use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use crate::clock::Clock;
use crate::store::backup::{self, Manifest};

/// The folder to back up, and where to.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The data folder; its server may run
    #[arg(long, value_name = "DIR", default_value = "var/data")]
    data: PathBuf,
    /// The backup: a folder that isn't there yet
    target: PathBuf,
}

/// Makes the backup, and prints what it holds.
///
/// # Errors
/// When there is no whole backup; nothing is left then.
pub async fn run(args: BackupArgs) -> anyhow::Result<()> {
    let made = (Clock::system().now_ms(), env!("CARGO_PKG_VERSION"));
    let manifest = backup::write(&args.data, &args.target, made).await;
    let manifest = manifest.context("there is no backup")?;
    let mut text = format!("{} is a backup of {}\n", args.target.display(), args.data.display());
    text.push_str(&summary(&manifest));
    drop(io::stdout().lock().write_all(text.as_bytes()));
    Ok(())
}

/// A line a file and a line a log.
pub(super) fn summary(manifest: &Manifest) -> String {
    let files = manifest
        .files
        .iter()
        .map(|file| format!("  {:<14} {:>12} bytes  {}\n", file.name, file.bytes, file.sha256));
    let logs = manifest.logs.iter().map(|log| format!("  log {} at {}\n", log.district, log.seq));
    files.chain(logs).collect()
}
