//! The oracle can fail: true evidence is doctored, one fault at a time, and each is found.

use std::sync::Arc;

use rand::RngExt;
use xunfang::domain::{Event, EventId, Incident};
use xunfang::protocol::{Code, EventFrame, Refusal, Tail};

use super::cast::Evidence;
use super::oracle::{self, Faults, Shown, Told};
use super::truth::Truth;
use super::watcher::Line;
use super::world::World;
use crate::support::Backend;

/// A fault, and how it is planted. It panics where there is nothing to doctor.
type Plant = (&'static str, fn(&mut Evidence));

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_planted_fault_is_found() {
    let mut world = World::start(Backend::sqlite(), rand::random::<u32>().into()).await;
    let evidence = loop {
        assert_eq!(world.round().await.faults, Vec::<String>::new());
        let evidence = world.evidence().await;
        if is_rich(&evidence.truth) {
            break evidence;
        }
    };
    assert_eq!((stored(&evidence), seen(&evidence)), (Vec::new(), Vec::new()));
    for (plants, find) in
        [(LOG, stored as fn(&Evidence) -> Faults), (TABLES, stored), (FRAMES, seen), (VIEWS, seen)]
    {
        for (name, plant) in plants {
            let mut doctored = evidence.clone();
            plant(&mut doctored);
            assert!(!find(&doctored).is_empty(), "not found: {name}");
        }
    }
}

/// Whether there is a row of everything that is doctored.
fn is_rich(truth: &Truth) -> bool {
    let rows = [&truth.check_ins, &truth.help_calls, &truth.shifts, &truth.counts, &truth.messages];
    rows.iter().all(|rows| !rows.is_empty()) && !truth.consents.is_empty()
}

fn stored(evidence: &Evidence) -> Faults {
    oracle::stored(&evidence.truth, &evidence.asked)
}

fn seen(evidence: &Evidence) -> Faults {
    evidence.seats.iter().flat_map(|seat| oracle::seen(&evidence.truth, seat)).collect()
}

const LOG: &[Plant] = &[
    ("the end of the log is lost", |doctored| {
        doctored.truth.log.pop();
        doctored.truth.head -= 1;
    }),
    ("an event is missing", |doctored| {
        let middle = doctored.truth.log.len() / 2;
        doctored.truth.log.remove(middle);
    }),
    ("two events changed places", |doctored| {
        let middle = doctored.truth.log.len() / 2;
        let (a, b) = (doctored.truth.log[middle].seq, doctored.truth.log[middle + 1].seq);
        doctored.truth.log.swap(middle, middle + 1);
        (doctored.truth.log[middle].seq, doctored.truth.log[middle + 1].seq) = (a, b);
    }),
    ("an event is of a clock that is ahead", |doctored| {
        let middle = doctored.truth.log.len() / 2;
        doctored.truth.log[middle].at_ms += 600_000;
    }),
    ("an event came twice", |doctored| {
        let mut again = doctored.truth.log.last().unwrap().clone();
        again.seq += 1;
        doctored.truth.head += 1;
        doctored.truth.log.push(again);
    }),
    ("a message was posted twice", |doctored| {
        let is_message = |event: &Event| matches!(event, Event::MessagePosted { .. });
        let mut again =
            doctored.truth.log.iter().find(|logged| is_message(&logged.event)).unwrap().clone();
        (again.seq, again.id) = (doctored.truth.head + 1, EventId::fresh());
        doctored.truth.head += 1;
        doctored.truth.log.push(again);
    }),
    ("a version was skipped", |doctored| {
        last_incident(doctored).version += 1;
    }),
    ("an acknowledged command is not stored", |doctored| {
        let acked = doctored.asked.iter().find(|one| one.outcome().is_some()).unwrap().id.clone();
        doctored.truth.commands.retain(|kept| kept.id != acked);
    }),
    ("a command was stored that nobody asked", |doctored| {
        let kept = doctored.truth.commands[0].id.clone();
        doctored.asked.retain(|one| one.id != kept);
    }),
    ("another outcome was told than is stored", |doctored| {
        let kept = doctored.truth.commands.iter_mut().find(|kept| kept.outcome.seq.is_some());
        *kept.unwrap().outcome.seq.as_mut().unwrap() -= 1;
    }),
    ("two commands name one event", |doctored| {
        let mut told = doctored.truth.commands.iter_mut().filter(|kept| kept.outcome.seq.is_some());
        let (one, other) = (told.next().unwrap(), told.next().unwrap());
        one.outcome.seq = other.outcome.seq;
    }),
    ("what was refused is stored", |doctored| {
        let stored = doctored.asked.iter_mut().find(|one| one.outcome().is_some()).unwrap();
        stored.answers = vec![Err(Refusal::new(Code::Forbidden, "no"))];
    }),
    ("a text is another", |doctored| {
        let log = &mut doctored.truth.log;
        let body = log.iter_mut().rev().find_map(|logged| match &mut logged.event {
            Event::MessagePosted { message } => message.text.body.as_mut(),
            _ => None,
        });
        body.unwrap().push('!');
    }),
];

fn last_incident(doctored: &mut Evidence) -> &mut Incident {
    let last = doctored.truth.log.iter_mut().rev().find_map(|logged| match &mut logged.event {
        Event::IncidentChanged { incident, .. } => Some(incident.as_mut()),
        _ => None,
    });
    last.unwrap()
}

const TABLES: &[Plant] = &[
    ("an incident's row is missing", |doctored| drop(doctored.truth.incidents.pop())),
    ("an incident's row is of an earlier version", |doctored| {
        doctored.truth.incidents[0].0.version -= 1;
    }),
    ("an incident's column is stale", |doctored| doctored.truth.incidents[0].2 -= 1),
    ("a number was skipped", |doctored| {
        let number = &mut doctored.truth.incidents[0].0.number;
        number.push('0');
    }),
    ("a line of a timeline is missing", |doctored| drop(doctored.truth.entries.pop())),
    ("a count is missing", |doctored| drop(doctored.truth.counts.pop())),
    ("a count came twice", |doctored| {
        let again = doctored.truth.counts[0].clone();
        doctored.truth.counts.push(again);
    }),
    ("a count is of another kind", |doctored| doctored.truth.counts[0][1] = "fire".to_owned()),
    ("a message's row is missing", |doctored| drop(doctored.truth.messages.pop())),
    ("a visit's row is missing", |doctored| drop(doctored.truth.check_ins.pop())),
    ("a call for help's row is missing", |doctored| drop(doctored.truth.help_calls.pop())),
    ("a shift is still open", |doctored| {
        doctored.truth.shifts[0][3] =
            if doctored.truth.shifts[0][3] == "-" { "1" } else { "-" }.to_owned();
    }),
    ("a consent's row is missing", |doctored| drop(doctored.truth.consents.pop())),
];

/// The frames of the first watcher, who sees everything.
fn lines(doctored: &mut Evidence) -> &mut Vec<Line> {
    match &mut doctored.seats[0].shown {
        Shown::Frames(lines) => lines,
        Shown::Notices(_) => panic!("not a watcher"),
    }
}

fn is_event(line: &Line) -> bool {
    matches!(line, Line::Frame(frame) if matches!(frame.tail, Tail::Event { .. }))
}

/// Where some event's frame stands, but for the last.
fn some_event(lines: &[Line]) -> usize {
    let events: Vec<usize> = (0..lines.len() - 1).filter(|at| is_event(&lines[*at])).collect();
    events[rand::rng().random_range(0..events.len())]
}

fn frame_at(lines: &mut [Line], at: usize) -> &mut EventFrame {
    match &mut lines[at] {
        Line::Frame(frame) => Arc::make_mut(frame),
        other => panic!("not a frame: {other:?}"),
    }
}

const FRAMES: &[Plant] = &[
    ("a frame is missing", |doctored| {
        let lines = lines(doctored);
        let at = lines.iter().rposition(is_event).unwrap();
        lines.remove(at);
    }),
    ("a frame came twice", |doctored| {
        let lines = lines(doctored);
        let at = some_event(lines);
        lines.insert(at, lines[at].clone());
    }),
    ("an event is left out, and the chain mended", |doctored| {
        let lines = lines(doctored);
        let at = lines.windows(2).rposition(|two| two.iter().all(is_event)).unwrap();
        let prev = frame_at(lines, at).prev;
        lines.remove(at);
        frame_at(lines, at).prev = prev;
    }),
    ("a watermark stands where an event should", |doctored| {
        let lines = lines(doctored);
        let at = some_event(lines);
        let district = "420882002".into();
        frame_at(lines, at).tail = Tail::Watermark { district };
    }),
    ("an event has another's id", |doctored| {
        let lines = lines(doctored);
        let at = some_event(lines);
        let Tail::Event { id, .. } = &mut frame_at(lines, at).tail else { panic!("no event") };
        *id = EventId::fresh();
    }),
    ("a reporter is shown to whom they should not be", |doctored| {
        let seat = doctored.seats.iter_mut().find(|seat| seat.member.id.as_str() == "street");
        let Shown::Frames(lines) = &mut seat.unwrap().shown else { panic!("not a watcher") };
        let of_incident = lines.iter_mut().rev().find_map(|line| match line {
            Line::Frame(frame) => match &mut Arc::make_mut(frame).tail {
                Tail::Event { event: Event::IncidentChanged { incident, .. }, .. } => {
                    Some(&mut incident.reporter)
                }
                _ => None,
            },
            _ => None,
        });
        *of_incident.unwrap() = Some("guard".into());
    }),
    ("an event is shown to whom it should not be", |doctored| {
        let all = lines(doctored).clone();
        let seat = doctored.seats.iter_mut().find(|seat| seat.member.id.as_str() == "volunteer");
        seat.unwrap().shown = Shown::Frames(all);
    }),
    ("the end was never read", |doctored| {
        let lines = lines(doctored);
        let at = lines.iter().rposition(is_event).unwrap();
        lines.truncate(at);
    }),
    ("a reset goes back", |doctored| {
        let (epoch, lines) = (doctored.truth.epoch.clone(), lines(doctored));
        lines.push(Line::Reset { epoch, seq: 1 });
    }),
    ("a reset is to another log", |doctored| {
        let seq = doctored.truth.head;
        lines(doctored).push(Line::Reset { epoch: "another".to_owned(), seq });
    }),
    ("a log is resumed at another place", |doctored| {
        let head = doctored.truth.head;
        lines(doctored).push(Line::Resumed { seq: head - 1, head });
    }),
    ("an alert is of nothing", |doctored| lines(doctored).push(Line::Alert("none".into()))),
    ("a subscriber is not told of an event", |doctored| {
        let told = told(doctored);
        told.remove(told.len() - 2);
    }),
    ("a subscriber is told twice", |doctored| {
        let told = told(doctored);
        told.push(told.last().unwrap().clone());
    }),
];

/// What the duty chief's subscriber was told.
fn told(doctored: &mut Evidence) -> &mut Vec<Told> {
    match &mut doctored.seats.last_mut().unwrap().shown {
        Shown::Notices(told) => told,
        Shown::Frames(_) => panic!("not a person"),
    }
}

const VIEWS: &[Plant] = &[
    ("a view lacks an incident", |doctored| {
        let incidents = &mut view(doctored).incidents;
        let id = incidents.keys().next().unwrap().clone();
        incidents.remove(&id);
    }),
    ("a view holds an older version", |doctored| {
        view(doctored).incidents.values_mut().next().unwrap().version -= 1;
    }),
    ("a view holds what the seat may not see", |doctored| {
        let all = view(doctored).clone();
        let seat = doctored.seats.iter_mut().find(|seat| seat.member.id.as_str() == "volunteer");
        *seat.unwrap().state.views.values_mut().next().unwrap() = all;
    }),
    ("a view lacks the last word", |doctored| {
        let messages = view(doctored).messages.get_mut(&"district:420882002".into()).unwrap();
        messages.pop_back();
    }),
    ("a view shows somebody on duty who is not", |doctored| {
        let on_duty = &mut view(doctored).on_duty;
        let mut one = on_duty.values().next().unwrap().clone();
        one.member.id = "street".into();
        on_duty.insert("street".into(), one);
    }),
];

fn view(doctored: &mut Evidence) -> &mut xunfang::client::View {
    doctored.seats[0].state.views.values_mut().next().unwrap()
}
