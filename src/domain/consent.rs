//! Consent to positions: asked for apart from everything else, by version, and withdrawn at will.

use serde::{Deserialize, Serialize};

use super::id::MemberId;

/// The consent text that this version asks for. A new text is a new number, and is asked again.
pub const CONSENT_VERSION: i64 = 1;

/// A time in which a member consents to positions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConsentSpan {
    /// Who consents.
    pub member: MemberId,
    /// To which text.
    pub version: i64,
    /// Given, Unix ms UTC.
    pub from_ms: i64,
    /// Withdrawn, Unix ms UTC; null while it holds.
    pub until_ms: Option<i64>,
}

impl ConsentSpan {
    /// Whether a fix taken at this time may be kept.
    pub fn covers(&self, at_ms: i64) -> bool {
        at_ms >= self.from_ms && self.until_ms.is_none_or(|until| at_ms < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_withdrawal_holds_from_its_own_millisecond_on() {
        let span = |until_ms| ConsentSpan { member: "m".into(), version: 1, from_ms: 10, until_ms };
        for (until, at_ms, covered) in
            [(None, 9, false), (None, 10, true), (Some(20), 19, true), (Some(20), 20, false)]
        {
            assert_eq!(span(until).covers(at_ms), covered, "{until:?} {at_ms}");
        }
    }
}
