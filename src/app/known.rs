//! What a district has already, read from the store for an import to be held against.

use crate::clock::Clock;
use crate::domain::DistrictId;
use crate::intake::{Ground, Known};
use crate::protocol::{Code, Refusal};
use crate::spatial::GridPolygon;
use crate::store::Store;
use crate::store::grid::ShapedGrid;
use crate::store::member::MemberFilter;

use super::unreadable;

/// Reads what a district has.
///
/// # Errors
/// `not_found` when there is no such district, `busy` when the database can't be read.
pub async fn known(store: &Store, clock: &Clock, district: &DistrictId) -> Result<Known, Refusal> {
    let found = store.district(district).await.map_err(unreadable)?;
    let found = found.ok_or_else(|| Refusal::not_found("district").about("district"))?;
    let broken = |why: String| {
        tracing::error!(%why, "what is stored of a district can't be read");
        Refusal::new(Code::Internal, "what is stored of the district can't be read")
    };
    let zone = found.timezone.parse().map_err(|error| broken(format!("{error}")))?;
    let grids = store.grids(district).await.map_err(unreadable)?;
    let shape = |text: &str| {
        serde_json::from_str::<GridPolygon>(text).map_err(|error| broken(error.to_string()))
    };
    let shaped = |grid: &ShapedGrid| Ok((grid.grid.code.clone(), shape(&grid.shape)?));
    let shapes = grids.iter().map(shaped).collect::<Result<_, Refusal>>()?;
    let outline = store.outline(district).await.map_err(unreadable)?;
    let outline = outline.as_deref().map(shape).transpose()?;
    let all = MemberFilter { limit: i64::MAX, ..MemberFilter::default() };
    Ok(Known {
        zone,
        now_ms: clock.now_ms(),
        ground: Ground::new(shapes, outline),
        organisations: store.organisations(district).await.map_err(unreadable)?,
        teams: store.teams(district).await.map_err(unreadable)?,
        members: store.members(district, &all).await.map_err(unreadable)?,
        stations: store.stations(district).await.map_err(unreadable)?,
        foreign: store.foreign_ids(district).await.map_err(unreadable)?,
        district: found,
        grids,
    })
}
