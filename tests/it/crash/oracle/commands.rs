//! Acknowledged means stored, once; refused means not stored; unanswered means whole or absent.

use std::collections::{HashMap, HashSet};

use xunfang::domain::{CommandId, Event, MemberId};
use xunfang::protocol::{Outcome, Request};

use super::{Faults, timers};
use crate::crash::record::Asked;
use crate::crash::truth::Truth;

/// The timeline's word for what follows of itself from another move.
const FOLLOWS: &str = "recall_unescorted";

type Key<'a> = (&'a MemberId, &'a CommandId);

pub(crate) fn faults(truth: &Truth, asked: &[Asked]) -> Faults {
    let kept: HashMap<Key<'_>, &Outcome> =
        truth.commands.iter().map(|kept| ((&kept.actor, &kept.id), &kept.outcome)).collect();
    let created = creations(truth);
    let mut faults = invented(truth, asked);
    for one in asked {
        let kept = kept.get(&(&one.actor, &one.id)).copied();
        let mut said = match kept {
            Some(outcome) => stored(truth, one, outcome),
            None => absent(one),
        };
        if let Some(id) = makes(&one.request) {
            let (times, due) = (created.get(id).copied().unwrap_or(0), usize::from(kept.is_some()));
            if times != due {
                said.push(format!("what it makes is in the log {times} times, not {due}"));
            }
        }
        faults.extend(said.into_iter().map(|fault| {
            let name = serde_json::to_value(&one.request).unwrap()["type"].to_string();
            format!("command {} of {} ({name}): {fault}", one.id, one.actor)
        }));
    }
    faults.extend(unowned(truth));
    faults
}

/// Nobody but those who were asked stands behind a stored command.
fn invented(truth: &Truth, asked: &[Asked]) -> Faults {
    let known: HashSet<Key<'_>> = asked.iter().map(|one| (&one.actor, &one.id)).collect();
    let strange = truth.commands.iter().filter(|kept| !known.contains(&(&kept.actor, &kept.id)));
    strange.map(|kept| format!("command {} of {}: nobody asked it", kept.id, kept.actor)).collect()
}

fn stored(truth: &Truth, one: &Asked, outcome: &Outcome) -> Faults {
    let mut faults = Vec::new();
    if one.is_refused() {
        faults.push("refused, and stored all the same".to_owned());
    }
    for answer in one.answers.iter().filter_map(|answer| answer.as_ref().ok()) {
        if answer != outcome {
            faults.push(format!("answered {answer:?}, and stored as {outcome:?}"));
        }
    }
    let Some(seq) = outcome.seq else { return faults };
    match truth.at(seq) {
        None => faults.push(format!("its event at {seq} is not in the log")),
        Some(logged) if !tells(&logged.event, one) => {
            faults.push(format!("at {seq} stands {:?}", logged.event));
        }
        Some(logged) => faults.extend(text_fault(&logged.event, one)),
    }
    faults
}

fn absent(one: &Asked) -> Faults {
    let lost = one.outcome().map(|outcome| outcome.seq);
    lost.map(|seq| format!("acknowledged at {seq:?}, and not stored")).into_iter().collect()
}

/// What each event makes, and how often the log says so. An open shift is told anew with each
/// consent: it is made once all the same.
fn creations(truth: &Truth) -> HashMap<&str, usize> {
    let mut times = HashMap::new();
    for logged in &truth.log {
        let made = match &logged.event {
            Event::IncidentChanged { incident, .. } if incident.version == 1 => {
                incident.id.as_str()
            }
            Event::CheckedIn { check_in, .. } => check_in.id.as_str(),
            Event::MessagePosted { message } => message.id.as_str(),
            Event::ShiftChanged { shift, .. } => {
                times.insert(shift.id.as_str(), 1);
                continue;
            }
            _ => continue,
        };
        *times.entry(made).or_default() += 1;
    }
    times
}

/// The id of what the request makes; none when it makes nothing.
fn makes(request: &Request) -> Option<&str> {
    Some(match request {
        Request::SignOn { shift, .. } => shift.as_str(),
        Request::ReportIncident { incident, .. } | Request::Sos { incident, .. } => {
            incident.as_str()
        }
        Request::CheckIn { check_in, .. } => check_in.as_str(),
        Request::PostMessage { message, .. } => message.as_str(),
        _ => return None,
    })
}

/// Whether the event is what the request asked for.
fn tells(event: &Event, one: &Asked) -> bool {
    match (&one.request, event) {
        (Request::SignOn { shift, .. }, Event::ShiftChanged { shift: now, .. }) => {
            now.id == *shift && now.ended_ms.is_none()
        }
        (Request::SignOff { shift }, Event::ShiftChanged { shift: now, .. }) => {
            now.id == *shift && now.ended_ms.is_some()
        }
        (Request::TakeShift { shift }, Event::ShiftChanged { shift: now, .. }) => now.id == *shift,
        (Request::GiveConsent { .. }, Event::ConsentChanged { consent, .. }) => {
            consent.member == one.actor && consent.until_ms.is_none()
        }
        (Request::GiveConsent { .. }, Event::ShiftChanged { shift: now, member }) => {
            member.id == one.actor && now.consent_ms.is_some()
        }
        (Request::WithdrawConsent {}, Event::ConsentChanged { consent, .. }) => {
            consent.member == one.actor && consent.until_ms.is_some()
        }
        (Request::WithdrawConsent {}, Event::ShiftChanged { shift: now, member }) => {
            member.id == one.actor && now.consent_ms.is_none()
        }
        (Request::CheckIn { check_in, .. }, Event::CheckedIn { check_in: now, .. }) => {
            now.id == *check_in && now.member == one.actor
        }
        (Request::PostMessage { message, .. }, Event::MessagePosted { message: now }) => {
            now.id == *message && now.sender == one.actor
        }
        (request, Event::IncidentChanged { incident: now, entry }) => {
            let (incident, action) = match request {
                Request::ReportIncident { incident, .. } => (incident, "report"),
                Request::Sos { incident, .. } => (incident, "sos"),
                Request::WithdrawSos { incident, .. } => (incident, "withdraw_sos"),
                Request::MoveIncident { incident, step } => (incident, step.step().as_str()),
                Request::MoveAssignment { incident, step, .. } => (incident, step.step().as_str()),
                _ => return false,
            };
            let own = entry.action == action && entry.actor.as_ref() == Some(&one.actor);
            now.id == *incident && (own || entry.action == FOLLOWS)
        }
        _ => false,
    }
}

/// What was typed is kept letter by letter.
fn text_fault(event: &Event, one: &Asked) -> Option<String> {
    let typed = match &one.request {
        Request::PostMessage { body, .. } => body,
        Request::ReportIncident { text, .. } => text.as_ref()?,
        _ => return None,
    };
    let mut event = event.clone();
    let kept = event.texts_mut().into_iter().next().and_then(|text| text.body.take());
    (kept.as_ref() != Some(typed)).then(|| format!("typed {typed:?}, and kept {kept:?}"))
}

/// Every event of the people's has one command that names it, but for those that a command makes
/// just before the one that it names.
fn unowned(truth: &Truth) -> Faults {
    let mut owners: HashMap<i64, usize> = HashMap::new();
    for seq in truth.commands.iter().filter_map(|kept| kept.outcome.seq) {
        *owners.entry(seq).or_default() += 1;
    }
    let mut faults = Vec::new();
    for (at, logged) in truth.log.iter().enumerate() {
        let next = truth.log.get(at + 1);
        let is_first_of_two = next.is_some_and(|next| is_pair(&logged.event, &next.event));
        let before = at.checked_sub(1).and_then(|before| truth.log.get(before));
        let follows_timer = before.is_some_and(|before| {
            is_of_system(&before.event) && is_pair(&before.event, &logged.event)
        });
        match owners.get(&logged.seq).copied().unwrap_or(0) {
            1 => {}
            0 if is_first_of_two || follows_timer || is_of_system(&logged.event) => {}
            times => faults.push(format!(
                "log: {times} commands name event {} ({})",
                logged.seq,
                logged.event.name()
            )),
        }
    }
    faults
}

fn is_pair(first: &Event, second: &Event) -> bool {
    match (first, second) {
        (Event::ConsentChanged { consent, .. }, Event::ShiftChanged { member, .. }) => {
            consent.member == member.id
        }
        (
            Event::IncidentChanged { incident: before, .. },
            Event::IncidentChanged { incident: after, entry },
        ) => before.id == after.id && entry.action == FOLLOWS,
        _ => false,
    }
}

fn is_of_system(event: &Event) -> bool {
    match event {
        Event::PlacesChanged { .. } | Event::GridsChanged { .. } | Event::MemberChanged { .. } => {
            true
        }
        Event::IncidentChanged { entry, .. } => {
            entry.actor.is_none() && timers::WORDS.contains(&entry.action.as_str())
        }
        _ => false,
    }
}
