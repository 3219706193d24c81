//! A client that is cut off and comes back as the protocol wants it: with the back-off of our own
//! client, and from the place where it stood.

use std::io;
use std::sync::Arc;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::client::{Client, Place};
use super::crowd::turn;
use super::measure::latency::Latency;
use super::measure::now_ns;
use super::receipts::Member;
use super::socket::Door;
use super::tally::{Count, Tally};
use crate::client::backoff::Backoff;

/// How the returns went.
#[derive(Default)]
pub(super) struct Returns {
    /// When everybody was cut off, ns.
    pub(super) cut_ns: Count,
    /// From the cut until a client had caught up.
    pub(super) live: Latency,
    /// From the cut until its district was opened.
    pub(super) greeted: Latency,
    /// Tries that came to nothing.
    pub(super) failed: Count,
    /// Those that were told the state anew.
    pub(super) resets: Count,
}

/// One who comes back.
pub(super) struct Returning {
    pub(super) door: Door,
    pub(super) token: String,
    pub(super) tally: Arc<Tally>,
    pub(super) returns: Arc<Returns>,
    /// That everybody is cut off.
    pub(super) cut: CancellationToken,
}

impl Returning {
    /// Listens, is cut off, comes back, and listens on.
    pub(super) async fn run(self, client: Client) {
        let place = client.place.clone();
        let mut member = Member::new(&self.tally, place.seq);
        self.until_cut(client, &mut member).await;
        let cut_ns = self.returns.cut_ns.get();
        let place = Place { seq: member.place(), ..place };
        let client = self.come_back(&place).await;
        self.returns.greeted.record(cut_ns, now_ns());
        if client.resumed_to.is_none() {
            self.returns.resets.add();
            member = Member::new(&self.tally, client.place.seq);
        }
        let head = client.resumed_to.unwrap_or(client.place.seq);
        if let Err(error) = self.listen(client, (member, head), cut_ns).await {
            self.tally.ended(&error);
        }
    }

    async fn until_cut(&self, client: Client, member: &mut Member) {
        let Client { mut reader, writer, .. } = client;
        loop {
            tokio::select! {
                biased;
                () = self.cut.cancelled() => return,
                open = turn(&mut reader, &writer, member) => if let Err(error) = open {
                    self.tally.ended(&error);
                    return self.cut.cancelled().await;
                },
            }
        }
    }

    async fn come_back(&self, place: &Place) -> Client {
        let mut backoff = Backoff::default();
        loop {
            sleep(backoff.next(rand::random())).await;
            match Client::open(&self.door, &self.token, Some(place)).await {
                Ok(client) => return client,
                Err(error) => {
                    tracing::debug!(%error, "not yet back");
                    self.returns.failed.add();
                }
            }
        }
    }

    async fn listen(
        &self,
        client: Client,
        (mut member, head): (Member, i64),
        cut_ns: u64,
    ) -> io::Result<()> {
        let Client { mut reader, writer, .. } = client;
        while member.place() < head {
            turn(&mut reader, &writer, &mut member).await?;
        }
        self.returns.live.record(cut_ns, now_ns());
        loop {
            turn(&mut reader, &writer, &mut member).await?;
        }
    }
}
