//! Importing over HTTP: a file is given, looked at, asked about, and then stored in slices.
//!
//! Invariant: nothing is stored while a question is open.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::district::InDistrict;
use super::error::Answer;
use super::extract::{Body, Named, Params, SignedIn};
use super::preview::ImportPreview;
use super::refusals::ImportRefusals;
use crate::app::{App, HeldFile, Loader, Pace, ReadImport};
use crate::auth::{Action, Actor, Object};
use crate::command::ImportedCounts;
use crate::domain::{AuditAction, AuditNote, DistrictId, ImportId};
use crate::intake::{Answers, Coordinates, Imported, Limits, Load, Mapping};
use crate::protocol::{Code, Refusal};

/// Characters of a file's name that are kept.
const NAME_CHARS: usize = 200;

/// What a file is imported as.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Given {
    /// What it holds.
    what: Imported,
    /// What it is called.
    #[serde(default)]
    name: String,
}

/// The path's file.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct InImport {
    /// The district's code.
    district: DistrictId,
    /// The file's id, from its preview.
    import: ImportId,
}

/// What is answered about a file; what is left out is open again.
#[derive(Deserialize, ToSchema)]
#[schema(as = ImportAnswers)]
pub(super) struct Answered {
    /// How its coordinates stand.
    coordinates: Option<Coordinates>,
    /// Which column is what (TOML), for incidents.
    mapping: Option<String>,
}

/// What came of an import.
#[derive(Serialize, ToSchema)]
pub(super) struct ImportResult {
    /// Rows that were new.
    added: usize,
    /// Rows that were there otherwise.
    changed: usize,
    /// Rows that were there as they are.
    unchanged: usize,
    /// Rows that were not taken.
    refused: u64,
}

/// Gives a file, at most 32 MiB: .csv, .csv.gz, .xlsx or GeoJSON, told by its first bytes. It is
/// held for half an hour, and nothing of it is stored yet.
#[utoipa::path(
    post, path = "/api/districts/{district}/imports", tag = "imports", params(InDistrict, Given),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "What it would do.", body = ImportPreview), ImportRefusals)
)]
pub(super) async fn give(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
    Params(given): Params<Given>,
    request: Request,
) -> Answer<Json<ImportPreview>> {
    me.allow_in(action(given.what), &district)?;
    let _place = app.imports.wait()?;
    let most = usize::try_from(Limits::UPLOAD.packed).unwrap_or(usize::MAX);
    let bytes = axum::body::to_bytes(request.into_body(), most).await.map_err(|_| {
        Refusal::new(Code::TooLarge, "the file is larger than 32 MiB, or came only in part")
    })?;
    let name = given.name.chars().filter(|c| !c.is_control()).take(NAME_CHARS).collect();
    let held = HeldFile {
        member: me.member.id,
        district,
        what: given.what,
        name,
        bytes,
        answers: Answers::default(),
        at_ms: app.clock.now_ms(),
    };
    let read = app.read_import(&held).await?;
    let id = app.imports.hold(held.clone())?;
    Ok(Json(ImportPreview::new(id, held, read)))
}

/// Looks at a file under other answers.
#[utoipa::path(
    post, path = "/api/districts/{district}/imports/{import}/preview", tag = "imports",
    params(InImport), request_body = Answered,
    responses((status = 200, description = "What it would do.", body = ImportPreview), ImportRefusals)
)]
pub(super) async fn preview(
    State(app): State<App>,
    me: SignedIn,
    Named(InImport { district, import }): Named<InImport>,
    Body(answered): Body<Answered>,
) -> Answer<Json<ImportPreview>> {
    let mapping = answered.mapping.as_deref().filter(|text| !text.trim().is_empty());
    let mapping = mapping.map(Mapping::parse).transpose();
    let mapping = mapping.map_err(|error| Refusal::invalid("mapping", error.to_string()))?;
    let answers = Answers { coordinates: answered.coordinates, mapping };
    let held = held(&app, &me, (&district, &import), Some(answers))?;
    let read = app.read_import(&held).await?;
    Ok(Json(ImportPreview::new(import, held, read)))
}

/// Imports a file in slices between which others go first. The same file again changes nothing,
/// so after an answer that got lost it may be given and imported again.
#[utoipa::path(
    post, path = "/api/districts/{district}/imports/{import}/commit", tag = "imports",
    params(InImport),
    responses((status = 200, description = "It is stored.", body = ImportResult), ImportRefusals)
)]
pub(super) async fn commit(
    State(app): State<App>,
    me: SignedIn,
    Named(InImport { district, import }): Named<InImport>,
) -> Answer<Json<ImportResult>> {
    let held = held(&app, &me, (&district, &import), None)?;
    let note = AuditNote::of(AuditAction::Imported, format!("table:{}", held.what));
    app.record(&me.caller, &district, note, None).await?;
    let member = me.member;
    // On its own: whoever asked may go away in the middle.
    let storing = tokio::spawn(async move {
        let _storing = app.imports.store(&district)?;
        let read = app.read_import(&held).await?;
        refuse_open(&held, &read)?;
        let ReadImport { file, reading, known, .. } = read;
        let refused = reading.refused();
        let actor = Actor::Member(member.clone());
        let loader = Loader { writer: app.writer.clone(), actor, district, pace: Pace::Beside };
        let counts = loader.store(Arc::new(file), &known, reading.load).await?;
        app.imports.forget(&import, &member.id);
        Ok::<_, Refusal>((counts, refused))
    });
    let stored = storing.await.map_err(|error| {
        tracing::error!(%error, "an import did not end well");
        Refusal::new(Code::Internal, "the import did not end well")
    })?;
    let (ImportedCounts { added, changed, unchanged }, refused) = stored?;
    Ok(Json(ImportResult { added, changed, unchanged, refused }))
}

/// Forgets a file; one that isn't held is no error.
#[utoipa::path(
    delete, path = "/api/districts/{district}/imports/{import}", tag = "imports",
    params(InImport),
    responses((status = 204, description = "It isn't held."), ImportRefusals)
)]
pub(super) async fn forget(
    State(app): State<App>,
    me: SignedIn,
    Named(InImport { district, import }): Named<InImport>,
) -> Answer<StatusCode> {
    let object = Object::district(&district);
    if !me.may(Action::ImportPlaces, &object) {
        me.allow(Action::ImportIncidents, &object)?;
    }
    app.imports.forget(&import, &me.member.id);
    Ok(StatusCode::NO_CONTENT)
}

/// The file, if its giver may still import it.
fn held(
    app: &App,
    me: &SignedIn,
    (district, import): (&DistrictId, &ImportId),
    answers: Option<Answers>,
) -> Answer<HeldFile> {
    let whose = (&me.member.id, district);
    let held = app.imports.find(import, whose, app.clock.now_ms(), answers)?;
    me.allow_in(action(held.what), district)?;
    Ok(held)
}

fn action(what: Imported) -> Action {
    match what {
        Imported::Incidents => Action::ImportIncidents,
        Imported::Members | Imported::Organisations | Imported::Stations | Imported::Grids => {
            Action::ImportPlaces
        }
    }
}

/// What stands in the way of storing it.
fn refuse_open(held: &HeldFile, read: &ReadImport) -> Result<(), Refusal> {
    let conflict = |message: &str, field| Err(Refusal::new(Code::Conflict, message).about(field));
    if let Some(question) = &read.reading.question {
        return conflict(&question.sentence(), "coordinates");
    }
    if matches!(read.reading.load, Load::Incidents { mapping: None, .. }) {
        return conflict("the header doesn't say which column is what", "mapping");
    }
    if held.what == Imported::Grids && read.reading.refused() > 0 {
        return conflict("a map is imported whole: correct what is refused first", "geometry");
    }
    Ok(())
}
