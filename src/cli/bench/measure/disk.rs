//! What the disk under a folder takes for one small durable write.
//!
//! Invariant: the file is on the same file system as what is measured beside it.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use nix::sys::statfs::{TMPFS_MAGIC, statfs};
use tokio::time::{MissedTickBehavior, interval};

use super::latency::Latency;
use super::now_ns;

/// A page of a database.
const PAGE_BYTES: usize = 4_096;
/// Writes go round in so many pages, as in a write-ahead log.
const PAGES: u64 = 256;

/// Whether a folder is kept in memory, where a sync costs nothing.
pub(in crate::cli::bench) fn is_in_memory(folder: &Path) -> bool {
    statfs(folder).is_ok_and(|stat| stat.filesystem_type() == TMPFS_MAGIC)
}

/// Writes a page and syncs it every so often, until it is stopped; how long each took.
///
/// # Errors
/// What the file system says.
pub(in crate::cli::bench) async fn probe(
    folder: &Path,
    every: Duration,
    stop: Arc<AtomicBool>,
) -> anyhow::Result<Latency> {
    let path = folder.join("sync.probe");
    let file = OpenOptions::new().write(true).create(true).truncate(true).open(&path);
    let file = Arc::new(file.with_context(|| format!("{} can't be written", path.display()))?);
    file.set_len(PAGES * PAGE_BYTES as u64)?;
    file.sync_all()?;
    let latency = Latency::default();
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut page = 0;
    while !stop.load(Ordering::Relaxed) {
        ticks.tick().await;
        let (file, at) = (Arc::clone(&file), page % PAGES * PAGE_BYTES as u64);
        let (from_ns, to_ns) = tokio::task::spawn_blocking(move || sync(&file, at)).await??;
        latency.record(from_ns, to_ns);
        page += 1;
    }
    Ok(latency)
}

fn sync(file: &File, at: u64) -> std::io::Result<(u64, u64)> {
    let from_ns = now_ns();
    file.write_all_at(&[0x5a; PAGE_BYTES], at)?;
    file.sync_data()?;
    Ok((from_ns, now_ns()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn syncs_are_timed_until_it_is_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let probing = probe(folder.path(), Duration::from_millis(1), Arc::clone(&stop));
        let (latency, ()) = tokio::join!(probing, async {
            let path = folder.path().join("sync.probe");
            let is_written =
                || std::fs::read(&path).is_ok_and(|bytes| bytes.first() == Some(&0x5a));
            while !is_written() {
                tokio::task::yield_now().await;
            }
            stop.store(true, Ordering::Relaxed);
        });
        assert!(latency.unwrap().count() >= 1);
        assert!(!is_in_memory(Path::new("/proc")));
    }
}
