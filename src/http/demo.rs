//! Tokens for `xunfang simulate`, on a demo server alone.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::Answer;
use super::extract::{Body, token};
use super::refusals::ObjectRefusals;
use crate::app::App;
use crate::domain::MemberId;
use crate::protocol::Refusal;

/// People in one call at the most: each becomes a connection.
const MOST_MEMBERS: usize = 10_000;

/// How many are to be simulated.
#[derive(Deserialize, ToSchema)]
pub(super) struct Wanted {
    /// 1 to 10,000.
    #[schema(minimum = 1, maximum = 10_000)]
    members: usize,
}

/// Somebody to simulate.
#[derive(Serialize, ToSchema)]
struct Actor {
    /// Who.
    member: MemberId,
    /// Their device's token.
    token: String,
}

/// Those to simulate.
#[derive(Serialize, ToSchema)]
pub(super) struct Actors {
    /// One each, the desk's first.
    actors: Vec<Actor>,
}

/// Makes tokens for invented members, for whoever shows the key that the demo server wrote into
/// its data folder.
#[utoipa::path(
    post, path = "/api/demo/tokens", tag = "server", request_body = Wanted,
    responses(
        (status = 200, description = "A token each.", body = Actors),
        (status = 400, description = "Not of the form, or too many.", body = Refusal),
        ObjectRefusals,
    )
)]
pub(super) async fn mint(
    State(app): State<App>,
    headers: HeaderMap,
    Body(Wanted { members }): Body<Wanted>,
) -> Answer<Json<Actors>> {
    if members == 0 || members > MOST_MEMBERS {
        let message = format!("1 to {MOST_MEMBERS} members");
        return Err(Refusal::invalid("members", message).into());
    }
    let tokens = app.mint_simulated(token(&headers).as_deref(), members).await?;
    let actors = tokens.into_iter().map(|(member, token)| Actor { member, token }).collect();
    Ok(Json(Actors { actors }))
}
