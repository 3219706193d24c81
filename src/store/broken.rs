//! What an error of the database says about the transaction that it came in.
//!
//! It must not know what was tried. Invariant: an error that isn't known is the worst it may be.

/// Whether only the statement failed, so that a savepoint before it still stands: it broke a rule
/// of the schema, a value fits no column, or what it read isn't what was expected.
pub fn is_of_statement(error: &sqlx::Error) -> bool {
    use sqlx::Error;
    if matches!(error, Error::ColumnDecode { .. } | Error::Decode(_) | Error::RowNotFound) {
        return true;
    }
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| match primary(&code) {
        // SQLITE_CONSTRAINT and SQLITE_MISMATCH.
        Some(primary) => matches!(primary, 19 | 20),
        // PostgreSQL: data exception, integrity constraint violation.
        None => code.starts_with("22") || code.starts_with("23"),
    })
}

/// Whether a failed commit may have gone through. SQLite's may when its file system failed it
/// (SQLITE_IOERR), maybe after the write and in the sync; PostgreSQL's when the connection or the
/// server ended, which it may say after it committed.
pub fn is_commit_unsure(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_none_or(|code| is_code_unsure(&code))
}

fn is_code_unsure(code: &str) -> bool {
    match primary(code) {
        Some(primary) => primary == 10,
        // Data, constraints, a transaction's state, its rollback, no resources: it says no.
        None => !["22", "23", "25", "40", "53"].iter().any(|class| code.starts_with(class)),
    }
}

/// What kept a transaction of PostgreSQL from going through that may pass by itself, under a name:
/// nothing of it was stored, and the same again may be. None for what stays.
pub fn passing(error: &sqlx::Error) -> Option<&'static str> {
    use sqlx::Error;
    match error.as_database_error().and_then(|error| error.code()) {
        Some(code) => passing_code(&code),
        None => matches!(error, Error::Io(_) | Error::PoolTimedOut | Error::WorkerCrashed)
            .then_some("connection"),
    }
}

fn passing_code(code: &str) -> Option<&'static str> {
    match code {
        "40001" => Some("serialization"),
        "40P01" => Some("deadlock"),
        "55P03" => Some("lock"),
        // Ended by the server: shut down, crashed, starting, idle in a transaction; or too many.
        "57P01" | "57P02" | "57P03" | "25P03" | "53300" => Some("connection"),
        _ if code.starts_with("08") => Some("connection"),
        _ => None,
    }
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

    #[test]
    fn what_may_pass_is_named() {
        for (code, name) in [
            ("40001", Some("serialization")),
            ("40P01", Some("deadlock")),
            ("55P03", Some("lock")),
            ("57P01", Some("connection")),
            ("08006", Some("connection")),
            // A statement that took too long takes too long again; a standby stays one.
            ("57014", None),
            ("25006", None),
            ("53100", None),
            // SQLite's.
            ("5", None),
            ("778", None),
        ] {
            assert_eq!(passing_code(code), name, "{code}");
        }
        assert_eq!(passing(&sqlx::Error::PoolTimedOut), Some("connection"));
        assert_eq!(passing(&sqlx::Error::RowNotFound), None);
    }

    #[test]
    fn only_a_clear_no_says_that_a_commit_failed() {
        for (code, unsure) in [
            ("13", false),
            ("5", false),
            ("8", false),
            ("778", true),
            ("1034", true),
            ("23503", false),
            ("40001", false),
            ("53100", false),
            ("57P01", true),
            ("08006", true),
            ("XX000", true),
        ] {
            assert_eq!(is_code_unsure(code), unsure, "{code}");
        }
        assert!(is_commit_unsure(&sqlx::Error::WorkerCrashed));
    }
}
