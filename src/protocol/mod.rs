//! The wire, version 1: what clients say, what the server says, and the numbers both keep to.
//!
//! It turns values into frames and back. It must not know who may say what, nor where anything is
//! stored. Invariant: unknown fields are ignored, unknown types are an error that names them, and
//! what a version-1 client relies on never changes its meaning. `docs/PROTOCOL.md` explains it.

pub mod client_message;
pub mod close;
pub mod event_frame;
pub mod limits;
pub mod position_frame;
pub mod refusal;
pub mod request;
pub mod server_message;
#[cfg(test)]
mod typescript;

pub use client_message::{ClientMessage, Cursor, PositionFormat, Viewport};
pub use close::CloseReason;
pub use event_frame::EventFrame;
pub use position_frame::{PositionFrame, UnitPosition};
pub use refusal::{Code, Refusal};
pub use request::{IncidentSummary, Outcome, Request};
pub use server_message::{OnDuty, ServerMessage, Snapshot};

/// The protocol's version, said by both sides in their first message.
pub const VERSION: u32 = 1;
