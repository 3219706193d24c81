//! The demo's invented district: its map, its people, and the ways they walk.
//!
//! It must not know stores, sockets or the time of day: plain values, the same on every machine.
//! Invariant: everything here is made up but the names of places, and every screen says so.

mod district;
mod gazetteer;
mod mesh;
mod organisation;
mod people;
mod random;
mod voronoi;
mod walk;

pub use district::{DemoArea, DemoDistrict, DemoGrid, district};
pub use people::{DemoMember, DemoPeople, Pace, people};
pub use walk::{Stride, Walk};
