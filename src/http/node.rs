//! The nodes of the installation, for the system administrator.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::Answer;
use super::extract::SignedIn;
use super::refusals::DistrictRefusals;
use crate::app::App;
use crate::auth::{Action, Object};
use crate::domain::node::BEAT_EVERY_MS;
use crate::domain::{Node, NodeId};

/// The nodes.
#[derive(Serialize, ToSchema)]
pub(super) struct Nodes {
    /// The one that answers.
    own: NodeId,
    /// Each says something this often, in ms.
    every_ms: i64,
    /// By name and address.
    items: Vec<NodeRow>,
}

/// A node.
#[derive(Serialize, ToSchema)]
pub(super) struct NodeRow {
    /// What it last said of itself.
    #[serde(flatten)]
    node: Node,
    /// Whether it should have said something by now, and didn't.
    gone: bool,
}

/// The nodes of the installation, and those that went without a word within a day.
#[utoipa::path(
    get, path = "/api/nodes", tag = "server",
    responses((status = 200, description = "By name and address.", body = Nodes), DistrictRefusals)
)]
pub(super) async fn list(State(app): State<App>, me: SignedIn) -> Answer<Json<Nodes>> {
    me.allow(Action::SeeNodes, &Object::default())?;
    let nodes = app.store.nodes().await?;
    let items = nodes.into_iter().map(|node| NodeRow { gone: node.is_gone(), node }).collect();
    Ok(Json(Nodes { own: app.node, every_ms: BEAT_EVERY_MS, items }))
}
