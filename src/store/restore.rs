//! The first half of a restore: a backup's files, held against its manifest, beside the data that
//! they will replace; and the journals of both as one.
//!
//! Nothing of the data folder is changed here.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sqlx::{AnyConnection, Connection as _, Row as _};

use super::backup::{FORMAT, FileSum, MANIFEST_FILE, Manifest, sum};
use super::connect::{MAIN_FILE, TRACK_FILE};
use super::folder::{has_data, is_demo};
use super::journal_file::{JOURNAL_FILE, JournalError, line, merge, read};
use super::swap;

/// Why a backup can't be put back.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// There is no manifest, or it can't be read.
    #[error("{} is no backup: {why}", folder.display())]
    NoBackup {
        /// The folder.
        folder: PathBuf,
        /// Why not.
        why: String,
    },
    /// A file isn't what the manifest says.
    #[error("{} is not what was backed up: the backup is damaged", .0.display())]
    Damaged(PathBuf),
    /// SQLite finds the database broken.
    #[error("{} fails SQLite's own check: {said}", file.display())]
    Broken {
        /// The file.
        file: PathBuf,
        /// What SQLite says.
        said: String,
    },
    /// Invented data would come among real ones, or the other way round.
    #[error("one of {} and the backup is a demo's and the other isn't", .0.display())]
    Demo(PathBuf),
    /// The journals can't be read, or are of two installations.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The database refused.
    #[error("the backup's database can't be opened: {0}")]
    Database(#[from] sqlx::Error),
    /// The file system refused.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
}

/// Reads a backup's manifest.
///
/// # Errors
/// [`RestoreError::NoBackup`].
pub fn manifest(backup: &Path) -> Result<Manifest, RestoreError> {
    let no = |why: String| RestoreError::NoBackup { folder: backup.to_owned(), why };
    let text = fs::read(backup.join(MANIFEST_FILE));
    let text = text.map_err(|error| no(format!("{MANIFEST_FILE}: {error}")))?;
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|error| no(error.to_string()))?;
    if manifest.format != FORMAT {
        let why = format!("its form is {}, this program reads {FORMAT}", manifest.format);
        return Err(no(why));
    }
    let names: Vec<&str> = manifest.files.iter().map(|file| file.name.as_str()).collect();
    if names != [MAIN_FILE, TRACK_FILE, JOURNAL_FILE] {
        return Err(no(format!("it names the files {}", names.join(", "))));
    }
    Ok(manifest)
}

/// Copies a backup's files into a folder beside the data, each held against the manifest, with one
/// journal of the backup's, the data folder's and the files `journals`. Returns that folder.
///
/// # Errors
/// [`RestoreError`].
pub async fn stage(
    (backup, manifest): (&Path, &Manifest),
    data: &Path,
    journals: &[PathBuf],
) -> Result<PathBuf, RestoreError> {
    if has_data(data) && is_demo(data) != manifest.demo {
        return Err(RestoreError::Demo(data.to_owned()));
    }
    let folder = swap::prepare(data).map_err(at(data))?;
    for file in &manifest.files {
        copy(&backup.join(&file.name), &folder, file)?;
    }
    for name in [MAIN_FILE, TRACK_FILE] {
        check(&folder.join(name)).await?;
    }
    let own = [backup.join(JOURNAL_FILE), data.join(JOURNAL_FILE)];
    let read: Result<Vec<_>, _> = own.iter().chain(journals).map(|path| read(path)).collect();
    let lines: Vec<u8> = merge(read?)?.iter().flat_map(line).collect();
    let journal = folder.join(JOURNAL_FILE);
    fs::write(&journal, lines).map_err(at(&journal))?;
    Ok(folder)
}

fn copy(from: &Path, folder: &Path, file: &FileSum) -> Result<(), RestoreError> {
    let to = folder.join(&file.name);
    fs::copy(from, &to).map_err(at(from))?;
    // What was copied is what is used, so that is what is held against the manifest.
    if sum(&to).map_err(at(&to))? == *file {
        Ok(())
    } else {
        Err(RestoreError::Damaged(from.to_owned()))
    }
}

async fn check(database: &Path) -> Result<(), RestoreError> {
    sqlx::any::install_default_drivers();
    let url = format!("sqlite://{}?mode=ro", database.display());
    let mut connection = AnyConnection::connect(&url).await?;
    let row = sqlx::query("pragma integrity_check").fetch_one(&mut connection).await?;
    connection.close().await?;
    match row.try_get::<String, _>(0)?.as_str() {
        "ok" => Ok(()),
        said => Err(RestoreError::Broken { file: database.to_owned(), said: said.to_owned() }),
    }
}

fn at(path: &Path) -> impl Fn(io::Error) -> RestoreError {
    let path = path.to_owned();
    move |error| RestoreError::Io { path: path.clone(), error }
}
