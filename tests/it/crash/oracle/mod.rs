//! What must hold, written down as functions from what is there to the faults in it, so that a
//! doctored record can prove that they fail.

mod commands;
mod fold;
mod sight;

use std::collections::HashSet;

use xunfang::domain::{Member, Text};

use super::record::Asked;
use super::truth::Truth;
use super::watcher::Watched;

/// One sentence a fault; none is a pass.
pub(super) type Faults = Vec<String>;

/// What can be said of the database alone and of what was asked: also of what a killed server
/// left.
pub(super) fn stored(truth: &Truth, asked: &[Asked]) -> Faults {
    let mut faults = log(truth);
    faults.extend(commands::faults(truth, asked));
    faults.extend(fold::faults(truth));
    faults
}

/// What one seat was shown over all its connections, held against the log.
pub(super) fn shown(truth: &Truth, member: &Member, watched: &Watched) -> Faults {
    sight::frames(truth, member, watched).unwrap_or_else(|fault| vec![fault])
}

/// What a client holds in the end, held against the state for its seat.
pub(super) use sight::view;
/// What a typed client told its subscriber.
pub(super) use sight::{Told, told};

/// Gapless, in order, no event twice, and as long as its head says.
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
