//! Space: points, distances, map datums, and which micro-grid a point lies in.
//!
//! It must not know what stands at a point: no unit, no incident, no district.
//! Invariant: a `Point` is WGS-84; other datums exist only as bare pairs in `datum`.

mod crossing;
mod datum;
mod edge;
mod grid;
mod point;
mod polygon;

#[cfg(test)]
mod philadelphia;

pub use datum::Datum;
pub use grid::{GridIndex, OVERLAP_TOLERANCE_M2, Overlap};
pub use point::{Point, PointError};
pub use polygon::{Bounds, GridPolygon, GridPolygonError, overlap_m2};
