//! The demo's invented district: its map, its places, its people and their planned duty, and the
//! ways they walk.
//!
//! Its makers are plain values, the same on every machine; [`seed`] and
//! [`fill_history`] alone know a store.
//! Invariant: everything here is made up but the names of places, and every screen says so.

mod cast;
mod crowd;
mod district;
mod duty;
mod escalation;
mod gazetteer;
mod history;
mod mesh;
mod names;
mod network;
mod organisation;
mod people;
mod place;
mod random;
mod roster;
mod route;
mod sector;
mod seed;
mod sort;
mod station;
mod streets;
mod tour;
mod voronoi;
mod walk;
mod world;

#[cfg(test)]
mod tests;

pub use cast::{Part, actors, cast, parts};
pub use crowd::Crowd;
pub use district::{DemoArea, DemoDistrict, DemoGrid, district};
pub use gazetteer::DISTRICT_CODE;
pub use history::{History, WEEKS as HISTORY_WEEKS, fill as fill_history};
pub use people::{DemoMember, DemoPeople, people};
pub use place::{DemoPlaces, places};
pub use seed::{ACCOUNTS, seed};
pub use walk::{Pace, Stride, Walk};
pub use world::{Beat, DemoWorld};
