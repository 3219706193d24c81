//! The HTTP edge: the API, its document, the web client, and what Prometheus reads.
//!
//! It translates requests into reads and commands and decides every one through `auth`; it must
//! not know sockets, nor change anything itself. Invariants: what an endpoint answers stands in
//! the document; no answer but a success is anything else than a [`crate::protocol::Refusal`].
#![expect(unused_qualifications, reason = "written by utoipa's macro around every parameter type")]

mod access;
mod account;
mod assets;
mod audit;
mod check_in;
mod command;
mod consent;
mod cookie;
mod count;
mod days;
mod demo;
mod district;
mod entrance;
mod error;
mod escalation;
mod export;
mod extract;
mod grid;
mod health;
mod import;
mod incident;
mod info;
mod member;
mod message;
mod metrics;
mod node;
mod openapi;
mod organisation;
mod own_access;
mod own_sessions;
mod page;
mod party;
mod personal;
mod preview;
mod refusals;
mod roster;
mod security;
mod sender;
mod session;
mod station;
mod street;
mod table;
mod tiles;
mod track_hold;
mod track_view;

use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::trace::TraceLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

pub use access::{Access, Endpoint};
pub use entrance::Entrance;
pub use metrics::{fold_metrics, install_recorder, metrics_router};
pub use tiles::{TileSettings, TileSource};

use crate::app::App;
use crate::auth::Action;
use crate::export::XLSX_MEDIA_TYPE;
use crate::protocol::limits::MAX_FRAME_BYTES;
use crate::protocol::{Code, Refusal};
use access::Endpoints;
use error::Refused;

/// A request gets this long, the reading of its body included: a phone on a weak link sends
/// 64 KiB in it, and the largest table is written in a tenth of it.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// A file of 32 MiB over a weak link, or a million rows in slices that let everybody else first.
const IMPORT_WITHIN: Duration = Duration::from_secs(15 * 60);

/// The edge with its layers as one entrance shows it, and beside it the routes of others, which
/// get the outer layers.
pub fn router(app: App, beside: impl Into<Option<Router>>, entrance: Entrance) -> Router {
    let (api, document) = endpoints(Some(app.clone())).router.split_for_parts();
    drop(document);
    let api = api
        .method_not_allowed_fallback(error::no_such_method)
        .layer(DefaultBodyLimit::max(MAX_FRAME_BYTES))
        .layer(from_fn(in_time))
        .layer(from_fn(without_nul))
        .with_state(app)
        .merge(reader());
    let all = beside.into().into_iter().fold(api, Router::merge);
    all.fallback(assets::fallback)
        .layer(CatchPanicLayer::custom(|_| panicked()))
        .layer(CompressionLayer::new().compress_when(worth_compressing()))
        .layer(from_fn_with_state(entrance.clone(), security::guard))
        .layer(Extension(entrance))
        .layer(from_fn(metrics::measure))
        .layer(TraceLayer::new_for_http().make_span_with(span).on_failure(()))
}

/// The document of the edge.
pub fn openapi() -> utoipa::openapi::OpenApi {
    openapi::finish(endpoints(None).router.into_openapi())
}

/// Every endpoint with who may come to it.
pub fn access() -> Vec<Endpoint> {
    endpoints(None).list
}

/// Every endpoint; there are none beside those with a description and an access.
fn endpoints(app: Option<App>) -> Endpoints {
    let endpoints = Endpoints::new(OpenApiRouter::with_openapi(openapi::head()), app);
    personal_data(operations(figures(places(accounts(sessions(endpoints))))))
        .add(Access::Anybody("what every page needs before anybody signs in"), routes!(info::show))
        .add(Access::Anybody("the document is no secret"), routes!(openapi::show))
        .add(Access::Anybody("for load balancers"), routes!(health::health))
        .add(Access::Anybody("for load balancers"), routes!(health::readiness))
        .add(Access::Anybody("it asks for the demo's own key"), routes!(demo::mint))
}

fn sessions(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(Access::Anybody("it is the way in"), routes!(session::sign_in))
        .add(Access::Anybody("it is the way in"), routes!(session::pair))
        .add(Access::Newcomer, routes!(session::show, session::sign_out))
        .add(Access::Newcomer, routes!(session::password))
        .add(Access::SignedIn, routes!(session::active))
        .add(Access::SignedIn, routes!(own_sessions::list, own_sessions::end))
        .add(Access::SignedIn, routes!(district::list))
}

fn accounts(endpoints: Endpoints) -> Endpoints {
    const SEATS: Access = Access::Granted(&[Action::AssignDuties, Action::AppointAdmins]);
    endpoints
        .add(Access::Granted(&[Action::MakeDistrict]), routes!(district::make))
        .add(Access::Granted(&[Action::SeeNodes]), routes!(node::list))
        .add(Access::Granted(&[Action::SeeAccounts]), routes!(account::list))
        .add(Access::Granted(&[Action::ManageAccounts]), routes!(account::change))
        .add(SEATS, routes!(account::seat))
}

fn places(endpoints: Endpoints) -> Endpoints {
    const PLACES: Access = Access::Granted(&[Action::SeePlaces]);
    endpoints
        .add(PLACES, routes!(district::areas))
        .add(PLACES, routes!(district::kinds))
        .add(PLACES, routes!(grid::list))
        .add(PLACES, routes!(grid::outline))
        .add(PLACES, routes!(station::list))
        .add(PLACES, routes!(station::checkpoints))
        .add(PLACES, routes!(street::list))
        .add(PLACES, routes!(escalation::list))
        .add(PLACES, routes!(organisation::list))
        .add(PLACES, routes!(organisation::teams))
        .add(PLACES, routes!(roster::templates))
        .add(Access::Granted(&[Action::SeeMembers]), routes!(member::list))
}

fn operations(endpoints: Endpoints) -> Endpoints {
    const INCIDENTS: Access = Access::Granted(&[Action::SeeIncident]);
    const HOLDS: Access = Access::Granted(&[Action::HoldTracks]);
    const ROSTER: Access = Access::Granted(&[Action::SeeRoster]);
    const CHANNELS: Access = Access::Granted(&[Action::SeeIncident, Action::PostToDistrict]);
    endpoints
        .add(ROSTER, routes!(roster::list))
        .add(ROSTER, routes!(check_in::list))
        .add(INCIDENTS, routes!(incident::list))
        .add(INCIDENTS, routes!(incident::detail))
        .add(CHANNELS, routes!(message::list))
        .add(Access::Granted(&[Action::ViewTrack]), routes!(track_view::show))
        .add(Access::Granted(&[Action::SeeOfficers]), routes!(member::officers))
        .add(HOLDS, routes!(track_hold::list, track_hold::hold))
        .add(HOLDS, routes!(track_hold::release))
        .add(Access::Granted(&[Action::Consent]), routes!(consent::show))
        .add(Access::Granted(&[Action::SeeOwnAccess]), routes!(own_access::track_views))
        // Each request has its own row in the matrix.
        .add(Access::SignedIn, routes!(command::apply))
}

fn personal_data(endpoints: Endpoints) -> Endpoints {
    const ERASING: Access = Access::Granted(&[Action::ErasePersonalData]);
    endpoints
        .add(Access::Granted(&[Action::SeeParties]), routes!(party::list))
        .add(Access::Granted(&[Action::AddParty]), routes!(party::add))
        .add(Access::Granted(&[Action::RevealParty]), routes!(party::reveal))
        .add(ERASING, routes!(party::erase))
        .add(ERASING, routes!(personal::erase_text))
        .add(Access::Granted(&[Action::RevealPhone]), routes!(personal::reveal_phone))
        .add(Access::Granted(&[Action::SeeAudit]), routes!(audit::list))
}

fn figures(endpoints: Endpoints) -> Endpoints {
    const IMPORTS: Access = Access::Granted(&[Action::ImportPlaces, Action::ImportIncidents]);
    endpoints
        .add(Access::Granted(&[Action::SeeCounts]), routes!(count::list))
        .add(Access::Granted(&[Action::Export]), routes!(export::download))
        .add(
            Access::Granted(&[Action::SeePlaces, Action::SeeMembers, Action::ExportIncidents]),
            routes!(table::download),
        )
        .add(IMPORTS, routes!(import::give))
        .add(IMPORTS, routes!(import::preview))
        .add(IMPORTS, routes!(import::commit))
        .add(IMPORTS, routes!(import::forget))
}

/// The page to read the document with; nothing of it comes from elsewhere.
fn reader() -> Router {
    SwaggerUi::new("/api/docs").config(Config::from(openapi::PATH).validator_url("none")).into()
}

/// Answers what takes too long. A change may have been stored all the same.
async fn in_time(request: Request, next: Next) -> Response {
    let changes = !request.method().is_safe();
    let imports = request.uri().path().contains("/imports");
    let within = if imports { IMPORT_WITHIN } else { ANSWER_WITHIN };
    match tokio::time::timeout(within, next.run(request)).await {
        Ok(response) => response,
        Err(_) if changes => {
            let message = "this takes too long: send it again, same id";
            Refused(Refusal::new(Code::OutcomeUnknown, message)).into_response()
        }
        Err(_) => {
            Refused(Refusal::new(Code::Busy, "this takes too long, try again")).into_response()
        }
    }
}

/// PostgreSQL takes no NUL in text, so nothing that holds one can be asked for.
async fn without_nul(request: Request, next: Next) -> Response {
    let uri = request.uri();
    if uri.path_and_query().is_some_and(|asked| asked.as_str().contains("%00")) {
        return Refused(Refusal::new(Code::Malformed, "the character NUL in the address"))
            .into_response();
    }
    next.run(request).await
}

/// The panic hook has said where; this says that it was answered.
fn panicked() -> Response {
    ::metrics::counter!("xunfang_http_panics_total").increment(1);
    Refused(Refusal::new(Code::Internal, "the server made a mistake")).into_response()
}

fn worth_compressing() -> impl Predicate {
    DefaultPredicate::new().and(NotForContentType::const_new(XLSX_MEDIA_TYPE))
}

/// The route's pattern: the path and the query may hold names.
fn span(request: &Request) -> tracing::Span {
    let route = metrics::route(request);
    tracing::debug_span!("http", method = %request.method(), route)
}
