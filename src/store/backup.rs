//! A backup of a data folder that a server may be writing to: both databases, the journal, and a
//! manifest that says what must be there.
//!
//! It must not know what is kept. Invariant: a folder of the name that was asked for is whole; one
//! that broke off ends in `.partial`.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, Connection as _, Row as _};

use super::connect::{MAIN_FILE, TRACK_FILE};
use super::folder::{has_data, is_demo};
use super::journal_file::{JOURNAL_FILE, JournalError, line, read};
use super::limits::{Use, pool};
use super::{Database, swap};
use crate::domain::DistrictId;
use crate::domain::audit::hex;

/// The manifest's name.
pub const MANIFEST_FILE: &str = "manifest.json";
/// The manifest's form.
pub const FORMAT: u32 = 1;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Its form: 1.
    pub format: u32,
    /// The program that made it.
    pub version: String,
    /// When it was begun, Unix ms UTC.
    pub made_ms: i64,
    /// Whether its data are invented.
    pub demo: bool,
    /// Where each log stood.
    pub logs: Vec<LogPlace>,
    /// The last place of the journal that the state knows.
    pub journal_seq: i64,
    /// Its files.
    pub files: Vec<FileSum>,
}

/// Where a log stood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogPlace {
    /// The district.
    pub district: DistrictId,
    /// Which log.
    pub epoch: String,
    /// Its last place.
    pub seq: i64,
}

/// A file as it must be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileSum {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256, in hexadecimal.
    pub sha256: String,
}

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Nothing to back up.
    #[error("there are no data in {}", .0.display())]
    NoData(PathBuf),
    /// Nothing is ever overwritten.
    #[error("{} is there already: choose another name", .0.display())]
    Exists(PathBuf),
    /// The state in the folder isn't the program's.
    #[error("the database can't be copied: {0}")]
    Database(#[from] sqlx::Error),
    /// The journal in the folder can't be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The file system refused.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
}

/// Writes a backup of the folder `data` as the new folder `target`.
///
/// # Errors
/// [`BackupError`]; nothing is left then.
pub async fn write(
    data: &Path,
    target: &Path,
    (made_ms, version): (i64, &str),
) -> Result<Manifest, BackupError> {
    if !has_data(data) {
        return Err(BackupError::NoData(data.to_owned()));
    }
    let mut name = target.as_os_str().to_owned();
    name.push(".partial");
    let partial = PathBuf::from(name);
    if let Some(there) = [target, &partial].into_iter().find(|path| path.exists()) {
        return Err(BackupError::Exists(there.to_owned()));
    }
    let parent = target.parent().filter(|path| !path.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(at(parent))?;
    DirBuilder::new().mode(0o700).create(&partial).map_err(at(&partial))?;
    let made = fill(data, &partial, (made_ms, version)).await.and_then(|manifest| {
        fs::rename(&partial, target).map_err(at(target))?;
        swap::sync(parent).map_err(at(parent))?;
        Ok(manifest)
    });
    if made.is_err() {
        drop(fs::remove_dir_all(&partial));
    }
    made
}

async fn fill(
    data: &Path,
    folder: &Path,
    (made_ms, version): (i64, &str),
) -> Result<Manifest, BackupError> {
    sqlx::any::install_default_drivers();
    // The tracks first: of every fix in it, the state then knows the shift and the consent.
    for name in [TRACK_FILE, MAIN_FILE] {
        copy_database(&data.join(name), &folder.join(name)).await?;
    }
    let (logs, journal_seq) = places(&folder.join(MAIN_FILE)).await?;
    // Its file may be ahead of the state already; what it is behind, the state's table holds.
    let lines: Vec<u8> = read(&data.join(JOURNAL_FILE))?.iter().flat_map(line).collect();
    let journal = folder.join(JOURNAL_FILE);
    fs::write(&journal, lines).map_err(at(&journal))?;
    let mut files = Vec::new();
    for name in [MAIN_FILE, TRACK_FILE, JOURNAL_FILE] {
        let path = folder.join(name);
        File::open(&path).and_then(|file| file.sync_all()).map_err(at(&path))?;
        files.push(sum(&path).map_err(at(&path))?);
    }
    let version = version.to_owned();
    let demo = is_demo(data);
    let manifest = Manifest { format: FORMAT, version, made_ms, demo, logs, journal_seq, files };
    let path = folder.join(MANIFEST_FILE);
    let text = serde_json::to_vec_pretty(&manifest).expect("a manifest has string keys");
    fs::write(&path, text).and_then(|()| File::open(&path)?.sync_all()).map_err(at(&path))?;
    swap::sync(folder).map_err(at(folder))?;
    Ok(manifest)
}

/// What is live in a database, as it was at one moment; its writer goes on writing.
async fn copy_database(from: &Path, to: &Path) -> Result<(), sqlx::Error> {
    let pool =
        pool(Database::Sqlite, &format!("sqlite://{}?mode=rw", from.display()), (Use::Write, 1))
            .await?;
    let copied = sqlx::query("vacuum into $1").bind(to.display().to_string()).execute(&pool).await;
    pool.close().await;
    copied.map(|_| ())
}

/// Where the copied state's logs and its journal stand.
async fn places(main: &Path) -> Result<(Vec<LogPlace>, i64), sqlx::Error> {
    let mut copy = AnyConnection::connect(&format!("sqlite://{}?mode=ro", main.display())).await?;
    let rows = sqlx::query("select district, epoch, seq from streams order by district")
        .fetch_all(&mut copy)
        .await?;
    let logs = rows.iter().map(|row| {
        Ok(LogPlace {
            district: super::row::id(row, "district")?,
            epoch: row.try_get("epoch")?,
            seq: row.try_get("seq")?,
        })
    });
    let logs: Vec<LogPlace> = logs.collect::<Result<_, sqlx::Error>>()?;
    let head = sqlx::query("select seq from journal_head").fetch_one(&mut copy).await?;
    copy.close().await?;
    Ok((logs, head.try_get("seq")?))
}

/// A file's name, size and digest.
pub(super) fn sum(path: &Path) -> io::Result<FileSum> {
    let mut file = File::open(path)?;
    let (mut digest, mut bytes, mut block) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        let n = file.read(&mut block)?;
        if n == 0 {
            break;
        }
        digest.update(&block[..n]);
        bytes += n as u64;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(FileSum { name, bytes, sha256: hex(&digest.finalize()) })
}

fn at(path: &Path) -> impl Fn(io::Error) -> BackupError {
    let path = path.to_owned();
    move |error| BackupError::Io { path: path.clone(), error }
}
