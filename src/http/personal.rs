//! Members' phone numbers in clear, and texts that are erased.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::Answer;
use super::extract::{Body, Named, SignedIn};
use super::refusals::PersonalRefusals;
use crate::app::App;
use crate::command::{Done, Personal};
use crate::domain::{DistrictId, MemberId, TextId};

/// Why it is asked for.
#[derive(Deserialize, ToSchema)]
#[schema(as = Reason)]
pub(super) struct Why {
    /// 1 to 2,000 characters; whoever audits reads it.
    pub(super) reason: String,
}

/// The path's text.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct OneText {
    /// The district's code.
    district: DistrictId,
    /// The text's id.
    text: TextId,
}

/// The path's member.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct OneMember {
    /// The district's code.
    district: DistrictId,
    /// The member's id.
    member: MemberId,
}

/// A phone number in clear.
#[derive(Serialize, ToSchema)]
pub(super) struct ClearPhone {
    /// The number; null when there is none.
    #[schema(required)]
    phone: Option<String>,
}

/// Erases a typed text for ever: of an incident, a line of its timeline, a message, a reason.
#[utoipa::path(
    post, path = "/api/districts/{district}/texts/{text}/erase", tag = "personal data",
    params(OneText), request_body = Why,
    responses((status = 204, description = "It is erased."), PersonalRefusals)
)]
pub(super) async fn erase_text(
    State(app): State<App>,
    me: SignedIn,
    Named(OneText { district, text }): Named<OneText>,
    Body(Why { reason }): Body<Why>,
) -> Answer<StatusCode> {
    app.personal(&me.caller, Personal::EraseText { district, text, reason }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shows a member's phone number. The reason is written into the audit log before this answers.
#[utoipa::path(
    post, path = "/api/districts/{district}/members/{member}/reveal", tag = "personal data",
    params(OneMember), request_body = Why,
    responses((status = 200, description = "In clear.", body = ClearPhone), PersonalRefusals)
)]
pub(super) async fn reveal_phone(
    State(app): State<App>,
    me: SignedIn,
    Named(OneMember { district, member }): Named<OneMember>,
    Body(Why { reason }): Body<Why>,
) -> Answer<Json<ClearPhone>> {
    let asked = Personal::RevealPhone { district, member, reason };
    let phone = match app.personal(&me.caller, asked).await? {
        Done::Phone(phone) => phone,
        _ => None,
    };
    Ok(Json(ClearPhone { phone }))
}
