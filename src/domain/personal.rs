//! People whom an incident is about and who are no members: their names and phones.
//!
//! Invariant: no event, message or log line holds one of them; `Debug` shows none.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::id::{DistrictId, IncidentId, MemberId, PartyId};
use super::party::named_enum;

/// The longest name or phone number, in characters.
pub const MAX_CONTACT_CHARS: usize = 60;

named_enum!(
    /// What somebody has to do with an incident.
    Part {
        /// 报警人, 求助人: who told of it.
        Reporter = "reporter",
        /// 当事人.
        Party = "party",
        /// 证人, 知情人.
        Witness = "witness",
    }
);

/// What is known of a person; all null once it was erased.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Contact {
    /// Their name.
    #[serde(default)]
    pub name: Option<String>,
    /// Their phone number.
    #[serde(default)]
    pub phone: Option<String>,
    /// What else helps to find them.
    #[serde(default)]
    pub note: Option<String>,
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contact(..)")
    }
}

/// Somebody whom an incident is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Party {
    /// Its id, made by whoever entered it.
    pub id: PartyId,
    /// The incident.
    pub incident: IncidentId,
    /// The incident's district.
    pub district: DistrictId,
    /// What they have to do with it.
    pub part: Part,
    /// What is known of them.
    pub contact: Contact,
    /// Who entered it.
    pub added_by: MemberId,
    /// When, Unix ms UTC.
    pub added_ms: i64,
    /// When it was erased, Unix ms UTC.
    pub erased_ms: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_personal_is_debugged() {
        let contact = Contact {
            name: Some("张三丰".to_owned()),
            phone: Some("10000000001".to_owned()),
            note: Some("住三楼".to_owned()),
        };
        assert_eq!(format!("{contact:?}"), "Contact(..)");
    }
}
