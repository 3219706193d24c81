//! Files that members gave and that aren't stored yet: previewed, asked about, then imported.
//!
//! Invariants: a file is its giver's alone; what is held has a bound in number, size and time.

use std::collections::HashMap;
use std::io::Cursor;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{App, busy, known};
use crate::domain::{DistrictId, ImportId, MemberId};
use crate::intake::{
    self, Answers, Head, Imported, InputFile, IntakeError, Known, Limits, Reading,
};
use crate::protocol::{Code, Refusal};

/// A file is forgotten after this, in ms: a file is corrected in less.
const HELD_MS: i64 = 30 * 60 * 1_000;
/// Files of one member.
const MOST_OF_ONE: usize = 4;
/// Files of all.
const MOST: usize = 16;
/// Bytes of all files, as they were given.
const MOST_BYTES: usize = 128 << 20;
/// Requests that may wait with a file in their hands, 32 MiB each.
const WAITING: usize = 4;
/// Files that are read at a time: one can take some hundred MiB.
const READING: usize = 1;
/// Rows of a preview's head.
const HEAD_ROWS: usize = 20;

/// A file that is held.
#[derive(Clone)]
pub struct HeldFile {
    /// Whose.
    pub member: MemberId,
    /// Where it would go.
    pub district: DistrictId,
    /// What it holds.
    pub what: Imported,
    /// What it is called.
    pub name: String,
    /// The file as it was given.
    pub bytes: Bytes,
    /// What was answered about it.
    pub answers: Answers,
    /// When it was last looked at, Unix ms UTC.
    pub at_ms: i64,
}

/// The files that are held.
pub struct Imports {
    held: Mutex<HashMap<ImportId, HeldFile>>,
    /// Districts that a file is being stored in.
    storing: Mutex<Vec<DistrictId>>,
    waiting: Semaphore,
    reading: Semaphore,
}

impl Default for Imports {
    fn default() -> Self {
        Self {
            held: Mutex::default(),
            storing: Mutex::default(),
            waiting: Semaphore::new(WAITING),
            reading: Semaphore::new(READING),
        }
    }
}

/// The right to store in a district, until it is dropped.
pub struct Storing<'i> {
    imports: &'i Imports,
    district: DistrictId,
}

impl Drop for Storing<'_> {
    fn drop(&mut self) {
        self.imports.storing.lock().retain(|district| *district != self.district);
    }
}

/// A file as it was read.
pub struct ReadImport {
    /// The file.
    pub file: InputFile,
    /// What came of it.
    pub reading: Reading,
    /// Its first rows.
    pub head: Head,
    /// What it was held against.
    pub known: Known,
}

impl Imports {
    /// A place among those who wait with a file.
    ///
    /// # Errors
    /// `busy` when there is none.
    pub fn wait(&self) -> Result<SemaphorePermit<'_>, Refusal> {
        self.waiting.try_acquire().map_err(|_| busy())
    }

    /// Holds a file.
    ///
    /// # Errors
    /// `too_many` when its member, or everybody together, holds as many as may be.
    pub fn hold(&self, file: HeldFile) -> Result<ImportId, Refusal> {
        let too_many = |message: String| Err(Refusal::new(Code::TooMany, message));
        let mut held = self.held.lock();
        held.retain(|_, other| other.at_ms + HELD_MS > file.at_ms);
        if held.values().filter(|other| other.member == file.member).count() >= MOST_OF_ONE {
            return too_many(format!(
                "{MOST_OF_ONE} files of yours wait to be imported: import or forget one first"
            ));
        }
        let bytes: usize = held.values().map(|other| other.bytes.len()).sum();
        if held.len() >= MOST || bytes + file.bytes.len() > MOST_BYTES {
            return too_many("too many files wait to be imported: try again later".to_owned());
        }
        let id = ImportId::fresh();
        held.insert(id.clone(), file);
        Ok(id)
    }

    /// A file of this member in this district, with answers that replace the earlier ones.
    ///
    /// # Errors
    /// `not_found`, also when it was forgotten.
    pub fn find(
        &self,
        id: &ImportId,
        (member, district): (&MemberId, &DistrictId),
        now_ms: i64,
        answers: Option<Answers>,
    ) -> Result<HeldFile, Refusal> {
        let mut held = self.held.lock();
        held.retain(|_, other| other.at_ms + HELD_MS > now_ms);
        let file =
            held.get_mut(id).filter(|file| file.member == *member && file.district == *district);
        let file = file.ok_or_else(|| {
            Refusal::new(Code::NotFound, "no such file is held: give it again").about("import")
        })?;
        file.at_ms = now_ms;
        if let Some(answers) = answers {
            file.answers = answers;
        }
        Ok(file.clone())
    }

    /// Forgets a file of this member; one that isn't held is no error.
    pub fn forget(&self, id: &ImportId, member: &MemberId) {
        self.held.lock().retain(|held, file| held != id || file.member != *member);
    }

    /// The right to store in a district.
    ///
    /// # Errors
    /// `conflict` while another file is being stored there.
    pub fn store(&self, district: &DistrictId) -> Result<Storing<'_>, Refusal> {
        let mut storing = self.storing.lock();
        if storing.contains(district) {
            let message = "another file is being imported here: wait for it";
            return Err(Refusal::new(Code::Conflict, message));
        }
        storing.push(district.clone());
        Ok(Storing { imports: self, district: district.clone() })
    }
}

impl App {
    /// Reads a file against what its district has.
    ///
    /// # Errors
    /// `invalid` or `too_large` when it can't be taken, `busy` when it can't be read now.
    pub async fn read_import(&self, held: &HeldFile) -> Result<ReadImport, Refusal> {
        let known = known(&self.store, &self.clock, &held.district).await?;
        let (bytes, what, answers) = (held.bytes.clone(), held.what, held.answers.clone());
        let _turn = self.imports.reading.acquire().await.map_err(|_| busy())?;
        let read = tokio::task::spawn_blocking(move || {
            let file = InputFile::read(Cursor::new(bytes), Limits::UPLOAD)?;
            let reading = intake::read(&file, what, &known, &answers)?;
            let head = intake::head(&file, HEAD_ROWS)?;
            Ok(ReadImport { file, reading, head, known })
        });
        let read: Result<ReadImport, IntakeError> = read.await.map_err(|error| {
            tracing::error!(%error, "a file's reader did not end well");
            Refusal::new(Code::Internal, "the file could not be read")
        })?;
        read.map_err(|error| match error {
            IntakeError::TooLarge { .. } => Refusal::new(Code::TooLarge, error.to_string()),
            IntakeError::NoColumn { .. } => Refusal::invalid("mapping", error.to_string()),
            _ => Refusal::invalid("file", error.to_string()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(member: &str, bytes: usize, at_ms: i64) -> HeldFile {
        HeldFile {
            member: member.into(),
            district: "d".into(),
            what: Imported::Members,
            name: "members.csv".to_owned(),
            bytes: Bytes::from(vec![0; bytes]),
            answers: Answers::default(),
            at_ms,
        }
    }

    #[test]
    fn what_is_held_has_a_bound_in_number_size_and_time() {
        let imports = Imports::default();
        for _ in 0..MOST_OF_ONE {
            imports.hold(file("a", 1, 0)).unwrap();
        }
        assert_eq!(imports.hold(file("a", 1, 0)).unwrap_err().code, Code::TooMany);
        assert!(imports.hold(file("b", MOST_BYTES, 0)).is_err());
        for n in 0..MOST - MOST_OF_ONE {
            imports.hold(file(&format!("m{n}"), 1, 0)).unwrap();
        }
        assert_eq!(imports.hold(file("z", 1, 0)).unwrap_err().code, Code::TooMany);
        // Half an hour later none of them is.
        imports.hold(file("a", MOST_BYTES, HELD_MS)).unwrap();
        assert_eq!(imports.held.lock().len(), 1);
    }

    #[test]
    fn a_file_is_its_givers_alone() {
        let imports = Imports::default();
        let id = imports.hold(file("a", 1, 0)).unwrap();
        let find = |member: &str, district: &str, now_ms| {
            imports.find(&id, (&member.into(), &district.into()), now_ms, None).map(|f| f.at_ms)
        };
        assert_eq!(find("a", "d", 5).unwrap(), 5);
        assert_eq!(find("b", "d", 5).unwrap_err().code, Code::NotFound);
        assert_eq!(find("a", "e", 5).unwrap_err().code, Code::NotFound);
        imports.forget(&id, &"b".into());
        assert!(find("a", "d", HELD_MS).is_ok());
        imports.forget(&id, &"a".into());
        assert!(find("a", "d", HELD_MS).is_err());
    }

    #[test]
    fn one_file_at_a_time_is_stored_in_a_district() {
        let imports = Imports::default();
        let storing = imports.store(&"d".into()).unwrap();
        assert_eq!(imports.store(&"d".into()).err().unwrap().code, Code::Conflict);
        assert!(imports.store(&"e".into()).is_ok());
        drop(storing);
        assert!(imports.store(&"d".into()).is_ok());
    }
}
