//! Random breaks, returns and reads of the log between what is published, held against the log.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::event_walk::event;
use super::*;

#[derive(Debug, Clone)]
enum Step {
    Publish {
        keys: BTreeSet<usize>,
    },
    Drain,
    Cut,
    Return,
    /// Reads so many events of the log, if they are wanted.
    Ask {
        most: usize,
    },
    /// Hands on what was read, perhaps long before.
    Give,
    SetKeys {
        keys: BTreeSet<usize>,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let keys = || prop::collection::btree_set(0usize..3, 0..3);
    prop_oneof![
        6 => keys().prop_map(|keys| Step::Publish { keys }),
        3 => Just(Step::Drain),
        2 => Just(Step::Cut),
        3 => Just(Step::Return),
        4 => (1usize..4).prop_map(|most| Step::Ask { most }),
        4 => Just(Step::Give),
        1 => keys().prop_map(|keys| Step::SetKeys { keys }),
    ]
}

struct Client {
    keys: BTreeSet<usize>,
    cursor: i64,
    /// The keys under which its state was read.
    sight: BTreeSet<usize>,
    got: Vec<i64>,
    connection: Option<(Guard, Outbox)>,
    read: Option<(i64, Page)>,
}

struct World {
    hub: Hub,
    log: Vec<Arc<Publication>>,
    audiences: Vec<BTreeSet<usize>>,
    client: Client,
}

impl World {
    fn head(&self) -> i64 {
        i64::try_from(self.log.len()).unwrap()
    }

    /// The places up to `seq` that these keys show.
    fn visible(&self, held: &BTreeSet<usize>, seq: i64) -> Vec<i64> {
        let shown = (1..).zip(&self.audiences).filter(|(_, to)| !to.is_disjoint(held));
        shown.map(|(place, _)| place).filter(|place| *place <= seq).collect()
    }

    fn publish(&mut self, to: BTreeSet<usize>) {
        let published = Publication::plain(self.head() + 1, keys(&to), event(0));
        self.log.push(Arc::new(published.clone()));
        self.audiences.push(to);
        self.hub.publish_event(&district(0), &published);
    }

    fn come_back(&mut self) {
        if self.client.connection.is_none() {
            let held = keys(&self.client.keys);
            let join = JoinRequest { session: None, keys: held, districts: vec![district(0)] };
            let (guard, outbox) = self.hub.join(join);
            if self.client.sight == self.client.keys {
                outbox
                    .resume(&district(0), self.client.cursor, "resumed".to_owned(), Vec::new())
                    .unwrap();
            } else {
                self.open(&outbox);
            }
            self.client.connection = Some((guard, outbox));
            self.client.read = None;
        }
    }

    fn ask(&mut self, most: usize) {
        let Some((_, outbox)) = &self.client.connection else { return };
        if self.client.read.is_some() {
            return;
        }
        let Some((_, from)) = outbox.wants_replay() else { return };
        let skip = usize::try_from(from).unwrap();
        let events: Vec<_> = self.log.iter().skip(skip).take(most).cloned().collect();
        let to = events.last().map_or(from, |event| event.seq);
        self.client.read = Some((from, Page { events, to, is_last: to == self.head() }));
    }

    fn give(&mut self) {
        if let (Some((_, outbox)), Some((from, page))) =
            (&self.client.connection, self.client.read.take())
        {
            outbox.replay(&district(0), from, Some(&page));
        }
    }

    /// Other keys take back what waits; the district is opened anew by a state.
    fn set_keys(&mut self, held: BTreeSet<usize>) {
        let Some((guard, outbox)) = &self.client.connection else { return };
        guard.set_keys(keys(&held));
        self.client.keys = held;
        if outbox.is_holding(&district(0)) {
            self.open(outbox);
        }
    }

    fn open(&self, outbox: &Outbox) {
        outbox.go_live(&district(0), self.head(), format!("reset {}", self.head())).unwrap();
    }

    fn drain(&mut self) -> Result<(), TestCaseError> {
        let Some((_, outbox)) = &mut self.client.connection else { return Ok(()) };
        let drained = texts(outbox);
        for text in drained {
            if let Some(seq) = text.strip_prefix("reset ") {
                let seq = seq.parse().unwrap();
                self.client.cursor = seq;
                self.client.sight = self.client.keys.clone();
                self.client.got = self.visible(&self.client.keys, seq);
            } else if text != "resumed" {
                let frame: EventFrame = serde_json::from_str(&text).unwrap();
                prop_assert_eq!(frame.prev, self.client.cursor);
                self.client.cursor = frame.seq;
                if matches!(frame.tail, Tail::Event { .. }) {
                    self.client.got.push(frame.seq);
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Publish { keys } => self.publish(keys),
            Step::Drain => self.drain()?,
            // What was drained was read; what still waited is lost with the connection.
            Step::Cut => self.client.connection = None,
            Step::Return => self.come_back(),
            Step::Ask { most } => self.ask(most),
            Step::Give => self.give(),
            Step::SetKeys { keys } => self.set_keys(keys),
        }
        Ok(())
    }
}

proptest! {
    #[test]
    fn who_comes_back_gets_exactly_what_was_missed(
        held in prop::collection::btree_set(0usize..3, 1..3),
        steps in prop::collection::vec(step(), 0..120),
    ) {
        let client = Client {
            sight: held.clone(),
            keys: held,
            cursor: 0,
            got: vec![],
            connection: None,
            read: None,
        };
        let clock = Clock::manual(0);
        let hub = Hub::new(clock.clone());
        let mut world = World { hub, log: vec![], audiences: vec![], client };
        for step in steps {
            world.take(step)?;
        }
        world.come_back();
        for _ in 0..=world.log.len() {
            world.give();
            world.ask(3);
        }
        world.give();
        world.publish((0..3).collect());
        world.drain()?;
        clock.advance_ms(10_000);
        world.hub.tick_once();
        world.drain()?;
        let head = world.head();
        prop_assert_eq!(world.client.cursor, head);
        let held = world.client.keys.clone();
        prop_assert_eq!(&world.client.got, &world.visible(&held, head));
    }
}
