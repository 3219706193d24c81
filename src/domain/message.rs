//! Messages and the channels that they are posted to.

use serde::{Deserialize, Serialize};

use super::id::{ChannelId, DistrictId, IncidentId, MemberId, MessageId};
use super::party::named_enum;
use super::text::Text;

named_enum!(
    /// What a channel is about.
    ChannelKind {
        /// Everybody of the district who is on duty, and its desk.
        District = "district",
        /// Those who work on one incident (事件群).
        Incident = "incident",
    }
);

/// A place where messages are posted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// The district.
    pub district: DistrictId,
    /// What it is about.
    pub kind: ChannelKind,
    /// The incident, for an incident channel.
    pub incident: Option<IncidentId>,
}

impl Channel {
    /// The one channel of a district.
    pub fn of_district(district: &DistrictId) -> Self {
        Self {
            id: ChannelId::from(format!("district:{district}")),
            district: district.clone(),
            kind: ChannelKind::District,
            incident: None,
        }
    }

    /// The one channel of an incident.
    pub fn of_incident(district: &DistrictId, incident: &IncidentId) -> Self {
        Self {
            id: ChannelId::from(format!("incident:{incident}")),
            district: district.clone(),
            kind: ChannelKind::Incident,
            incident: Some(incident.clone()),
        }
    }
}

/// A message as it was posted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Message {
    /// Its id, made by the sender.
    pub id: MessageId,
    /// Where it was posted.
    pub channel: ChannelId,
    /// The district.
    pub district: DistrictId,
    /// Who posted it.
    pub sender: MemberId,
    /// Their name, so that a message is readable by itself.
    pub sender_name: String,
    /// When the server took it, Unix ms UTC.
    pub at_ms: i64,
    /// What it says.
    pub text: Text,
}
