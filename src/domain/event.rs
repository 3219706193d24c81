//! What happened: the closed list of events, and the log's envelope around one.

use serde::{Deserialize, Serialize};

use super::check_in::CheckIn;
use super::consent::ConsentSpan;
use super::id::{DistrictId, DutyId, EventId, MemberId, SessionId, TeamId, TextId};
use super::incident::{Entry, Incident};
use super::member::{Member, MemberBrief};
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
    /// A member's role, force, team or organisation changed, or their account was taken away.
    MemberChanged {
        /// The member after it.
        member: Member,
    },
    /// Sign-in sessions ended before their time: their sockets are closed.
    SessionsEnded {
        /// The district of their member.
        district: DistrictId,
        /// Whose they were.
        member: MemberId,
        /// Which.
        sessions: Vec<SessionId>,
    },
    /// A member gave or withdrew consent to positions.
    ConsentChanged {
        /// The member's district.
        district: DistrictId,
        /// The span that began or ended.
        consent: ConsentSpan,
    },
    /// A typed text was erased; whoever shows it forgets it.
    TextErased {
        /// The district.
        district: DistrictId,
        /// Which text.
        text: TextId,
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
            Self::MemberChanged { .. } => "member_changed",
            Self::SessionsEnded { .. } => "sessions_ended",
            Self::ConsentChanged { .. } => "consent_changed",
            Self::TextErased { .. } => "text_erased",
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
            | Self::MemberChanged { .. }
            | Self::SessionsEnded { .. }
            | Self::ConsentChanged { .. }
            | Self::TextErased { .. }
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
        Self(format!("units:district:{district}"))
    }

    /// Everybody who is signed in in a district.
    pub fn everyone(district: &DistrictId) -> Self {
        Self(format!("district:{district}:everyone"))
    }

    /// Those whose work is police work in a district.
    pub fn police(district: &DistrictId) -> Self {
        Self(format!("district:{district}:police"))
    }

    /// Those of them who are on duty: they are alerted, and see no more than the others.
    pub fn police_on_duty(district: &DistrictId) -> Self {
        Self(format!("alerts:district:{district}:police"))
    }

    /// Those who read a district's channel.
    pub fn channel(district: &DistrictId) -> Self {
        Self(format!("district:{district}:channel"))
    }

    /// Those who see who of a district is on duty.
    pub fn duty(district: &DistrictId) -> Self {
        Self(format!("district:{district}:duty"))
    }

    /// Those of a district who may know who reported, and read events unmasked.
    pub fn reporters(district: &DistrictId) -> Self {
        Self(format!("district:{district}:reporters"))
    }

    /// Those who work on disputes in a district.
    pub fn disputes(district: &DistrictId) -> Self {
        Self(format!("district:{district}:disputes"))
    }

    /// Those who see callers for help of a district on the map.
    pub fn callers(district: &DistrictId) -> Self {
        Self(format!("units:district:{district}:callers"))
    }

    /// Those who see each of a team on the map.
    pub fn team_units(team: &TeamId) -> Self {
        Self(format!("units:team:{team}"))
    }

    /// Those who see a team as one dot on the map.
    pub fn team_dot(team: &TeamId) -> Self {
        Self(format!("dot:team:{team}"))
    }

    /// Those who see everybody of a planned shift on the map.
    pub fn duty_units(duty: &DutyId) -> Self {
        Self(format!("units:duty:{duty}"))
    }

    /// Whether it is held on duty alone: that of a planned shift, or of alerts.
    pub fn is_of_duty(&self) -> bool {
        self.0.starts_with("units:duty:") || self.0.starts_with("alerts:")
    }

    /// Whether positions or alerts alone are delivered under it, and no events.
    pub fn is_of_units(&self) -> bool {
        ["units:", "dot:", "alerts:"].iter().any(|prefix| self.0.starts_with(prefix))
    }

    /// The members of a team.
    pub fn team(team: &TeamId) -> Self {
        Self(format!("team:{team}"))
    }

    /// One member.
    pub fn member(member: &MemberId) -> Self {
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

/// Who receives an event, and in which form. Fixed when it is written, and held against the keys
/// that a session has when it is delivered, live and later alike.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Audience {
    /// Who receives it.
    pub sees: Vec<AudienceKey>,
    /// Who of them receives it unmasked, where there is something to mask.
    pub clear: Vec<AudienceKey>,
    /// Who saw its object before and doesn't now, and is told to forget it.
    pub left: Vec<AudienceKey>,
}

impl Audience {
    /// Those who hold one of these keys, with nothing masked or forgotten.
    pub fn of(sees: impl Into<Vec<AudienceKey>>) -> Self {
        Self { sees: sees.into(), ..Self::default() }
    }
}

impl<'de> Deserialize<'de> for Audience {
    /// Logs of the first version hold a plain list: whoever sees those sees them masked.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Plain(Vec<AudienceKey>),
            Whole { sees: Vec<AudienceKey>, clear: Vec<AudienceKey>, left: Vec<AudienceKey> },
        }
        Ok(match Form::deserialize(deserializer)? {
            Form::Plain(sees) => Self { sees, ..Self::default() },
            Form::Whole { sees, clear, left } => Self { sees, clear, left },
        })
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
    pub audience: Audience,
    /// What happened.
    pub event: Event,
}
