//! What a client knows at one moment: every frame of the server is taken here.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::units::{Units, UnitsFault};
use super::view::{Gap, View};
use crate::domain::{CommandId, District, DistrictId, Event, Member};
use crate::protocol::{Alert, Cursor, EventFrame, Outcome, Refusal, ServerMessage, Tail};

/// The state of a client.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Whether a connection is up and every district was opened on it, by a `reset` or `resumed`.
    pub live: bool,
    /// Who is signed in.
    pub member: Option<Member>,
    /// The districts that are followed.
    pub districts: Vec<District>,
    /// What is held of each district.
    pub views: HashMap<DistrictId, View>,
    /// The districts that this connection has opened.
    opened: BTreeSet<DistrictId>,
    greeted: bool,
    /// Where the units are.
    pub units: Units,
    /// How often the client connected.
    pub connections: u64,
    /// Since when the node hears late of the others, Unix ms UTC.
    pub late_ms: Option<i64>,
    /// The close code after which the client doesn't connect again.
    pub closed: Option<u16>,
}

/// What a frame brought, for those who wait for it.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// Something happened.
    Event {
        /// In which district.
        district: DistrictId,
        /// At which place of its log.
        seq: i64,
        /// What.
        event: Box<Event>,
    },
    /// A district was read anew; events before it may not have been told one by one.
    Reset {
        /// Which.
        district: DistrictId,
    },
    /// A district's view still stood after a break; what was missed follows as events.
    Resumed {
        /// Which.
        district: DistrictId,
    },
    /// An SOS was raised; its event follows.
    Alert(Box<Alert>),
    /// The answer to a command.
    Answer {
        /// Which.
        id: CommandId,
        /// What came of it.
        result: Result<Box<Outcome>, Box<Refusal>>,
    },
    /// Something that was sent could not be taken.
    Error(Box<Refusal>),
    /// Answers `ping`.
    Pong,
}

/// A frame that can't be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameFault {
    /// Not of this protocol.
    #[error("unreadable frame: {0}")]
    Unreadable(String),
    /// Something is missing before it.
    #[error(transparent)]
    Gap(#[from] Gap),
    /// Of a district that this connection hasn't opened.
    #[error("district {0} was not opened")]
    Unopened(DistrictId),
}

impl State {
    /// The connection ended; what is held stays, but for the units.
    pub fn end_connection(&mut self) {
        (self.live, self.greeted, self.late_ms) = (false, false, None);
        self.opened.clear();
        self.units.clear();
    }

    /// Takes a text frame.
    ///
    /// # Errors
    /// [`FrameFault`]: connect again.
    pub fn take_text(&mut self, text: &str) -> Result<Option<Notice>, FrameFault> {
        // Frames of the event lane are known by their head.
        if text.starts_with("{\"prev\":") {
            let frame = serde_json::from_str(text).map_err(unreadable)?;
            return self.take_event(frame);
        }
        Ok(self.take_message(serde_json::from_str(text).map_err(unreadable)?))
    }

    fn take_event(&mut self, frame: EventFrame) -> Result<Option<Notice>, FrameFault> {
        let (Tail::Event { district, .. }
        | Tail::Forget { district, .. }
        | Tail::Watermark { district }) = &frame.tail;
        let (district, seq) = (district.clone(), frame.seq);
        let opened = self.opened.contains(&district);
        let Some(view) = self.views.get_mut(&district).filter(|_| opened) else {
            return Err(FrameFault::Unopened(district));
        };
        let event = view.apply(frame)?;
        if let Some(Event::MemberChanged { member }) = &event
            && self.member.as_ref().is_some_and(|own| own.id == member.id)
        {
            self.member = Some(member.clone());
        }
        Ok(event.map(|event| Notice::Event { district, seq, event: Box::new(event) }))
    }

    fn take_message(&mut self, message: ServerMessage) -> Option<Notice> {
        match message {
            ServerMessage::Welcome { member, districts, .. } => {
                self.member = Some(member);
                self.districts = districts;
                let followed = |id: &DistrictId| self.districts.iter().any(|one| one.id == *id);
                self.views.retain(|id, _| followed(id));
                // In the middle of a connection it only says who the member is from now on.
                if !self.greeted {
                    self.greeted = true;
                    self.connections += 1;
                    self.note_live();
                }
                None
            }
            ServerMessage::Reset { district, epoch, seq, sight, snapshot } => {
                let cursor = Cursor { epoch, seq, sight };
                self.views.insert(district.clone(), View::starting(cursor, *snapshot));
                self.note_open(district.clone());
                Some(Notice::Reset { district })
            }
            ServerMessage::Resumed { district, .. } => {
                self.note_open(district.clone());
                Some(Notice::Resumed { district })
            }
            ServerMessage::Alert(alert) => Some(Notice::Alert(Box::new(alert))),
            ServerMessage::Ack { id, outcome } => {
                Some(Notice::Answer { id, result: Ok(Box::new(outcome)) })
            }
            ServerMessage::Refused { id, refusal } => {
                Some(Notice::Answer { id, result: Err(Box::new(refusal)) })
            }
            ServerMessage::Error { refusal } => Some(Notice::Error(Box::new(refusal))),
            ServerMessage::Pong { .. } => Some(Notice::Pong),
            ServerMessage::Late { since_ms } => {
                self.late_ms = since_ms;
                None
            }
            ServerMessage::Dictionary { audience, generation, first, members } => {
                self.units.take_names(audience, generation, first, &members);
                None
            }
            ServerMessage::Positions { audience, full, units, gone } => {
                self.units.take_json(audience, full, units, &gone);
                None
            }
        }
    }

    /// Takes a binary frame. Returns the audience that must be asked for anew, if any.
    ///
    /// # Errors
    /// [`FrameFault::Unreadable`].
    pub fn take_binary(&mut self, bytes: &[u8]) -> Result<Option<u32>, FrameFault> {
        match self.units.take_frame(bytes) {
            Ok(()) => Ok(None),
            Err(UnitsFault::Unknown(audience)) => Ok(Some(audience)),
            Err(fault @ UnitsFault::NotAFrame) => Err(FrameFault::Unreadable(fault.to_string())),
        }
    }

    /// How far each district was read, for the next `hello`.
    pub fn cursors(&self) -> BTreeMap<DistrictId, Cursor> {
        self.views.iter().map(|(district, view)| (district.clone(), view.cursor())).collect()
    }

    fn note_open(&mut self, district: DistrictId) {
        self.opened.insert(district);
        self.note_live();
    }

    fn note_live(&mut self) {
        self.live = self.districts.iter().all(|district| self.opened.contains(&district.id));
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the form that `map_err` takes")]
fn unreadable(error: serde_json::Error) -> FrameFault {
    FrameFault::Unreadable(error.to_string())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn fixture(name: &str) -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/protocol/server");
        let value: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap();
        match value.get("prev") {
            // As the server writes it: the head first.
            Some(prev) => {
                let mut tail = value.clone();
                let seq = value["seq"].clone();
                tail.as_object_mut().unwrap().retain(|key, _| key != "prev" && key != "seq");
                format!("{{\"prev\":{prev},\"seq\":{seq},{}", &tail.to_string()[1..])
            }
            None => value.to_string(),
        }
    }

    #[test]
    fn a_client_is_live_when_each_district_was_opened() {
        let mut state = State::default();
        let early = state.take_text(&fixture("event_grids_changed.json"));
        assert!(matches!(early, Err(FrameFault::Unopened(_))));
        assert_eq!(state.take_text(&fixture("welcome.json")), Ok(None));
        assert!(!state.live);
        state.take_text(&fixture("reset.json")).unwrap();
        assert!(state.live);
        let event = state.take_text(&fixture("event_shift_changed.json")).unwrap();
        assert!(matches!(event, Some(Notice::Event { seq: 42, .. })));
        let gap = state.take_text(&fixture("event_grids_changed.json"));
        assert_eq!(gap, Err(FrameFault::Gap(Gap { at: 42, prev: 50 })));
        assert!(matches!(state.take_text("{}"), Err(FrameFault::Unreadable(_))));
    }

    #[test]
    fn answers_and_positions_are_told_apart() {
        let mut state = State::default();
        let ack = state.take_text(&fixture("ack.json")).unwrap();
        assert!(matches!(ack, Some(Notice::Answer { result: Ok(_), .. })));
        let refused = state.take_text(&fixture("refused.json")).unwrap();
        assert!(matches!(refused, Some(Notice::Answer { result: Err(_), .. })));
        state.take_text(&fixture("positions.json")).unwrap();
        assert_eq!(state.units.all().len(), 1);
        assert!(state.take_binary(&[0; 3]).is_err());
    }
}
