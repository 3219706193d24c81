//! What an error of the database says about the transaction that it came in.
//!
//! It must not know what was tried. Invariant: an error that isn't known is the worst it may be.

/// Whether only the statement failed, so that a savepoint before it still stands: it broke a rule
/// of the schema, or a value fits no column.
pub fn is_of_statement(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| match primary(&code) {
        // SQLITE_CONSTRAINT and SQLITE_MISMATCH.
        Some(primary) => matches!(primary, 19 | 20),
        // PostgreSQL: data exception, integrity constraint violation.
        None => code.starts_with("22") || code.starts_with("23"),
    })
}

/// Whether a failed commit may have gone through: no answer came, or SQLite's file system failed it
/// (SQLITE_IOERR), maybe after the write and in the sync.
pub fn is_commit_unsure(error: &sqlx::Error) -> bool {
    let Some(error) = error.as_database_error() else { return true };
    error.code().is_some_and(|code| primary(&code) == Some(10))
}

/// The primary part of a result code of SQLite; PostgreSQL's have five characters.
fn primary(code: &str) -> Option<u32> {
    (code.len() < 5).then(|| code.parse::<u32>().ok()).flatten().map(|code| code & 0xff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_of_both_databases_are_told_apart() {
        for (code, expected) in [
            ("5", Some(5)),
            ("13", Some(13)),
            ("778", Some(10)),
            ("1299", Some(19)),
            ("1811", Some(19)),
            ("8714", Some(10)),
            ("23502", None),
            ("57P01", None),
        ] {
            assert_eq!(primary(code), expected, "{code}");
        }
    }
}
