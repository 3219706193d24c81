//! Putting a prepared database in the place of another: all or nothing, whenever the process dies.
//!
//! It must not know where the prepared files come from. Invariant: a folder named [`READY`] holds
//! files that are whole; as long as it is there, the next who opens the data folder goes on.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::connect::{MAIN_FILE, TRACK_FILE};
use super::journal_file::JOURNAL_FILE;

/// Where files are prepared; of no meaning to anybody else.
const PREPARING: &str = "restoring.partial";
/// Where whole ones wait to be moved.
const READY: &str = "restoring";
/// Names the folder that takes the old ones.
const ASIDE: &str = "aside";
/// The state comes last: while it is missing, there is a folder that says why.
const FILES: [&str; 3] = [JOURNAL_FILE, TRACK_FILE, MAIN_FILE];

/// An empty folder to prepare files in; an earlier one, of a try that broke off, is deleted.
///
/// # Errors
/// What the file system says.
pub fn prepare(data: &Path) -> io::Result<PathBuf> {
    let folder = data.join(PREPARING);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir(&folder)?;
    Ok(folder)
}

/// Puts the prepared files in their place, and the old ones into `aside`, a folder's name.
///
/// # Errors
/// What the file system says; [`finish`] goes on from there.
pub fn commit(data: &Path, aside: &str) -> io::Result<()> {
    let folder = data.join(PREPARING);
    fs::write(folder.join(ASIDE), aside)?;
    for entry in fs::read_dir(&folder)? {
        File::open(entry?.path())?.sync_all()?;
    }
    sync(&folder)?;
    fs::rename(&folder, data.join(READY))?;
    sync(data)?;
    finish(data)
}

/// Goes on with what was broken off; nothing when nothing was.
///
/// # Errors
/// What the file system says.
pub fn finish(data: &Path) -> io::Result<()> {
    let ready = data.join(READY);
    if !ready.exists() {
        return Ok(());
    }
    let aside = data.join(fs::read_to_string(ready.join(ASIDE))?);
    fs::create_dir_all(&aside)?;
    for name in FILES.iter().filter(|name| ready.join(name).exists()) {
        // A journal of the old database beside the new one would be taken for its own.
        for old in [format!("{name}-wal"), format!("{name}-shm"), (*name).to_owned()] {
            if data.join(&old).exists() {
                fs::rename(data.join(&old), aside.join(&old))?;
            }
        }
        sync(&aside)?;
        fs::rename(ready.join(name), data.join(name))?;
        sync(data)?;
    }
    fs::remove_dir_all(&ready)?;
    sync(data)
}

/// Has a folder's names on the disk.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: [&str; 5] =
        ["xunfang.db", "xunfang.db-wal", "tracks.db", "tracks.db-wal", "journal.jsonl"];

    fn folder() -> tempfile::TempDir {
        let data = tempfile::tempdir().unwrap();
        for name in OLD {
            fs::write(data.path().join(name), "old").unwrap();
        }
        let preparing = prepare(data.path()).unwrap();
        for name in FILES {
            fs::write(preparing.join(name), "new").unwrap();
        }
        data
    }

    fn is_whole(data: &Path) {
        let read = |path: PathBuf| fs::read_to_string(path).unwrap();
        for name in FILES {
            assert_eq!(read(data.join(name)), "new", "{name}");
        }
        for name in OLD {
            assert_eq!(read(data.join("before").join(name)), "old", "{name}");
        }
        let left: Vec<_> = fs::read_dir(data).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left.len(), FILES.len() + 1, "{left:?}");
    }

    #[test]
    fn files_change_places() {
        let data = folder();
        commit(data.path(), "before").unwrap();
        is_whole(data.path());
    }

    #[test]
    fn what_was_broken_off_anywhere_is_finished() {
        // As a process leaves it that dies after so many of its renames.
        let steps = |data: &Path, n: usize| {
            let aside = data.join("before");
            fs::write(data.join(PREPARING).join(ASIDE), "before").unwrap();
            fs::rename(data.join(PREPARING), data.join(READY)).unwrap();
            let mut moves = Vec::new();
            for name in FILES {
                for old in [format!("{name}-wal"), name.to_owned()] {
                    if data.join(&old).exists() {
                        moves.push((data.join(&old), aside.join(&old)));
                    }
                }
                moves.push((data.join(READY).join(name), data.join(name)));
            }
            fs::create_dir(&aside).unwrap();
            for (from, to) in moves.iter().take(n) {
                fs::rename(from, to).unwrap();
            }
            moves.len()
        };
        let all = steps(folder().path(), 0);
        for n in 0..=all {
            let data = folder();
            steps(data.path(), n);
            finish(data.path()).unwrap();
            is_whole(data.path());
            finish(data.path()).unwrap();
        }
    }

    #[test]
    fn what_was_only_prepared_changes_nothing() {
        let data = folder();
        finish(data.path()).unwrap();
        assert_eq!(fs::read_to_string(data.path().join(MAIN_FILE)).unwrap(), "old");
        prepare(data.path()).unwrap();
    }
}
