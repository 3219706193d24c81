//! What this is: the one thing that is told to everybody.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

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
}

/// The program's name and version.
#[utoipa::path(
    get, path = "/api/info", tag = "server", security(()),
    responses((status = 200, description = "The program.", body = Info))
)]
pub(super) async fn show(State(app): State<App>) -> Json<Info> {
    let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    Json(Info { name, version, demo: app.demo })
}
