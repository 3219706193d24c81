//! After a restore: what the journal tells of and the backup doesn't know is done again, and every
//! log begins anew.
//!
//! Invariants: an entry that is in the table is not replayed; nothing is told, since whoever
//! followed a log before reads it anew.

use super::context::Context;
use super::{Done, Fault, PutBack};
use crate::domain::personal::Contact;
use crate::domain::{
    AuditAction, AuditNote, ConsentSpan, DistrictId, JournalCommand, JournalEntry, JournalFact,
    MemberId, Party, Shift, Text, TrackHold,
};
use crate::protocol::Outcome;
use crate::store::command::{self, Earlier};
use crate::store::{WriteTx, track_hold};
use crate::store::{account, consent, journal, log, member, party, purge, session, shift, text};

pub(super) async fn apply(
    cx: &mut Context<'_, '_>,
    entries: &[JournalEntry],
    put_back: PutBack,
) -> Result<Done, Fault> {
    let head = journal::head(cx.tx).await?;
    let later: Vec<JournalEntry> =
        entries.iter().filter(|entry| entry.seq > head).cloned().collect();
    if later.is_empty() && !entries.is_empty() {
        // Another node was sooner.
        return Ok(Done::Stored);
    }
    for entry in &later {
        fact(cx.tx, entry).await?;
        if let Some(command) = &entry.command {
            answered(cx.tx, command, entry.at_ms).await?;
        }
    }
    if !later.is_empty() {
        let n = later.last().map_or(0, |last| last.seq - head);
        journal::take_places(cx.tx, n).await?;
        journal::insert(cx.tx, &later).await?;
    }
    let logs = log::renew_epochs(cx.tx).await?;
    let of = put_back.made_ms.map_or_else(|| "unknown".to_owned(), |at_ms| at_ms.to_string());
    let note = AuditNote {
        action: AuditAction::Restored,
        object: Some("backup".to_owned()),
        detail: Some(format!("of {of}, {} journal entries replayed, {logs} logs", later.len())),
    };
    cx.audit(&DistrictId::installation(), &note, None).await?;
    Ok(Done::Stored)
}

/// The command has an outcome: offered again, it is not run again.
async fn answered(
    tx: &mut WriteTx<'_>,
    given: &JournalCommand,
    at_ms: i64,
) -> Result<(), sqlx::Error> {
    let actor = given.actor.as_str();
    if let Some(Earlier::Stored { .. }) = command::find(tx, actor, &given.id).await? {
        return Ok(());
    }
    let stored = (given.digest.as_str(), &Outcome::default());
    command::insert(tx, (actor, &given.id), stored, at_ms).await
}

async fn fact(tx: &mut WriteTx<'_>, entry: &JournalEntry) -> Result<(), sqlx::Error> {
    let at_ms = entry.at_ms;
    match &entry.fact {
        JournalFact::TextErased { district, text } => text::bury(tx, district, text, at_ms).await,
        JournalFact::PartyErased { district, incident, party: id, part, added_by, added_ms } => {
            let erased = Party {
                id: id.clone(),
                incident: incident.clone(),
                district: district.clone(),
                part: *part,
                contact: Contact::default(),
                added_by: added_by.clone(),
                added_ms: *added_ms,
                erased_ms: Some(at_ms),
            };
            party::bury(tx, &erased).await
        }
        JournalFact::ConsentGiven { district, member, version } => {
            consent::end(tx, member, at_ms).await?;
            let (member, version) = (member.clone(), *version);
            let span = ConsentSpan { member, version, from_ms: at_ms, until_ms: None };
            consent::begin(tx, district, &span).await?;
            on_shift(tx, &span.member, Some(version), Some(at_ms)).await
        }
        JournalFact::ConsentWithdrawn { member } => {
            consent::end(tx, member, at_ms).await?;
            on_shift(tx, member, None, None).await
        }
        JournalFact::ShiftSummed(summary) => purge::keep_summary(tx, summary, at_ms).await,
        // Beside the transaction, before it.
        JournalFact::TracksPurged { .. } => Ok(()),
        JournalFact::HoldPlaced { .. } | JournalFact::HoldReleased { .. } => hold(tx, entry).await,
        JournalFact::SessionsEnded { sessions } => {
            for ended in sessions {
                session::end(tx, ended).await?;
            }
            Ok(())
        }
        JournalFact::AccountDisabled { account: id, disabled } => {
            account::set_disabled(tx, id, disabled.then_some(at_ms)).await
        }
        JournalFact::PasswordChanged { account: id } => account::must_change(tx, id).await,
    }
}

/// What holds of consent on a shift that is open in the backup.
async fn on_shift(
    tx: &mut WriteTx<'_>,
    member: &MemberId,
    consent_version: Option<i64>,
    consent_ms: Option<i64>,
) -> Result<(), sqlx::Error> {
    match shift::open_of(tx, member).await? {
        Some(open) => shift::set_consent(tx, &Shift { consent_version, consent_ms, ..open }).await,
        None => Ok(()),
    }
}

/// The reasons of holds were typed: they are lost, and their place says so.
async fn hold(tx: &mut WriteTx<'_>, entry: &JournalEntry) -> Result<(), sqlx::Error> {
    match &entry.fact {
        JournalFact::HoldPlaced { district, hold, members, from_ms, to_ms, reason, placed_by } => {
            if track_hold::find(tx, hold).await?.is_some() {
                return Ok(());
            }
            text::bury(tx, district, reason, entry.at_ms).await?;
            let placed = TrackHold {
                id: hold.clone(),
                district: district.clone(),
                members: members.clone(),
                from_ms: *from_ms,
                to_ms: *to_ms,
                reason: Text::reference(reason.clone()),
                placed_by: placed_by.clone(),
                placed_by_name: name(tx, placed_by).await?,
                placed_ms: entry.at_ms,
                released_by_name: None,
                released_ms: None,
                release_reason: None,
            };
            track_hold::insert(tx, &placed).await
        }
        JournalFact::HoldReleased { hold, reason, released_by } => {
            let Some(placed) = track_hold::find(tx, hold).await? else { return Ok(()) };
            text::bury(tx, &placed.district, reason, entry.at_ms).await?;
            let released = TrackHold {
                released_by_name: Some(name(tx, released_by).await?),
                released_ms: Some(entry.at_ms),
                release_reason: Some(Text::reference(reason.clone())),
                ..placed
            };
            track_hold::release(tx, &released).await
        }
        _ => Ok(()),
    }
}

/// A member's name; of one whom the backup doesn't know, the id.
async fn name(tx: &mut WriteTx<'_>, id: &MemberId) -> Result<String, sqlx::Error> {
    let found = member::find(tx, id).await?;
    Ok(found.map_or_else(|| id.to_string(), |member| member.name))
}
