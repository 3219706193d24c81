//! What came of an import's rows.

/// How many rows an import added, changed, and found as they stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportedCounts {
    /// New.
    pub added: usize,
    /// There, but not as the file has it.
    pub changed: usize,
    /// There already.
    pub unchanged: usize,
}

impl ImportedCounts {
    /// Adds what came of another part.
    pub fn add(&mut self, other: Self) {
        self.added += other.added;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
    }

    /// Counts a row, and says whether it is to be stored.
    pub(super) fn takes<T: PartialEq>(&mut self, before: Option<&T>, row: &T) -> bool {
        match before {
            None => self.added += 1,
            Some(before) if before != row => self.changed += 1,
            Some(_) => {
                self.unchanged += 1;
                return false;
            }
        }
        true
    }

    /// Whether anything is another now.
    pub(super) fn any(self) -> bool {
        self.added + self.changed > 0
    }
}
