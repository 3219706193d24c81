//! Space: points, distances, map datums, and which micro-grid a point lies in.
mod point;
pub use point::{Point, PointError};
