//! Who may do what, and who may see what: pure functions over one table.
//!
//! It knows actors, actions and the few facts of an object that decide; it must not know about
//! storage, sockets or time. Invariant: every decision reads [`matrix::ROWS`] and nothing else,
//! and what a session receives follows from [`keys`] and [`audience`], live and later alike.

pub mod action;
mod audience;
mod can;
mod lead;
pub mod mask;
pub mod matrix;
mod pairing_code;
pub mod password;
pub mod token;

pub use action::{Action, Seat};
pub use audience::{About, audience, keys, position_audience, sees_incident};
pub use can::{Denied, Object, can, grant};
pub use lead::may_lead;
pub use matrix::Grant;
pub use pairing_code::PairingCode;

use crate::domain::{Force, Member, Role};

/// Whoever acts: a signed-in member, or the system itself (imports, timers, the demo).
#[derive(Debug, Clone, PartialEq)]
pub enum Actor {
    /// A signed-in member.
    Member(Member),
    /// The system; it may do everything and receives nothing.
    System,
}

impl Actor {
    /// The member, when it is one.
    pub fn member(&self) -> Option<&Member> {
        match self {
            Self::Member(member) => Some(member),
            Self::System => None,
        }
    }
}

/// The column of the matrix that a member sits in: their role where it has one, else their force.
pub fn seat(member: &Member) -> Seat {
    match (member.role, member.force) {
        (Role::Dispatcher, _) => Seat::Dispatcher,
        (Role::DutyChief, _) => Seat::DutyChief,
        (Role::StreetOffice, _) => Seat::StreetOffice,
        (Role::SystemAdmin, _) => Seat::SystemAdmin,
        (Role::GridWorker, _) => Seat::GridWorker,
        (Role::Patrol, Force::Police) => Seat::Police,
        (Role::Patrol, Force::Auxiliary) => Seat::Auxiliary,
        (Role::Patrol, Force::Property) => Seat::Property,
        (Role::Patrol, Force::Guard) => Seat::Guard,
        (Role::Patrol, Force::Volunteer) => Seat::Volunteer,
    }
}
