//! Hears what the nodes say. It must not know what is done about it.
//! Invariant: receivers are handed a `Gap` after each subscription that the server confirmed, and
//! a connection that is silent for two probes is given up.

use std::collections::{BTreeSet, VecDeque};
use std::io::{Error, ErrorKind, Result};
use std::sync::Arc;
use std::time::Duration;

use redis::cmd;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::Interest;
use super::backoff::Backoff;
use super::envelope;
use super::health::{Health, Side};
use super::kept::Kept;
use super::partition::Partition;
use super::resp::{Reply, RespStream};
use super::server::Server;
use crate::bus::fanout::Fanout;

/// Silence before a probe, and again before giving up: a half-open link is noticed in 4 s.
const PROBE_AFTER: Duration = Duration::from_secs(2);
/// The server confirms in order and at once.
const CONFIRM_WITHIN: Duration = Duration::from_secs(2);

pub(super) struct Subscriber {
    pub(super) server: Server,
    pub(super) wanted: watch::Receiver<Interest>,
    pub(super) kept: Arc<Kept>,
    pub(super) fanout: Arc<Fanout>,
    pub(super) health: Arc<Health>,
}

/// One connection's subscriptions.
struct Session {
    resp: RespStream,
    asked: BTreeSet<Partition>,
    /// Districts that are heard once all is confirmed, and those whose kept fixes were asked for.
    districts: BTreeSet<String>,
    known: BTreeSet<String>,
    unconfirmed: VecDeque<String>,
    confirm_by: Instant,
    probed: bool,
}

impl Subscriber {
    /// Runs until its task is aborted or the bus is gone.
    pub(super) async fn run(mut self) {
        let mut backoff = Backoff::default();
        while self.wanted.has_changed().is_ok() {
            let Err(error) = self.listen(&mut backoff).await else { return };
            if backoff.is_first() {
                tracing::warn!(%error, "bus can't hear");
            }
            self.health.set(Side::Subscribe, false);
            metrics::counter!("xunfang_bus_reconnects_total", "side" => "subscribe").increment(1);
            backoff.wait().await;
        }
    }

    /// Listens on one connection; returns an error when it is lost, and `Ok` when the bus is gone.
    async fn listen(&mut self, backoff: &mut Backoff) -> Result<()> {
        let mut session = Session::open(&self.server).await?;
        self.wanted.mark_changed();
        loop {
            tokio::select! {
                changed = self.wanted.changed() => {
                    if changed.is_err() {
                        return Ok(());
                    }
                    let wanted = self.wanted.borrow_and_update().clone();
                    session.ask(wanted).await?;
                    if session.unconfirmed.is_empty() {
                        if !self.health.is_up(Side::Subscribe) {
                            self.confirmed(backoff);
                        }
                        self.read_kept(&mut session);
                    }
                }
                reply = timeout(PROBE_AFTER, session.resp.next()) => match reply {
                    Ok(reply) => {
                        session.probed = false;
                        self.take(&mut session, reply?, backoff)?;
                    }
                    Err(_) => session.probe().await?,
                },
            }
            session.check_confirmations()?;
        }
    }

    fn take(&self, session: &mut Session, reply: Reply, backoff: &mut Backoff) -> Result<()> {
        let items = match reply {
            Reply::Array(items) => items,
            Reply::Simple(_) => return Ok(()),
            Reply::Error(text) => return Err(super::refused(&text)),
            Reply::Int(_) | Reply::Bulk(_) | Reply::Null => return Err(unexpected()),
        };
        let mut items = items.into_iter();
        let (Some(Reply::Bulk(kind)), Some(Reply::Bulk(channel)), third) =
            (items.next(), items.next(), items.next())
        else {
            return Err(unexpected());
        };
        match (kind.as_slice(), third) {
            (b"message", Some(Reply::Bulk(body))) => self.hear(&channel, body),
            (b"subscribe", Some(Reply::Int(_))) => {
                if session.unconfirmed.pop_front().map(String::into_bytes) != Some(channel) {
                    return Err(unexpected());
                }
                if session.unconfirmed.is_empty() {
                    self.confirmed(backoff);
                    self.read_kept(session);
                }
            }
            (b"unsubscribe" | b"pong", _) => {}
            _ => return Err(unexpected()),
        }
        Ok(())
    }

    fn hear(&self, channel: &[u8], body: Vec<u8>) {
        match envelope::decode(channel, body) {
            Ok(message) => self.fanout.offer(&message),
            Err(error) => {
                tracing::warn!(%error, "bus message can't be read");
                self.fanout.gap("unreadable");
            }
        }
    }

    /// From here on every message arrives; what came before is in the log.
    fn confirmed(&self, backoff: &mut Backoff) {
        backoff.reset();
        self.health.set(Side::Subscribe, true);
        self.fanout.gap("subscribed");
    }

    /// After they are heard, so that nothing falls between what is kept and what comes.
    fn read_kept(&self, session: &mut Session) {
        let heard = session.districts.clone();
        let before = std::mem::replace(&mut session.known, heard);
        let new: Vec<_> = session.known.difference(&before).cloned().collect();
        if !new.is_empty() {
            self.kept.ask(new);
        }
    }
}

impl Session {
    async fn open(server: &Server) -> Result<Self> {
        let resp = RespStream::open(server).await?;
        Ok(Self {
            resp,
            asked: BTreeSet::new(),
            districts: BTreeSet::new(),
            known: BTreeSet::new(),
            unconfirmed: VecDeque::new(),
            confirm_by: Instant::now(),
            probed: false,
        })
    }

    /// Asks for what is new and leaves what isn't wanted any more.
    async fn ask(&mut self, wanted: Interest) -> Result<()> {
        let Interest { partitions: wanted, districts } = wanted;
        self.districts = districts;
        let channels = |some: BTreeSet<Partition>| -> Vec<String> {
            some.into_iter().flat_map(Partition::channels).collect()
        };
        let added = channels(&wanted - &self.asked);
        let left = channels(&self.asked - &wanted);
        if !left.is_empty() {
            self.resp.send(cmd("UNSUBSCRIBE").arg(left)).await?;
        }
        if !added.is_empty() {
            self.resp.send(cmd("SUBSCRIBE").arg(&added)).await?;
            self.unconfirmed.extend(added);
            self.confirm_by = Instant::now() + CONFIRM_WITHIN;
        }
        self.asked = wanted;
        Ok(())
    }

    async fn probe(&mut self) -> Result<()> {
        if std::mem::replace(&mut self.probed, true) {
            return Err(Error::new(ErrorKind::TimedOut, "redis doesn't answer a ping"));
        }
        self.resp.send(&cmd("PING")).await
    }

    fn check_confirmations(&self) -> Result<()> {
        if self.unconfirmed.is_empty() || Instant::now() < self.confirm_by {
            return Ok(());
        }
        Err(Error::new(ErrorKind::TimedOut, "redis doesn't confirm a subscription"))
    }
}

fn unexpected() -> Error {
    Error::new(ErrorKind::InvalidData, "redis sends what nobody asked for")
}
