//! Honest numbers: counts, comparisons, alerts, hot spots, forecasts, claims.
//!
//! Pure functions, values in, values out. It must not know a file, a database or the clock: the
//! caller hands it rows and dates. Invariant: every figure can be recomputed from its inputs, and
//! what is undefined is `None`, never a number.

pub mod claim;
pub mod colour;
pub mod compare;
pub mod cube;
pub mod definition;
pub mod detect;
mod e_test;
pub mod forecast;
pub mod hotspot;
pub mod interval;
pub mod kind_fold;
pub mod near_repeat;
pub mod number;
pub mod patrol_effect;
