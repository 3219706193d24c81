//! The journal's file: what survives the database. Lines of JSON that are only ever appended.
//!
//! It must not know what an entry means. Invariant: every line is whole and on the disk before
//! its append returns, and places follow each other without a gap.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use parking_lot::Mutex;

use crate::domain::JournalEntry;

/// Its name in a data folder and in a backup.
pub const JOURNAL_FILE: &str = "journal.jsonl";

/// Why the journal can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file system refused.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
    /// A line isn't an entry, or isn't the next one.
    #[error("{}: line {line} is not the journal's next entry", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
    },
    /// Two journals hold different entries at one place.
    #[error("the journals differ at {0}: they are not of the same installation")]
    Differ(i64),
    /// The database refused.
    #[error("the journal can't be read from the database: {0}")]
    Database(#[from] sqlx::Error),
    /// The copying ended in the middle.
    #[error("the journal was not written: {0}")]
    Stopped(String),
}

/// An open journal.
#[derive(Debug)]
pub struct JournalFile {
    path: PathBuf,
    end: Mutex<End>,
}

#[derive(Debug)]
struct End {
    file: File,
    /// Bytes of whole lines.
    bytes: u64,
    /// The last entry's place; 0 for none.
    seq: i64,
}

impl JournalFile {
    /// Opens a folder's journal, which is made if there is none. Half a line at its end, of a
    /// process that died, is cut off: its entry is in the table still.
    ///
    /// # Errors
    /// [`JournalError`].
    pub fn open(folder: &Path) -> Result<Self, JournalError> {
        let path = folder.join(JOURNAL_FILE);
        let (entries, bytes) = parse(&path, &read_text(&path)?)?;
        let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = opened.map_err(at(&path))?;
        file.set_len(bytes).map_err(at(&path))?;
        sync_folder(folder)?;
        let seq = entries.last().map_or(0, |entry| entry.seq);
        Ok(Self { path, end: Mutex::new(End { file, bytes, seq }) })
    }

    /// The last entry's place; 0 for none.
    pub fn last(&self) -> i64 {
        self.end.lock().seq
    }

    /// The entries after a place.
    ///
    /// # Errors
    /// [`JournalError`].
    pub fn since(&self, seq: i64) -> Result<Vec<JournalEntry>, JournalError> {
        let mut entries = read(&self.path)?;
        entries.retain(|entry| entry.seq > seq);
        Ok(entries)
    }

    /// Appends the entries that it lacks.
    ///
    /// # Errors
    /// [`JournalError`], and then nothing was appended.
    pub fn append(&self, entries: &[JournalEntry]) -> Result<(), JournalError> {
        let mut end = self.end.lock();
        let mut lines = Vec::new();
        let mut seq = end.seq;
        for entry in entries.iter().filter(|entry| entry.seq > end.seq) {
            if entry.seq != seq + 1 {
                return Err(JournalError::Stopped(format!("{} follows {seq}", entry.seq)));
            }
            seq = entry.seq;
            lines.extend(line(entry));
        }
        let from = end.bytes;
        let written = end.write(from, &lines);
        written.map_err(at(&self.path))?;
        end.bytes += lines.len() as u64;
        end.seq = seq;
        Ok(())
    }
}

impl End {
    /// What an earlier try left half written is written over.
    fn write(&mut self, from: u64, lines: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(from))?;
        let written = self.file.write_all(lines).and_then(|()| self.file.sync_data());
        if written.is_err() {
            drop(self.file.set_len(from));
        }
        written
    }
}

/// An entry as its line.
pub(super) fn line(entry: &JournalEntry) -> Vec<u8> {
    let mut text = super::row::to_json(entry).into_bytes();
    text.push(b'\n');
    text
}

/// The whole entries of a file; none of one that isn't there.
///
/// # Errors
/// [`JournalError`].
pub fn read(path: &Path) -> Result<Vec<JournalEntry>, JournalError> {
    Ok(parse(path, &read_text(path)?)?.0)
}

/// The entries of several journals of one installation, from the first place on.
///
/// # Errors
/// [`JournalError::Differ`] when they aren't of one.
pub fn merge(journals: Vec<Vec<JournalEntry>>) -> Result<Vec<JournalEntry>, JournalError> {
    let mut merged: Vec<JournalEntry> = Vec::new();
    for journal in journals {
        for (at, entry) in journal.into_iter().enumerate() {
            match merged.get(at) {
                None => merged.push(entry),
                Some(known) if *known == entry => {}
                Some(known) => return Err(JournalError::Differ(known.seq)),
            }
        }
    }
    Ok(merged)
}

/// Adds to a folder's journal what others of the same installation have more.
///
/// # Errors
/// [`JournalError`], and then it is as it was.
pub fn gather(folder: &Path, others: &[PathBuf]) -> Result<(), JournalError> {
    let own = JournalFile::open(folder)?;
    let mut journals = vec![own.since(0)?];
    for path in others {
        journals.push(read(path)?);
    }
    own.append(&merge(journals)?)
}

fn parse(path: &Path, text: &str) -> Result<(Vec<JournalEntry>, u64), JournalError> {
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    let mut entries = Vec::new();
    for (at, line) in text[..whole].lines().enumerate() {
        let entry: Option<JournalEntry> = serde_json::from_str(line).ok();
        let next = entry.filter(|entry| usize::try_from(entry.seq) == Ok(at + 1));
        let fault = || JournalError::Line { path: path.to_owned(), line: at + 1 };
        entries.push(next.ok_or_else(fault)?);
    }
    Ok((entries, whole as u64))
}

fn read_text(path: &Path) -> Result<String, JournalError> {
    match std::fs::read(path) {
        // A torn character at the end is cut off with its line.
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(at(path)(error)),
    }
}

fn sync_folder(folder: &Path) -> Result<(), JournalError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))
}

fn at(path: &Path) -> impl Fn(io::Error) -> JournalError {
    let path = path.to_owned();
    move |error| JournalError::Io { path: path.clone(), error }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::JournalFact;

    fn entry(seq: i64) -> JournalEntry {
        let fact = JournalFact::ConsentWithdrawn { member: format!("m{seq}").into() };
        JournalEntry { seq, at_ms: seq, fact, command: None }
    }

    #[test]
    fn half_a_line_is_cut_off_and_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(JOURNAL_FILE);
        let journal = JournalFile::open(folder.path()).unwrap();
        journal.append(&[entry(1), entry(2)]).unwrap();
        drop(journal);
        let mut text = std::fs::read(&path).unwrap();
        text.truncate(text.len() - 4);
        std::fs::write(&path, &text).unwrap();
        let journal = JournalFile::open(folder.path()).unwrap();
        assert_eq!(journal.last(), 1);
        journal.append(&[entry(1), entry(2), entry(3)]).unwrap();
        assert_eq!(journal.since(1).unwrap(), [entry(2), entry(3)]);
    }

    #[test]
    fn a_gap_or_a_strange_line_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let journal = JournalFile::open(folder.path()).unwrap();
        assert!(journal.append(&[entry(2)]).is_err());
        assert_eq!(journal.last(), 0);
        for text in ["{}\n", "no\n", "\n"] {
            std::fs::write(folder.path().join(JOURNAL_FILE), text).unwrap();
            let refused = JournalFile::open(folder.path());
            assert!(matches!(refused, Err(JournalError::Line { line: 1, .. })), "{text:?}");
        }
    }

    #[test]
    fn journals_of_one_installation_are_one() {
        let (short, long) = (vec![entry(1)], vec![entry(1), entry(2)]);
        for journals in [vec![short.clone(), long.clone()], vec![long.clone(), short.clone()]] {
            assert_eq!(merge(journals).unwrap(), long);
        }
        let other = JournalEntry { at_ms: 9, ..entry(1) };
        assert!(matches!(merge(vec![short, vec![other]]), Err(JournalError::Differ(1))));
    }
}
