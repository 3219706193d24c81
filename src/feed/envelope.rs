//! An event on the bus: what the log holds of it, so that no other node need read the log.

use serde::{Deserialize, Serialize};

use crate::domain::{Audience, DistrictId, Event, EventId, LoggedEvent, Text};

#[derive(Serialize, Deserialize)]
struct Envelope {
    id: EventId,
    at_ms: i64,
    audience: Audience,
    event: Event,
}

/// The event without the bodies of its texts: they stand in the database alone.
pub(super) fn encode(logged: &LoggedEvent) -> String {
    let mut event = logged.event.clone();
    for text in event.texts_mut() {
        *text = Text::reference(text.id.clone());
    }
    let (id, at_ms, audience) = (logged.id.clone(), logged.at_ms, logged.audience.clone());
    serde_json::to_string(&Envelope { id, at_ms, audience, event })
        .expect("an event has string keys and finite numbers")
}

/// Reads what [`encode`] wrote.
pub(super) fn decode(
    district: DistrictId,
    seq: i64,
    payload: &str,
) -> Result<LoggedEvent, serde_json::Error> {
    let Envelope { id, at_ms, audience, event } = serde_json::from_str(payload)?;
    Ok(LoggedEvent { district, seq, id, at_ms, audience, event })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incident::tests::{changed, incident};

    #[test]
    fn no_typed_text_travels_on_the_bus() {
        let text = Some(Text { id: "x".into(), body: Some("张三 电话".to_owned()) });
        let event = changed(&crate::domain::Incident { text, ..incident() });
        let logged = LoggedEvent {
            district: "d".into(),
            seq: 7,
            id: "e".into(),
            at_ms: 1,
            audience: Audience::of(["k".to_owned().into()]),
            event,
        };
        let payload = encode(&logged);
        assert!(!payload.contains("张三"));
        let read = decode("d".into(), 7, &payload).unwrap();
        assert_eq!((read.id, read.audience), (logged.id, logged.audience));
        let Event::IncidentChanged { incident, .. } = read.event else { panic!("another event") };
        assert_eq!(incident.text, Some(Text::reference("x".into())));
    }
}
