//! Personal data: entered, shown in clear with a reason, erased.
//!
//! Invariant: what is shown in clear was written into the audit log in the same transaction; no
//! event and no audit record holds any of it.

use super::context::Context;
use super::effect::find_visible;
use super::{Done, Fault};
use crate::auth::{About, Action, Object};
use crate::domain::id::is_valid_client_id;
use crate::domain::personal::MAX_CONTACT_CHARS;
use crate::domain::text::MAX_TEXT_CHARS;
use crate::domain::{
    AuditAction, AuditNote, Contact, DistrictId, Event, Incident, IncidentId, JournalFact,
    MemberId, Part, Party, PartyId, Text, TextId,
};
use crate::protocol::{Code, Refusal};
use crate::store::{member, party as stored, text};

/// What is done with personal data.
#[derive(Debug, Clone)]
pub enum Personal {
    /// Enters somebody whom an incident is about.
    AddParty {
        /// The incident.
        incident: IncidentId,
        /// Made by the client: the same again changes nothing.
        party: PartyId,
        /// What they have to do with it.
        part: Part,
        /// What is known of them.
        contact: Contact,
    },
    /// Shows somebody in clear.
    RevealParty {
        /// The incident.
        incident: IncidentId,
        /// Whom.
        party: PartyId,
        /// Why.
        reason: String,
    },
    /// Erases what is known of somebody.
    EraseParty {
        /// The incident.
        incident: IncidentId,
        /// Whom.
        party: PartyId,
        /// Why.
        reason: String,
    },
    /// Erases a typed text.
    EraseText {
        /// The district.
        district: DistrictId,
        /// Which.
        text: TextId,
        /// Why.
        reason: String,
    },
    /// Shows a member's phone number.
    RevealPhone {
        /// The district.
        district: DistrictId,
        /// Whose.
        member: MemberId,
        /// Why.
        reason: String,
    },
}

pub(super) async fn apply(cx: &mut Context<'_, '_>, asked: &Personal) -> Result<Done, Fault> {
    match asked {
        Personal::AddParty { incident, party, part, contact } => {
            add(cx, incident, party, (*part, contact)).await
        }
        Personal::RevealParty { incident, party, reason } => {
            let (about, party) = find(cx, incident, party).await?;
            cx.allow(Action::RevealParty, &Object::incident(&about))?;
            note(cx, AuditAction::PartyRevealed, &party, Some(reason)).await?;
            Ok(Done::Party(Box::new(party)))
        }
        Personal::EraseParty { incident, party, reason } => {
            let (about, party) = find(cx, incident, party).await?;
            cx.allow(Action::ErasePersonalData, &Object::incident(&about))?;
            note(cx, AuditAction::PartyErased, &party, Some(reason)).await?;
            stored::erase(cx.tx, &party.id, cx.now_ms).await?;
            cx.journal(JournalFact::PartyErased {
                district: party.district.clone(),
                incident: party.incident.clone(),
                party: party.id.clone(),
                part: party.part,
                added_by: party.added_by.clone(),
                added_ms: party.added_ms,
            });
            let (contact, erased_ms) = (Contact::default(), Some(cx.now_ms));
            Ok(Done::Party(Box::new(Party { contact, erased_ms, ..party })))
        }
        Personal::EraseText { district, text, reason } => {
            erase_text(cx, district, text, reason).await
        }
        Personal::RevealPhone { district, member, reason } => {
            reveal_phone(cx, district, member, reason).await
        }
    }
}

async fn add(
    cx: &mut Context<'_, '_>,
    incident: &IncidentId,
    id: &PartyId,
    (part, contact): (Part, &Contact),
) -> Result<Done, Fault> {
    let about = find_visible(cx, incident).await?;
    cx.allow(Action::AddParty, &Object::incident(&about))?;
    if !is_valid_client_id(id.as_str()) {
        return Err(Refusal::invalid("party", "1 to 64 visible ASCII characters").into());
    }
    let party = Party {
        id: id.clone(),
        incident: about.id,
        district: about.district,
        part,
        contact: checked(contact)?,
        added_by: cx.member()?.id.clone(),
        added_ms: cx.now_ms,
        erased_ms: None,
    };
    if let Some(earlier) = stored::find(cx.tx, id).await? {
        let same = (&earlier.incident, &earlier.added_by) == (&party.incident, &party.added_by);
        return if same {
            Ok(Done::Party(Box::new(earlier)))
        } else {
            Err(Refusal::new(Code::IdReused, "this party id is taken").into())
        };
    }
    stored::insert(cx.tx, &party).await?;
    note(cx, AuditAction::PartyAdded, &party, None).await?;
    Ok(Done::Party(Box::new(party)))
}

fn checked(contact: &Contact) -> Result<Contact, Fault> {
    let clean = |field: &str, text: &Option<String>, most: usize| {
        let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        match text {
            Some(text) if text.chars().count() > most => {
                Err(Refusal::invalid(field, format!("at most {most} characters")))
            }
            Some(text) if text.contains('\0') => {
                Err(Refusal::invalid(field, "text can't hold the character NUL"))
            }
            text => Ok(text.map(str::to_owned)),
        }
    };
    let contact = Contact {
        name: clean("name", &contact.name, MAX_CONTACT_CHARS)?,
        phone: clean("phone", &contact.phone, MAX_CONTACT_CHARS)?,
        note: clean("note", &contact.note, MAX_TEXT_CHARS)?,
    };
    if contact.name.is_none() && contact.phone.is_none() {
        return Err(Refusal::invalid("name", "a name or a phone number").into());
    }
    Ok(contact)
}

async fn find(
    cx: &mut Context<'_, '_>,
    incident: &IncidentId,
    party: &PartyId,
) -> Result<(Incident, Party), Fault> {
    let about = find_visible(cx, incident).await?;
    // Whoever may not even know that there are parties doesn't learn which ids are taken.
    cx.allow(Action::SeeParties, &Object::incident(&about))?;
    let found = stored::find(cx.tx, party).await?.filter(|party| party.incident == about.id);
    Ok((about, found.ok_or_else(|| Refusal::not_found("party").about("party"))?))
}

async fn note(
    cx: &mut Context<'_, '_>,
    action: AuditAction,
    party: &Party,
    reason: Option<&String>,
) -> Result<(), Fault> {
    let note = AuditNote {
        detail: Some(format!("party:{} {}", party.id, party.part)),
        ..AuditNote::of(action, format!("incident:{}", party.incident))
    };
    let reason = match reason {
        Some(reason) => Some(why(cx, &party.district, reason).await?),
        None => None,
    };
    cx.audit(&party.district, &note, reason.as_ref()).await
}

/// Keeps a reason, which must be given.
async fn why(cx: &mut Context<'_, '_>, district: &DistrictId, reason: &str) -> Result<Text, Fault> {
    if reason.contains('\0') {
        return Err(Refusal::invalid("reason", "text can't hold the character NUL").into());
    }
    let kept = cx.keep_text(district, "reason", reason).await?;
    Ok(kept.ok_or_else(|| Refusal::invalid("reason", "say why"))?)
}

async fn erase_text(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    id: &TextId,
    reason: &str,
) -> Result<Done, Fault> {
    cx.allow(Action::ErasePersonalData, &Object::district(district))?;
    let whose = text::district_of(cx.tx, id).await?;
    if whose.as_ref() != Some(district) {
        return Err(Refusal::not_found("text").about("text").into());
    }
    let reason = why(cx, district, reason).await?;
    text::erase(cx.tx, id, cx.now_ms).await?;
    cx.journal(JournalFact::TextErased { district: district.clone(), text: id.clone() });
    let note = AuditNote::of(AuditAction::TextErased, format!("text:{id}"));
    cx.audit(district, &note, Some(&reason)).await?;
    let event = Event::TextErased { district: district.clone(), text: id.clone() };
    cx.emit(district, event, About::Itself).await?;
    Ok(Done::Stored)
}

async fn reveal_phone(
    cx: &mut Context<'_, '_>,
    district: &DistrictId,
    id: &MemberId,
    reason: &str,
) -> Result<Done, Fault> {
    cx.allow(Action::RevealPhone, &Object::district(district))?;
    let found = member::find(cx.tx, id).await?;
    if found.is_none_or(|member| member.district != *district) {
        return Err(Refusal::not_found("member").about("member").into());
    }
    let reason = why(cx, district, reason).await?;
    let note = AuditNote::of(AuditAction::PhoneRevealed, format!("member:{id}"));
    cx.audit(district, &note, Some(&reason)).await?;
    Ok(Done::Phone(member::phone(cx.tx, id).await?))
}
