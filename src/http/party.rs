//! Whom an incident is about: masked in lists, in clear for a reason that is written down first.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::Answer;
use super::extract::{Body, Named, SignedIn};
use super::incident::{OneIncident, visible};
use super::personal::Why;
use super::refusals::PersonalRefusals;
use crate::app::App;
use crate::auth::{Action, Object, mask_contact};
use crate::command::{Done, Personal};
use crate::domain::{Contact, IncidentId, MemberId, Part, Party, PartyId};
use crate::protocol::{Code, Refusal};

/// The path's person.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct OneParty {
    /// The incident's id.
    incident: IncidentId,
    /// The person's id.
    party: PartyId,
}

/// Somebody to enter.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewParty {
    /// Made by the client (UUIDv7); the same id again changes nothing.
    party: PartyId,
    /// What they have to do with it.
    part: Part,
    /// What is known of them: a name or a phone number at least.
    #[serde(flatten)]
    contact: Contact,
}

/// Somebody, masked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MaskedParty {
    /// Their id.
    id: PartyId,
    /// What they have to do with the incident.
    part: Part,
    /// Their name, e.g. 「张**」; null when it isn't known or was erased.
    name: Option<String>,
    /// Their phone number, e.g. `139****0001`; null when it isn't known or was erased.
    phone: Option<String>,
    /// Whether there is a note.
    noted: bool,
    /// Who entered it.
    added_by: MemberId,
    /// When, Unix ms UTC.
    added_ms: i64,
    /// When it was erased, Unix ms UTC.
    erased_ms: Option<i64>,
}

impl From<Party> for MaskedParty {
    fn from(party: Party) -> Self {
        Self {
            id: party.id,
            part: party.part,
            name: party.contact.name.as_deref().map(mask_contact::name),
            phone: party.contact.phone.as_deref().map(mask_contact::phone),
            noted: party.contact.note.is_some(),
            added_by: party.added_by,
            added_ms: party.added_ms,
            erased_ms: party.erased_ms,
        }
    }
}

/// Somebody in clear.
#[derive(Serialize, ToSchema)]
pub(super) struct ClearParty {
    /// Their id.
    id: PartyId,
    /// What is known of them.
    #[serde(flatten)]
    contact: Contact,
}

/// Whom an incident is about, masked, in the order in which they were entered.
#[utoipa::path(
    get, path = "/api/incidents/{incident}/parties", tag = "personal data", params(OneIncident),
    responses((status = 200, description = "Masked.", body = Vec<MaskedParty>), PersonalRefusals)
)]
pub(super) async fn list(
    State(app): State<App>,
    me: SignedIn,
    Named(OneIncident { incident }): Named<OneIncident>,
) -> Answer<Json<Vec<MaskedParty>>> {
    let found = visible(&app, &me, &incident).await?;
    let found = found.ok_or_else(|| Refusal::not_found("incident"))?;
    me.allow(Action::SeeParties, &Object::incident(&found))?;
    let parties = app.store.parties(&incident).await?;
    Ok(Json(parties.into_iter().map(MaskedParty::from).collect()))
}

/// Enters somebody whom an incident is about.
#[utoipa::path(
    post, path = "/api/incidents/{incident}/parties", tag = "personal data",
    params(OneIncident), request_body = NewParty,
    responses((status = 201, description = "It is kept.", body = MaskedParty), PersonalRefusals)
)]
pub(super) async fn add(
    State(app): State<App>,
    me: SignedIn,
    Named(OneIncident { incident }): Named<OneIncident>,
    Body(NewParty { party, part, contact }): Body<NewParty>,
) -> Answer<(StatusCode, Json<MaskedParty>)> {
    let asked = Personal::AddParty { incident, party, part, contact };
    Ok((StatusCode::CREATED, Json(applied(&app, me, asked).await?.into())))
}

/// Shows somebody in clear. The reason is written into the audit log before this answers.
#[utoipa::path(
    post, path = "/api/incidents/{incident}/parties/{party}/reveal", tag = "personal data",
    params(OneParty), request_body = Why,
    responses((status = 200, description = "In clear.", body = ClearParty), PersonalRefusals)
)]
pub(super) async fn reveal(
    State(app): State<App>,
    me: SignedIn,
    Named(OneParty { incident, party }): Named<OneParty>,
    Body(Why { reason }): Body<Why>,
) -> Answer<Json<ClearParty>> {
    let asked = Personal::RevealParty { incident, party, reason };
    let Party { id, contact, .. } = applied(&app, me, asked).await?;
    Ok(Json(ClearParty { id, contact }))
}

/// Erases what is known of somebody, for ever. That there was somebody stays.
#[utoipa::path(
    post, path = "/api/incidents/{incident}/parties/{party}/erase", tag = "personal data",
    params(OneParty), request_body = Why,
    responses((status = 200, description = "It is erased.", body = MaskedParty), PersonalRefusals)
)]
pub(super) async fn erase(
    State(app): State<App>,
    me: SignedIn,
    Named(OneParty { incident, party }): Named<OneParty>,
    Body(Why { reason }): Body<Why>,
) -> Answer<Json<MaskedParty>> {
    let asked = Personal::EraseParty { incident, party, reason };
    Ok(Json(applied(&app, me, asked).await?.into()))
}

async fn applied(app: &App, me: SignedIn, asked: Personal) -> Answer<Party> {
    match app.personal(&me.caller, asked).await? {
        Done::Party(party) => Ok(*party),
        _ => Err(Refusal::new(Code::Internal, "the command did something else").into()),
    }
}
