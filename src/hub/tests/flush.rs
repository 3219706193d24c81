//! What is written past a session that is at rest.

use super::*;

/// A connection that remembers what it took; and one on which something is on its way.
#[derive(Debug, Default)]
struct Line {
    took: Mutex<Vec<String>>,
    is_busy: Mutex<bool>,
    takes_all: bool,
}

impl Sink for Line {
    fn offer(&self, frames: &mut Frames<'_>) -> Option<Written> {
        if *self.is_busy.lock() {
            return None;
        }
        let text = |out: Out| String::from_utf8(out.payload().to_vec()).unwrap();
        frames(&mut |out| self.took.lock().push(text(out)));
        *self.is_busy.lock() = !self.takes_all;
        Some(Written { writes: 1, bytes: 1, is_left: !self.takes_all })
    }
}

impl Line {
    fn of(outbox: &Outbox, takes_all: bool) -> Arc<Self> {
        let line = Arc::new(Self { takes_all, ..Self::default() });
        outbox.set_sink(Arc::clone(&line) as Arc<dyn Sink>);
        line
    }

    fn took(&self) -> Vec<i64> {
        let seq = |text: &String| serde_json::from_str::<EventFrame>(text).unwrap().seq;
        self.took.lock().iter().map(seq).collect()
    }
}

fn publish(hub: &Hub, seq: i64) {
    hub.publish_event(&district(0), &Publication::plain(seq, [key(0)], tail(0)));
}

#[tokio::test]
async fn a_session_at_rest_sleeps_on_while_its_events_are_written_in_order() {
    let hub = Hub::new(Clock::manual(0));
    let mut sessions: Vec<_> = (0..200).map(|_| live_session(&hub, &[key(0)])).collect();
    let lines: Vec<_> = sessions.iter().map(|(_, outbox)| Line::of(outbox, true)).collect();
    let mut resting: Vec<_> =
        sessions.iter_mut().map(|(_, outbox)| Box::pin(outbox.ready(true))).collect();
    assert!(resting.iter_mut().all(|ready| ready.now_or_never().is_none()));
    for seq in [1, 2, 3] {
        publish(&hub, seq);
        if seq != 1 {
            tokio::task::yield_now().await;
        }
    }
    for (line, ready) in lines.iter().zip(&mut resting) {
        assert_eq!(line.took(), [1, 2, 3]);
        assert_eq!(ready.now_or_never(), None);
    }
}

#[tokio::test]
async fn a_session_looks_after_what_its_connection_did_not_take() {
    let hub = Hub::new(Clock::manual(0));
    let (_guard, mut outbox) = live_session(&hub, &[key(0)]);
    let line = Line::of(&outbox, false);
    assert_eq!(outbox.ready(true).now_or_never(), None);
    publish(&hub, 1);
    tokio::task::yield_now().await;
    assert_eq!(line.took(), [1]);
    assert_eq!(outbox.ready(false).now_or_never(), Some(Ready::Left));
    // What comes meanwhile waits in the lane, whoever offers it.
    assert_eq!(outbox.ready(true).now_or_never(), None);
    publish(&hub, 2);
    tokio::task::yield_now().await;
    assert_eq!(line.took(), [1]);
    let [frame] = &texts(&mut outbox)[..] else { panic!("one event waits") };
    assert_eq!(serde_json::from_str::<EventFrame>(frame).unwrap().prev, 1);
}

#[tokio::test]
async fn nothing_is_written_for_a_session_that_is_busy_closed_or_gone() {
    let hub = Hub::new(Clock::manual(0));
    let (_guard, mut busy) = live_session(&hub, &[key(0)]);
    let (_other_guard, mut closed) = live_session(&hub, &[key(0), key(1)]);
    let (_last_guard, mut gone) = live_session(&hub, &[key(0)]);
    let lines: Vec<_> = [&busy, &closed, &gone].map(|outbox| Line::of(outbox, true)).into();
    assert_eq!(busy.ready(false).now_or_never(), None);
    for outbox in [&mut closed, &mut gone] {
        assert_eq!(outbox.ready(true).now_or_never(), None);
    }
    publish(&hub, 1);
    hub.close_holders(&key(1), CloseReason::Moved);
    drop(gone);
    tokio::task::yield_now().await;
    assert!(lines.iter().all(|line| line.took().is_empty()));
    assert_eq!(texts(&mut busy).len(), 1);
}
