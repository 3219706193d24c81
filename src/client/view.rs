//! What a client holds of one district: the snapshot, and every event since.
//!
//! It must not know how frames arrive. Invariant: `seq` moves only over a frame whose `prev` it
//! is, so that a view without a [`Gap`] has missed nothing that it may see.

use std::collections::{HashMap, VecDeque};

use crate::domain::{ChannelId, Event, Incident, IncidentId, MemberId, Message, TextId};
use crate::protocol::{Cursor, EventFrame, OnDuty, Snapshot, Tail};

/// Messages that are kept of each channel; older ones are read over HTTP.
pub const KEPT_MESSAGES: usize = 200;

/// A district as a client sees it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct View {
    /// The log that it follows.
    pub epoch: String,
    /// The last place of that log that it knows of.
    pub seq: i64,
    /// The sight that it was read under.
    pub sight: String,
    /// Incidents, each in its newest version.
    pub incidents: HashMap<IncidentId, Incident>,
    /// Who is on duty.
    pub on_duty: HashMap<MemberId, OnDuty>,
    /// The last messages of each channel, oldest first.
    pub messages: HashMap<ChannelId, VecDeque<Message>>,
}

/// A frame that doesn't follow the one before: something is missing, connect again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the frame follows {prev}, and the view stands at {at}")]
pub struct Gap {
    /// Where the view stands.
    pub at: i64,
    /// What the frame says that it follows.
    pub prev: i64,
}

impl View {
    /// The view that a `reset` starts.
    pub fn starting(cursor: Cursor, snapshot: Snapshot) -> Self {
        let Cursor { epoch, seq, sight } = cursor;
        let mut view = Self { epoch, seq, sight, ..Self::default() };
        view.incidents = snapshot.incidents.into_iter().map(|i| (i.id.clone(), i)).collect();
        view.on_duty =
            snapshot.on_duty.into_iter().map(|duty| (duty.member.id.clone(), duty)).collect();
        for message in snapshot.messages {
            view.take_message(message);
        }
        view
    }

    /// How far it was read, for the next `hello`.
    pub fn cursor(&self) -> Cursor {
        Cursor { epoch: self.epoch.clone(), seq: self.seq, sight: self.sight.clone() }
    }

    /// Takes a frame of the event lane, and returns the event that it carried.
    ///
    /// # Errors
    /// [`Gap`] when it doesn't follow the frame before; the view is then as it was.
    pub fn apply(&mut self, frame: EventFrame) -> Result<Option<Event>, Gap> {
        if frame.prev != self.seq || frame.seq < frame.prev {
            return Err(Gap { at: self.seq, prev: frame.prev });
        }
        self.seq = frame.seq;
        match frame.tail {
            Tail::Event { event, .. } => {
                self.take_event(&event);
                Ok(Some(event))
            }
            Tail::Forget { incident, .. } => {
                self.forget(&incident);
                Ok(None)
            }
            Tail::Watermark { .. } => Ok(None),
        }
    }

    /// Lets go of an incident and of what was said in its channel.
    fn forget(&mut self, incident: &IncidentId) {
        if let Some(known) = self.incidents.remove(incident) {
            self.messages.remove(&known.channel);
        }
    }

    fn take_event(&mut self, event: &Event) {
        match event {
            Event::IncidentChanged { incident, .. } => self.take_incident(incident),
            Event::MessagePosted { message } => self.take_message(message.clone()),
            Event::ShiftChanged { shift, member } => {
                let of_this_shift = |duty: &OnDuty| duty.shift.id == shift.id;
                if shift.ended_ms.is_none() {
                    let duty = OnDuty { shift: shift.clone(), member: member.clone() };
                    self.on_duty.insert(member.id.clone(), duty);
                } else if self.on_duty.get(&member.id).is_some_and(of_this_shift) {
                    self.on_duty.remove(&member.id);
                }
            }
            Event::TextErased { text, .. } => self.erase(text),
            Event::CheckedIn { .. }
            | Event::MemberChanged { .. }
            | Event::SessionsEnded { .. }
            | Event::ConsentChanged { .. }
            | Event::TrackViewed { .. }
            | Event::PlacesChanged { .. }
            | Event::IncidentsImported { .. }
            | Event::GridsChanged { .. } => {}
        }
    }

    fn erase(&mut self, text: &TextId) {
        let messages = self.messages.values_mut().flatten().map(|message| &mut message.text);
        let reports = self.incidents.values_mut().filter_map(|incident| incident.text.as_mut());
        for known in messages.chain(reports).filter(|known| known.id == *text) {
            known.body = None;
        }
    }

    fn take_incident(&mut self, incident: &Incident) {
        // A snapshot may hold a later version than the event that comes after it.
        let newer = self.incidents.get(&incident.id).is_none_or(|i| i.version < incident.version);
        if newer {
            self.incidents.insert(incident.id.clone(), incident.clone());
        }
    }

    fn take_message(&mut self, message: Message) {
        let channel = self.messages.entry(message.channel.clone()).or_default();
        if channel.iter().any(|known| known.id == message.id) {
            return;
        }
        if channel.len() == KEPT_MESSAGES {
            channel.pop_front();
        }
        channel.push_back(message);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use serde::de::DeserializeOwned;

    use super::*;
    use crate::domain::DistrictId;
    use crate::protocol::ServerMessage;

    fn fixture<T: DeserializeOwned>(name: &str) -> T {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/protocol/server");
        serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
    }

    fn reset() -> View {
        let ServerMessage::Reset { epoch, seq, sight, snapshot, .. } = fixture("reset.json") else {
            panic!("not a reset")
        };
        View::starting(Cursor { epoch, seq, sight }, *snapshot)
    }

    #[test]
    fn the_fixtures_are_one_session() {
        let mut view = reset();
        for name in [
            "event_shift_changed.json",
            "event_message_posted.json",
            "event_incident_changed.json",
            "event_incidents_imported.json",
            "event_grids_changed.json",
            "watermark.json",
        ] {
            view.apply(fixture(name)).unwrap();
        }
        assert_eq!(view.seq, 57);
        assert_eq!((view.incidents.len(), view.on_duty.len(), view.messages.len()), (1, 1, 1));
    }

    #[test]
    fn a_missing_frame_is_a_gap_and_changes_nothing() {
        let mut view = reset();
        let before = view.clone();
        let gap = view.apply(fixture("event_message_posted.json")).unwrap_err();
        assert_eq!(gap, Gap { at: 41, prev: 42 });
        assert_eq!(view, before);
    }

    #[test]
    fn an_older_version_does_not_replace_a_newer_one() {
        let mut view = reset();
        let id = view.incidents.keys().next().unwrap().clone();
        view.incidents.get_mut(&id).unwrap().version = 9;
        let mut frame: EventFrame = fixture("event_incident_changed.json");
        frame.prev = view.seq;
        view.apply(frame).unwrap();
        assert_eq!(view.incidents[&id].version, 9);
    }

    #[test]
    fn a_member_leaves_only_with_the_shift_that_is_held() {
        let mut view = reset();
        let mut frame: EventFrame = fixture("event_shift_changed.json");
        let Tail::Event { event: Event::ShiftChanged { shift, .. }, .. } = &mut frame.tail else {
            panic!("not a shift")
        };
        shift.ended_ms = Some(1);
        let held = shift.id.clone();
        shift.id = "another".into();
        view.apply(frame.clone()).unwrap();
        assert_eq!(view.on_duty.len(), 1);
        if let Tail::Event { event: Event::ShiftChanged { shift, .. }, .. } = &mut frame.tail {
            shift.id = held;
        }
        (frame.prev, frame.seq) = (42, 43);
        view.apply(frame).unwrap();
        assert_eq!(view.on_duty.len(), 0);
        let sign = Tail::Watermark { district: DistrictId::from("d") };
        assert_eq!(view.apply(EventFrame { prev: 43, seq: 43, tail: sign }), Ok(None));
    }
}
