//! Who may do what, and who may see what: pure functions over one table.
//!
//! It knows actors, actions and the few facts of an object that decide; it must not know about
//! storage, sockets or time. Invariant: every decision reads [`matrix::rows`] and nothing else,
//! and what a session receives follows from [`keys`] and [`audience`], live and later alike.

pub mod action;
mod audience;
mod can;
mod lead;
pub mod lockout;
pub mod mask;
pub mod mask_contact;
pub mod matrix;
pub mod one_time;
mod pairing_code;
pub mod password;
mod sight;
pub mod token;

pub use action::{Action, Seat};
pub use audience::{
    About, Units, audience, call_audience, escalation_audience, keys, position_audience,
    resident_sees_incident, sees_every_shift, sees_incident, sees_shift,
};
pub use can::{Denied, Object, can, grant};
pub use lead::may_lead;
pub use matrix::Grant;
pub use pairing_code::PairingCode;
pub use sight::sight;

use crate::domain::{DistrictId, Force, IncidentId, Member, Role};

/// Whoever acts: a signed-in member, or the system itself (imports, timers, the demo).
#[derive(Debug, Clone, PartialEq)]
pub enum Actor {
    /// A signed-in member.
    Member(Member),
    /// A resident who holds a link to one incident.
    Resident(Resident),
    /// The system; it may do everything and receives nothing.
    System,
}

impl Actor {
    /// The member, when it is one.
    pub fn member(&self) -> Option<&Member> {
        match self {
            Self::Member(member) => Some(member),
            Self::Resident(_) | Self::System => None,
        }
    }
}

/// What a resident's link is to. Links are handed out by a later issue; their rights stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Resident {
    /// The district.
    pub district: DistrictId,
    /// The one incident.
    pub incident: IncidentId,
}

/// The column of the matrix that a member sits in: their role where it has one, else their force.
pub fn seat(member: &Member) -> Seat {
    match (member.role, member.force) {
        (Role::Dispatcher, _) => Seat::Dispatcher,
        (Role::DutyChief, _) => Seat::DutyChief,
        (Role::StreetOffice, _) => Seat::StreetOffice,
        (Role::Analyst, _) => Seat::Analyst,
        (Role::SystemAdmin, _) => Seat::SystemAdmin,
        (Role::SecurityAdmin, _) => Seat::SecurityAdmin,
        (Role::AuditAdmin, _) => Seat::AuditAdmin,
        (Role::TeamLeader, _) => Seat::TeamLeader,
        (Role::GridWorker, _) => Seat::GridWorker,
        (Role::Mediator, _) => Seat::Mediator,
        (Role::Patrol, force) => force_seat(force),
    }
}

/// The column of a force's members on patrol.
fn force_seat(force: Force) -> Seat {
    match force {
        Force::Police => Seat::Police,
        Force::Auxiliary => Seat::Auxiliary,
        Force::Property => Seat::Property,
        Force::Guard => Seat::Guard,
        Force::Volunteer => Seat::Volunteer,
    }
}
