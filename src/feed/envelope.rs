//! An event on the bus: what the log holds of it, so that no other node need read the log.

use serde::{Deserialize, Serialize};

use crate::domain::{AudienceKey, DistrictId, Event, EventId, LoggedEvent, Text};

#[derive(Serialize, Deserialize)]
struct Envelope {
    id: EventId,
    at_ms: i64,
    keys: Vec<AudienceKey>,
    event: Event,
}

/// The event without the bodies of its texts: they stand in the database alone.
pub(super) fn encode(logged: &LoggedEvent) -> String {
    let mut event = logged.event.clone();
    for text in event.texts_mut() {
        *text = Text::reference(text.id.clone());
    }
    let (id, at_ms, keys) = (logged.id.clone(), logged.at_ms, logged.keys.clone());
    serde_json::to_string(&Envelope { id, at_ms, keys, event })
        .expect("an event has string keys and finite numbers")
}

/// Reads what [`encode`] wrote.
pub(super) fn decode(
    district: DistrictId,
    seq: i64,
    payload: &str,
) -> Result<LoggedEvent, serde_json::Error> {
    let Envelope { id, at_ms, keys, event } = serde_json::from_str(payload)?;
    Ok(LoggedEvent { district, seq, id, at_ms, keys, event })
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
            keys: vec![AudienceKey::desk(&"d".into())],
            event,
        };
        let payload = encode(&logged);
        assert!(!payload.contains("张三"));
        let read = decode("d".into(), 7, &payload).unwrap();
        assert_eq!((read.id, read.keys), (logged.id, logged.keys));
        let Event::IncidentChanged { incident, .. } = read.event else { panic!("another event") };
        assert_eq!(incident.text, Some(Text::reference("x".into())));
    }
}
