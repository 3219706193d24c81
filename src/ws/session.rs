//! One signed-in connection: frames in, work, lanes out, pings, until it ends.
//!
//! Invariant: reading, writing and work go on beside each other; a socket that takes nothing
//! leaves the frames in the outbox, which closes the session at its bound.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio_tungstenite::tungstenite::Message;

use super::flood::{Bucket, MESSAGES};
use super::greeting::{End, no_binary, over};
use super::on_client_message::{Reaction, Work, error, on_client_message};
use super::silence::{Silence, Verdict};
use super::wire::{Turn, Wire};
use super::{Backend, SignedIn, Socket, sight};
use crate::domain::DistrictId;
use crate::hub::{Guard, Outbox, Page, Ready};
use crate::protocol::limits::WRITE_STALL_MS;
use crate::protocol::{CloseReason, Refusal, ServerMessage};

/// While a write is on its way, whether it moves is looked at this often, in ms.
const STALL_CHECK_MS: i64 = 1_000;
const STALL_MS: i64 = WRITE_STALL_MS.cast_signed();

/// A part of a district's log after a place.
type Part = (DistrictId, i64, Result<Option<Page>, Refusal>);
type Reading = Pin<Box<dyn Future<Output = Part> + Send>>;

pub(super) struct Session<'a, B, S> {
    backend: &'a B,
    wire: &'a mut Wire<S>,
    guard: &'a Guard,
    outbox: Outbox,
    who: Arc<SignedIn>,
    work: FuturesUnordered<Work>,
    /// Answers that find no room in the outbox yet: no more than work was begun.
    answers: VecDeque<String>,
    /// A part of a log that is being read for the client.
    reading: Option<Reading>,
    /// Whether there may be something to read.
    replaying: bool,
    bucket: Bucket,
    silence: Silence,
    /// What the socket had taken when it was last seen to take something, and when that was.
    progress: (u64, i64),
}

impl<'a, B, S> Session<'a, B, S>
where
    B: Backend,
    S: Socket,
{
    pub(super) fn new(
        backend: &'a B,
        wire: &'a mut Wire<S>,
        (guard, outbox): (&'a Guard, Outbox),
        who: Arc<SignedIn>,
    ) -> Self {
        let now_ms = backend.clock().now_ms();
        let progress = (wire.written(), now_ms);
        outbox.set_sink(wire.sink());
        Self {
            backend,
            wire,
            guard,
            outbox,
            who,
            work: FuturesUnordered::new(),
            answers: VecDeque::new(),
            reading: None,
            replaying: true,
            bucket: Bucket::new(MESSAGES, now_ms),
            silence: Silence::new(now_ms, rand::random()),
            progress,
        }
    }

    pub(super) async fn run(mut self) -> End {
        if let Err(end) = self.on_alarm() {
            return end;
        }
        loop {
            let wants_frames = self.wire.is_idle();
            self.read_on();
            // In this order: what comes is bounded by the bucket, so no other waits for long.
            let step = tokio::select! {
                biased;
                turn = self.wire.turn() => self.on_turn(turn),
                ready = self.outbox.ready(wants_frames) => match ready {
                    Ready::Rights => self.on_rights().await,
                    Ready::Frames => self.on_frames().await,
                    Ready::Alarm => self.on_alarm(),
                    Ready::Left => {
                        self.watch_progress();
                        Ok(())
                    }
                    Ready::Closed(reason) => Err(End::Closed(reason)),
                },
                Some(answer) = self.work.next(), if !self.work.is_empty() => {
                    self.answers.extend(answer.map(|answer| answer.encode()));
                    self.hand_answers();
                    Ok(())
                }
                part = read(&mut self.reading) => self.on_part(part),
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    fn on_turn(&mut self, turn: Turn) -> Result<(), End> {
        match turn {
            Turn::Heard(message) => self.on_message(&message),
            Turn::Idle => Ok(()),
            Turn::Over(code) => Err(code.map_or(End::Gone, over)),
        }
    }

    fn on_message(&mut self, message: &Message) -> Result<(), End> {
        let now_ms = self.backend.clock().now_ms();
        self.silence.heard(now_ms);
        if !self.bucket.take(now_ms) {
            return Err(End::Closed(CloseReason::Flooding));
        }
        let reaction = match message {
            Message::Text(text) => {
                let in_flight = self.work.len() + self.answers.len();
                on_client_message(self.backend, &self.who, text, in_flight)
            }
            Message::Binary(_) => error(no_binary()),
            _ => return Ok(()),
        };
        match reaction {
            Reaction::Answer(message) => self.answer(Some(*message)),
            Reaction::Begin(work) => self.work.push(work),
            Reaction::Watch(watch) => self.outbox.watch(watch),
            Reaction::Resync(audience) => {
                if !self.outbox.resync(audience) {
                    let refusal = Refusal::not_found("audience").about("audience");
                    self.answer(Some(ServerMessage::Error { refusal }));
                }
            }
        }
        Ok(())
    }

    fn answer(&self, answer: Option<ServerMessage>) {
        if let Some(message) = answer {
            self.outbox.control(message.encode());
        }
    }

    /// Hands over what came of work, as far as there is room: a batch of commands is answered at
    /// once, and a client on a weak link is no slow reader for that.
    fn hand_answers(&mut self) {
        while let Some(answer) = self.answers.pop_front_if(|answer| self.outbox.has_room(answer)) {
            self.outbox.control(answer);
        }
    }

    async fn on_frames(&mut self) -> Result<(), End> {
        self.outbox.drain(|out| self.wire.queue(out));
        self.hand_answers();
        // Mostly the socket takes all of it, and then there is nothing to look after.
        if !self.wire.begin().await.map_err(|_| End::Gone)? {
            self.watch_progress();
        }
        Ok(())
    }

    /// A write begins to wait: from now on the socket must take something.
    fn watch_progress(&mut self) {
        let now_ms = self.backend.clock().now_ms();
        self.progress = (self.wire.written(), now_ms);
        self.outbox.set_alarm(now_ms + STALL_CHECK_MS);
    }

    /// Begins to read what the client missed, when there is room for it.
    fn read_on(&mut self) {
        if !self.replaying || self.reading.is_some() {
            return;
        }
        self.replaying = self.outbox.is_replaying();
        if let Some((district, seq)) = self.outbox.wants_replay() {
            let backend = self.backend.clone();
            self.reading = Some(Box::pin(async move {
                let page = backend.page(&district, seq).await;
                (district, seq, page)
            }));
        }
    }

    fn on_part(&mut self, (district, seq, page): Part) -> Result<(), End> {
        self.reading = None;
        let page = page.map_err(|_| End::Closed(CloseReason::Internal))?;
        self.outbox.replay(&district, seq, page.as_ref());
        Ok(())
    }

    /// Finds out what the member may do and see now. Their commands wait for it.
    async fn on_rights(&mut self) -> Result<(), End> {
        let held = (self.guard, &self.outbox);
        match Box::pin(sight::open(self.backend, held, &self.who, None)).await {
            Ok(who) => {
                self.who = Arc::new(who);
                Ok(())
            }
            Err(reason) => Err(End::Closed(reason)),
        }
    }

    /// Looks at what time brings: a ping, or the end of a client that is silent or takes nothing.
    fn on_alarm(&mut self) -> Result<(), End> {
        let now_ms = self.backend.clock().now_ms();
        let written = self.wire.written();
        if self.wire.is_idle() || written != self.progress.0 {
            self.progress = (written, now_ms);
        } else if now_ms - self.progress.1 >= STALL_MS {
            return Err(End::Closed(CloseReason::TooSlow));
        }
        let mut next_ms = match self.silence.judge(now_ms) {
            Verdict::Wait(until_ms) => until_ms,
            Verdict::GiveUp => return Err(End::Closed(CloseReason::Silent)),
            Verdict::Ping => {
                self.wire.queue_ping();
                now_ms + STALL_CHECK_MS
            }
        };
        if !self.wire.is_idle() {
            next_ms = next_ms.min(now_ms + STALL_CHECK_MS);
        }
        self.outbox.set_alarm(next_ms);
        Ok(())
    }
}

/// What is being read, once it is; for ever when nothing is.
async fn read(reading: &mut Option<Reading>) -> Part {
    match reading {
        Some(reading) => reading.await,
        None => std::future::pending().await,
    }
}
