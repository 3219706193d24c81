//! A timer: what the system does to an incident by itself, unless somebody is sooner.

use super::id::{DistrictId, IncidentId};
use super::party::named_enum;

named_enum!(
    /// What a timer does.
    TimerKind {
        /// Calls a team back that hasn't taken its call (接单).
        Take = "take",
        /// Notes that nobody accepted an incident in time (超时).
        Accept = "accept",
        /// Tells more people of a call for help that nobody took.
        Escalate = "escalate",
        /// Archives what is closed and nobody says anything about (归档).
        Archive = "archive",
    }
);

/// A timer that runs. There is one of a kind and subject for each incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    /// The district of the incident.
    pub district: DistrictId,
    /// The incident.
    pub incident: IncidentId,
    /// What it does.
    pub kind: TimerKind,
    /// To what of the incident: the id of an assignment, or empty.
    pub subject: String,
    /// When, Unix ms UTC by the clock that all nodes share.
    pub due_ms: i64,
}
