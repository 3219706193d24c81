//! Reads a folder's sources into values. The only part of the check that touches the disk.

use std::{fs, path::Path};

/// A file: its path below the folder that was read (`/` between parts), and its text.
pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
}

impl Source {
    /// A sentence that an editor can jump to.
    pub(super) fn fault(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }
}

/// Every file below `folder` with one of these endings, in path order.
pub(super) fn read(folder: &Path, endings: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    walk(folder, folder, endings, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn walk(root: &Path, folder: &Path, endings: &[&str], found: &mut Vec<Source>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for entry in entries {
        let path = entry.expect("a folder that opens can be listed").path();
        if path.is_dir() {
            walk(root, &path, endings, found);
        } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
            let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path:?}: {e}"));
            let below = path.strip_prefix(root).expect("a walk stays below its root");
            found.push(Source { path: below.to_string_lossy().replace('\\', "/"), text });
        }
    }
}
