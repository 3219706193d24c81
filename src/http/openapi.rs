//! The document: every endpoint of this edge, from the code that answers it.
//!
//! The web client's types are generated from what is committed in `web-client/src/api`; a test
//! holds that to the code.

use std::sync::LazyLock;

use axum::http::{HeaderName, header};
use utoipa::OpenApi as _;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Array, OpenApi, Ref, RefOr};

use crate::protocol::{Refusal, SESSION_COOKIE};

/// Where the document is.
pub(super) const PATH: &str = "/api/openapi.json";

/// Types that only the server writes: none of their fields is ever left out, null ones neither.
const WHOLE: &[&str] = &[
    "Assignment",
    "CheckIn",
    "Checkpoint",
    "District",
    "Entry",
    "EscalationUnit",
    "Flags",
    "Grid",
    "Incident",
    "Member",
    "Message",
    "Node",
    "Outcome",
    "RosterEntry",
    "Shift",
    "ShiftTemplate",
    "Station",
    "Text",
    "TrackView",
];

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Xunfang",
        description = "巡防 over HTTP. What changes while you look at it comes over the WebSocket \
                       at `/ws`. Times are Unix milliseconds, UTC; places are WGS-84 degrees.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(Refusal)),
    tags(
        (name = "session", description = "Signing in and out."),
        (name = "places", description = "Districts, areas, micro-grids, stations, streets, kinds."),
        (name = "people", description = "Organisations, teams, members, rosters."),
        (name = "incidents", description = "Incidents and their timelines."),
        (name = "duty", description = "Rosters, check-ins, and looks at tracks."),
        (name = "messages", description = "Channels."),
        (name = "commands", description = "The one way to change anything."),
        (name = "imports", description = "Files: given, previewed, then stored."),
        (name = "figures", description = "Counts and exports."),
        (name = "server", description = "The program itself."),
    )
)]
struct Head;

/// The document without its endpoints.
pub(super) fn head() -> OpenApi {
    let mut document = Head::openapi();
    let components = document.components.get_or_insert_default();
    let cookie = ApiKeyValue::with_description(SESSION_COOKIE, "A browser's session.");
    components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A device's."));
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    let either = ["cookie", "bearer"].map(|name| SecurityRequirement::new::<_, _, &str>(name, []));
    document.security = Some(either.to_vec());
    document
}

/// Says of the types that the server alone writes that all their fields are there, has pages refer
/// to their items' type instead of repeating it, and names the operations.
pub(super) fn finish(mut document: OpenApi) -> OpenApi {
    let schemas = document.components.as_mut().map(|components| &mut components.schemas);
    for (name, schema) in schemas.into_iter().flatten() {
        let RefOr::T(Schema::Object(object)) = schema else { continue };
        if WHOLE.contains(&name.as_str()) {
            object.required = object.properties.keys().cloned().collect();
        }
        if let Some(item) = name.strip_prefix("Page_") {
            let items = Array::new(Ref::from_schema_name(item));
            object.properties.insert("items".to_owned(), RefOr::T(Schema::Array(items)));
        }
    }
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in
            [("get", &mut item.get), ("post", &mut item.post), ("delete", &mut item.delete)]
        {
            if let Some(operation) = operation {
                operation.operation_id = Some(operation_id(method, path));
            }
        }
    }
    document
}

/// A name that no other operation has, e.g. `get_districts_district_grids`: handlers of one name
/// stand in several files.
fn operation_id(method: &str, path: &str) -> String {
    let plain = path.trim_start_matches("/api").replace(['{', '}'], "").replace(['/', '.'], "_");
    format!("{method}{plain}")
}

static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    super::openapi().to_pretty_json().expect("a document has string keys and finite numbers") + "\n"
});

/// This document.
#[utoipa::path(
    get, path = "/api/openapi.json", tag = "server", security(()),
    responses((status = 200, description = "OpenAPI 3.1.", body = Object))
)]
pub(super) async fn show() -> ([(HeaderName, &'static str); 1], &'static str) {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::domain::{IncidentState, Level, Role};

    /// Every route; a new one is added to the contract, and then here.
    const ENDPOINTS: &[&str] = &[
        "delete /api/districts/{district}/imports/{import}",
        "delete /api/session",
        "delete /api/sessions",
        "get /api/consent",
        "get /api/districts",
        "get /api/districts/{district}/accounts",
        "get /api/districts/{district}/areas",
        "get /api/districts/{district}/audit",
        "get /api/districts/{district}/check-ins",
        "get /api/districts/{district}/checkpoints",
        "get /api/districts/{district}/counts",
        "get /api/districts/{district}/escalation",
        "get /api/districts/{district}/export",
        "get /api/districts/{district}/grids",
        "get /api/districts/{district}/incidents",
        "get /api/districts/{district}/kinds",
        "get /api/districts/{district}/members",
        "get /api/districts/{district}/messages",
        "get /api/districts/{district}/officers",
        "get /api/districts/{district}/organisations",
        "get /api/districts/{district}/outline",
        "get /api/districts/{district}/roster",
        "get /api/districts/{district}/stations",
        "get /api/districts/{district}/streets",
        "get /api/districts/{district}/tables/{table}",
        "get /api/districts/{district}/teams",
        "get /api/districts/{district}/templates",
        "get /api/districts/{district}/track-holds",
        "get /api/districts/{district}/track-views/{view}",
        "get /api/incidents/{incident}",
        "get /api/incidents/{incident}/parties",
        "get /api/info",
        "get /api/me/track-views",
        "get /api/nodes",
        "get /api/openapi.json",
        "get /api/session",
        "get /api/sessions",
        "get /healthz",
        "get /readyz",
        "post /api/commands",
        "post /api/demo/tokens",
        "post /api/districts",
        "post /api/districts/{district}/imports",
        "post /api/districts/{district}/imports/{import}/commit",
        "post /api/districts/{district}/imports/{import}/preview",
        "post /api/districts/{district}/members/{member}/account",
        "post /api/districts/{district}/members/{member}/reveal",
        "post /api/districts/{district}/texts/{text}/erase",
        "post /api/districts/{district}/track-holds",
        "post /api/districts/{district}/track-holds/{hold}/release",
        "post /api/incidents/{incident}/parties",
        "post /api/incidents/{incident}/parties/{party}/erase",
        "post /api/incidents/{incident}/parties/{party}/reveal",
        "post /api/session",
        "post /api/session/active",
        "post /api/session/pair",
        "post /api/session/password",
        "put /api/districts/{district}/members/{member}/seat",
    ];

    fn json() -> serde_json::Value {
        serde_json::from_str(&DOCUMENT).unwrap()
    }

    #[test]
    fn the_committed_document_is_that_of_the_code() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("web-client/src/api/openapi.json");
        if std::env::var_os("XUNFANG_BLESS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &*DOCUMENT).unwrap();
        }
        assert!(
            fs::read_to_string(&path).unwrap_or_default() == *DOCUMENT,
            "web-client/src/api/openapi.json is stale: run XUNFANG_BLESS=1 cargo test --lib openapi"
        );
    }

    #[test]
    fn every_endpoint_is_described_with_its_refusals() {
        let (mut found, mut ids) = (Vec::new(), HashSet::new());
        for (path, methods) in json()["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let name = format!("{method} {path}");
                let id = operation["operationId"].as_str().unwrap().to_owned();
                assert!(ids.insert(id.clone()), "{name}: {id} names two operations");
                let summary = operation["summary"].as_str().unwrap_or_default();
                assert!(summary.ends_with('.') || summary.contains(". "), "{name} has no summary");
                assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{name}");
                let responses = operation["responses"].as_object().unwrap();
                let is_public = operation["security"] == serde_json::json!([{}]);
                assert!(is_public || responses.contains_key("401"), "{name} lets nobody in");
                for (status, response) in responses {
                    let refusal = "#/components/schemas/Refusal";
                    let schema = &response["content"]["application/json"]["schema"]["$ref"];
                    let fails = status.starts_with(['4', '5']) && path != "/readyz";
                    assert_eq!(schema == refusal, fails, "{name} {status}: {response}");
                }
                found.push(name);
            }
        }
        found.sort();
        assert_eq!(found, ENDPOINTS);
    }

    #[test]
    fn no_route_is_added_beside_the_document() {
        let room = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http");
        let adds = concat!(".ro", "ute(");
        let files = fs::read_dir(room).unwrap().map(|entry| entry.unwrap().path());
        let beside: Vec<_> = files
            .filter(|path| fs::read_to_string(path).unwrap().contains(adds))
            .map(|path| path.file_name().unwrap().to_owned())
            .collect();
        // Metrics stand on a listener of their own.
        assert_eq!(beside, ["metrics.rs"]);
    }

    #[test]
    fn closed_lists_are_written_as_they_are_sent() {
        let schemas = json()["components"]["schemas"].clone();
        let sent = |names: Vec<&str>| serde_json::json!(names);
        for (name, values) in [
            ("IncidentState", IncidentState::ALL.iter().map(|state| state.as_str()).collect()),
            ("Level", Level::ALL.iter().map(|level| level.as_str()).collect()),
            ("Role", Role::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>()),
        ] {
            assert_eq!(schemas[name]["enum"], sent(values), "{name}");
        }
    }

    #[test]
    fn every_schema_that_is_named_is_there() {
        let schemas = json()["components"]["schemas"].clone();
        for part in DOCUMENT.split("#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(schemas.get(name).is_some(), "{name} is missing");
        }
        for name in WHOLE {
            let schema = &schemas[name];
            let fields = schema["properties"].as_object().map(serde_json::Map::len);
            assert_eq!(schema["required"].as_array().map(Vec::len), fields, "{name}");
        }
    }
}
