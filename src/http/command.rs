//! Commands over HTTP, for clients without a socket: the same requests with the same outcomes.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::error::Answer;
use super::extract::{Body, SignedIn};
use crate::app::App;
use crate::domain::CommandId;
use crate::protocol::{Outcome, Refusal, Request};

/// A request with its id.
#[derive(Deserialize, ToSchema)]
#[schema(as = Command)]
pub(super) struct Asked {
    /// Made by the client (UUIDv7); the same id again returns the first outcome.
    id: CommandId,
    /// What is asked for.
    request: Request,
}

/// Applies a request, and answers when it is stored.
///
/// On 503 with `outcome_unknown`, or without an answer, send it again with the same id.
#[utoipa::path(
    post, path = "/api/commands", tag = "commands", request_body = Asked,
    responses(
        (status = 200, description = "It is stored.", body = Outcome),
        (status = 400, description = "Not of the form, or a value that can't be.", body = Refusal),
        (status = 401, description = "Nobody is signed in.", body = Refusal),
        (status = 403, description = "The member may not.", body = Refusal),
        (status = 404, description = "It is about something that isn't there.", body = Refusal),
        (status = 409, description = "Not legal now, `legal` lists what is; or the id is taken.",
         body = Refusal),
        (status = 413, description = "Larger than 64 KiB.", body = Refusal),
        (status = 503, description = "Too much to do, or the outcome is unknown.", body = Refusal),
    )
)]
pub(super) async fn apply(
    State(app): State<App>,
    me: SignedIn,
    Body(asked): Body<Asked>,
) -> Answer<Json<Outcome>> {
    Ok(Json(app.request(me.caller, asked.id, asked.request).await?))
}
