//! Dispatch: what an incident's level asks for, and which timers see to it.
//!
//! Plain functions over values. It must not know who asks, nor the time but as an argument.
//! Invariant: a deadline follows from level, place and the moment that set it, and from nothing
//! else.

mod deadline;
mod need;

pub use deadline::{Setting, at_receipt, next_due};
pub use need::{Need, needs};
