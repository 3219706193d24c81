//! Sends what this node has to say. It must not know who listens.
//! Invariant: a batch that may not have arrived is sent again, and this node's receivers are
//! handed a `Gap` at once; nothing here waits longer than its limit.

use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisResult};
use tokio::sync::mpsc;

use super::backoff::Backoff;
use super::envelope::Outgoing;
use super::health::{Health, Side};
use crate::bus::Lane;
use crate::bus::fanout::Fanout;

/// The client's own limit of 500 ms would take a slow fork of the server for its death.
const LIMIT: Duration = Duration::from_secs(2);
/// Messages a write; bounds what is sent twice after a break.
const BATCH: usize = 256;

pub(super) struct Publisher {
    client: Client,
    queue: mpsc::Receiver<Outgoing>,
    fanout: Arc<Fanout>,
    health: Arc<Health>,
    unsent: Vec<Outgoing>,
}

impl Publisher {
    pub(super) fn new(
        client: Client,
        queue: mpsc::Receiver<Outgoing>,
        fanout: Arc<Fanout>,
        health: Arc<Health>,
    ) -> Self {
        Self { client, queue, fanout, health, unsent: Vec::with_capacity(BATCH) }
    }

    /// Runs until the queue is closed.
    pub(super) async fn run(mut self) {
        let mut backoff = Backoff::default();
        loop {
            let error = match self.connect().await {
                Ok(mut connection) => match self.send_all(&mut connection, &mut backoff).await {
                    Ok(()) => return,
                    Err(error) => error,
                },
                Err(error) => error,
            };
            if self.health.is_up(Side::Publish) {
                tracing::warn!(%error, "bus can't publish");
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

    async fn connect(&self) -> RedisResult<MultiplexedConnection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(LIMIT))
            .set_response_timeout(Some(LIMIT));
        self.client.get_multiplexed_async_connection_with_config(&config).await
    }

    async fn send_all(
        &mut self,
        connection: &mut MultiplexedConnection,
        backoff: &mut Backoff,
    ) -> RedisResult<()> {
        loop {
            if !self.unsent.is_empty() {
                send(connection, &self.unsent).await?;
                for message in self.unsent.drain(..) {
                    message.lane.count_published();
                }
            }
            backoff.reset();
            self.health.set(Side::Publish, true);
            if self.queue.recv_many(&mut self.unsent, BATCH).await == 0 {
                return Ok(());
            }
        }
    }
}

async fn send(connection: &mut MultiplexedConnection, batch: &[Outgoing]) -> RedisResult<()> {
    let mut pipe = redis::pipe();
    for message in batch {
        pipe.cmd("PUBLISH").arg(&message.channel).arg(&message.body[..]).ignore();
    }
    pipe.query_async(connection).await
}
