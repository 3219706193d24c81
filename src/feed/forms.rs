//! The forms in which an event is delivered, each encoded once a node.

use crate::auth::mask;
use crate::domain::{Event, LoggedEvent};
use crate::hub::EventForms;
use crate::protocol::event_frame::{Tail, encode_tail, event_tail};

/// The whole event, what is left of it where somebody may not know who reported, and the word to
/// forget its object.
pub fn event_forms(logged: &LoggedEvent) -> EventForms {
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
