//! The wire, version 1: what clients say, what the server says, and the numbers both keep to.
//!
//! It turns values into frames and back. It must not know who may say what, nor where anything is
//! stored. Invariant: unknown fields are ignored, unknown types are an error that names them, and
//! what a version-1 client relies on never changes its meaning. `docs/PROTOCOL.md` explains it.

pub mod by_name;
mod client_message;
pub mod close;
pub mod event_frame;
#[cfg(test)]
mod fixtures;
pub mod limits;
pub mod position_frame;
pub mod refusal;
pub mod request;
pub mod server_message;
#[cfg(test)]
mod typescript;

pub use client_message::{ClientMessage, Cursor, PositionFormat, Viewport};
pub use close::CloseReason;
pub use event_frame::{EventFrame, Tail};
pub use position_frame::{PositionFrame, UnitPosition};
pub use refusal::{Code, Refusal};
pub use request::{IncidentSummary, Outcome, Request};
pub use server_message::{Alert, OnDuty, ServerMessage, Snapshot};

/// The protocol's version, said by both sides in their first message.
pub const VERSION: u32 = 1;
/// The cookie that carries a browser's session, over HTTP and at the socket's upgrade alike.
pub const SESSION_COOKIE: &str = "xunfang_session";

/// The same over TLS: browsers let nobody but this host set it.
pub const SECURE_SESSION_COOKIE: &str = "__Host-xunfang_session";
