//! What a district has, as a file: one table, three formats.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::district::map;
use super::error::Answer;
use super::export::{FeatureFile, File, FileBytes, Format, exported, file};
use super::extract::{Named, Params, SignedIn};
use super::refusals::DistrictRefusals;
use crate::app::App;
use crate::auth::{Action, Object, sees_incident};
use crate::domain::DistrictId;
use crate::export::{Shapes, Table, grids, incidents, members, organisations, stations};
use crate::intake::Imported;
use crate::protocol::Refusal;
use crate::store::incident_filter::IncidentFilter;
use crate::store::member::MemberFilter;

/// Incidents that one file holds: a district's decade.
const MOST_INCIDENTS: i64 = 200_000;

/// The path's table.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct InTable {
    /// The district's code.
    district: DistrictId,
    /// Which table.
    table: Imported,
}

/// Which format.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// The format; `csv` when it isn't said. Members and organisations have no `geojson`.
    #[param(inline)]
    format: Option<Format>,
}

/// A table of the district: members (without phone numbers), organisations, stations,
/// micro-grids, or the incidents that the member sees.
#[utoipa::path(
    get, path = "/api/districts/{district}/tables/{table}", tag = "figures",
    params(InTable, Asked),
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
    Named(InTable { district, table: which }): Named<InTable>,
    Params(asked): Params<Asked>,
) -> Answer<File> {
    allow(&me, which, &district)?;
    let format = asked.format.unwrap_or(Format::Csv);
    let placeless = matches!(which, Imported::Members | Imported::Organisations);
    if placeless && matches!(format, Format::Geojson) {
        return Err(Refusal::invalid("format", "these have no place: csv or xlsx").into());
    }
    let map = map(&app, &district).await?;
    let mut shapes = Shapes::new();
    let table = match which {
        Imported::Members => {
            let all = MemberFilter { limit: i64::MAX, ..MemberFilter::default() };
            members(&app.store.members(&district, &all).await?)
        }
        Imported::Organisations => organisations(&app.store.organisations(&district).await?),
        Imported::Stations => stations(&app.store.stations(&district).await?),
        Imported::Grids => {
            let shaped = app.store.grids(&district).await?;
            let table = grids(shaped.iter().map(|shaped| &shaped.grid));
            let shape = |shaped: crate::store::grid::ShapedGrid| {
                (shaped.grid.code.to_string(), shaped.shape)
            };
            shapes.extend(shaped.into_iter().map(shape));
            table
        }
        Imported::Incidents => register(&app, &me, &district, &map).await?,
    };
    let now = map.zone.civil(app.clock.now_ms());
    exported(&app, &me, &district, &format!("table:{which} {format:?}")).await?;
    let bytes = match format {
        Format::Csv => table.guarded_csv(),
        Format::Xlsx => super::export::xlsx(&table, which.as_str(), now)?,
        Format::Geojson => table.geojson(&shapes),
    };
    Ok(file(bytes, format, &format!("{district}_{which}")))
}

fn allow(me: &SignedIn, table: Imported, district: &DistrictId) -> Answer<()> {
    match table {
        Imported::Members => me.allow_in(Action::SeeMembers, district),
        Imported::Organisations | Imported::Stations | Imported::Grids => {
            me.allow_in(Action::SeePlaces, district)
        }
        Imported::Incidents => {
            let own = [me.member.org.clone()];
            let object = Object { owners: &own, ..Object::district(district) };
            me.allow(Action::ExportIncidents, &object)
        }
    }
}

/// The incidents that the member sees, in the micro-grids that they may export.
async fn register(
    app: &App,
    me: &SignedIn,
    district: &DistrictId,
    map: &crate::command::DistrictMap,
) -> Answer<Table> {
    let filter = IncidentFilter { limit: MOST_INCIDENTS, ..IncidentFilter::default() };
    let mut found = app.store.incidents(district, &filter).await?;
    found.retain(|incident| {
        let owners = map.owners(incident.grid.as_ref());
        let object = Object { owners, ..Object::district(district) };
        sees_incident(&me.member, incident) && me.may(Action::ExportIncidents, &object)
    });
    Ok(incidents(&found, &map.zone))
}
