//! Frames that go straight to the sockets of sessions at rest, without waking them.
//!
//! A session sleeps while nothing comes for it. Waking it for each event costs more than to write
//! the event, so whoever brings one has it written as well, in a task for some sessions at a time.
//! Invariant: a frame leaves its lane under the mailbox's lock and only for a socket that has
//! nothing on its way, so that the order is the lane's whoever writes.

use std::fmt::Debug;
use std::sync::Arc;

use super::Hub;
use super::lane_metrics::{HubMetrics, Lane};
use super::mailbox::Mailbox;
use super::outbox::BATCH_BYTES;
use super::viewer::Out;
use super::waiting::State;

/// Sessions that one task writes to: some hundred microseconds, so that nothing else waits long,
/// and that a machine's other cores have a share.
const AT_ONCE: usize = 64;

/// Hands each of the next frames to what it is given.
pub type Frames<'a> = dyn FnMut(&mut dyn FnMut(Out)) + 'a;

/// The sending end of a session's connection. It never waits.
pub trait Sink: Debug + Send + Sync {
    /// Asks `frames` for what goes out next and writes what the connection takes of it now. None,
    /// and nothing was asked for, when something is on its way already.
    fn offer(&self, frames: &mut Frames<'_>) -> Option<Written>;
}

/// What a connection took.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Calls of the kernel.
    pub writes: u64,
    /// Bytes that it took.
    pub bytes: u64,
    /// Some of it waits, or the connection is over: the session must look after it.
    pub is_left: bool,
}

/// Sessions whose sockets are to be written to: each is here once, by its mark.
#[derive(Debug, Default)]
pub(super) struct Due(Vec<Arc<Mailbox>>);

/// What was handed out, by lane: counted once for many frames, as other threads count there.
#[derive(Debug, Default)]
pub(super) struct Tally {
    control: Sent,
    alerts: Sent,
    events: Sent,
    positions: Sent,
    writes: u64,
    written: u64,
}

#[derive(Debug, Default)]
struct Sent {
    frames: u64,
    bytes: usize,
}

impl Due {
    /// Adds a session that is due; when there are enough of them they are written to.
    pub(super) fn add(&mut self, hub: &Hub, mailbox: &Arc<Mailbox>) {
        if self.0.capacity() == 0 {
            self.0.reserve_exact(AT_ONCE);
        }
        self.0.push(Arc::clone(mailbox));
        if self.0.len() == AT_ONCE {
            std::mem::take(self).write(hub);
        }
    }

    /// Writes to them, in a task of its own.
    pub(super) fn write(self, hub: &Hub) {
        if self.0.is_empty() {
            return;
        }
        let hub = hub.clone();
        // The budget of a task is for waits; there is none here.
        tokio::spawn(tokio::task::unconstrained(async move {
            let now_ms = hub.0.clock.now_ms();
            let mut tally = Tally::default();
            for mailbox in &self.0 {
                mailbox.flush(now_ms, &mut tally);
            }
            tally.tell(&hub.0.metrics);
        }));
    }
}

impl Mailbox {
    /// Writes what waits on the lanes of texts. The session looks after what is left, as it does
    /// when it is writing by itself.
    fn flush(&self, now_ms: i64, tally: &mut Tally) {
        let state = &mut *self.lock();
        state.due = false;
        let Some(sink) = state.sink.take() else { return };
        while state.has_texts()
            && let Some(written) = sink.offer(&mut |out| state.hand_out_texts(now_ms, tally, out))
        {
            tally.writes += written.writes;
            tally.written += written.bytes;
            if written.is_left {
                state.left = true;
                state.wake();
                break;
            }
        }
        state.sink = Some(sink);
    }
}

impl State {
    /// Hands out what waits on the lanes before the positions, about [`BATCH_BYTES`] of it.
    pub(super) fn hand_out_texts(
        &mut self,
        now_ms: i64,
        tally: &mut Tally,
        out: &mut dyn FnMut(Out),
    ) {
        let mut batch = 0;
        while let Some(text) = self.pop_control() {
            batch += tally.control.count(text.len());
            out(Out::Text(text));
        }
        while let Some(text) = self.alerts.pop_front() {
            batch += tally.alerts.count(text.len());
            out(Out::Text(text));
        }
        while batch < BATCH_BYTES
            && let Some(event) = self.events.pop(now_ms)
        {
            batch += tally.events.count(event.len());
            out(event);
        }
        self.events.relax();
    }
}

impl Tally {
    pub(super) fn count_positions(&mut self, bytes: usize) {
        self.positions.count(bytes);
    }

    /// Counts it where it can be seen.
    pub(super) fn tell(&self, metrics: &HubMetrics) {
        let tell = |lane: &Lane, sent: &Sent| {
            if sent.frames > 0 {
                lane.count(sent.frames, sent.bytes as u64);
            }
        };
        tell(&metrics.control, &self.control);
        tell(&metrics.alerts, &self.alerts);
        tell(&metrics.events, &self.events);
        tell(&metrics.positions, &self.positions);
        if self.writes > 0 {
            metrics.writes.increment(self.writes);
            metrics.written.increment(self.written);
        }
    }
}

impl Sent {
    fn count(&mut self, bytes: usize) -> usize {
        self.frames += 1;
        self.bytes += bytes;
        bytes
    }
}
