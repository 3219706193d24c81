//! Typed text: stands in a row of its own, so that erasing it breaks no log.

use serde::{Deserialize, Serialize};

use super::id::TextId;

/// The longest typed text, in characters.
pub const MAX_TEXT_CHARS: usize = 2_000;

/// A reference to typed text. The log holds the id alone; the body is filled in on delivery, and
/// stays null once it was erased.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Text {
    /// Where the text stands.
    pub id: TextId,
    /// The text itself, at most 2,000 characters.
    #[serde(default)]
    pub body: Option<String>,
}

impl Text {
    /// A reference whose body is not filled in.
    pub fn reference(id: TextId) -> Self {
        Self { id, body: None }
    }
}
