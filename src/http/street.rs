//! Streets as `GeoJSON`, WGS-84.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::district::InDistrict;
use super::error::Answer;
use super::extract::{Named, SignedIn};
use super::grid::{CollectionType, FeatureType, GeoJson, geo_json};
use super::refusals::DistrictRefusals;
use crate::app::App;
use crate::auth::Action;
use crate::domain::{Street, StreetId};

/// What a line says that it is.
#[derive(Serialize, ToSchema)]
enum LineType {
    /// Always this.
    LineString,
}

/// A `GeoJSON` line.
#[derive(Serialize, ToSchema)]
struct Line {
    /// What it is.
    #[serde(rename = "type")]
    kind: LineType,
    /// Two or more `[longitude, latitude]` in degrees.
    coordinates: Vec<[f64; 2]>,
}

/// What a street says beside its course.
#[derive(Serialize, ToSchema)]
struct StreetProperties {
    /// Its id.
    id: StreetId,
    /// Its name.
    name: String,
}

/// A street as a `GeoJSON` feature.
#[derive(Serialize, ToSchema)]
struct StreetFeature {
    /// What it is.
    #[serde(rename = "type")]
    kind: FeatureType,
    /// Its course.
    geometry: Line,
    /// The rest of it.
    properties: StreetProperties,
}

/// The streets of a district as a `GeoJSON` feature collection.
#[derive(Serialize, ToSchema)]
struct StreetCollection {
    /// What it is.
    #[serde(rename = "type")]
    kind: CollectionType,
    /// The streets, by id.
    features: Vec<StreetFeature>,
}

impl From<Street> for StreetFeature {
    fn from(street: Street) -> Self {
        let coordinates = street.line.iter().map(|at| [at.lng(), at.lat()]).collect();
        Self {
            kind: FeatureType::Feature,
            geometry: Line { kind: LineType::LineString, coordinates },
            properties: StreetProperties { id: street.id, name: street.name },
        }
    }
}

/// The streets of a district.
#[utoipa::path(
    get, path = "/api/districts/{district}/streets", tag = "places", params(InDistrict),
    responses(
        (status = 200, description = "GeoJSON, WGS-84.", body = StreetCollection,
         content_type = "application/geo+json"),
        DistrictRefusals,
    )
)]
pub(super) async fn list(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
) -> Answer<GeoJson> {
    me.allow_in(Action::SeePlaces, &district)?;
    let streets = app.store.streets(&district).await?;
    let features = streets.into_iter().map(StreetFeature::from).collect();
    Ok(geo_json(&StreetCollection { kind: CollectionType::FeatureCollection, features }))
}
