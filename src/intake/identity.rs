//! Ids of rows: the stated one, or one that the same row has every time.

use std::collections::HashSet;

use sha2::{Digest as _, Sha256};

use super::table::{Cells, Wrong};
use crate::domain::id::is_valid_client_id;

/// Bytes of a digest that an id keeps: two rows of a district never share them by chance.
const DIGEST_BYTES: usize = 12;

/// An id made of what tells a thing from others of its sort.
pub(super) fn derived_id(sort: &str, parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    let hex = digest.finalize().iter().take(DIGEST_BYTES).map(|b| format!("{b:02x}")).collect();
    [sort.to_owned(), hex].join("-")
}

/// The id that a row states, if it does.
pub(super) fn given_id(
    cells: &Cells,
    field: usize,
    foreign: &HashSet<String>,
) -> Result<Option<String>, Wrong> {
    let text = cells.text(field)?;
    if text.is_empty() {
        return Ok(None);
    }
    if !is_valid_client_id(text) {
        return Err(cells.wrong(field, "an id is 1 to 64 visible ASCII characters"));
    }
    if foreign.contains(text) {
        return Err(cells.wrong(field, format!("the id {text} is another district's")));
    }
    Ok(Some(text.to_owned()))
}
