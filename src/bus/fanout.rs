//! Hands each message to every receiver of this process, through a bounded queue for each.
//!
//! It must not know where messages come from. Invariant: `offer` never waits, and an event that
//! finds no room leaves a gap that the receiver is told of before anything else.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::{BusMessage, BusSignal, Lane};

/// Messages that may wait for one receiver (hub.md); a receiver this late reads the log anyway.
const QUEUE_MESSAGES: usize = 4096;

/// The receivers of this process.
#[derive(Debug, Default)]
pub(super) struct Fanout(Mutex<Vec<Weak<Queue>>>);

#[derive(Debug, Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    gap: bool,
    messages: VecDeque<BusMessage>,
}

/// One receiver's end of the bus; dropping it leaves.
#[derive(Debug)]
pub struct BusReceiver(Arc<Queue>);

impl Fanout {
    pub(super) fn subscribe(&self) -> BusReceiver {
        let queue = Arc::default();
        self.0.lock().push(Arc::downgrade(&queue));
        BusReceiver(queue)
    }

    /// Hands the message to all; where it finds no room, an event becomes a gap.
    pub(super) fn offer(&self, message: &BusMessage) {
        message.lane().count_received();
        self.each(|waiting| {
            if waiting.messages.len() < QUEUE_MESSAGES {
                waiting.messages.push_back(message.clone());
                return;
            }
            message.lane().count_dropped(1);
            if message.lane() == Lane::Events {
                waiting.gap = true;
            }
        });
    }

    /// Tells all that events may have been missed; `cause` is a label of the metric.
    pub(super) fn gap(&self, cause: &'static str) {
        metrics::counter!("xunfang_bus_gaps_total", "cause" => cause).increment(1);
        self.each(|waiting| waiting.gap = true);
    }

    fn each(&self, change: impl Fn(&mut Waiting)) {
        self.0.lock().retain(|queue| {
            let Some(queue) = queue.upgrade() else { return false };
            change(&mut queue.waiting.lock());
            queue.arrived.notify_one();
            true
        });
    }
}

impl BusReceiver {
    /// Waits for the next signal; a dropped call loses nothing. A gap comes before what waits, so
    /// that the log is read once and the waiting messages are then known to be old.
    pub async fn recv(&mut self) -> BusSignal {
        loop {
            if let Some(signal) = self.0.waiting.lock().take() {
                return signal;
            }
            self.0.arrived.notified().await;
        }
    }
}

impl Waiting {
    fn take(&mut self) -> Option<BusSignal> {
        if std::mem::take(&mut self.gap) {
            return Some(BusSignal::Gap);
        }
        self.messages.pop_front().map(BusSignal::Message)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;
    use crate::bus::BusEvent;

    fn event(seq: i64) -> BusMessage {
        BusMessage::Event(BusEvent { district: "d".into(), seq, payload: "{}".into() })
    }

    fn positions() -> BusMessage {
        BusMessage::Positions { payload: Bytes::new(), kept: false }
    }

    fn all_waiting(receiver: &BusReceiver) -> Vec<BusSignal> {
        std::iter::from_fn(|| receiver.0.waiting.lock().take()).collect()
    }

    #[test]
    fn every_receiver_gets_each_message_in_order() {
        let fanout = Fanout::default();
        let receivers = [fanout.subscribe(), fanout.subscribe()];
        for seq in 1..=3 {
            fanout.offer(&event(seq));
        }
        let expected: Vec<_> = (1..=3).map(|seq| BusSignal::Message(event(seq))).collect();
        for receiver in &receivers {
            assert_eq!(all_waiting(receiver), expected);
        }
    }

    #[test]
    fn a_late_receiver_is_told_first_and_once_and_keeps_what_it_had() {
        let fanout = Fanout::default();
        let late = fanout.subscribe();
        for seq in 0..5000 {
            fanout.offer(&event(seq));
        }
        let signals = all_waiting(&late);
        assert_eq!(signals[0], BusSignal::Gap);
        assert_eq!(signals[1], BusSignal::Message(event(0)));
        assert_eq!(signals.len(), 1 + QUEUE_MESSAGES);
    }

    #[test]
    fn lost_positions_leave_no_gap_but_events_behind_them_do() {
        let fanout = Fanout::default();
        let late = fanout.subscribe();
        for _ in 0..=QUEUE_MESSAGES {
            fanout.offer(&positions());
        }
        assert!(!late.0.waiting.lock().gap);
        fanout.offer(&event(1));
        assert!(late.0.waiting.lock().gap);
    }

    #[test]
    fn what_finds_no_room_is_counted_by_lane() {
        let recorder = PrometheusBuilder::new().build_recorder();
        metrics::with_local_recorder(&recorder, || {
            let fanout = Fanout::default();
            let _late = fanout.subscribe();
            for seq in 0..i64::try_from(QUEUE_MESSAGES).unwrap() {
                fanout.offer(&event(seq));
            }
            assert!(!recorder.handle().render().contains("dropped"), "they have room");
            fanout.offer(&positions());
            fanout.offer(&positions());
            fanout.offer(&event(0));
        });
        let text = recorder.handle().render();
        for (lane, n) in [("positions", 2), ("events", 1)] {
            let line = format!("xunfang_bus_dropped_total{{lane=\"{lane}\"}} {n}\n");
            assert!(text.contains(&line), "{lane}: {text}");
        }
    }

    #[test]
    fn a_dropped_receiver_leaves() {
        let fanout = Fanout::default();
        drop(fanout.subscribe());
        fanout.offer(&event(1));
        assert!(fanout.0.lock().is_empty());
    }
}
