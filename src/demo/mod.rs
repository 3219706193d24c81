//! The demo's invented district: its map, its people, and the ways they walk.
//!
//! Its makers are plain values, the same on every machine; [`seed`] and
//! [`fill_history`] alone know a store.
//! Invariant: everything here is made up but the names of places, and every screen says so.

mod cast;
mod district;
mod gazetteer;
mod history;
mod mesh;
mod organisation;
mod people;
mod random;
mod seed;
mod voronoi;
mod walk;

pub use cast::{Part, actors, cast, parts};
pub use district::{DemoArea, DemoDistrict, DemoGrid, district};
pub use history::{History, WEEKS as HISTORY_WEEKS, fill as fill_history};
pub use people::{DemoMember, DemoPeople, Pace, people};
pub use seed::{ACCOUNTS, seed};
pub use walk::{Stride, Walk};
