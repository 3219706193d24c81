//! Identifiers: one newtype a noun, so that a team can't be passed where a member is meant.
//!
//! Ids that a client makes are UUIDv7; codes (district, grid, kind) are the field's own text.

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        #[derive(
            Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
            utoipa::ToSchema,
        )]
        $(#[$meta])*
        #[cfg_attr(test, derive(ts_rs::TS))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// A fresh id (UUIDv7), for things that the server makes itself.
            pub fn fresh() -> Self {
                Self(uuid::Uuid::now_v7().to_string())
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

text_id!(
    /// A sign-in account.
    AccountId,
    /// One team's call to one incident.
    AssignmentId,
    /// A place where messages are posted.
    ChannelId,
    /// A visit to a checkpoint, made by the client that checks in.
    #[schema(min_length = 1, max_length = 64, pattern = "^[!-~]+$")]
    CheckInId,
    /// A place that a beat passes (巡更点).
    CheckpointId,
    /// A command, made by the client: the same id again returns the first outcome.
    #[schema(min_length = 1, max_length = 64, pattern = "^[!-~]+$")]
    CommandId,
    /// A sub-district (街道), by its administrative code.
    DistrictId,
    /// A planned shift (班次) that several people serve: its template and its start.
    DutyId,
    /// A unit of the five-tier tree.
    EscalationUnitId,
    /// A logged event.
    EventId,
    /// A micro-grid (微网格), by its code, e.g. `420882002210-007`.
    GridCode,
    /// A file that is held until it is imported.
    ImportId,
    /// An incident, made by the client that reports it.
    #[schema(min_length = 1, max_length = 64, pattern = "^[!-~]+$")]
    IncidentId,
    /// An entry of the two-level kind dictionary, e.g. `hazard.manhole`.
    KindCode,
    /// A person.
    MemberId,
    /// A message, made by the client that posts it.
    #[schema(min_length = 1, max_length = 64, pattern = "^[!-~]+$")]
    MessageId,
    /// A node of the installation, from its start to its end.
    NodeId,
    /// An organisation.
    OrgId,
    /// Somebody whom an incident is about and who is no member.
    PartyId,
    /// A person's place in a planned shift.
    RosterId,
    /// A sign-in session, which its token opens and this names.
    SessionId,
    /// A time on duty, made by the client that signs on.
    #[schema(min_length = 1, max_length = 64, pattern = "^[!-~]+$")]
    ShiftId,
    /// A fixed post, e.g. a 警务室.
    StationId,
    /// A street.
    StreetId,
    /// A team: the unit that is dispatched.
    TeamId,
    /// A planned shift's template.
    TemplateId,
    /// A typed text that stands apart from the log, so that it can be erased.
    TextId,
    /// A hold on tracks, made by the client that places it.
    TrackHoldId,
    /// One look at somebody's track, made by the client that asks for it.
    #[schema(min_length = 1, max_length = 64, pattern = "^[!-~]+$")]
    TrackViewId,
);

impl DistrictId {
    /// The installation itself, for administrators who serve all of its districts: it has a log
    /// and an audit chain, and is in no list of districts.
    pub fn installation() -> Self {
        Self::from("installation")
    }

    /// Whether this is the installation and no district.
    pub fn is_installation(&self) -> bool {
        self.as_str() == "installation"
    }
}

impl DutyId {
    /// The duty of a roster entry.
    pub fn of(template: &TemplateId, starts_ms: i64) -> Self {
        Self(format!("{template}@{starts_ms}"))
    }
}

/// The longest id that is accepted from outside, in bytes.
pub const MAX_ID_BYTES: usize = 64;

/// Whether a client may use this text as an id: 1 to 64 visible ASCII characters.
pub fn is_valid_client_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_ID_BYTES && text.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_ids_are_short_visible_ascii() {
        for (text, valid) in [
            ("0192e4a0-0000-7000-8000-000000000001", true),
            ("", false),
            ("with space", false),
            ("网格", false),
            (&"x".repeat(65), false),
        ] {
            assert_eq!(is_valid_client_id(text), valid, "{text:?}");
        }
    }

    #[test]
    fn ids_are_plain_strings_on_the_wire() {
        let id = IncidentId::from("i-1");
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"i-1\"");
        assert_eq!(id.to_string(), "i-1");
    }
}
