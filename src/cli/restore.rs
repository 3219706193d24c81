//! `xunfang restore`: a backup in the place of what a data folder holds; or what is left to do once
//! PostgreSQL's own means put a database back. What the journal tells of is done again, and every
//! log is another afterwards, before anything listens.
//!
//! Exit codes: 0 it is in place, 1 nothing was changed, 2 wrong usage.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;

use super::backup::summary;
use crate::bus::{Bus, LocalBus};
use crate::clock::Clock;
use crate::command::{Atlas, Deps, PutBack, settle_journal};
use crate::feed::Feed;
use crate::store::backup::Manifest;
use crate::store::folder::mark_demo;
use crate::store::{DatabaseSettings, FolderLock, Store, journal_file, restore, swap};

/// The backup, and where to.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The data folder; its server must be stopped. What it holds is kept aside in it
    #[arg(long, value_name = "DIR", default_value = "var/data")]
    data: PathBuf,
    /// A journal of the same installation that was kept elsewhere
    #[arg(long, value_name = "FILE")]
    journal: Vec<PathBuf>,
    /// A PostgreSQL database, as in database.url, that was put back already; no node may run
    #[arg(long, value_name = "URL", conflicts_with = "backup")]
    url: Option<String>,
    /// The backup: a folder that `xunfang backup` made
    #[arg(required_unless_present = "url")]
    backup: Option<PathBuf>,
}

/// Restores, and prints what was done.
///
/// # Errors
/// When nothing was changed; a restore that dies in the middle is finished by the next start.
pub async fn run(args: RestoreArgs) -> anyhow::Result<()> {
    let RestoreArgs { data, journal, url, backup } = args;
    let _lock = FolderLock::take(&data).context("nothing was restored")?;
    let Some(backup) = backup else {
        return settled(&data, url.unwrap_or_default(), &journal).await;
    };
    let (manifest, replayed) =
        prepared(&data, &backup, &journal).await.context("nothing was restored")?;
    let aside = aside(Clock::system().now_ms());
    swap::commit(&data, &aside).context("the restore is finished by the next start")?;
    if manifest.demo {
        mark_demo(&data)?;
    }
    let text = format!(
        "{} holds the backup {}, made {} by {}\n{}  {replayed} journal entries replayed: erased \
         stays erased, withdrawn stays withdrawn\n  {} logs begin anew: every client reads them \
         anew, and offers again what it sent since\n  what was there before is in {}: delete it \
         once nobody needs it\n",
        data.display(),
        backup.display(),
        when(manifest.made_ms),
        manifest.version,
        summary(&manifest),
        manifest.logs.len(),
        data.join(aside).display(),
    );
    drop(io::stdout().lock().write_all(text.as_bytes()));
    Ok(())
}

/// The backup's database, whole, of this program's schema and settled with the journal.
async fn prepared(
    data: &Path,
    backup: &Path,
    journals: &[PathBuf],
) -> anyhow::Result<(Manifest, usize)> {
    swap::finish(data).context("an earlier restore can't be finished")?;
    let manifest = restore::manifest(backup)?;
    let folder = restore::stage((backup, &manifest), data, journals).await?;
    let store = Store::open(&DatabaseSettings::default(), &folder).await?;
    let put_back = PutBack { made_ms: Some(manifest.made_ms) };
    let settled = settle_journal(&deps(&store), Some(put_back)).await;
    let packed = store.pack().await;
    store.close().await;
    packed?;
    Ok((manifest, settled?.unwrap_or(0)))
}

/// A database that was put back already, settled with the journals.
async fn settled(data: &Path, url: String, journals: &[PathBuf]) -> anyhow::Result<()> {
    journal_file::gather(data, journals)?;
    let settings = DatabaseSettings { url, ..DatabaseSettings::default() };
    let store = Store::open(&settings, data).await?;
    let settled = settle_journal(&deps(&store), Some(PutBack { made_ms: None })).await;
    let heads = store.heads().await;
    store.close().await;
    let text = format!(
        "  {} journal entries replayed, {} logs begin anew\n",
        settled?.unwrap_or(0),
        heads?.len(),
    );
    drop(io::stdout().lock().write_all(text.as_bytes()));
    Ok(())
}

fn deps(store: &Store) -> Deps {
    Deps {
        store: store.clone(),
        clock: Clock::system(),
        atlas: Arc::new(Atlas::default()),
        // Nobody listens yet.
        feed: Feed::new(Bus::Local(LocalBus::new()), store.clone()),
    }
}

/// The folder that takes what was there.
fn aside(now_ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(now_ms).unwrap_or_default();
    format!("before-restore-{}", at.strftime("%Y%m%dT%H%M%S.%3fZ"))
}

fn when(at_ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_by_people_and_fit_a_name() {
        assert_eq!(when(1_795_521_900_000), "2026-11-24T12:05:00Z");
        assert_eq!(aside(1_795_521_900_000), "before-restore-20261124T120500.000Z");
    }
}
