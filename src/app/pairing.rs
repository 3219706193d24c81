//! Pairing: a code shown at one screen signs another screen in, once.
//!
//! It must not know how a code is shown. Invariants: a code lives 10 minutes and is taken once;
//! wrong tries are few for all clients together.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::auth::PairingCode;
use crate::clock::Clock;
use crate::domain::MemberId;
use crate::protocol::{Code, Refusal};

/// A code is good for this long, in ms.
pub const CODE_MS: i64 = 10 * 60 * 1_000;
/// Wrong tries until pairing pauses. With 40 bits and 5 tries a minute, a year of trying finds one
/// of two codes with a chance of 1 in 200,000.
pub const WRONG_TRIES: u32 = 5;
/// How long it pauses, in ms; then other codes hold.
pub const PAUSE_MS: i64 = 60 * 1_000;

/// The codes that hold now. Clones share them.
#[derive(Clone, Debug)]
pub struct Pairing(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    clock: Clock,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    seats: Vec<Seat>,
    wrong: u32,
    paused_until_ms: i64,
}

#[derive(Debug)]
struct Seat {
    members: Vec<MemberId>,
    taken: usize,
    code: PairingCode,
    ends_ms: i64,
}

impl Seat {
    fn renew(&mut self, now_ms: i64) {
        (self.code, self.ends_ms) = (PairingCode::fresh(), now_ms + CODE_MS);
    }
}

impl Pairing {
    /// Codes for these seats. Each seat's members are signed in in turn, one a code.
    pub fn new(clock: Clock, seats: Vec<Vec<MemberId>>) -> Self {
        let ends_ms = clock.now_ms() + CODE_MS;
        let seat = |members| Seat { members, taken: 0, code: PairingCode::fresh(), ends_ms };
        let seats = seats.into_iter().map(seat).collect();
        let state = Mutex::new(State { seats, wrong: 0, paused_until_ms: 0 });
        Self(Arc::new(Shared { clock, state, changed: Notify::new() }))
    }

    /// The code of each seat.
    pub fn codes(&self) -> Vec<PairingCode> {
        self.0.state.lock().seats.iter().map(|seat| seat.code.clone()).collect()
    }

    /// Whom a typed code signs in; it is used up by that.
    ///
    /// # Errors
    /// `unauthenticated` for a code that doesn't hold (any more), `too_many` while it pauses.
    pub fn take(&self, typed: &str) -> Result<MemberId, Refusal> {
        self.renew();
        let now_ms = self.0.clock.now_ms();
        let mut state = self.0.state.lock();
        if now_ms < state.paused_until_ms {
            return Err(Refusal::new(Code::TooMany, "too many wrong codes: wait a minute"));
        }
        let mut found = None;
        // All of them, whichever it is.
        for seat in &mut state.seats {
            if seat.code.is(typed) {
                found = Some(seat);
            }
        }
        let member = found.and_then(|seat| {
            let member = seat.members.get(seat.taken % seat.members.len().max(1)).cloned();
            seat.taken += 1;
            seat.renew(now_ms);
            member
        });
        if member.is_some() {
            state.wrong = 0;
        } else {
            state.wrong += 1;
            if state.wrong < WRONG_TRIES {
                return Err(wrong());
            }
            (state.wrong, state.paused_until_ms) = (0, now_ms + PAUSE_MS);
            state.seats.iter_mut().for_each(|seat| seat.renew(now_ms));
        }
        drop(state);
        self.0.changed.notify_one();
        member.ok_or_else(wrong)
    }

    /// Makes codes that have ended anew.
    pub fn renew(&self) {
        let now_ms = self.0.clock.now_ms();
        let mut state = self.0.state.lock();
        let mut changed = false;
        for seat in state.seats.iter_mut().filter(|seat| seat.ends_ms <= now_ms) {
            seat.renew(now_ms);
            changed = true;
        }
        drop(state);
        if changed {
            self.0.changed.notify_one();
        }
    }

    /// Waits until a code has changed, for the one who shows them.
    pub async fn changed(&self) {
        self.0.changed.notified().await;
    }
}

fn wrong() -> Refusal {
    Refusal::new(Code::Unauthenticated, "this code is wrong, used or too old")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairing() -> (Clock, Pairing) {
        let clock = Clock::manual(1_000);
        let seats = [&["guard", "volunteer"][..], &["dispatch"]];
        let seats = seats.map(|seat| seat.iter().map(|id| MemberId::from(*id)).collect());
        (clock.clone(), Pairing::new(clock, seats.into()))
    }

    fn code(pairing: &Pairing, seat: usize) -> String {
        pairing.codes()[seat].to_string()
    }

    fn refused(pairing: &Pairing, typed: &str) -> Code {
        pairing.take(typed).unwrap_err().code
    }

    #[test]
    fn a_code_signs_in_once_and_its_seats_members_in_turn() {
        let (_, pairing) = pairing();
        let desk = code(&pairing, 1);
        for member in ["guard", "volunteer", "guard"] {
            let phone = code(&pairing, 0);
            assert_eq!(pairing.take(&phone).unwrap().as_str(), member);
            assert_eq!(refused(&pairing, &phone), Code::Unauthenticated, "it is used");
        }
        assert_eq!(pairing.take(&desk).unwrap().as_str(), "dispatch");
    }

    #[test]
    fn a_code_ends_after_ten_minutes() {
        let (clock, pairing) = pairing();
        let [first, second] = [code(&pairing, 0), code(&pairing, 1)];
        clock.advance_ms(CODE_MS - 1);
        pairing.take(&first).unwrap();
        clock.advance_ms(1);
        assert_eq!(refused(&pairing, &second), Code::Unauthenticated);
        pairing.take(&code(&pairing, 1)).unwrap();
    }

    #[test]
    fn five_wrong_tries_pause_it_and_change_the_codes() {
        let (clock, pairing) = pairing();
        let before = code(&pairing, 0);
        for _ in 0..WRONG_TRIES {
            assert_eq!(refused(&pairing, "0000-0000"), Code::Unauthenticated);
        }
        let after = code(&pairing, 0);
        assert_ne!(before, after);
        assert_eq!(refused(&pairing, &after), Code::TooMany, "the right one has to wait too");
        clock.advance_ms(PAUSE_MS);
        assert_eq!(refused(&pairing, &before), Code::Unauthenticated);
        pairing.take(&after).unwrap();
    }

    #[tokio::test]
    async fn whoever_shows_codes_is_told_of_new_ones() {
        let (clock, pairing) = pairing();
        pairing.take(&code(&pairing, 0)).unwrap();
        pairing.changed().await;
        clock.advance_ms(CODE_MS);
        pairing.renew();
        pairing.changed().await;
    }
}
