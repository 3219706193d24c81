//! What a node says of itself. It is no news to anybody, so it writes no event.
//!
//! It goes the way of every change, so a node that can no longer write finds out within seconds,
//! also when nobody asks it for anything.

use super::context::Context;
use super::{Done, Fault};
use crate::domain::{NodeBeat, NodeId};
use crate::store::node;

pub(super) async fn beat(cx: &mut Context<'_, '_>, beat: &NodeBeat) -> Result<Done, Fault> {
    node::beat(cx.tx, cx.deps.store.database(), beat).await?;
    Ok(Done::Stored)
}

pub(super) async fn leave(cx: &mut Context<'_, '_>, id: &NodeId) -> Result<Done, Fault> {
    node::leave(cx.tx, id).await?;
    Ok(Done::Stored)
}
