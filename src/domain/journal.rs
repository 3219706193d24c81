//! The journal: what must hold again after a restore, though the backup knows nothing of it.
//!
//! Plain values of ids, codes, numbers and salted digests; it must not know what anybody typed or
//! is called. Invariant: replaying an entry twice changes nothing more.

use serde::{Deserialize, Serialize};

use super::id::{
    AccountId, CommandId, DistrictId, IncidentId, MemberId, PartyId, SessionId, TextId, TrackHoldId,
};
use super::personal::Part;
use super::shift_summary::ShiftSummary;

/// An entry in its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// Its place: gapless, from 1, in the order of commits.
    pub seq: i64,
    /// When it happened, Unix ms UTC.
    pub at_ms: i64,
    /// What happened.
    #[serde(flatten)]
    pub fact: JournalFact,
    /// The client's command that did it: offered again after a restore, it must not be run again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<JournalCommand>,
}

/// A client's command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JournalCommand {
    /// Who asked.
    pub actor: MemberId,
    /// Its id.
    pub id: CommandId,
    /// The salted digest of its body.
    pub digest: String,
}

/// Something that a restore must not undo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum JournalFact {
    /// A typed text was erased.
    TextErased {
        /// The district.
        district: DistrictId,
        /// Which.
        text: TextId,
    },
    /// What was known of somebody was erased.
    PartyErased {
        /// The district.
        district: DistrictId,
        /// The incident that they belong to.
        incident: IncidentId,
        /// Whom.
        party: PartyId,
        /// What they had to do with it.
        part: Part,
        /// Who had entered them.
        added_by: MemberId,
        /// When, Unix ms UTC.
        added_ms: i64,
    },
    /// Consent to positions was given.
    ConsentGiven {
        /// The district.
        district: DistrictId,
        /// Who.
        member: MemberId,
        /// To which version of the text.
        version: i64,
    },
    /// Consent to positions was withdrawn.
    ConsentWithdrawn {
        /// Who.
        member: MemberId,
    },
    /// A shift's track was summed up before its fixes went.
    ShiftSummed(ShiftSummary),
    /// Old fixes of a district were erased, but for what was held then.
    TracksPurged {
        /// The district.
        district: DistrictId,
        /// Those of before this, Unix ms UTC.
        before_ms: i64,
        /// What was left.
        held: Vec<HeldSpan>,
    },
    /// Tracks were put on hold.
    HoldPlaced {
        /// The district.
        district: DistrictId,
        /// The hold.
        hold: TrackHoldId,
        /// Whose tracks.
        members: Vec<MemberId>,
        /// From when, Unix ms UTC.
        from_ms: i64,
        /// Up to when, without it, Unix ms UTC.
        to_ms: i64,
        /// Where the reason stood.
        reason: TextId,
        /// Who placed it.
        placed_by: MemberId,
    },
    /// A hold was released.
    HoldReleased {
        /// The hold.
        hold: TrackHoldId,
        /// Where the reason stood.
        reason: TextId,
        /// Who released it.
        released_by: MemberId,
    },
    /// Sessions were ended.
    SessionsEnded {
        /// Which.
        sessions: Vec<SessionId>,
    },
    /// An account was disabled, or enabled again.
    AccountDisabled {
        /// Which.
        account: AccountId,
        /// Whether nobody signs in with it.
        disabled: bool,
    },
    /// An account got another password: the one before must be changed once it is back.
    PasswordChanged {
        /// Whose.
        account: AccountId,
    },
}

/// A span of a member's track that a purge left; its end is excluded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeldSpan {
    /// Whose.
    pub member: MemberId,
    /// From when, Unix ms UTC.
    pub from_ms: i64,
    /// Up to when, Unix ms UTC.
    pub to_ms: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_one_line_and_reads_back() {
        let summary = ShiftSummary {
            shift: "s".into(),
            district: "d".into(),
            member: "m".into(),
            distance_m: 12.5,
            grids: vec!["g".into()],
            fixes: 3,
        };
        let command =
            JournalCommand { actor: "m".into(), id: "c".into(), digest: "salt:ab".to_owned() };
        for (fact, command) in [
            (JournalFact::ConsentWithdrawn { member: "m".into() }, Some(command)),
            (JournalFact::ShiftSummed(summary), None),
            (JournalFact::SessionsEnded { sessions: vec!["s".into()] }, None),
        ] {
            let entry = JournalEntry { seq: 7, at_ms: 8, fact, command };
            let line = serde_json::to_string(&entry).unwrap();
            assert!(!line.contains('\n'), "{line}");
            assert_eq!(serde_json::from_str::<JournalEntry>(&line).unwrap(), entry, "{line}");
        }
    }
}
