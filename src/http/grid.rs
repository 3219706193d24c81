//! Micro-grids and the district's outline as `GeoJSON`, WGS-84.

use axum::extract::State;
use axum::http::{HeaderName, header};
use serde::Serialize;
use serde_json::value::{RawValue, Value};
use utoipa::ToSchema;

use super::district::InDistrict;
use super::error::Answer;
use super::extract::{Named, SignedIn};
use super::refusals::DistrictRefusals;
use crate::app::App;
use crate::auth::Action;
use crate::domain::{DistrictId, Grid, GridCode};
use crate::protocol::{Code, Refusal};

type GeoJson = ([(HeaderName, &'static str); 1], String);

/// A `GeoJSON` geometry: a polygon or several.
#[derive(ToSchema)]
#[expect(dead_code, reason = "stands in the document for the stored text, which goes out as it is")]
struct Geometry {
    /// `Polygon` or `MultiPolygon`.
    #[schema(rename = "type")]
    kind: String,
    /// Rings of `[longitude, latitude]` in degrees.
    coordinates: Vec<Value>,
}

/// What a feature says that it is.
#[derive(Serialize, ToSchema)]
pub(super) enum FeatureType {
    /// Always this.
    Feature,
}

/// What a collection says that it is.
#[derive(Serialize, ToSchema)]
pub(super) enum CollectionType {
    /// Always this.
    FeatureCollection,
}

/// A micro-grid as a `GeoJSON` feature.
#[derive(Serialize, ToSchema)]
struct GridFeature {
    /// What it is.
    #[serde(rename = "type")]
    kind: FeatureType,
    /// The micro-grid's code.
    id: GridCode,
    /// Its shape.
    #[schema(value_type = Geometry)]
    geometry: Box<RawValue>,
    /// The rest of it.
    properties: Grid,
}

/// The micro-grids of a district as a `GeoJSON` feature collection.
#[derive(Serialize, ToSchema)]
struct GridCollection {
    /// What it is.
    #[serde(rename = "type")]
    kind: CollectionType,
    /// The micro-grids, by code.
    features: Vec<GridFeature>,
}

/// What an outline says beside its shape.
#[derive(Serialize, ToSchema)]
struct OutlineProperties {
    /// The district's code.
    code: DistrictId,
    /// Its name.
    name: String,
}

/// A district's outline as a `GeoJSON` feature.
#[derive(Serialize, ToSchema)]
struct Outline {
    /// What it is.
    #[serde(rename = "type")]
    kind: FeatureType,
    /// Its shape; null when none was imported.
    #[schema(value_type = Option<Geometry>, required)]
    geometry: Option<Box<RawValue>>,
    /// The rest of it.
    properties: OutlineProperties,
}

/// The micro-grids of a district.
#[utoipa::path(
    get, path = "/api/districts/{district}/grids", tag = "places", params(InDistrict),
    responses(
        (status = 200, description = "GeoJSON, WGS-84.", body = GridCollection,
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
    let shaped = app.store.grids(&district).await?;
    let features: Vec<GridFeature> = shaped
        .into_iter()
        .map(|each| {
            let geometry = geometry(each.shape)?;
            let (kind, id) = (FeatureType::Feature, each.grid.code.clone());
            Ok(GridFeature { kind, id, geometry, properties: each.grid })
        })
        .collect::<Answer<_>>()?;
    Ok(geo_json(&GridCollection { kind: CollectionType::FeatureCollection, features }))
}

/// The outline of a district.
#[utoipa::path(
    get, path = "/api/districts/{district}/outline", tag = "places", params(InDistrict),
    responses(
        (status = 200, description = "GeoJSON, WGS-84.", body = Outline,
         content_type = "application/geo+json"),
        DistrictRefusals,
    )
)]
pub(super) async fn outline(
    State(app): State<App>,
    me: SignedIn,
    Named(InDistrict { district }): Named<InDistrict>,
) -> Answer<GeoJson> {
    me.allow_in(Action::SeePlaces, &district)?;
    let found = app.store.district(&district).await?;
    let found = found.ok_or_else(|| Refusal::not_found("district"))?;
    let geometry = app.store.outline(&district).await?.map(geometry).transpose()?;
    let properties = OutlineProperties { code: found.id, name: found.name };
    Ok(geo_json(&Outline { kind: FeatureType::Feature, geometry, properties }))
}

/// The stored text as it is: it was checked when it came in.
fn geometry(stored: String) -> Answer<Box<RawValue>> {
    RawValue::from_string(stored).map_err(|error| {
        tracing::error!(%error, "a stored shape is not JSON");
        Refusal::new(Code::Internal, "a stored shape can't be read").into()
    })
}

fn geo_json(value: &impl Serialize) -> GeoJson {
    let body = serde_json::to_string(value).expect("GeoJSON has string keys and finite numbers");
    ([(header::CONTENT_TYPE, "application/geo+json")], body)
}
