//! Whether both directions work, and since when not. It must not know how they are repaired.
//! Invariant: `since_ms` is when the bus was last whole, however often it was half repaired.

use parking_lot::Mutex;

use crate::bus::BusStatus;
use crate::clock::Clock;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Publish,
    Subscribe,
}

#[derive(Debug)]
pub(super) struct Health {
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    publish: bool,
    subscribe: bool,
    since_ms: i64,
}

impl Health {
    /// Both sides are down until they say otherwise.
    pub(super) fn new(clock: Clock) -> Self {
        let since_ms = clock.now_ms();
        Self { clock, state: Mutex::new(State { publish: false, subscribe: false, since_ms }) }
    }

    pub(super) fn set(&self, side: Side, up: bool) {
        let mut state = self.state.lock();
        let was_whole = state.publish && state.subscribe;
        match side {
            Side::Publish => state.publish = up,
            Side::Subscribe => state.subscribe = up,
        }
        let is_whole = state.publish && state.subscribe;
        if was_whole && !is_whole {
            state.since_ms = self.clock.now_ms();
        }
        metrics::gauge!("xunfang_bus_connected").set(if is_whole { 1.0 } else { 0.0 });
    }

    pub(super) fn is_up(&self, side: Side) -> bool {
        let state = self.state.lock();
        match side {
            Side::Publish => state.publish,
            Side::Subscribe => state.subscribe,
        }
    }

    pub(super) fn status(&self) -> BusStatus {
        let state = self.state.lock();
        if state.publish && state.subscribe {
            BusStatus::Connected
        } else {
            BusStatus::Degraded { since_ms: state.since_ms }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degraded_since_it_was_last_whole() {
        let clock = Clock::manual(100);
        let health = Health::new(clock.clone());
        assert_eq!(health.status(), BusStatus::Degraded { since_ms: 100 });
        health.set(Side::Publish, true);
        health.set(Side::Subscribe, true);
        assert_eq!(health.status(), BusStatus::Connected);
        for (now_ms, side, up) in
            [(200, Side::Publish, false), (300, Side::Subscribe, false), (400, Side::Publish, true)]
        {
            clock.set_ms(now_ms);
            health.set(side, up);
            assert_eq!(health.status(), BusStatus::Degraded { since_ms: 200 }, "at {now_ms}");
        }
    }
}
