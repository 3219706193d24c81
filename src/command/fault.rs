//! What can go wrong inside a command: it is refused, or the database broke.

use crate::auth::Denied;
use crate::protocol::{Code, Refusal};
use crate::store::is_of_statement;

/// Why a command has no outcome.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The command is refused; the transaction is whole without it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database failed; nothing of the transaction may be committed.
    #[error(transparent)]
    Broken(sqlx::Error),
}

impl From<sqlx::Error> for Fault {
    /// A rule that a statement broke is a refusal, since the statement alone was undone; anything
    /// else breaks the whole transaction.
    fn from(error: sqlx::Error) -> Self {
        let constraint = error.as_database_error().is_some_and(|error| {
            error.is_unique_violation()
                || error.is_check_violation()
                || error.is_foreign_key_violation()
        });
        if constraint {
            Self::Refused(Refusal::new(Code::Conflict, "there is one already"))
        } else if is_of_statement(&error) {
            // Its text may hold values.
            let code = error.as_database_error().and_then(|error| error.code());
            tracing::error!(?code, "a command doesn't fit what is stored");
            Self::Refused(Refusal::new(Code::Internal, "this can't be stored"))
        } else {
            Self::Broken(error)
        }
    }
}

impl From<Denied> for Fault {
    fn from(denied: Denied) -> Self {
        Self::Refused(Refusal::new(Code::Forbidden, denied.to_string()))
    }
}
