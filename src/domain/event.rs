//! What happened: the closed list of events, and the log's envelope around one.

use serde::{Deserialize, Serialize};

use super::check_in::CheckIn;
use super::id::{DistrictId, EventId};
use super::incident::{Entry, Incident};
use super::member::MemberBrief;
use super::message::Message;
use super::shift::Shift;
use super::text::Text;
use super::track_view::TrackView;

/// Something that happened and must reach everybody who may know of it. An event carries the
/// whole object, so that a reader who has seen none of the earlier ones understands it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// An incident was reported or moved.
    IncidentChanged {
        /// The incident after it.
        incident: Box<Incident>,
        /// The new line of its timeline.
        entry: Box<Entry>,
    },
    /// A message was posted.
    MessagePosted {
        /// The message.
        message: Message,
    },
    /// A member signed on or off.
    ShiftChanged {
        /// The shift after it.
        shift: Shift,
        /// The member.
        member: MemberBrief,
    },
    /// A member checked in at a checkpoint.
    CheckedIn {
        /// The visit.
        check_in: CheckIn,
        /// The member.
        member: MemberBrief,
    },
    /// Somebody looked at where members were.
    TrackViewed {
        /// The look.
        view: TrackView,
    },
    /// Stations, streets, checkpoints, rosters or people changed; read them again.
    PlacesChanged {
        /// The district.
        district: DistrictId,
    },
    /// A slice of a file was imported.
    IncidentsImported {
        /// The district.
        district: DistrictId,
        /// How many incidents it brought.
        count: i64,
    },
    /// Micro-grids were added or changed shape; read them again.
    GridsChanged {
        /// The district.
        district: DistrictId,
        /// How many changed.
        count: i64,
    },
}

impl Event {
    /// The type's name on the wire, for metrics and filters.
    pub fn name(&self) -> &'static str {
        match self {
            Self::IncidentChanged { .. } => "incident_changed",
            Self::MessagePosted { .. } => "message_posted",
            Self::ShiftChanged { .. } => "shift_changed",
            Self::CheckedIn { .. } => "checked_in",
            Self::TrackViewed { .. } => "track_viewed",
            Self::PlacesChanged { .. } => "places_changed",
            Self::IncidentsImported { .. } => "incidents_imported",
            Self::GridsChanged { .. } => "grids_changed",
        }
    }

    /// The typed texts that it refers to, to be filled in on delivery and left out of the log.
    pub fn texts_mut(&mut self) -> Vec<&mut Text> {
        match self {
            Self::IncidentChanged { incident, entry } => {
                incident.text.iter_mut().chain(entry.text.iter_mut()).collect()
            }
            Self::MessagePosted { message } => vec![&mut message.text],
            Self::CheckedIn { check_in, .. } => check_in.reason.iter_mut().collect(),
            Self::TrackViewed { view } => vec![&mut view.reason],
            Self::ShiftChanged { .. }
            | Self::PlacesChanged { .. }
            | Self::IncidentsImported { .. }
            | Self::GridsChanged { .. } => Vec::new(),
        }
    }
}

/// Who may receive an event: a key that a session holds or doesn't, e.g. `district:…:desk`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AudienceKey(String);

impl AudienceKey {
    /// The desk of a district.
    pub fn desk(district: &DistrictId) -> Self {
        Self(format!("district:{district}:desk"))
    }

    /// Those who see everybody on duty in a district on the map.
    pub fn map(district: &DistrictId) -> Self {
        Self(format!("district:{district}:map"))
    }

    /// Everybody who is signed in in a district.
    pub fn everyone(district: &DistrictId) -> Self {
        Self(format!("district:{district}:everyone"))
    }

    /// Those whose work is police work in a district.
    pub fn police(district: &DistrictId) -> Self {
        Self(format!("district:{district}:police"))
    }

    /// The members of a team.
    pub fn team(team: &super::id::TeamId) -> Self {
        Self(format!("team:{team}"))
    }

    /// One member.
    pub fn member(member: &super::id::MemberId) -> Self {
        Self(format!("member:{member}"))
    }

    /// The key's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for AudienceKey {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// An event in its place in a district's log.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedEvent {
    /// The district whose log it is in.
    pub district: DistrictId,
    /// Its place: gapless, in the order of commit, from 1.
    pub seq: i64,
    /// Its id.
    pub id: EventId,
    /// When it was written, Unix ms UTC.
    pub at_ms: i64,
    /// Who may receive it; fixed here for ever.
    pub keys: Vec<AudienceKey>,
    /// What happened.
    pub event: Event,
}
