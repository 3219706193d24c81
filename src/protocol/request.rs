//! What a member can ask for, over a socket and over HTTP alike, and what they get back.

use serde::{Deserialize, Serialize};

use super::by_name::by_name;
use crate::domain::{
    AssignmentId, AssignmentMove, ChannelId, CheckIn, CheckInId, CheckInMethod, CheckpointId,
    DistrictId, IncidentId, IncidentMove, IncidentState, KindCode, MemberId, MessageId, Shift,
    ShiftId, TrackViewId,
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
        /// The officer whom an auxiliary acts under.
        #[serde(default)]
        officer: Option<MemberId>,
    },
    /// Takes the open shift over: from now on this session sends its positions.
    TakeShift {
        /// The member's own open shift.
        shift: ShiftId,
    },
    /// Consents to positions, apart from any shift.
    GiveConsent {
        /// The version of the text that was read.
        version: i64,
    },
    /// Withdraws it: positions stop at once.
    WithdrawConsent {},
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
    /// 一键求助: opens an incident at level 1.
    Sos {
        /// The incident that it opens.
        incident: IncidentId,
        /// Where, when the phone knows.
        #[serde(default)]
        point: Option<Point>,
        /// Radius of the 68 % circle in metres.
        #[serde(default)]
        accuracy_m: Option<f64>,
        /// When the button was held, Unix ms UTC; without signal it is sent later.
        observed_ms: i64,
    },
    /// Takes the own 一键求助 back. It stays recorded, and the desk still ends it.
    WithdrawSos {
        /// The incident that it opened.
        incident: IncidentId,
        /// Why.
        reason: String,
    },
    /// 打卡, while on duty.
    CheckIn {
        /// The visit that it records.
        check_in: CheckInId,
        /// Where.
        checkpoint: CheckpointId,
        /// How it is shown.
        method: CheckInMethod,
        /// Where the phone is; `gps` needs it.
        #[serde(default)]
        point: Option<Point>,
        /// Radius of the 68 % circle in metres.
        #[serde(default)]
        accuracy_m: Option<f64>,
        /// When, Unix ms UTC; without signal it is sent later.
        observed_ms: i64,
        /// Why by word; `manual` needs it.
        #[serde(default)]
        reason: Option<String>,
    },
    /// Looks at where people were. The look is written down first, and they hear of it.
    ViewTrack {
        /// The look that it records.
        view: TrackViewId,
        /// At whom, 1 to 50; none with an incident means its teams and its reporter.
        #[serde(default)]
        members: Vec<MemberId>,
        /// The incident that it is about.
        #[serde(default)]
        incident: Option<IncidentId>,
        /// From when, Unix ms UTC.
        from_ms: i64,
        /// Until when, Unix ms UTC, at most 24 hours later.
        to_ms: i64,
        /// Why.
        reason: String,
    },
    /// Moves an incident.
    MoveIncident {
        /// Which.
        incident: IncidentId,
        /// How.
        #[serde(rename = "move", deserialize_with = "by_name")]
        step: IncidentMove,
    },
    /// Moves the assignment of the member's own team.
    MoveAssignment {
        /// The incident that the team is called to.
        incident: IncidentId,
        /// Which assignment of it.
        assignment: AssignmentId,
        /// How.
        #[serde(rename = "move", deserialize_with = "by_name")]
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
    /// The visit that it recorded.
    pub check_in: Option<Box<CheckIn>>,
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
