//! Tokens for people to simulate: one transaction, so that none of them is half there.

use super::context::Context;
use super::{Done, Fault, Settlement, settle};
use crate::auth::token;
use crate::domain::{MemberId, SessionId};
use crate::protocol::Refusal;
use crate::store::member;
use crate::store::session::{self, Session, SessionKind};

/// A minted token lasts this long, in ms; a longer demo asks again.
const TOKEN_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

pub(super) async fn apply(
    cx: &mut Context<'_, '_>,
    settlement: &Settlement,
    members: &[MemberId],
) -> Result<Done, Fault> {
    if cx.actor.member().is_some() {
        return Err(Refusal::new(crate::protocol::Code::Forbidden, "for the system alone").into());
    }
    if !settlement.members.is_empty() {
        settle::apply(cx, settlement).await?;
    }
    let mut tokens = Vec::with_capacity(members.len());
    for id in members {
        if member::find(cx.tx, id).await?.is_none() {
            return Err(Refusal::not_found("member").about("members").into());
        }
        let token = token::fresh();
        let session = Session {
            id: &SessionId::fresh(),
            digest: &token::digest(&token),
            member: id,
            kind: SessionKind::Device,
            created_ms: cx.now_ms,
            expires_ms: cx.now_ms + TOKEN_MS,
        };
        session::begin(cx.tx, &session).await?;
        tokens.push((id.clone(), token));
    }
    Ok(Done::Tokens(tokens))
}
