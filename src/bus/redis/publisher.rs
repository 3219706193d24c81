//! Sends what this node has to say. It must not know who listens.
//! Invariant: a batch that may not have arrived is sent again, and this node's receivers are
//! handed a `Gap` at once; nothing here waits longer than its limit.

use std::io::{Error, ErrorKind, Result};
use std::sync::Arc;

use tokio::sync::mpsc;

use super::backoff::Backoff;
use super::envelope::Outgoing;
use super::health::{Health, Side};
use super::resp::{Reply, RespStream};
use super::server::Server;
use crate::bus::Lane;
use crate::bus::fanout::Fanout;

/// Messages a write; bounds what is sent twice after a break.
const BATCH: usize = 256;

pub(super) struct Publisher {
    server: Server,
    queue: mpsc::Receiver<Outgoing>,
    fanout: Arc<Fanout>,
    health: Arc<Health>,
    unsent: Vec<Outgoing>,
}

impl Publisher {
    pub(super) fn new(
        server: Server,
        queue: mpsc::Receiver<Outgoing>,
        fanout: Arc<Fanout>,
        health: Arc<Health>,
    ) -> Self {
        Self { server, queue, fanout, health, unsent: Vec::with_capacity(BATCH) }
    }

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
                self.forget_positions();
            }
            metrics::counter!("xunfang_bus_reconnects_total", "side" => "publish").increment(1);
            backoff.wait().await;
        }
    }

    /// They would be old when they arrive.
    fn forget_positions(&mut self) {
        self.unsent.retain(|message| {
            if message.lane == Lane::Positions {
                message.lane.count_dropped();
            }
            message.lane == Lane::Events
        });
    }

    async fn send_all(&mut self, connection: &mut RespStream, backoff: &mut Backoff) -> Result<()> {
        loop {
            if !self.unsent.is_empty() {
                send(connection, &self.unsent).await?;
                for message in self.unsent.drain(..) {
                    message.lane.count_published();
                }
            }
            backoff.reset();
            self.health.set(Side::Publish, true);
            tokio::select! {
                taken = self.queue.recv_many(&mut self.unsent, BATCH) => if taken == 0 {
                    return Ok(());
                },
                // Nothing is asked: the server closes, or has lost its place.
                lost = connection.next() => return Err(lost.map_or_else(|error| error, unasked)),
            }
        }
    }
}

async fn send(connection: &mut RespStream, batch: &[Outgoing]) -> Result<()> {
    let mut pipe = redis::pipe();
    for message in batch {
        pipe.cmd("PUBLISH").arg(&message.channel).arg(&message.body[..]);
    }
    for reply in connection.ask(&pipe.get_packed_pipeline(), batch.len()).await? {
        if let Reply::Error(text) = reply {
            return Err(super::refused(&text));
        }
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "the form that `map_or_else` takes")]
fn unasked(reply: Reply) -> Error {
    if let Reply::Error(text) = &reply {
        return super::refused(text);
    }
    Error::new(ErrorKind::InvalidData, "redis answers what nobody asked")
}
