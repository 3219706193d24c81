//! What this is: the one thing that is told to everybody.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::entrance::Entrance;
use super::tiles::TileSource;
use crate::app::App;

/// The program.
#[derive(Serialize, ToSchema)]
pub(super) struct Info {
    /// Its name.
    name: &'static str,
    /// Its version.
    version: &'static str,
    /// Whether the data are invented, which every screen then says.
    demo: bool,
    /// Whether one signs in with a code from the terminal (`/pair`) and not with a password.
    pairing: bool,
    /// The basemap to draw under everything; null: none.
    #[schema(required)]
    tiles: Option<TileSource>,
}

/// The program's name and version.
#[utoipa::path(
    get, path = "/api/info", tag = "server", security(()),
    responses((status = 200, description = "The program.", body = Info))
)]
pub(super) async fn show(State(app): State<App>, entrance: Entrance) -> Json<Info> {
    let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    let Entrance { pairing, tiles, .. } = entrance;
    Json(Info { name, version, demo: app.demo, pairing: pairing.is_some(), tiles })
}
