//! Sends what this node has to say. It must not know who listens.
//! Invariant: events that may not have arrived are sent again, and this node's receivers are
//! handed a `Gap` at once; nothing here waits longer than its limit. Positions are sent once, and
//! those that may not have arrived are counted.

use std::io::{Error, ErrorKind, Result};
use std::sync::Arc;
use std::time::Duration;

use redis::Pipeline;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::backoff::Backoff;
use super::envelope::Outgoing;
use super::gather::{Gather, Tick};
use super::health::{Health, Side};
use super::kept;
use super::resp::{Reply, RespStream};
use super::server::Server;
use crate::bus::Lane;
use crate::bus::fanout::Fanout;
use crate::protocol::limits::TICK_MS;

/// Messages a write; bounds what is sent twice after a break.
const BATCH: usize = 256;
/// Positions go out once a tick: boards show them no sooner.
const TICK: Duration = Duration::from_millis(TICK_MS);

pub(super) struct Publisher {
    pub(super) server: Server,
    pub(super) queue: mpsc::Receiver<Outgoing>,
    pub(super) gather: Arc<Gather>,
    pub(super) fanout: Arc<Fanout>,
    pub(super) health: Arc<Health>,
    /// Events that were taken from the queue and may not have arrived.
    pub(super) unsent: Vec<Outgoing>,
}

impl Publisher {
    /// Runs until the queue is closed.
    pub(super) async fn run(mut self) {
        let mut backoff = Backoff::default();
        loop {
            let error = match RespStream::open(&self.server).await {
                Ok(mut connection) => match self.send_all(&mut connection, &mut backoff).await {
                    Ok(()) => return,
                    Err(error) => error,
                },
                Err(error) => error,
            };
            if backoff.is_first() {
                tracing::warn!(%error, "bus can't publish");
            }
            if self.health.is_up(Side::Publish) {
                self.health.set(Side::Publish, false);
                // After the flag: an event queued before is covered here, a later one by `publish`.
                self.fanout.gap("unsent");
                self.gather.drop_fixes();
            }
            metrics::counter!("xunfang_bus_reconnects_total", "side" => "publish").increment(1);
            backoff.wait().await;
        }
    }

    async fn send_all(&mut self, connection: &mut RespStream, backoff: &mut Backoff) -> Result<()> {
        let mut next_tick = Instant::now();
        loop {
            if !self.unsent.is_empty() {
                let mut pipe = redis::pipe();
                self.unsent.iter().for_each(|event| publish(&mut pipe, event));
                if let Some(error) = ask(connection, &pipe, self.unsent.len()).await?.pop() {
                    return Err(error);
                }
                self.unsent.drain(..).for_each(|_| Lane::Events.count_published());
            }
            backoff.reset();
            self.health.set(Side::Publish, true);
            tokio::select! {
                taken = self.queue.recv_many(&mut self.unsent, BATCH) => if taken == 0 {
                    return Ok(());
                },
                () = self.gather.ready(next_tick) => {
                    next_tick = Instant::now() + TICK;
                    self.send_positions(connection).await?;
                }
                // Nothing is asked: the server closes, or has lost its place.
                lost = connection.next() => return Err(lost.map_or_else(|error| error, unasked)),
            }
        }
    }

    /// One message a partition, and what is kept of its districts. A server that refuses them may
    /// still take events.
    async fn send_positions(&self, connection: &mut RespStream) -> Result<()> {
        let Tick { partitions, gone } = self.gather.take();
        let mut pipe = redis::pipe();
        let mut commands = kept::forget(&mut pipe, &gone);
        for (partition, fixes) in &partitions {
            publish(&mut pipe, &Outgoing::positions(*partition, fixes));
            commands += 1 + kept::keep(&mut pipe, fixes);
        }
        match ask(connection, &pipe, commands).await {
            Ok(refused) => {
                for error in &refused {
                    metrics::counter!("xunfang_bus_refused_total").increment(1);
                    tracing::debug!(%error, "redis takes no positions");
                }
                partitions.iter().for_each(|_| Lane::Positions.count_published());
                Ok(())
            }
            Err(error) => {
                let fixes = partitions.iter().map(|(_, fixes)| fixes.len());
                Lane::Positions.count_dropped(fixes.sum());
                self.gather.put_back(gone);
                Err(error)
            }
        }
    }
}

fn publish(pipe: &mut Pipeline, message: &Outgoing) {
    pipe.cmd("PUBLISH").arg(&message.channel).arg(&message.body[..]);
}

/// Sends these commands, and returns what the server refused.
async fn ask(connection: &mut RespStream, pipe: &Pipeline, commands: usize) -> Result<Vec<Error>> {
    let replies = connection.ask(&pipe.get_packed_pipeline(), commands).await?;
    let refused = replies.into_iter().filter_map(|reply| match reply {
        Reply::Error(text) => Some(super::refused(&text)),
        _ => None,
    });
    Ok(refused.collect())
}

#[expect(clippy::needless_pass_by_value, reason = "the form that `map_or_else` takes")]
fn unasked(reply: Reply) -> Error {
    if let Reply::Error(text) = &reply {
        return super::refused(text);
    }
    Error::new(ErrorKind::InvalidData, "redis answers what nobody asked")
}
