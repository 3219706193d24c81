//! What the system does by itself, it does once and not too early, whatever a node's clock says.

use std::collections::HashMap;

use uuid::Uuid;
use xunfang::clock::Clock;
use xunfang::domain::{Event, Incident, IncidentId};

use super::Faults;
use crate::crash::truth::Truth;

/// The timeline's words for what timers do: to a call that nobody took, to what nobody accepted,
/// to a call for help that nobody accepted.
pub(crate) const WORDS: [&str; 3] = [UNTAKEN, OVERDUE, ESCALATED];
const UNTAKEN: &str = "recall_untaken";
const OVERDUE: &str = "overdue";
const ESCALATED: &str = "escalate_sos";

/// How soon the first of them fires, in ms: by the highest level, and by none.
const SOONEST_MS: i64 = 30_000;
const UNGRADED_MS: i64 = 600_000;

/// How often timers fired.
pub(crate) fn fired(truth: &Truth) -> usize {
    told(truth).count()
}

fn told(truth: &Truth) -> impl Iterator<Item = (&Incident, &'static str)> {
    truth.log.iter().filter_map(|logged| match &logged.event {
        Event::IncidentChanged { incident, entry } if entry.actor.is_none() => {
            let word = WORDS.into_iter().find(|word| *word == entry.action)?;
            Some((&**incident, word))
        }
        _ => None,
    })
}

pub(super) fn faults(truth: &Truth) -> Faults {
    let now_ms = Clock::system().now_ms();
    let mut times: HashMap<(&IncidentId, &str), usize> = HashMap::new();
    let mut faults = Vec::new();
    for (incident, word) in told(truth) {
        let times = times.entry((&incident.id, word)).or_default();
        *times += 1;
        // An incident is pending once, and each assignment is called once.
        let most = if word == UNTAKEN { incident.assignments.len() } else { 1 };
        if *times > most {
            faults.push(format!("timers: {word} came {times} times to {}", incident.id));
        }
        let within_ms = if word == OVERDUE { UNGRADED_MS } else { SOONEST_MS };
        if made_ms(&incident.id).is_none_or(|made_ms| now_ms - made_ms < within_ms) {
            faults.push(format!("timers: {word} came to {} in less than its time", incident.id));
        }
    }
    faults
}

/// When an incident was made, by the clock of whoever made its id: no node's.
fn made_ms(incident: &IncidentId) -> Option<i64> {
    let made = Uuid::parse_str(incident.as_str()).ok()?.get_timestamp()?.to_unix();
    i64::try_from(made.0 * 1_000 + u64::from(made.1) / 1_000_000).ok()
}
