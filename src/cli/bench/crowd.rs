//! Many connections at once, each a task that reads, counts and answers pings.
//!
//! Invariant: dropping the crowd cuts all its connections.

use std::io;
use std::sync::Arc;

use anyhow::Context as _;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio::task::JoinSet;

use super::client::{Client, Said, ended, is_event, said, step};
use super::frame_scan::{Frame, Op};
use super::mark;
use super::measure::now_ns;
use super::socket::{Door, Reader, Writer};
use super::tally::Tally;
use super::world::Person;

/// Connections that are opened at a time.
const AT_ONCE: usize = 64;

/// Those who listen.
pub(super) struct Crowd {
    tasks: JoinSet<()>,
    /// Their sending ends.
    pub(super) writers: Vec<Writer>,
}

/// One who listens.
struct Listener {
    writer: Writer,
    tally: Arc<Tally>,
    /// Where they stand in our log; a peer has none.
    place: Option<i64>,
    /// The number of a peer's next message: it has one publisher, so they come in order.
    next: u64,
}

/// Signs members on, many at a time.
///
/// # Errors
/// When one of them isn't let in.
pub(super) async fn connect(door: &Door, people: &[Person]) -> anyhow::Result<Vec<Client>> {
    let opening = people.iter().map(|person| Client::open(door, &person.token, None));
    let clients = stream::iter(opening).buffered(AT_ONCE).try_collect().await;
    clients.context("a client was not let in")
}

impl Crowd {
    /// Members of our server.
    pub(super) fn of_clients(clients: Vec<Client>, tally: &Arc<Tally>) -> Self {
        let seats = clients.into_iter().map(|client| {
            let Client { reader, writer, place, .. } = client;
            (reader, writer, Some(place.seq))
        });
        Self::listen(seats.collect(), tally)
    }

    /// Subscribers of a peer.
    ///
    /// # Errors
    /// When one of them isn't let in.
    pub(super) async fn of_peer(
        door: &Door,
        count: usize,
        tally: &Arc<Tally>,
    ) -> anyhow::Result<Self> {
        let opening = (0..count).map(|_| door.open());
        let open: io::Result<Vec<_>> = stream::iter(opening).buffered(AT_ONCE).try_collect().await;
        let open = open.context("a subscriber was not let in")?;
        let seats = open.into_iter().map(|(reader, writer)| (reader, writer, None));
        Ok(Self::listen(seats.collect(), tally))
    }

    fn listen(seats: Vec<(Reader, Writer, Option<i64>)>, tally: &Arc<Tally>) -> Self {
        let (mut tasks, mut writers) = (JoinSet::new(), Vec::with_capacity(seats.len()));
        for (reader, writer, place) in seats {
            writers.push(writer.clone());
            let listener = Listener { writer, tally: Arc::clone(tally), place, next: 0 };
            tasks.spawn(listener.run(reader));
        }
        Self { tasks, writers }
    }

    /// Cuts all connections, and waits until the tasks are gone.
    pub(super) async fn cut(mut self) {
        self.writers.clear();
        self.tasks.shutdown().await;
    }
}

impl Listener {
    async fn run(mut self, mut reader: Reader) {
        let mut open = Ok(());
        while open.is_ok() {
            let turn = reader.turn(|frame| {
                if let Err(error) = self.on_frame(frame) {
                    open = Err(error);
                }
            });
            if let Err(error) = turn.await {
                open = Err(error);
            }
        }
        if let Err(error) = open {
            tracing::warn!(%error, "a connection ended");
            self.tally.ended.add();
        }
    }

    fn on_frame(&mut self, frame: Frame<'_>) -> io::Result<()> {
        match frame.op {
            Op::Text => self.on_text(frame.payload),
            Op::Ping => self.writer.send(Op::Pong, frame.payload)?,
            Op::Close => return Err(ended(frame.payload)),
            Op::Binary | Op::Pong => {}
        }
        Ok(())
    }

    fn on_text(&mut self, text: &[u8]) {
        let Some(place) = &mut self.place else {
            if let Some((number, at_ns)) = mark::read(text) {
                let expected = std::mem::replace(&mut self.next, number + 1);
                if number > expected {
                    self.tally.gaps.add();
                } else if number < expected {
                    self.tally.again.add();
                }
                self.receive(text, at_ns);
            }
            return;
        };
        match said(text) {
            Said::Follows { prev, seq } => {
                self.tally.step(step(place, prev, seq));
                if is_event(text)
                    && let Some((_, at_ns)) = mark::read(text)
                {
                    self.receive(text, at_ns);
                }
            }
            Said::Ack => self.tally.acks.add(),
            Said::Refused | Said::Error => {
                tracing::warn!(answer = %String::from_utf8_lossy(text), "refused");
                self.tally.refused.add();
            }
            Said::Alert | Said::Reset | Said::Other => {}
        }
    }

    fn receive(&self, text: &[u8], at_ns: u64) {
        self.tally.receipt.record(at_ns, now_ns());
        self.tally.received.add();
        self.tally.bytes.set(text.len() as u64);
    }
}
