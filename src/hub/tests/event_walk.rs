//! Random joins, publishes and drains, held against a plain model.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::protocol::ServerMessage;

/// A step of the events' walk; sessions and districts are picked by number.
#[derive(Debug, Clone)]
enum Step {
    Join { keys: BTreeSet<usize> },
    Leave { session: usize },
    SetKeys { session: usize, keys: BTreeSet<usize> },
    GoLive { session: usize, district: usize, behind: i64 },
    Publish { district: usize, keys: BTreeSet<usize>, skip: i64 },
    Drain { session: usize },
    Wait,
}

fn step() -> impl Strategy<Value = Step> {
    let keys = || prop::collection::btree_set(0usize..4, 0..3);
    let session = || 0usize..6;
    prop_oneof![
        2 => keys().prop_map(|keys| Step::Join { keys }),
        1 => session().prop_map(|session| Step::Leave { session }),
        1 => (session(), keys()).prop_map(|(session, keys)| Step::SetKeys { session, keys }),
        3 => (session(), 0usize..2, 0i64..3)
            .prop_map(|(session, district, behind)| Step::GoLive { session, district, behind }),
        8 => (0usize..2, keys(), 0i64..2)
            .prop_map(|(district, keys, skip)| Step::Publish { district, keys, skip }),
        3 => session().prop_map(|session| Step::Drain { session }),
        2 => Just(Step::Wait),
    ]
}

struct Model {
    guard: Guard,
    outbox: Outbox,
    keys: BTreeSet<usize>,
    /// For each district: where it went live, and what it should get after that.
    lives: [Option<i64>; 2],
    /// The state that it is opened with is at least as new as this.
    least: [i64; 2],
    expected: [Vec<i64>; 2],
    /// Where the client stands, and the events that it got.
    cursor: [i64; 2],
    got: [Vec<i64>; 2],
}

impl Model {
    fn join(hub: &Hub, held: BTreeSet<usize>) -> Self {
        let districts = vec![district(0), district(1)];
        let (guard, outbox) = hub.join(JoinRequest { session: None, keys: keys(&held), districts });
        Self {
            guard,
            outbox,
            keys: held,
            lives: [None; 2],
            least: [0; 2],
            expected: [vec![], vec![]],
            cursor: [0; 2],
            got: [vec![], vec![]],
        }
    }

    fn go_live(&mut self, at: usize, seq: i64) {
        if self.lives[at].is_some() {
            return;
        }
        let seq = seq.max(self.least[at]);
        self.lives[at] = Some(seq);
        let got = &self.got[at];
        self.expected[at].retain(|place| *place > seq || got.contains(place));
        let opening = ServerMessage::Reset {
            district: district(at),
            epoch: String::new(),
            seq,
            sight: String::new(),
            snapshot: Box::default(),
        };
        self.outbox.go_live(&district(at), seq, opening.encode()).unwrap();
    }

    /// Another set takes back what wasn't drained: it is in the state that opens it again.
    fn set_keys(&mut self, held: BTreeSet<usize>, log: [i64; 2]) {
        if self.keys != held {
            self.expected.clone_from(&self.got);
            (self.lives, self.least) = ([None; 2], log);
        }
        self.keys = held;
    }

    fn drain(&mut self) -> Result<(), TestCaseError> {
        for text in texts(&mut self.outbox) {
            if let Ok(ServerMessage::Reset { district, seq, .. }) = serde_json::from_str(&text) {
                self.cursor[usize::from(district.as_str() == "d1")] = seq;
                continue;
            }
            let frame: EventFrame = serde_json::from_str(&text).unwrap();
            let (Tail::Watermark { district }
            | Tail::Forget { district, .. }
            | Tail::Event { district, .. }) = &frame.tail;
            let at = usize::from(district.as_str() == "d1");
            prop_assert_eq!(frame.prev, self.cursor[at]);
            prop_assert!(frame.seq >= frame.prev);
            self.cursor[at] = frame.seq;
            if matches!(frame.tail, Tail::Event { .. }) {
                self.got[at].push(frame.seq);
            }
        }
        Ok(())
    }
}

pub(super) fn event(at: usize) -> Arc<str> {
    encode_tail(&Tail::Event {
        district: district(at),
        id: "e".into(),
        at_ms: 0,
        event: crate::domain::Event::GridsChanged { district: district(at), count: 1 },
    })
}

proptest! {
    #[test]
    fn each_session_gets_exactly_its_events_in_order(steps in prop::collection::vec(step(), 0..80)) {
        let clock = Clock::manual(0);
        let hub = Hub::new(clock.clone());
        let mut sessions: Vec<Model> = Vec::new();
        let mut log = [0i64; 2];
        for step in steps {
            match step {
                Step::Join { keys } if sessions.len() < 6 => sessions.push(Model::join(&hub, keys)),
                Step::Join { .. } => {}
                Step::Leave { session } if session < sessions.len() => {
                    sessions.swap_remove(session);
                }
                Step::SetKeys { session, keys: held } => {
                    if let Some(model) = sessions.get_mut(session) {
                        model.guard.set_keys(keys(&held));
                        model.set_keys(held, log);
                    }
                }
                Step::GoLive { session, district, behind } => {
                    if let Some(model) = sessions.get_mut(session) {
                        model.go_live(district, (log[district] - behind).max(0));
                    }
                }
                Step::Publish { district: at, keys: to, skip } => {
                    // Other audiences' events are in the log too: this session may see none.
                    log[at] += 1 + skip;
                    for model in &mut sessions {
                        let already = model.lives[at].is_some_and(|seq| seq >= log[at]);
                        if !model.keys.is_disjoint(&to) && !already {
                            model.expected[at].push(log[at]);
                        }
                    }
                    hub.publish_event(&district(at), &Publication::plain(log[at], keys(&to), event(at)));
                }
                Step::Drain { session } => {
                    if let Some(model) = sessions.get_mut(session) {
                        model.drain()?;
                    }
                }
                Step::Leave { .. } => {}
                Step::Wait => {
                    clock.advance_ms(5_000);
                    hub.tick_once();
                }
            }
        }
        for model in &mut sessions {
            for (at, seq) in log.into_iter().enumerate() {
                model.go_live(at, seq);
            }
            model.drain()?;
            prop_assert_eq!(&model.got, &model.expected);
        }
    }
}
