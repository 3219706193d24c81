//! Where events gather: Gi*, local Moran, and how a cell's heat changed over 24 months.
//!
//! It must not know coordinates beyond who neighbours whom. Invariant: a cell that can never hold
//! an event is not in the table at all; the caller leaves it out.

mod emerging;
mod local;
mod neighbour;

pub use emerging::{EmergingClass, MannKendall, classify, mann_kendall};
pub use local::{LocalStatistic, local_statistics};
pub use neighbour::{Neighbours, NeighboursError};
