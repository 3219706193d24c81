//! Whether the process answers, and whether this node can do its work.
//!
//! A lost bus doesn't make a node unready: every node would go at once, and the log still tells
//! all of them everything, only later.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::app::App;
use crate::bus::BusStatus;

/// A log that can't be read within this can't be read: balancers ask again in a few seconds.
const LOG_WITHIN: Duration = Duration::from_secs(3);

/// The process answers.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// Always true.
    alive: bool,
}

/// What a node can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Readiness {
    /// Whether to send clients here.
    ready: bool,
    /// Whether other nodes are told late.
    degraded: bool,
    /// Whether the log can be read and written.
    log: bool,
    /// Whether events are delivered here.
    delivery: bool,
    /// Whether the bus is connected.
    bus: bool,
}

impl Readiness {
    fn of(log: bool, delivery: bool, bus: bool) -> Self {
        let ready = log && delivery;
        Self { ready, degraded: ready && !bus, log, delivery, bus }
    }
}

/// Whether the process answers.
#[utoipa::path(
    get, path = "/healthz", tag = "server", security(()),
    responses((status = 200, description = "It does.", body = Health))
)]
pub(super) async fn health() -> Json<Health> {
    Json(Health { alive: true })
}

/// Whether this node can do its work.
#[utoipa::path(
    get, path = "/readyz", tag = "server", security(()),
    responses(
        (status = 200, description = "It can, perhaps degraded.", body = Readiness),
        (status = 503, description = "The log can't be read or written, or delivery is stuck.",
         body = Readiness),
    )
)]
pub(super) async fn readiness(State(app): State<App>) -> (StatusCode, Json<Readiness>) {
    let reads = matches!(timeout(LOG_WITHIN, app.store.heads()).await, Ok(Ok(_)));
    let log = reads && !app.writer.is_failing();
    let bus = app.feed.bus().status() == BusStatus::Connected;
    let readiness = Readiness::of(log, app.feed.pulse().is_beating(), bus);
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(readiness))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_bus_degrades_and_the_rest_decides() {
        for (log, delivery, bus, ready, degraded) in [
            (true, true, true, true, false),
            (true, true, false, true, true),
            (false, true, true, false, false),
            (true, false, false, false, false),
        ] {
            let readiness = Readiness::of(log, delivery, bus);
            assert_eq!((readiness.ready, readiness.degraded), (ready, degraded), "{readiness:?}");
        }
    }
}
