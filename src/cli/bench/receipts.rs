//! Those who count texts: members of our server by their place in its log, subscribers of a peer by
//! the texts' own numbers.

use std::sync::Arc;

use super::client::{Said, is_event, said, step};
use super::crowd::Hear;
use super::mark;
use super::measure::now_ns;
use super::tally::Tally;

/// A member of our server.
pub(super) struct Member {
    tally: Arc<Tally>,
    place: i64,
}

/// A subscriber of a peer; it has one publisher, so that its texts come in order.
pub(super) struct Subscriber {
    tally: Arc<Tally>,
    next: u64,
}

impl Member {
    /// One who stands at this place.
    pub(super) fn new(tally: &Arc<Tally>, place: i64) -> Self {
        Self { tally: Arc::clone(tally), place }
    }

    /// Where they stand.
    pub(super) fn place(&self) -> i64 {
        self.place
    }
}

impl Subscriber {
    /// One who has heard nothing.
    pub(super) fn new(tally: &Arc<Tally>) -> Self {
        Self { tally: Arc::clone(tally), next: 0 }
    }
}

impl Hear for Member {
    fn text(&mut self, text: &[u8]) {
        match said(text) {
            Said::Follows { prev, seq } => {
                self.tally.step(step(&mut self.place, prev, seq));
                if is_event(text)
                    && let Some((_, at_ns)) = mark::read(text)
                {
                    self.tally.receive(text, at_ns);
                }
            }
            Said::Ack => {
                self.tally.acks.add();
                self.tally.answered.notify_one();
                if let Some((_, at_ns)) = mark::read(text) {
                    self.tally.ack.record(at_ns, now_ns());
                }
            }
            Said::Refused | Said::Error => {
                tracing::debug!(answer = %String::from_utf8_lossy(text), "refused");
                self.tally.refused.add();
                self.tally.answered.notify_one();
            }
            Said::Alert | Said::Reset | Said::Other => {}
        }
    }
}

impl Hear for Subscriber {
    fn text(&mut self, text: &[u8]) {
        let Some((number, at_ns)) = mark::read(text) else { return };
        let expected = std::mem::replace(&mut self.next, number + 1);
        if number > expected {
            self.tally.gaps.add();
        } else if number < expected {
            self.tally.again.add();
        }
        self.tally.receive(text, at_ns);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscriber_tells_what_is_missing_and_what_comes_again() {
        let tally = Arc::new(Tally::default());
        let mut subscriber = Subscriber::new(&tally);
        for number in [0, 1, 3, 3, 4] {
            subscriber.text(mark::write(number, 0, 0).as_bytes());
        }
        subscriber.text(b"welcome");
        assert_eq!((tally.received.get(), tally.gaps.get(), tally.again.get()), (5, 1, 1));
    }

    #[test]
    fn a_member_tells_events_from_acks_and_keeps_the_place() {
        let tally = Arc::new(Tally::default());
        let mut member = Member::new(&tally, 4);
        let event = |prev: i64, seq: i64| {
            let text = mark::write(0, 0, 0);
            format!(r#"{{"prev":{prev:16},"seq":{seq:16},"type":"event","body":"{text}"}}"#)
        };
        member.text(event(4, 6).as_bytes());
        member.text(event(7, 8).as_bytes());
        member.text(event(7, 8).as_bytes());
        member.text(br#"{"type":"ack","id":"x"}"#);
        member.text(br#"{"type":"refused","id":"x"}"#);
        let counted = [&tally.received, &tally.gaps, &tally.again, &tally.acks, &tally.refused];
        assert_eq!(counted.map(super::super::tally::Count::get), [3, 1, 1, 1, 1]);
    }
}
