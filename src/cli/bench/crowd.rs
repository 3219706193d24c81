//! Many connections at once, each a task that reads, hands on what it hears and answers pings.
//!
//! It must not know what is said. Invariant: dropping the crowd cuts all its connections.

use std::future::Ready;
use std::io;
use std::pin::pin;
use std::sync::Arc;

use anyhow::Context as _;
use futures_util::stream::{self, Stream, StreamExt as _, TryStreamExt as _};
use tokio::task::JoinSet;

use super::client::{Client, ended};
use super::frame_scan::{Frame, Op};
use super::socket::{Door, Reader, Writer};
use super::tally::Tally;
use super::world::Person;

/// Connections that are opened at a time.
const AT_ONCE: usize = 64;

/// What is done with what is heard.
pub(super) trait Hear: Send + 'static {
    /// A text came.
    fn text(&mut self, text: &[u8]);

    /// A binary message came.
    fn binary(&mut self, _message: &[u8]) {}
}

/// Those who listen.
pub(super) struct Crowd {
    tasks: JoinSet<()>,
    /// Their sending ends.
    pub(super) writers: Vec<Writer>,
}

/// Members as they are let in, many at a time. Whoever is in must be listened to at once: the
/// server pings, and gives up who doesn't answer.
pub(super) fn opening(
    door: &Door,
    people: &[Person],
) -> impl Stream<Item = anyhow::Result<Client>> {
    let opening = people.iter().map(|person| Client::open(door, &person.token, None));
    stream::iter(opening).buffered(AT_ONCE).map(|client| client.context("a client was not let in"))
}

/// Subscribers of a peer, many at a time.
///
/// # Errors
/// When one of them isn't let in.
pub(super) async fn subscribe(door: &Door, count: usize) -> anyhow::Result<Vec<(Reader, Writer)>> {
    let opening = (0..count).map(|_| door.open());
    let open: io::Result<Vec<_>> = stream::iter(opening).buffered(AT_ONCE).try_collect().await;
    open.context("a subscriber was not let in")
}

impl Crowd {
    /// Listens; a connection that ends is counted.
    pub(super) fn listen<H: Hear>(
        seats: impl IntoIterator<Item = (Reader, Writer, H)>,
        tally: &Arc<Tally>,
    ) -> Self {
        Self::of_tasks(seats.into_iter().map(|(reader, writer, hear)| {
            (writer.clone(), counted(reader, writer, hear, Arc::clone(tally)))
        }))
    }

    /// Those who do something else than listen, each with its sending end.
    pub(super) fn of_tasks<F>(members: impl Iterator<Item = (Writer, F)>) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut crowd = Self { tasks: JoinSet::new(), writers: Vec::new() };
        for (writer, task) in members {
            crowd.add(writer, task);
        }
        crowd
    }

    fn add(&mut self, writer: Writer, task: impl Future<Output = ()> + Send + 'static) {
        self.writers.push(writer);
        self.tasks.spawn(task);
    }

    /// Members of our server, who keep their place in the log.
    ///
    /// # Errors
    /// When one of them isn't let in.
    pub(super) async fn open<H: Hear>(
        door: &Door,
        people: &[Person],
        tally: &Arc<Tally>,
        mut hear: impl FnMut(i64) -> H,
    ) -> anyhow::Result<Self> {
        let mut crowd = Self::of_tasks(std::iter::empty::<(Writer, Ready<()>)>());
        let mut clients = pin!(opening(door, people));
        while let Some(client) = clients.try_next().await? {
            let Client { reader, writer, place, .. } = client;
            crowd.add(writer.clone(), counted(reader, writer, hear(place.seq), Arc::clone(tally)));
        }
        Ok(crowd)
    }

    /// Cuts all connections, and waits until the tasks are gone.
    pub(super) async fn cut(mut self) {
        self.writers.clear();
        self.tasks.shutdown().await;
    }
}

/// Listens; that the connection ended is counted.
async fn counted<H: Hear>(reader: Reader, writer: Writer, hear: H, tally: Arc<Tally>) {
    if let Err(error) = listen(reader, writer, hear).await {
        tally.ended(&error);
    }
}

/// Listens until the connection ends.
async fn listen<H: Hear>(mut reader: Reader, writer: Writer, mut hear: H) -> io::Result<()> {
    loop {
        turn(&mut reader, &writer, &mut hear).await?;
    }
}

/// Hears what one read brings.
pub(super) async fn turn<H: Hear>(
    reader: &mut Reader,
    writer: &Writer,
    hear: &mut H,
) -> io::Result<()> {
    let mut open = Ok(());
    let take = |frame: Frame<'_>| match frame.op {
        Op::Text => hear.text(frame.payload),
        Op::Binary => hear.binary(frame.payload),
        Op::Ping => {
            if let Err(error) = writer.send(Op::Pong, frame.payload) {
                open = Err(error);
            }
        }
        Op::Close => open = Err(ended(frame.payload)),
        Op::Pong => {}
    };
    reader.turn(take).await?;
    open
}
