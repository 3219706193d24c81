//! What a member can ask for, over a socket and over HTTP alike, and what they get back.

use serde::{Deserialize, Serialize};

use crate::domain::{
    AssignmentId, AssignmentMove, ChannelId, DistrictId, IncidentId, IncidentMove, IncidentState,
    KindCode, MessageId, Shift, ShiftId,
};
use crate::spatial::Point;

/// A request by a member. Every id in it was made by the client (UUIDv7).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    /// 上岗签到.
    SignOn {
        /// The shift that it opens.
        shift: ShiftId,
        /// The version of the consent text that the member agreed to; null for none, and then
        /// positions are refused.
        #[serde(default)]
        consent_version: Option<i64>,
    },
    /// 下岗签退.
    SignOff {
        /// The shift that it ends.
        shift: ShiftId,
    },
    /// 上报, and 热线录入 by a dispatcher.
    ReportIncident {
        /// The incident that it opens.
        incident: IncidentId,
        /// Where; a dispatcher who takes a phone call may not know.
        #[serde(default)]
        point: Option<Point>,
        /// What it seems to be.
        kind: KindCode,
        /// When it was seen, Unix ms UTC.
        observed_ms: i64,
        /// What the reporter typed.
        #[serde(default)]
        text: Option<String>,
        /// 演练.
        #[serde(default)]
        drill: bool,
    },
    /// Moves an incident.
    MoveIncident {
        /// Which.
        incident: IncidentId,
        /// How.
        #[serde(rename = "move")]
        step: IncidentMove,
    },
    /// Moves the assignment of the member's own team.
    MoveAssignment {
        /// The incident that the team is called to.
        incident: IncidentId,
        /// Which assignment of it.
        assignment: AssignmentId,
        /// How.
        #[serde(rename = "move")]
        step: AssignmentMove,
    },
    /// Posts a message.
    PostMessage {
        /// The message that it makes.
        message: MessageId,
        /// Where.
        channel: ChannelId,
        /// What it says, 1 to 2,000 characters.
        body: String,
    },
}

/// What came of a request; the same request again gets the same.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(default)]
pub struct Outcome {
    /// The district whose log it is in.
    pub district: Option<DistrictId>,
    /// Its place in that log.
    pub seq: Option<i64>,
    /// The incident that it opened or moved.
    pub incident: Option<IncidentSummary>,
    /// The shift that it opened or ended.
    pub shift: Option<Shift>,
}

/// Where an incident stands after a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct IncidentSummary {
    /// Its id.
    pub id: IncidentId,
    /// 编号.
    pub number: String,
    /// Where it stands.
    pub state: IncidentState,
    /// Its version.
    pub version: i64,
}
