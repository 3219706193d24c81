//! A row of the count ledger, as the cube reads it.
//!
//! It must not know a database. Invariant: rows are added, never changed; a correction is two rows,
//! −1 for what was and +1 for what is.

use std::collections::HashMap;

use crate::domain::{GridCode, KindCode};

/// A grid's number within one [`Names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GridIndex(pub u32);

/// A leaf kind's number within one [`Names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KindIndex(pub u16);

/// One change of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountRow {
    /// Sequence number of the change: what an as-of reading goes by.
    pub seq: u64,
    /// When it occurred: local civil minutes since 1970-01-01 00:00.
    pub occurred_minute: i64,
    /// When it was reported, likewise.
    pub reported_minute: i64,
    /// The leaf kind: final, or first while there is none.
    pub kind: KindIndex,
    /// The grid; `None` outside every grid or without a point.
    pub grid: Option<GridIndex>,
    /// The version of the grid's outline that placed it.
    pub grid_version: u16,
    /// +1 or −1.
    pub n: i32,
}

/// Numbers for grids and kinds, in the order first seen.
#[derive(Clone, Debug, Default)]
pub struct Names {
    grids: HashMap<GridCode, GridIndex>,
    grid_codes: Vec<GridCode>,
    kinds: HashMap<KindCode, KindIndex>,
    kind_codes: Vec<KindCode>,
}

impl Names {
    /// The number of a grid, a new one if need be.
    pub fn grid(&mut self, code: &GridCode) -> GridIndex {
        if let Some(&index) = self.grids.get(code) {
            return index;
        }
        let next = u32::try_from(self.grid_codes.len()).expect("fewer grids than memory holds");
        self.grid_codes.push(code.clone());
        *self.grids.entry(code.clone()).or_insert(GridIndex(next))
    }

    /// The number of a kind, a new one if need be; `None` past 65,536 kinds.
    pub fn kind(&mut self, code: &KindCode) -> Option<KindIndex> {
        if let Some(&index) = self.kinds.get(code) {
            return Some(index);
        }
        let next = KindIndex(u16::try_from(self.kind_codes.len()).ok()?);
        self.kind_codes.push(code.clone());
        self.kinds.insert(code.clone(), next);
        Some(next)
    }

    /// The code of a grid that these names numbered.
    pub fn grid_code(&self, index: GridIndex) -> Option<&GridCode> {
        self.grid_codes.get(index.0 as usize)
    }

    /// The code of a kind that these names numbered.
    pub fn kind_code(&self, index: KindIndex) -> Option<&KindCode> {
        self.kind_codes.get(usize::from(index.0))
    }

    /// Every grid, by number.
    pub fn grids(&self) -> &[GridCode] {
        &self.grid_codes
    }

    /// Every kind, by number.
    pub fn kinds(&self) -> &[KindCode] {
        &self.kind_codes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_number() {
        let mut names = Names::default();
        let (a, b) = (KindCode::from("a"), KindCode::from("b"));
        assert_eq!(names.kind(&a), Some(KindIndex(0)));
        assert_eq!(names.kind(&b), Some(KindIndex(1)));
        assert_eq!(names.kind(&a), Some(KindIndex(0)));
        assert_eq!(names.kind_code(KindIndex(1)), Some(&b));
        assert_eq!(names.grid(&GridCode::from("g")), GridIndex(0));
        assert_eq!(names.grid_code(GridIndex(1)), None);
    }
}
