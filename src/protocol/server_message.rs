//! What the server says.

use serde::{Deserialize, Serialize};

use super::position_frame::UnitPosition;
use super::refusal::Refusal;
use super::request::Outcome;
use crate::domain::{
    CommandId, District, DistrictId, GridCode, Incident, IncidentId, Member, MemberBrief, MemberId,
    Message, SessionId, Shift,
};
use crate::spatial::Point;

/// A member on duty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OnDuty {
    /// The shift.
    pub shift: Shift,
    /// The member.
    pub member: MemberBrief,
}

/// What a client needs to know before events make sense: all that it may see, as of a place in
/// the log that was read before the state was. A later event may already be in it; versions tell.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Snapshot {
    /// Open incidents, and those closed in the last 24 hours.
    pub incidents: Vec<Incident>,
    /// Who is on duty.
    pub on_duty: Vec<OnDuty>,
    /// The last messages of each channel, oldest first.
    pub messages: Vec<Message>,
}

/// What can be known of an SOS at once. Who called comes with the event, to those who may know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Alert {
    /// The district.
    pub district: DistrictId,
    /// The incident: one alert each.
    pub incident: IncidentId,
    /// Its number.
    pub number: String,
    /// When help was called for, Unix ms UTC by the caller's device.
    pub observed_ms: i64,
    /// When it was stored, Unix ms UTC.
    pub received_ms: i64,
    /// From where, WGS-84, if it is known.
    pub point: Option<Point>,
    /// The micro-grid.
    pub grid: Option<GridCode>,
    /// Whether it is a drill.
    pub drill: bool,
}

/// A message by the server. Events and watermarks have a form of their own, see
/// [`super::EventFrame`]; positions come as binary frames unless JSON was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// Answers `hello`.
    Welcome {
        /// The protocol's version.
        version: u32,
        /// The server's clock, Unix ms UTC.
        server_ms: i64,
        /// The sign-in session that this connection speaks for: `device` of a shift names the one
        /// that sends its positions.
        session: SessionId,
        /// Who is signed in.
        member: Member,
        /// The districts whose logs follow, each with a `reset`.
        districts: Vec<District>,
    },
    /// Forget what you hold of this district, and start from here.
    Reset {
        /// The district.
        district: DistrictId,
        /// Its log.
        epoch: String,
        /// The place in it that the snapshot is as of.
        seq: i64,
        /// Which rights it was read under; a cursor keeps it.
        sight: String,
        /// The state.
        snapshot: Box<Snapshot>,
    },
    /// What you hold of this district still stands; the events since your cursor follow.
    Resumed {
        /// The district.
        district: DistrictId,
        /// The place of your cursor.
        seq: i64,
        /// Once you stand here, you have caught up.
        head: i64,
    },
    /// An SOS was raised. It overtakes the events, moves no cursor and may come twice; the event
    /// that replaces it follows in its place of the log.
    Alert(Alert),
    /// A command was stored.
    Ack {
        /// Which.
        id: CommandId,
        /// What came of it.
        outcome: Outcome,
    },
    /// A command was refused, and nothing of it was stored; but for `outcome_unknown`, after which
    /// the same id is sent again.
    Refused {
        /// Which.
        id: CommandId,
        /// Why.
        #[serde(flatten)]
        refusal: Refusal,
    },
    /// Something else that was sent could not be taken; the connection lives on.
    Error {
        /// Why.
        #[serde(flatten)]
        refusal: Refusal,
    },
    /// Answers `ping`.
    Pong {
        /// The server's clock, Unix ms UTC.
        server_ms: i64,
    },
    /// The node that you are connected to hears late of what the others do, or no longer so. It is
    /// told to those who connect meanwhile too, and may then come before `welcome`.
    Late {
        /// Since when, Unix ms UTC; null when it hears of it at once again.
        since_ms: Option<i64>,
    },
    /// Names the indices of an audience's position frames; comes before the frame that uses them.
    Dictionary {
        /// Which audience.
        audience: u32,
        /// Another generation makes the earlier entries void.
        generation: u32,
        /// The index of the first entry.
        first: u32,
        /// The members, by index from `first`.
        members: Vec<MemberBrief>,
    },
    /// Positions as JSON.
    Positions {
        /// Which audience.
        audience: u32,
        /// Whether units that aren't in it are gone.
        full: bool,
        /// The units that moved.
        units: Vec<UnitPosition>,
        /// Members who are no longer shown.
        gone: Vec<MemberId>,
    },
}

impl ServerMessage {
    /// The text frame.
    pub fn encode(&self) -> String {
        serde_json::to_string(self).expect("a server message has string keys and finite numbers")
    }
}
