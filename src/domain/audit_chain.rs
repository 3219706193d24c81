//! Holding an audit chain against its hashes, record by record.
//!
//! Invariant: whatever was altered, left out, added or put elsewhere is noticed at the first
//! record that no longer follows from the one before; records that are missing at the end are
//! noticed against the head, or against a head that somebody noted down earlier.

use super::audit::AuditRecord;

/// What is wrong with a chain, at the first place where it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// A record isn't there.
    #[error("record {0} is missing")]
    Missing(i64),
    /// A record isn't what it was when it was written.
    #[error("record {0} was altered")]
    Altered(i64),
    /// The reason that a record refers to isn't what it was, and wasn't erased either.
    #[error("the reason of record {0} was altered")]
    Reason(i64),
    /// The last record isn't the one that the head names.
    #[error("the chain ends at record {last}, its head says {head}")]
    Head {
        /// The last record.
        last: i64,
        /// What the head says.
        head: i64,
    },
    /// The chain holds another hash there than was noted down earlier.
    #[error("record {0} isn't the one that was noted down")]
    Noted(i64),
}

/// How far a chain was held against its hashes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChainCheck {
    /// The last record that is right; 0 for none yet.
    pub seq: i64,
    /// Its hash; the empty text for none yet.
    pub hash: String,
}

impl ChainCheck {
    /// Takes the next record: none is one that can't be read. `reason_now` is the digest of its
    /// reason as it stands, none when it was erased.
    ///
    /// # Errors
    /// [`ChainFault`] when it doesn't follow.
    pub fn take(
        &mut self,
        seq: i64,
        record: Option<&AuditRecord>,
        reason_now: Option<&str>,
    ) -> Result<(), ChainFault> {
        let expected = self.seq + 1;
        if seq > expected {
            return Err(ChainFault::Missing(expected));
        }
        let whole = record.filter(|record| record.hash == record.hash_after(&self.hash));
        let record = whole.filter(|_| seq == expected).ok_or(ChainFault::Altered(seq))?;
        if reason_now.is_some() && reason_now != record.reason_digest.as_deref() {
            return Err(ChainFault::Reason(seq));
        }
        self.seq = seq;
        self.hash.clone_from(&record.hash);
        Ok(())
    }

    /// Ends the check against the chain's head.
    ///
    /// # Errors
    /// [`ChainFault::Head`].
    pub fn end(&self, head_seq: i64, head_hash: &str) -> Result<(), ChainFault> {
        if (self.seq, self.hash.as_str()) == (head_seq, head_hash) {
            Ok(())
        } else {
            Err(ChainFault::Head { last: self.seq, head: head_seq })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audit::{AuditAction, text_digest};

    fn chain(n: i64) -> Vec<AuditRecord> {
        let mut before = String::new();
        (1..=n)
            .map(|seq| {
                let mut record = AuditRecord {
                    district: "d".into(),
                    seq,
                    at_ms: seq * 1_000,
                    actor: Some("m".into()),
                    action: AuditAction::PartyRevealed,
                    object: Some(format!("incident:{seq}")),
                    reason: Some("t".into()),
                    reason_digest: Some(text_digest("s", "核实")),
                    detail: None,
                    hash: String::new(),
                };
                record.hash = record.hash_after(&before);
                before.clone_from(&record.hash);
                record
            })
            .collect()
    }

    fn check(records: &[AuditRecord], head: &AuditRecord) -> Result<(), ChainFault> {
        let mut check = ChainCheck::default();
        for record in records {
            check.take(record.seq, Some(record), None)?;
        }
        check.end(head.seq, &head.hash)
    }

    #[test]
    fn what_was_done_to_a_chain_is_named() {
        let whole = chain(5);
        type Change = fn(&mut Vec<AuditRecord>);
        let cases: [(Change, Option<ChainFault>); 8] = [
            (|_| {}, None),
            (|chain| chain[2].actor = None, Some(ChainFault::Altered(3))),
            (|chain| chain[0].detail = Some("x".to_owned()), Some(ChainFault::Altered(1))),
            (|chain| drop(chain.remove(1)), Some(ChainFault::Missing(2))),
            (|chain| drop(chain.remove(0)), Some(ChainFault::Missing(1))),
            (|chain| chain.truncate(3), Some(ChainFault::Head { last: 3, head: 5 })),
            (|chain| chain.clear(), Some(ChainFault::Head { last: 0, head: 5 })),
            // Rewritten by somebody who knows how the hash is made: what follows tells.
            (
                |chain| {
                    chain[1].object = None;
                    chain[1].hash = chain[1].hash_after(&chain[0].hash);
                },
                Some(ChainFault::Altered(3)),
            ),
        ];
        for (at, (change, fault)) in cases.into_iter().enumerate() {
            let mut records = whole.clone();
            change(&mut records);
            assert_eq!(check(&records, &whole[4]).err(), fault, "case {at}");
        }
    }

    #[test]
    fn an_altered_reason_is_named_and_an_erased_one_is_none() {
        let record = &chain(1)[0];
        for (now, fault) in [
            (Some(text_digest("s", "核实")), None),
            (None, None),
            (Some(text_digest("s", "另一个")), Some(ChainFault::Reason(1))),
        ] {
            let found = ChainCheck::default().take(1, Some(record), now.as_deref());
            assert_eq!(found.err(), fault);
        }
        let unreadable = ChainCheck::default().take(1, None, None);
        assert_eq!(unreadable, Err(ChainFault::Altered(1)));
    }
}
