//! What the two hottest paths cost, in figures that no clock and no neighbour changes:
//! allocations, writes and instructions. The bounds are generous; what they catch is a path that
//! has begun to do something it need not.

mod edge;

use std::process::Command;
use std::sync::Arc;

use allocation_counter::{AllocationInfo, measure};
use edge::{Edge, district, key};
use xunfang::domain::{Audience, Fix, Force, MemberBrief};
use xunfang::hub::{EventForms, PositionUpdate, Publication};
use xunfang::protocol::event_frame::{Tail, encode_tail};
use xunfang::spatial::Point;

const CLIENTS: u64 = 50;
const MEMBERS: u64 = 20;
/// How many rounds a run makes, where it isn't [`ROUNDS`]: two runs tell what a round costs.
const ROUNDS_SET: &str = "XUNFANG_COST_ROUNDS";
const ROUNDS: u64 = 40;
/// A round's own: the test's, and the list and the task that write to up to 64 clients. If each
/// delivery allocated, it would be 50 more.
const ALLOCATED: u64 = 4;
/// Before it is counted: buffers find their size.
const WARM: u64 = 10;

fn rounds() -> u64 {
    std::env::var(ROUNDS_SET).map_or(ROUNDS, |rounds| rounds.parse().unwrap())
}

/// Runs the rounds; returns what was allocated and how often a socket was written.
fn run(edge: &Edge, mut round: impl FnMut(u64)) -> (AllocationInfo, u64) {
    (0..WARM).for_each(&mut round);
    let before = edge.writes();
    let allocated = measure(|| (WARM..WARM + rounds()).for_each(&mut round));
    (allocated, edge.writes() - before)
}

/// Publishes so many events a round.
fn publish(each: u64) -> (AllocationInfo, u64) {
    let edge = Edge::start(CLIENTS);
    let tail = encode_tail(&Tail::Watermark { district: district() });
    let event = |seq: u64| Publication {
        seq: i64::try_from(seq).unwrap(),
        audience: Audience::of([key()]),
        forms: EventForms { whole: Arc::clone(&tail), masked: None, forget: None },
    };
    let events: Vec<_> = (1..=(WARM + rounds()) * each).map(event).collect();
    let district = district();
    run(&edge, |round| {
        let from = usize::try_from(round * each).unwrap();
        let events = &events[from..from + usize::try_from(each).unwrap()];
        edge.after(|hub| events.iter().for_each(|event| hub.publish_event(&district, event)));
    })
}

#[test]
fn a_delivery_allocates_nothing_and_takes_one_write() {
    let (allocated, writes) = publish(1);
    let deliveries = rounds() * CLIENTS;
    assert_eq!(writes, deliveries);
    assert!(allocated.count_total <= ALLOCATED * rounds(), "{}", allocated.count_total);
}

#[test]
fn events_that_come_together_take_one_write_together() {
    let (allocated, writes) = publish(20);
    assert_eq!(writes, rounds() * CLIENTS);
    assert!(allocated.count_total <= ALLOCATED * rounds(), "{}", allocated.count_total);
}

#[test]
fn a_tick_is_encoded_once_and_takes_one_write_a_viewer() {
    let edge = Edge::start(CLIENTS);
    let update = |member: u64, round: u64| PositionUpdate {
        district: district(),
        member: MemberBrief {
            id: format!("m{member}").into(),
            name: "m".to_owned(),
            force: Force::Guard,
            team: None,
        },
        keys: vec![key()],
        fix: Fix {
            at_ms: i64::try_from(1_000_000 + round).unwrap(),
            point: Point::new(113.0, 30.5).unwrap(),
            speed_mps: Some(1.25),
            heading_deg: None,
            accuracy_m: None,
        },
    };
    let mut moves: Vec<_> = (0..WARM + rounds())
        .map(|round| (0..MEMBERS).map(|member| update(member, round)).collect::<Vec<_>>())
        .collect();
    let (allocated, writes) = run(&edge, |round| {
        let moved = std::mem::take(&mut moves[usize::try_from(round).unwrap()]);
        edge.after(|hub| {
            hub.apply_positions(moved);
            hub.tick_once();
        });
    });
    assert_eq!(writes, rounds() * CLIENTS);
    // One a member that moved, and the frame with its bytes; nothing for each who looks on.
    let most = rounds() * (MEMBERS + CLIENTS / 2);
    assert!(allocated.count_total < most, "{} of {most}", allocated.count_total);
}

/// Instructions that a round of another test of this file takes; the build is a debug one.
fn instructions(test: &str) -> u64 {
    let count = |rounds: u64| {
        let program = std::env::current_exe().unwrap();
        let counted = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--read-inline-info=no"])
            .arg(program)
            .args(["--exact", test, "--test-threads=1"])
            .env(ROUNDS_SET, rounds.to_string())
            .output()
            .expect("valgrind is not there: run scripts/need.sh test");
        let said = String::from_utf8_lossy(&counted.stderr);
        assert!(counted.status.success(), "{said}");
        let count = said.lines().find_map(|line| line.split_once("Collected : "));
        count.unwrap().1.trim().parse::<u64>().unwrap()
    };
    (count(3 * ROUNDS) - count(ROUNDS)) / (2 * ROUNDS)
}

#[test]
fn a_delivery_takes_few_instructions() {
    let each = instructions("cost::a_delivery_allocates_nothing_and_takes_one_write") / CLIENTS;
    assert!(each < 50_000, "{each} instructions a delivery");
}

#[test]
fn a_position_takes_few_instructions() {
    let round = instructions("cost::a_tick_is_encoded_once_and_takes_one_write_a_viewer");
    let write = round / CLIENTS;
    assert!(write < 100_000, "{write} instructions a viewer and tick");
}
