//! A refusal: what was wrong, with what, and what would have been right.

use serde::{Deserialize, Serialize};

use crate::domain::party::named_enum;

named_enum!(
    /// Why something was refused. A client may act on the code; the message is for people.
    Code {
        /// Not JSON, or not of the form that the type asks for.
        Malformed = "malformed",
        /// A type that this version doesn't know.
        UnknownType = "unknown_type",
        /// A value that can't be.
        Invalid = "invalid",
        /// No such thing, or none that the actor may see.
        NotFound = "not_found",
        /// Nobody is signed in.
        Unauthenticated = "unauthenticated",
        /// The one-time password must be changed first.
        PasswordChange = "password_change",
        /// Too many failures; `at_ms` says until when.
        Locked = "locked",
        /// The matrix says no.
        Forbidden = "forbidden",
        /// Not legal in the state that the thing is in; `legal` lists what is.
        IllegalMove = "illegal_move",
        /// Already so, by another request.
        Conflict = "conflict",
        /// The same id with another body.
        IdReused = "id_reused",
        /// The member isn't on duty.
        OffDuty = "off_duty",
        /// No consent to positions.
        NoConsent = "no_consent",
        /// Another session sends the positions of this shift.
        NoGrant = "no_grant",
        /// Too much, too often or too long.
        TooLarge = "too_large",
        /// Too many tries.
        TooMany = "too_many",
        /// The server can't take more now; try again.
        Busy = "busy",
        /// The connection to the database broke in the middle of a commit: send it again with
        /// the same id, and the first outcome is found if there is one.
        OutcomeUnknown = "outcome_unknown",
        /// The server's own fault; nothing was stored.
        Internal = "internal",
    }
);

impl Code {
    /// Whether it is the last word: `busy` and `outcome_unknown` ask for the same again.
    #[must_use]
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Busy | Self::OutcomeUnknown)
    }
}

/// Why a request was refused. Nothing of it was stored, unless the outcome is unknown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema, thiserror::Error)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[error("{code}: {message}")]
pub struct Refusal {
    /// Why, for programs.
    pub code: Code,
    /// Why, for people.
    pub message: String,
    /// The field that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// For an illegal move: the legal ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal: Option<Vec<String>>,
    /// For an illegal move: who moved it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// And when, Unix ms UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_ms: Option<i64>,
}

impl Refusal {
    /// A refusal with a code and a message.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None, legal: None, by: None, at_ms: None }
    }

    /// A value that can't be.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self { field: Some(field.to_owned()), ..Self::new(Code::Invalid, message) }
    }

    /// No such thing, or none that the actor may see: the two look alike on purpose.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("no such {what}"))
    }

    /// The same refusal, about this field.
    #[must_use]
    pub fn about(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }
}
