//! The tables are what the log says, and so are the counts and the numbers.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use xunfang::domain::{ConsentSpan, Entry, Event, Incident, IncidentId};

use super::{Faults, without_bodies};
use crate::crash::truth::{Cells, Truth};

pub(crate) fn faults(truth: &Truth) -> Faults {
    let told = Told::of(truth);
    let mut faults = told.faults.clone();
    faults.extend(incidents(truth, &told));
    faults.extend(numbers(truth));
    for (table, rows, told) in [
        ("shifts", &truth.shifts, told.shifts.into_values().collect()),
        ("messages", &truth.messages, told.messages),
        ("check_ins", &truth.check_ins, told.check_ins),
        ("help_calls", &truth.help_calls, told.help_calls.into_values().collect()),
        ("count_changes", &truth.counts, told.counts),
    ] {
        faults.extend(differ(table, rows, told));
    }
    let spans: BTreeSet<String> = told.consents.values().map(|span| format!("{span:?}")).collect();
    let kept: BTreeSet<String> = truth.consents.iter().map(|span| format!("{span:?}")).collect();
    faults.extend(spans.symmetric_difference(&kept).map(|span| format!("consents: {span}")));
    faults
}

fn differ(table: &str, rows: &[Cells], mut told: Vec<Cells>) -> Faults {
    let mut rows = rows.to_vec();
    rows.sort();
    told.sort();
    let missing = told.iter().filter(|row| rows.binary_search(row).is_err());
    let missing = missing.map(|row| format!("{table}: the log says {row:?}, the table doesn't"));
    let extra = rows.iter().filter(|row| told.binary_search(row).is_err());
    let mut faults: Faults =
        missing.chain(extra.map(|row| format!("{table}: the log doesn't say {row:?}"))).collect();
    if faults.is_empty() && rows.len() != told.len() {
        faults.push(format!("{table}: {} rows, and the log makes {}", rows.len(), told.len()));
    }
    faults
}

/// What the log says of each table.
#[derive(Default)]
struct Told {
    incidents: BTreeMap<IncidentId, Incident>,
    entries: HashMap<(String, i64), Entry>,
    shifts: BTreeMap<String, Cells>,
    messages: Vec<Cells>,
    check_ins: Vec<Cells>,
    help_calls: BTreeMap<String, Cells>,
    counts: Vec<Cells>,
    consents: BTreeMap<(String, i64), ConsentSpan>,
    faults: Faults,
}

impl Told {
    fn of(truth: &Truth) -> Self {
        let mut told = Self::default();
        for logged in &truth.log {
            let mut event = logged.event.clone();
            without_bodies(event.texts_mut());
            told.take(logged.seq, event);
        }
        told
    }

    fn take(&mut self, seq: i64, event: Event) {
        match event {
            Event::IncidentChanged { incident, entry } => self.incident(seq, *incident, &entry),
            Event::MessagePosted { message } => self.messages.push(vec![
                message.id.to_string(),
                message.channel.to_string(),
                message.sender.to_string(),
                message.at_ms.to_string(),
                message.text.id.to_string(),
            ]),
            Event::ShiftChanged { shift, .. } => {
                let or_dash = |ms: Option<i64>| ms.map_or("-".to_owned(), |ms| ms.to_string());
                let row = vec![
                    shift.id.to_string(),
                    shift.member.to_string(),
                    shift.started_ms.to_string(),
                    or_dash(shift.ended_ms),
                    or_dash(shift.consent_ms),
                    shift.device.map_or("-".to_owned(), |device| device.to_string()),
                ];
                self.shifts.insert(shift.id.to_string(), row);
            }
            Event::CheckedIn { check_in, .. } => self.check_ins.push(vec![
                check_in.id.to_string(),
                check_in.shift.to_string(),
                check_in.member.to_string(),
                check_in.lap.to_string(),
                check_in.received_ms.to_string(),
            ]),
            Event::ConsentChanged { consent, .. } => {
                self.consents.insert((consent.member.to_string(), consent.from_ms), consent);
            }
            _ => {}
        }
    }

    fn incident(&mut self, seq: i64, after: Incident, entry: &Entry) {
        let before = self.incidents.get(&after.id);
        let version = before.map_or(0, |before| before.version);
        if after.version != version + 1 {
            let fault = format!("log: {seq} makes version {} of {version}", after.version);
            self.faults.push(fault);
        }
        for (incident, n) in [before.map(|before| (before, -1)), Some((&after, 1))]
            .into_iter()
            .flatten()
            .filter(|(incident, _)| incident.counts())
        {
            self.counts.push(count(seq, incident, n));
        }
        if before.is_some_and(|before| counted_as(before) == counted_as(&after)) {
            self.counts.retain(|row| row[0] != seq.to_string());
        }
        if after.flags.sos {
            let ended = self.help_calls.get(after.id.as_str()).is_some_and(|row| row[3] == "over");
            let open = after.state.is_open() && !ended;
            let caller = after.reporter.as_ref().map(ToString::to_string).unwrap_or_default();
            let (since, open) = (after.observed_ms.to_string(), if open { "open" } else { "over" });
            let row = vec![after.id.to_string(), caller, since, open.to_owned()];
            self.help_calls.insert(after.id.to_string(), row);
        }
        if self.entries.insert((after.id.to_string(), entry.n), entry.clone()).is_some()
            || entry.n != after.version
        {
            self.faults.push(format!("log: {seq} is line {} of {}", entry.n, after.id));
        }
        self.incidents.insert(after.id.clone(), after);
    }
}

fn counted_as(incident: &Incident) -> Option<Vec<String>> {
    incident.counts().then(|| count(0, incident, 1))
}

fn count(seq: i64, incident: &Incident, n: i64) -> Cells {
    vec![
        seq.to_string(),
        incident.kind().to_string(),
        incident.grid.as_ref().map(ToString::to_string).unwrap_or_default(),
        incident.grid_version.unwrap_or(0).to_string(),
        n.to_string(),
    ]
}

fn incidents(truth: &Truth, told: &Told) -> Faults {
    let mut faults = Vec::new();
    for (kept, state, moved_ms) in &truth.incidents {
        if told.incidents.get(&kept.id) != Some(kept) {
            let told = told.incidents.get(&kept.id);
            faults.push(format!("incidents: {kept:?}, and the log says {told:?}"));
        }
        if kept.state.as_str() != state || kept.moved_ms != *moved_ms {
            faults.push(format!("incidents: the columns of {} differ from it", kept.id));
        }
    }
    if truth.incidents.len() != told.incidents.len() {
        let (rows, told) = (truth.incidents.len(), told.incidents.len());
        faults.push(format!("incidents: {rows} rows, and the log makes {told}"));
    }
    for (incident, kept) in &truth.entries {
        if told.entries.get(&(incident.clone(), kept.n)) != Some(kept) {
            faults.push(format!("incident_entries: line {} of {incident} differs", kept.n));
        }
    }
    if truth.entries.len() != told.entries.len() {
        let (rows, told) = (truth.entries.len(), told.entries.len());
        faults.push(format!("incident_entries: {rows} rows, and the log makes {told}"));
    }
    faults
}

/// Each civil day's numbers run from 1 without a gap: what was not stored took none.
fn numbers(truth: &Truth) -> Faults {
    let mut days: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (incident, ..) in &truth.incidents {
        let (day, serial) = incident.number.rsplit_once('-').unwrap();
        days.entry(day).or_default().push(serial.parse().unwrap());
    }
    let mut faults = Vec::new();
    for (day, mut serials) in days {
        serials.sort_unstable();
        if !serials.iter().copied().eq(1..=serials.len()) {
            faults.push(format!("incidents: the numbers of {day} are {serials:?}"));
        }
    }
    faults
}
