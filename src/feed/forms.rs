//! The forms in which an event is delivered, each encoded once a node.

use bytes::Bytes;

use crate::auth::{escalation_audience, mask};
use crate::domain::incident::ESCALATED;
use crate::domain::{AudienceKey, Event, Incident, LoggedEvent};
use crate::hub::{EventForms, Publication};
use crate::protocol::event_frame::{Tail, encode_tail, event_tail};
use crate::protocol::{Alert, ServerMessage};

/// The line of a timeline with which an incident begins.
const FIRST_ENTRY: i64 = 1;

/// An event, ready to be sent to anybody; its texts are those that it carries.
pub(super) fn publication(logged: &LoggedEvent) -> Publication {
    Publication { seq: logged.seq, audience: logged.audience.clone(), forms: event_forms(logged) }
}

/// The whole event, what is left of it where somebody may not know who reported, and the word to
/// forget its object.
fn event_forms(logged: &LoggedEvent) -> EventForms {
    let masked = mask::event(&logged.event)
        .map(|event| event_tail(&LoggedEvent { event, ..logged.clone() }));
    let forget = match &logged.event {
        Event::IncidentChanged { incident, .. } if !logged.audience.left.is_empty() => {
            let (district, incident) = (logged.district.clone(), incident.id.clone());
            Some(encode_tail(&Tail::Forget { district, incident }))
        }
        _ => None,
    };
    EventForms { whole: event_tail(logged), masked, forget }
}

/// The notice of an SOS that was just raised, for all who may see the incident alike; and of one
/// that nobody took in time.
pub(super) fn alert(logged: &LoggedEvent) -> Option<(Vec<AudienceKey>, Bytes)> {
    let Event::IncidentChanged { incident, entry } = &logged.event else { return None };
    let keys = match entry.action.as_str() {
        _ if !incident.flags.sos => return None,
        _ if entry.n == FIRST_ENTRY => logged.audience.sees.clone(),
        ESCALATED => escalation_audience(&incident.district),
        _ => return None,
    };
    Some((keys, alert_of(incident).into()))
}

/// The notice of an SOS.
pub fn alert_of(incident: &Incident) -> String {
    let alert = Alert {
        district: incident.district.clone(),
        incident: incident.id.clone(),
        number: incident.number.clone(),
        observed_ms: incident.observed_ms,
        received_ms: incident.received_ms,
        point: incident.point,
        grid: incident.grid.clone(),
        drill: incident.flags.drill,
    };
    ServerMessage::Alert(alert).encode()
}
