//! The weekly table as a file.

use axum::extract::State;
use axum::http::{HeaderName, header};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::district::{InDistrict, map};
use super::error::Answer;
use super::extract::{Named, Params, SignedIn};
use super::grid::CollectionType;
use super::refusals::DistrictRefusals;
use crate::app::App;
use crate::auth::{Action, Object};
use crate::clock::{DateTime, IsoWeek, Period};
use crate::command::DistrictMap;
use crate::domain::{AuditAction, AuditNote, DistrictId, GridCode};
use crate::export::{
    CSV_MEDIA_TYPE, Count, GEOJSON_MEDIA_TYPE, Shapes, Table, XLSX_MEDIA_TYPE, weekly,
};
use crate::protocol::{Code, Refusal};

/// A file format.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Format {
    /// Comma-separated, UTF-8.
    Csv,
    /// Excel.
    Xlsx,
    /// Places with their figures, WGS-84.
    Geojson,
}

/// Which table.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// The ISO week; the current one when it isn't said.
    #[param(example = "2026-W48")]
    week: Option<String>,
    /// The format; `csv` when it isn't said.
    #[param(inline)]
    format: Option<Format>,
}

/// The bytes of a file.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "stands in the document for bytes")]
pub(super) struct FileBytes(Vec<u8>);

/// Places as a file of `GeoJSON`, WGS-84.
#[derive(ToSchema)]
#[expect(dead_code, reason = "stands in the document for the text, which is written at once")]
pub(super) struct FeatureFile {
    /// What it is.
    #[schema(rename = "type")]
    kind: CollectionType,
    /// The table's rows, each with its shape.
    features: Vec<Value>,
}

pub(super) type File = ([(HeaderName, String); 2], Vec<u8>);

/// The week's table `week,kind,grid,n`; who exports their own premises gets those alone.
#[utoipa::path(
    get, path = "/api/districts/{district}/export", tag = "figures", params(InDistrict, Asked),
    responses(
        (status = 200, description = "The file.",
         content((FileBytes = "text/csv"), (FileBytes =
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (FeatureFile = "application/geo+json")),
         headers(("Content-Disposition" = String, description = "The file's name."))),
        DistrictRefusals,
    )
)]
pub(super) async fn download(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
    Params(asked): Params<Asked>,
) -> Answer<File> {
    let own = [me.member.org.clone()];
    me.allow(Action::Export, &Object { owners: &own, ..Object::district(&district) })?;
    let map = map(&app, &district).await?;
    let now = map.zone.civil(app.clock.now_ms());
    let week = week(asked.week.as_deref())?.unwrap_or_else(|| IsoWeek::of(now.date()));
    let mut counts = app.store.day_counts(&district, Period::week(week)).await?;
    counts.retain(|count| is_theirs(&me, &district, &map, count));
    let table = weekly(&counts);
    let format = asked.format.unwrap_or(Format::Csv);
    exported(&app, &me, &district, &format!("week:{week} {format:?}")).await?;
    let bytes = match format {
        Format::Csv => table.guarded_csv(),
        Format::Xlsx => xlsx(&table, &week.to_string(), now)?,
        Format::Geojson => {
            let mut shapes = Shapes::new();
            for shaped in app.store.grids(&district).await? {
                let owners = map.owners(Some(&shaped.grid.code));
                if me.may(Action::Export, &Object { owners, ..Object::district(&district) }) {
                    shapes.insert(shaped.grid.code.to_string(), shaped.shape);
                }
            }
            table.grid_geojson(&shapes).unwrap_or_default()
        }
    };
    Ok(file(bytes, format, &format!("{district}_{week}")))
}

/// Writes an export into the audit log, before it is answered.
pub(super) async fn exported(
    app: &App,
    me: &SignedIn,
    district: &DistrictId,
    what: &str,
) -> Answer<()> {
    let note = AuditNote::of(AuditAction::Exported, what.to_lowercase());
    Ok(app.record(&me.caller, district, note, None).await?)
}

/// A table as an Excel file.
pub(super) fn xlsx(table: &Table, sheet: &str, now: DateTime) -> Answer<Vec<u8>> {
    Ok(table.xlsx(sheet, now).map_err(|error| {
        tracing::error!(%error, "a table could not be written");
        Refusal::new(Code::Internal, "the table could not be written")
    })?)
}

/// The bytes with what a browser saves them as.
pub(super) fn file(bytes: Vec<u8>, format: Format, name: &str) -> File {
    let (mime, ending) = match format {
        Format::Csv => (CSV_MEDIA_TYPE, "csv"),
        Format::Xlsx => (XLSX_MEDIA_TYPE, "xlsx"),
        Format::Geojson => (GEOJSON_MEDIA_TYPE, "geojson"),
    };
    let disposition = format!("attachment; filename=\"xunfang_{}.{ending}\"", plain(name));
    let headers =
        [(header::CONTENT_TYPE, mime.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    (headers, bytes)
}

fn week(asked: Option<&str>) -> Answer<Option<IsoWeek>> {
    let parse = |text: &str| {
        text.parse::<IsoWeek>().map_err(|error| Refusal::invalid("week", error.to_string()))
    };
    Ok(asked.map(parse).transpose()?)
}

/// By the same cell of the matrix, each grid with its owners.
fn is_theirs(me: &SignedIn, district: &DistrictId, map: &DistrictMap, count: &Count) -> bool {
    let grid = GridCode::from(count.grid.as_str());
    let owners = map.owners(Some(&grid));
    me.may(Action::Export, &Object { owners, ..Object::district(district) })
}

/// A district's code as part of a file's name: it comes from a file and may hold anything.
fn plain(code: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    code.chars().map(|c| if fits(c) { c } else { '-' }).collect()
}
