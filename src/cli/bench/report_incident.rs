//! Incidents that units report at a fixed rate: durable commands whose events only desks hear.

use uuid::Uuid;

use super::mark;
use super::measure::pace::Pace;
use super::measure::watch::Watch;
use super::socket::Writer;
use super::tally::Tally;
use super::walk::Wall;

/// The marked id that a command carries, so that its ack and its event are known again.
pub(super) fn marked(number: u64, at_ns: u64) -> String {
    mark::write(number, at_ns, mark::SHORTEST)
}

/// An id without a mark.
pub(super) fn unmarked() -> String {
    Uuid::now_v7().to_string()
}

/// A command that reports a loose manhole cover.
pub(super) fn report(incident: &str, observed_ms: i64) -> String {
    let id = Uuid::now_v7();
    format!(
        r#"{{"type":"command","id":"{id}","request":{{"type":"report_incident","incident":"{incident}","point":{{"lng":113.2153,"lat":30.9621}},"kind":"hazard.manhole","observed_ms":{observed_ms},"text":"压测上报：井盖松动","drill":false}}}}"#
    )
}

/// A command that calls for help.
pub(super) fn sos(incident: &str, observed_ms: i64) -> String {
    let id = Uuid::now_v7();
    format!(
        r#"{{"type":"command","id":"{id}","request":{{"type":"sos","incident":"{incident}","point":{{"lng":113.2153,"lat":30.9621}},"accuracy_m":8.5,"observed_ms":{observed_ms}}}}}"#
    )
}

/// What is sent at a time: a number, the meant time, and Unix ms at it.
pub(super) type Words = fn(u64, u64, i64) -> String;

/// Units say so in turn, at a pace; what is sent is counted. Numbers go on from `first`.
pub(super) async fn say(
    units: &[Writer],
    (mut pace, wall, first): (Pace, Wall, u64),
    words: Words,
    (watch, tally): (&Watch, &Tally),
) {
    while let Some((number, at_ns)) = pace.wait(&watch.lateness).await {
        let number = first + number;
        let turn = usize::try_from(number % units.len() as u64).unwrap_or(0);
        tally.tell(&units[turn].text(words(number, at_ns, wall.ms(at_ns)).as_bytes()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::is_valid_client_id;
    use crate::protocol::{ClientMessage, Request};

    #[test]
    fn commands_carry_their_mark() {
        let id = marked(7, 1_234);
        assert!(is_valid_client_id(&id));
        for text in [report(&id, 1_795_478_405_000), sos(&id, 1_795_478_405_000)] {
            let ClientMessage::Command { request, .. } = ClientMessage::parse(&text).unwrap()
            else {
                panic!("{text}")
            };
            let (Request::ReportIncident { incident, .. } | Request::Sos { incident, .. }) =
                request
            else {
                panic!("{text}")
            };
            assert_eq!(mark::read(incident.as_str().as_bytes()), Some((7, 1_234)));
        }
        assert_eq!(mark::read(unmarked().as_bytes()), None);
    }
}
