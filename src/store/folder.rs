//! A data folder: one process owns it, and a demo's folder is marked as one.
//!
//! It must not know what is kept in the folder. Invariant: while a [`FolderLock`] lives, no other
//! process has one of the same folder; a process that dies lets go of it.

use std::fs::{File, OpenOptions, TryLockError, create_dir_all, read_to_string};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Locked while a process owns the folder; says which.
const LOCK_FILE: &str = "lock";
/// Stands in a folder whose data are invented.
const DEMO_FILE: &str = "demo";
const DEMO_TEXT: &str =
    "The data in this folder are invented (演示数据). Delete it to begin again.\n";

/// The right to write in a data folder, until it is dropped.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

/// Why a data folder can't be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Another process owns it.
    #[error("{} is held by {holder}: stop it first", folder.display())]
    Held {
        /// The folder.
        folder: PathBuf,
        /// The process and its command, e.g. `process 4711 (xunfang serve)`.
        holder: String,
    },
    /// It, or a file in it, can't be written.
    #[error("{} can't be written ({error}): let whoever runs xunfang write there", path.display())]
    ReadOnly {
        /// The file or folder.
        path: PathBuf,
        /// What the file system said.
        error: io::Error,
    },
    /// A demo would write among data that aren't a demo's.
    #[error("{} holds data that aren't a demo's: choose another folder", .0.display())]
    NotDemo(PathBuf),
    /// The file system refused.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
}

impl FolderLock {
    /// Takes a folder, which is made if there is none.
    ///
    /// # Errors
    /// [`FolderError::Held`] names the process that has it.
    pub fn take(folder: &Path) -> Result<Self, FolderError> {
        create_dir_all(folder).map_err(at(folder))?;
        let path = folder.join(LOCK_FILE);
        // Not truncated: the text is its holder's until the lock is ours.
        let opened =
            OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path);
        let mut file = opened.map_err(refused(folder, &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = holder(&path);
                return Err(FolderError::Held { folder: folder.to_owned(), holder });
            }
            Err(TryLockError::Error(error)) => return Err(at(&path)(error)),
        }
        file.set_len(0).map_err(at(&path))?;
        let whose = format!("{}\n{}\n", std::process::id(), command_line());
        file.write_all(whose.as_bytes()).map_err(at(&path))?;
        // SQLite would open it for reading, and fail at the first command.
        for data in [super::connect::MAIN_FILE, super::connect::TRACK_FILE] {
            let path = folder.join(data);
            match OpenOptions::new().write(true).open(&path) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(refused(&path, &path)(error)),
            }
        }
        Ok(Self { _file: file })
    }
}

/// Whether a folder's data are invented.
pub fn is_demo(folder: &Path) -> bool {
    folder.join(DEMO_FILE).exists()
}

/// Says that a folder's data are invented.
///
/// # Errors
/// [`FolderError::Io`].
pub fn mark_demo(folder: &Path) -> Result<(), FolderError> {
    let path = folder.join(DEMO_FILE);
    std::fs::write(&path, DEMO_TEXT).map_err(at(&path))
}

/// Marks a folder without data as a demo's; again is harmless.
///
/// # Errors
/// [`FolderError::NotDemo`] when there are data that aren't a demo's.
pub fn claim_demo(folder: &Path) -> Result<(), FolderError> {
    if is_demo(folder) {
        Ok(())
    } else if has_data(folder) {
        Err(FolderError::NotDemo(folder.to_owned()))
    } else {
        mark_demo(folder)
    }
}

/// Whether a folder holds a SQLite store.
pub fn has_data(folder: &Path) -> bool {
    folder.join(super::connect::MAIN_FILE).exists()
}

fn holder(path: &Path) -> String {
    let text = read_to_string(path).unwrap_or_default();
    match text.trim_end().split_once('\n') {
        Some((pid, command)) => format!("process {pid} ({command})"),
        None => "another process".to_owned(),
    }
}

/// The program's name and its arguments, on one line.
fn command_line() -> String {
    let mut words: Vec<String> =
        std::env::args_os().map(|word| word.to_string_lossy().replace('\n', " ")).collect();
    if let Some(program) = words.first_mut() {
        let name = Path::new(program).file_name().map(|name| name.to_string_lossy().into_owned());
        *program = name.unwrap_or_default();
    }
    words.join(" ")
}

/// What can't be opened for writing: `whole` isn't writable, or `path` has another fault.
fn refused(whole: &Path, path: &Path) -> impl Fn(io::Error) -> FolderError {
    let (whole, path) = (whole.to_owned(), path.to_owned());
    move |error| match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            FolderError::ReadOnly { path: whole.clone(), error }
        }
        _ => at(&path)(error),
    }
}

fn at(path: &Path) -> impl Fn(io::Error) -> FolderError {
    let path = path.to_owned();
    move |error| FolderError::Io { path: path.clone(), error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_owner_at_a_time_who_is_named() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("new/data");
        let lock = FolderLock::take(&folder).unwrap();
        let refused = FolderLock::take(&folder).unwrap_err().to_string();
        let me = format!("is held by process {} (", std::process::id());
        assert!(refused.contains(&me), "{refused}");
        drop(lock);
        FolderLock::take(&folder).unwrap();
    }

    #[test]
    fn a_demo_takes_only_an_empty_folder_or_its_own() {
        let root = tempfile::tempdir().unwrap();
        claim_demo(root.path()).unwrap();
        std::fs::write(root.path().join("xunfang.db"), "").unwrap();
        claim_demo(root.path()).unwrap();
        std::fs::remove_file(root.path().join(DEMO_FILE)).unwrap();
        assert!(matches!(claim_demo(root.path()), Err(FolderError::NotDemo(_))));
        assert!(!is_demo(root.path()));
    }
}
