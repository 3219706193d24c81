//! What each seat is shown: every event that it may see, once, in order, as it may see it, and
//! nothing else; and in the end a view that is the state.

use std::collections::HashMap;
use std::sync::Arc;

use xunfang::auth::mask;
use xunfang::client::State;
use xunfang::domain::{ChannelId, Event, Incident, IncidentId, LoggedEvent, Member};
use xunfang::protocol::{EventFrame, Snapshot, Tail};

use super::Faults;
use crate::crash::truth::Truth;
use crate::crash::watcher::Line;
use crate::sight::oracle as rights;

/// Incidents that a snapshot holds at most.
const SNAPSHOT_INCIDENTS: usize = 500;

/// What an event is to a seat.
#[derive(Debug, Clone, PartialEq)]
enum Sight {
    /// It is shown, in this form.
    Shown(Box<Event>),
    /// Its object leaves their sight.
    Forgotten(IncidentId),
    /// It is none of theirs.
    Hidden,
}

/// The log as one seat sees it, by place less one.
fn sights(truth: &Truth, member: &Member) -> Vec<Sight> {
    let mut incidents: HashMap<IncidentId, Incident> = HashMap::new();
    let mut channels: HashMap<ChannelId, IncidentId> = HashMap::new();
    let mut sights = Vec::with_capacity(truth.log.len());
    for logged in &truth.log {
        sights.push(sight(member, logged, &incidents, &channels));
        if let Event::IncidentChanged { incident, .. } = &logged.event {
            channels.insert(incident.channel.clone(), incident.id.clone());
            incidents.insert(incident.id.clone(), (**incident).clone());
        }
    }
    sights
}

fn sight(
    member: &Member,
    logged: &LoggedEvent,
    incidents: &HashMap<IncidentId, Incident>,
    channels: &HashMap<ChannelId, IncidentId>,
) -> Sight {
    let event = &logged.event;
    let shown = match event {
        Event::IncidentChanged { incident, .. } => {
            let before = incidents.get(&incident.id);
            let saw = before.is_some_and(|before| rights::sees_incident(member, before));
            if !rights::sees_incident(member, incident) {
                return if saw { Sight::Forgotten(incident.id.clone()) } else { Sight::Hidden };
            }
            let clear = incident.reporter.is_none() || rights::knows_reporter(member, incident);
            let form = if clear { None } else { mask::event(event) };
            return Sight::Shown(Box::new(form.unwrap_or_else(|| event.clone())));
        }
        Event::MessagePosted { message } => match channels.get(&message.channel) {
            Some(incident) => rights::sees_incident(member, &incidents[incident]),
            None => rights::reads_district_channel(member),
        },
        Event::ShiftChanged { shift, .. } => rights::sees_shift(member, shift),
        Event::CheckedIn { check_in, member: who } => {
            check_in.member == member.id || rights::sees_check_in(member, who)
        }
        Event::ConsentChanged { consent, .. } => consent.member == member.id,
        Event::SessionsEnded { member: who, .. } => *who == member.id,
        Event::PlacesChanged { .. } | Event::GridsChanged { .. } => true,
        other => panic!("the crew doesn't make {}", other.name()),
    };
    if shown { Sight::Shown(Box::new(event.clone())) } else { Sight::Hidden }
}

/// Holds every frame against the log. The first fault ends it: what follows would repeat it.
pub(crate) fn frames(truth: &Truth, member: &Member, lines: &[Line]) -> Result<(), String> {
    let sights = sights(truth, member);
    let mut at: Option<i64> = None;
    let fault = |n: usize, line: &Line, what: String| {
        format!("{} ({}), line {n}: {what}: {line:?}", member.id, member.role)
    };
    for (n, line) in lines.iter().enumerate() {
        let next = match line {
            Line::Connected => Ok(at),
            Line::Fault(fault) => Err(fault.clone()),
            Line::Reset { epoch, seq } => reset(truth, at, (epoch, *seq)),
            Line::Resumed { seq, head } => {
                let holds = at == Some(*seq) && seq <= head && *head <= truth.head;
                if holds { Ok(at) } else { Err(format!("resumed at {at:?}")) }
            }
            Line::Frame(frame) => self::frame(truth, &sights, at, frame).map(Some),
            Line::Alert(incident) => alert(truth, member, incident).map(|()| at),
        };
        at = next.map_err(|what| fault(n, line, what))?;
    }
    if at != Some(truth.head) {
        return Err(format!("{} stands at {at:?}, and the log at {}", member.id, truth.head));
    }
    Ok(())
}

fn reset(truth: &Truth, at: Option<i64>, (epoch, seq): (&str, i64)) -> Result<Option<i64>, String> {
    if epoch != truth.epoch {
        return Err(format!("a reset to another log than {}", truth.epoch));
    }
    if at.is_some_and(|at| seq < at) || seq > truth.head {
        return Err(format!("a reset from {at:?} where the log ends at {}", truth.head));
    }
    Ok(Some(seq))
}

fn frame(
    truth: &Truth,
    sights: &[Sight],
    at: Option<i64>,
    frame: &EventFrame,
) -> Result<i64, String> {
    if at != Some(frame.prev) {
        return Err(format!("the frame before stands at {at:?}"));
    }
    let is_mark = matches!(frame.tail, Tail::Watermark { .. });
    if frame.seq > truth.head || frame.seq < frame.prev || (frame.seq == frame.prev && !is_mark) {
        return Err(format!("the log ends at {}", truth.head));
    }
    let (first, last) = (index(frame.prev), index(frame.seq));
    let skipped = if is_mark { first..last } else { first..last - 1 };
    let lost = skipped.into_iter().find(|place| sights[*place] != Sight::Hidden);
    if let Some(lost) = lost {
        return Err(format!("event {} is missing: {:?}", lost + 1, truth.log[lost].event));
    }
    match (&frame.tail, sights.get(last.wrapping_sub(1))) {
        (Tail::Watermark { .. }, _) => {}
        (Tail::Forget { incident, .. }, Some(Sight::Forgotten(left))) if incident == left => {}
        (Tail::Event { id, at_ms, event, .. }, Some(Sight::Shown(shown)))
            if *event == **shown
                && *id == truth.log[last - 1].id
                && *at_ms == truth.log[last - 1].at_ms => {}
        (_, expected) => return Err(format!("expected {expected:?}")),
    }
    Ok(frame.seq)
}

fn index(seq: i64) -> usize {
    usize::try_from(seq).unwrap_or(0)
}

/// An alert is of an SOS that is in the log, and that this seat sees: at first, or later, when its
/// team was called to it and the alert comes with a log that is resumed.
fn alert(truth: &Truth, member: &Member, incident: &IncidentId) -> Result<(), String> {
    let mut versions = truth.log.iter().filter_map(|logged| match &logged.event {
        Event::IncidentChanged { incident: now, .. } if now.id == *incident => Some(now),
        _ => None,
    });
    if versions.any(|now| now.flags.sos && rights::sees_incident(member, now)) {
        Ok(())
    } else {
        Err("an alert that is none of theirs".to_owned())
    }
}

/// What a typed client told its subscriber.
#[derive(Debug, Clone)]
pub(crate) enum Told {
    Reset,
    Event { seq: i64, event: Arc<Event> },
}

/// Between two resets a subscriber is told of every event that the seat may see from the first one
/// on, once, in order.
pub(crate) fn told(truth: &Truth, member: &Member, told: &[Told]) -> Faults {
    let sights = sights(truth, member);
    let mut faults = Vec::new();
    for stretch in told.split(|one| matches!(one, Told::Reset)) {
        let seqs = stretch.iter().filter_map(|one| match one {
            Told::Event { seq, .. } => Some(*seq),
            Told::Reset => None,
        });
        let seqs: Vec<i64> = seqs.collect();
        let (Some(first), Some(last)) = (seqs.first(), seqs.last()) else { continue };
        let shown = |seq: &i64| matches!(sights.get(index(*seq) - 1), Some(Sight::Shown(_)));
        let expected: Vec<i64> = (*first..=*last).filter(shown).collect();
        if seqs != expected {
            faults.push(format!("{} was told {seqs:?}, not {expected:?}", member.id));
        }
        for one in stretch {
            let Told::Event { seq, event } = one else { continue };
            let shown = sights.get(index(*seq) - 1);
            if !matches!(shown, Some(Sight::Shown(shown)) if **shown == **event) {
                faults.push(format!("{} was told {event:?} at {seq}, not {shown:?}", member.id));
            }
        }
    }
    faults
}

/// Holds what a client has against a snapshot for its seat, and against the stored incidents.
pub(crate) fn view(
    truth: &Truth,
    member: &Member,
    (state, snapshot): (&State, &Snapshot),
) -> Faults {
    let Some(view) = state.views.values().next() else {
        return vec![format!("{} has no view", member.id)];
    };
    let mut faults = Vec::new();
    for incident in &snapshot.incidents {
        let held = view.incidents.get(&incident.id);
        if held != Some(incident) {
            faults.push(format!("{} holds {held:?}, not {incident:?}", member.id));
        }
    }
    let stored: HashMap<&IncidentId, &Incident> =
        truth.incidents.iter().map(|(incident, ..)| (&incident.id, incident)).collect();
    for held in view.incidents.values() {
        let fits = stored.get(&held.id).is_some_and(|stored| {
            stored.version == held.version && rights::sees_incident(member, stored)
        });
        if !fits {
            faults.push(format!("{} holds {held:?} that they may not", member.id));
        }
    }
    let whole = truth.incidents.len() <= SNAPSHOT_INCIDENTS;
    if whole && snapshot.incidents.len() != view.incidents.len() {
        let (all, held) = (snapshot.incidents.len(), view.incidents.len());
        faults.push(format!("{} holds {held} incidents of {all}", member.id));
    }
    let on_duty: HashMap<_, _> =
        snapshot.on_duty.iter().map(|duty| (duty.member.id.clone(), duty.clone())).collect();
    if on_duty != view.on_duty {
        faults.push(format!("{}: on duty {:?}, not {on_duty:?}", member.id, view.on_duty));
    }
    faults.extend(messages(member, view, snapshot));
    faults
}

/// A channel that is held ends as it does in the snapshot. Whoever came to see an incident later
/// holds the end of its channel alone.
fn messages(member: &Member, view: &xunfang::client::View, snapshot: &Snapshot) -> Faults {
    let mut faults = Vec::new();
    let mut channels: HashMap<&ChannelId, Vec<_>> = HashMap::new();
    for message in &snapshot.messages {
        channels.entry(&message.channel).or_default().push(message);
    }
    for (channel, told) in channels {
        let mut held: Vec<_> = view.messages.get(channel).into_iter().flatten().collect();
        // They came in the log's order, in which the same millisecond may stand twice.
        held.sort_by_key(|message| (message.at_ms, &message.id));
        let of_incident = channel.as_str().starts_with("incident:");
        let count = if of_incident { held.len().min(told.len()) } else { told.len() };
        let (told, end) = (&told[told.len() - count..], held.len().saturating_sub(count));
        if held[end..] != *told {
            let held = &held[end..];
            faults.push(format!("{}: {channel} ends as {held:?}, not {told:?}", member.id));
        }
    }
    faults
}
