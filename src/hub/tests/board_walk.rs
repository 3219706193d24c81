//! Random positions, sign-offs, ticks and reads: what a client decodes is what the board shows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use proptest::prelude::*;

use super::*;
use crate::client::Units;
use crate::protocol::{ServerMessage, Viewport};

/// A step of the board's walk.
#[derive(Debug, Clone)]
enum Move {
    Fix { member: usize, at_ms: i64, keys: BTreeSet<usize>, rename: bool },
    Remove { member: usize, until_ms: i64 },
    Tick,
    Read { viewer: usize },
    Resync { viewer: usize, audience: u32 },
    SetKeys { viewer: usize, keys: BTreeSet<usize> },
    Watch { viewer: usize, watch: usize },
}

fn board_move() -> impl Strategy<Value = Move> {
    let keys = || prop::collection::btree_set(0usize..3, 0..3);
    let (member, viewer) = (|| 0usize..5, || 0usize..3);
    prop_oneof![
        9 => (member(), 0i64..60, keys(), prop::bool::weighted(0.1)).prop_map(
            |(member, at_ms, keys, rename)| Move::Fix { member, at_ms, keys, rename },
        ),
        2 => (member(), 0i64..60).prop_map(|(member, until_ms)| Move::Remove { member, until_ms }),
        6 => Just(Move::Tick),
        4 => viewer().prop_map(|viewer| Move::Read { viewer }),
        1 => (viewer(), 0u32..6).prop_map(|(viewer, audience)| Move::Resync { viewer, audience }),
        1 => (viewer(), keys()).prop_map(|(viewer, keys)| Move::SetKeys { viewer, keys }),
        1 => (viewer(), 0usize..4).prop_map(|(viewer, watch)| Move::Watch { viewer, watch }),
    ]
}

fn watch(n: usize) -> Watch {
    let viewport = Viewport { west: 113.0, south: 30.4, east: 113.3, north: 30.6 };
    match n {
        0 => Watch { format: PositionFormat::Binary, ..Watch::default() },
        1 => Watch { format: PositionFormat::Json, ..Watch::default() },
        2 => Watch {
            format: PositionFormat::Binary,
            forces: Some(vec![Force::Guard]),
            viewport: Some(viewport),
        },
        _ => Watch { format: PositionFormat::Json, viewport: Some(viewport), forces: None },
    }
}

/// The edge of the last tile, each 360°/2^11 wide, that the viewport touches; the first begins
/// before all places here.
const EAST: f64 = 113.378_906_25;

struct Reader {
    guard: Guard,
    outbox: Outbox,
    units: Units,
    keys: BTreeSet<usize>,
    watch: Watch,
}

impl Reader {
    fn read(&mut self) {
        for out in drain(&mut self.outbox) {
            match out {
                Out::Binary(bytes) => self.units.take_frame(&bytes).unwrap(),
                text => match serde_json::from_slice(&text.payload()).unwrap() {
                    ServerMessage::Dictionary { audience, generation, first, members } => {
                        self.units.take_names(audience, generation, first, &members);
                    }
                    ServerMessage::Positions { audience, full, units, gone } => {
                        self.units.take_json(audience, full, units, &gone);
                    }
                    other => panic!("{other:?}"),
                },
            }
        }
    }

    fn truth(&self, board: &BTreeMap<usize, PositionUpdate>) -> HashMap<MemberId, Fix> {
        let held = keys(&self.keys);
        let seen = board.values().filter(|update| {
            update.keys.iter().any(|key| held.contains(key))
                && self.watch.forces.as_ref().is_none_or(|f| f.contains(&update.member.force))
                && self.watch.viewport.is_none_or(|_| update.fix.point.lng() < EAST)
        });
        seen.map(|update| (update.member.id.clone(), update.fix)).collect()
    }
}

fn readers(hub: &Hub) -> Vec<Reader> {
    let reader = |n: usize| {
        let held = BTreeSet::from([n % 2, 2]);
        let join = JoinRequest { session: None, keys: keys(&held), districts: vec![] };
        let (guard, mut outbox) = hub.join(join);
        outbox.watch(watch(n));
        Reader { guard, outbox, units: Units::default(), keys: held, watch: watch(n) }
    };
    (0..3).map(reader).collect()
}

proptest! {
    #[test]
    fn what_a_client_decodes_is_what_the_board_shows(
        moves in prop::collection::vec(board_move(), 0..120),
    ) {
        let hub = Hub::new(Clock::manual(0));
        let mut readers = readers(&hub);
        let mut board: BTreeMap<usize, PositionUpdate> = BTreeMap::new();
        let mut over: HashMap<usize, i64> = HashMap::new();
        for step in moves {
            match step {
                Move::Fix { member, at_ms, keys, rename } => {
                    let mut update = update(member, at_ms, &keys);
                    if rename {
                        update.member.name = format!("named at {at_ms}");
                    }
                    hub.apply_positions([update.clone()]);
                    let newer = board.get(&member).is_none_or(|held| held.fix.at_ms <= at_ms);
                    if newer && over.get(&member).is_none_or(|until| *until < at_ms) {
                        over.remove(&member);
                        board.insert(member, update);
                    }
                }
                Move::Remove { member, until_ms } => {
                    hub.remove_member(&format!("m{member}").into(), until_ms);
                    board.remove(&member);
                    let until = over.entry(member).or_insert(until_ms);
                    *until = until_ms.max(*until);
                }
                Move::Tick => hub.tick_once(),
                Move::Read { viewer } => readers[viewer].read(),
                Move::Resync { viewer, audience } => {
                    readers[viewer].outbox.resync(audience);
                }
                Move::SetKeys { viewer, keys: held } => {
                    readers[viewer].guard.set_keys(keys(&held));
                    readers[viewer].keys = held;
                }
                Move::Watch { viewer, watch: n } => {
                    readers[viewer].units.clear();
                    // What was drained before the change is not read after it.
                    drain(&mut readers[viewer].outbox);
                    readers[viewer].outbox.watch(watch(n));
                    readers[viewer].watch = watch(n);
                }
            }
        }
        hub.tick_once();
        for reader in &mut readers {
            reader.read();
            prop_assert_eq!(reader.units.all(), reader.truth(&board));
        }
    }
}
