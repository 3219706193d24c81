//! The audit log's records: what sensitive thing was done or seen, by whom, chained by hash.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::id::{DistrictId, MemberId, TextId};
use super::party::named_enum;

named_enum!(
    /// What is written into the audit log.
    AuditAction {
        /// Somebody signed in.
        SignedIn = "signed_in",
        /// Somebody typed a wrong password or a name that nobody has.
        SignInFailed = "sign_in_failed",
        /// A name was locked after failures.
        Locked = "locked",
        /// A lock was taken off.
        Unlocked = "unlocked",
        /// Sessions were ended: signed out, idle, or ended by an administrator.
        SessionsEnded = "sessions_ended",
        /// A password was changed by whoever it belongs to.
        PasswordChanged = "password_changed",
        /// A password was reset by an administrator.
        PasswordReset = "password_reset",
        /// An account was made.
        AccountMade = "account_made",
        /// An account was disabled.
        AccountDisabled = "account_disabled",
        /// An account was enabled again.
        AccountEnabled = "account_enabled",
        /// A member's role, force, team or organisation changed.
        MemberChanged = "member_changed",
        /// A district was made.
        DistrictMade = "district_made",
        /// Consent to positions was given.
        ConsentGiven = "consent_given",
        /// Consent to positions was withdrawn.
        ConsentWithdrawn = "consent_withdrawn",
        /// A shift was moved to another device.
        ShiftTaken = "shift_taken",
        /// Somebody looked at tracks.
        TrackViewed = "track_viewed",
        /// Tracks were put on hold.
        HoldPlaced = "hold_placed",
        /// A hold was released.
        HoldReleased = "hold_released",
        /// Old data were purged.
        Purged = "purged",
        /// A party's data were entered.
        PartyAdded = "party_added",
        /// A party's data were shown in clear.
        PartyRevealed = "party_revealed",
        /// A party's data were erased.
        PartyErased = "party_erased",
        /// A member's phone number was shown in clear.
        PhoneRevealed = "phone_revealed",
        /// A typed text was erased.
        TextErased = "text_erased",
        /// Data were exported.
        Exported = "exported",
        /// Data were imported.
        Imported = "imported",
        /// A backup was put back.
        Restored = "restored",
    }
);

/// What a command says of itself for the audit log.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditNote {
    /// What was done.
    pub action: AuditAction,
    /// To what, e.g. `incident:…`.
    pub object: Option<String>,
    /// More, in ids, codes and numbers alone: the log is never erased.
    pub detail: Option<String>,
}

impl AuditNote {
    /// Something done to this object.
    pub fn of(action: AuditAction, object: impl Into<String>) -> Self {
        Self { action, object: Some(object.into()), detail: None }
    }
}

/// A record in its place in a district's chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AuditRecord {
    /// The district, or `installation`.
    pub district: DistrictId,
    /// Its place: gapless, from 1.
    pub seq: i64,
    /// When, Unix ms UTC.
    pub at_ms: i64,
    /// Who; null for the system.
    pub actor: Option<MemberId>,
    /// What was done.
    pub action: AuditAction,
    /// To what, e.g. `incident:…`.
    pub object: Option<String>,
    /// Where the reason stands.
    pub reason: Option<TextId>,
    /// SHA-256 of the reason's salt and body, in hexadecimal.
    pub reason_digest: Option<String>,
    /// More, in ids, codes and numbers.
    pub detail: Option<String>,
    /// SHA-256 over the hash before and all of the above, in hexadecimal.
    pub hash: String,
}

impl AuditRecord {
    /// The hash that the record must hold when it follows one with the hash `before`; the first
    /// follows the empty text.
    pub fn hash_after(&self, before: &str) -> String {
        // A JSON array is unambiguous: no two records have the same text.
        let fields = serde_json::json!([
            before,
            self.district,
            self.seq,
            self.at_ms,
            self.actor,
            self.action,
            self.object,
            self.reason,
            self.reason_digest,
            self.detail,
        ]);
        hex(&Sha256::digest(fields.to_string().as_bytes()))
    }
}

/// What the chain holds of a typed text.
pub fn text_digest(salt: &str, body: &str) -> String {
    let digest = Sha256::new().chain_update(salt).chain_update([0]).chain_update(body);
    hex(&digest.finalize())
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        write!(out, "{byte:02x}").expect("writing to a string can't fail");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> AuditRecord {
        AuditRecord {
            district: "d".into(),
            seq: 1,
            at_ms: 2,
            actor: Some("m".into()),
            action: AuditAction::TrackViewed,
            object: Some("member:x".to_owned()),
            reason: Some("t".into()),
            reason_digest: Some(text_digest("s", "核对")),
            detail: None,
            hash: String::new(),
        }
    }

    #[test]
    fn every_field_is_in_the_hash() {
        let hash = record().hash_after("before");
        let changed = [
            AuditRecord { district: "e".into(), ..record() },
            AuditRecord { seq: 2, ..record() },
            AuditRecord { at_ms: 3, ..record() },
            AuditRecord { actor: None, ..record() },
            AuditRecord { action: AuditAction::Exported, ..record() },
            AuditRecord { object: None, ..record() },
            AuditRecord { reason: None, ..record() },
            AuditRecord { reason_digest: None, ..record() },
            AuditRecord { detail: Some(String::new()), ..record() },
        ];
        for other in changed {
            assert_ne!(other.hash_after("before"), hash, "{other:?}");
        }
        assert_ne!(record().hash_after(""), hash);
        assert_eq!(record().hash_after("before"), hash);
    }

    #[test]
    fn a_texts_digest_needs_its_salt() {
        assert_ne!(text_digest("a", "bc"), text_digest("ab", "c"));
        assert_ne!(text_digest("a", "b"), text_digest("c", "b"));
    }
}
