//! What must hold, written down as functions from what is there to the faults in it, so that a
//! doctored record can prove that they fail.

mod commands;
mod fold;
mod sight;
pub(crate) mod timers;

use std::collections::HashSet;

use xunfang::client::State;
use xunfang::domain::{Member, Text};
use xunfang::protocol::Snapshot;

use super::record::Asked;
use super::truth::Truth;
use super::watcher::Line;
pub(crate) use sight::Told;

/// One sentence a fault; none is a pass.
pub(crate) type Faults = Vec<String>;

/// What can be said of the database alone and of what was asked: also of what a killed server
/// left.
pub(crate) fn stored(truth: &Truth, asked: &[Asked]) -> Faults {
    let mut faults = log(truth);
    faults.extend(commands::faults(truth, asked));
    faults.extend(fold::faults(truth));
    faults.extend(timers::faults(truth));
    faults
}

/// One client: who, what it was shown, what it holds, and what a fresh one would hold.
#[derive(Clone)]
pub(crate) struct Seat {
    pub(crate) member: Member,
    pub(crate) shown: Shown,
    pub(crate) state: State,
    pub(crate) snapshot: Snapshot,
}

/// What a client was shown, as it tells it.
#[derive(Clone)]
pub(crate) enum Shown {
    /// Every frame of every connection.
    Frames(Vec<Line>),
    /// What a typed client's subscriber was told.
    Notices(Vec<Told>),
}

/// What a seat was shown, held against the log, and what it holds, against the state.
pub(crate) fn seen(truth: &Truth, seat: &Seat) -> Faults {
    let mut faults = match &seat.shown {
        Shown::Frames(lines) => {
            sight::frames(truth, &seat.member, lines).err().into_iter().collect()
        }
        Shown::Notices(told) => sight::told(truth, &seat.member, told),
    };
    faults.extend(sight::view(truth, &seat.member, (&seat.state, &seat.snapshot)));
    faults
}

/// The clocks of two nodes are no further apart than the slowest answer of their database.
const APART_MS: i64 = 1_000;

/// Gapless, in order, also by its times, no event twice, and as long as its head says.
fn log(truth: &Truth) -> Faults {
    let mut faults = Vec::new();
    let mut ids = HashSet::new();
    for (logged, place) in truth.log.iter().zip(1..) {
        if logged.seq != place {
            faults.push(format!("log: {} stands where {place} should", logged.seq));
            break;
        }
        if !ids.insert(&logged.id) {
            faults.push(format!("log: event {} came twice, again at {place}", logged.id));
        }
    }
    for pair in truth.log.windows(2) {
        let back_ms = pair[0].at_ms - pair[1].at_ms;
        if back_ms > APART_MS {
            faults.push(format!("log: {} is {back_ms} ms before the one before", pair[1].seq));
        }
    }
    if i64::try_from(truth.log.len()) != Ok(truth.head) {
        faults.push(format!("log: {} events, and its head is {}", truth.log.len(), truth.head));
    }
    faults
}

fn without_bodies(texts: Vec<&mut Text>) {
    for text in texts {
        text.body = None;
    }
}
