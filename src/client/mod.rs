//! A typed client of the protocol: what simulate, bench and the tests speak with.
//!
//! It knows the wire and nothing of the server behind it. Invariant: what it shows of a district
//! is a snapshot and every event since, without a gap; at a gap it connects again.

pub mod backoff;
pub mod units;
pub mod view;

pub use backoff::Backoff;
pub use units::{Units, UnitsFault};
pub use view::{Gap, View};
