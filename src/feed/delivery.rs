//! The receiving half: hears the bus, reads the log where it heard nothing, and hands events to
//! the hub in order.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::History;
use super::forms::{alert, publication};
use super::interest::Interest;
use super::{Feed, Pulse, envelope};
use crate::bus::{Bus, BusEvent, BusMessage, BusReceiver, BusSignal};
use crate::domain::{DistrictId, LoggedEvent};
use crate::hub::{Hub, PositionUpdate};
use crate::store::Store;

/// The heads of the logs are looked at this often: a node that died between COMMIT and PUBLISH
/// hides nothing for longer. Of all logs: what a node knows of rights, consents, maps and sign-ins
/// must be right also where nobody looks, and those are heard in no other way.
const HEADS_EVERY: Duration = Duration::from_secs(1);
/// Events read from the log at a time.
const PAGE: i64 = 500;

/// What else on this node must hear of an event, before the sessions do.
pub trait Observer: Send + Sync {
    /// Called once an event and node, in order.
    fn observe(&self, logged: &LoggedEvent);

    /// Whether a position that was kept for a while may still be shown.
    fn still_holds(&self, update: &PositionUpdate) -> bool;
}

/// Delivers the logs of an installation on one node.
pub struct Delivery {
    store: Store,
    hub: Hub,
    bus: Bus,
    interest: Interest,
    pulse: Pulse,
    history: History,
    last: HashMap<DistrictId, i64>,
}

impl Delivery {
    /// Starts at the heads of the logs as they are now: what came before is in every snapshot.
    /// The feed is told how delivery goes, and what it delivered.
    ///
    /// # Errors
    /// What the database says.
    pub async fn start(store: Store, hub: Hub, feed: &Feed) -> Result<Self, sqlx::Error> {
        let heads = store.heads().await?;
        let last = heads.iter().map(|head| (head.district.clone(), head.seq)).collect();
        let (bus, interest) = (feed.bus().clone(), Interest::default());
        let (pulse, history) = (feed.pulse().clone(), feed.history().clone());
        history.start(heads);
        Ok(Self { store, hub, bus, interest, pulse, history, last })
    }

    /// Runs until the token is cancelled.
    pub async fn run(
        self,
        mut receiver: BusReceiver,
        observer: impl Observer,
        shutdown: CancellationToken,
    ) {
        let hub = self.hub.clone();
        let mut running = Running { delivery: self, observer };
        let mut heads = interval(HEADS_EVERY);
        heads.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let outcome = tokio::select! {
                () = shutdown.cancelled() => return,
                signal = receiver.recv() => running.hear(signal).await,
                () = hub.first_viewer() => {
                    running.delivery.look_around();
                    continue;
                }
                _ = heads.tick() => {
                    running.delivery.look_around();
                    running.catch_up().await
                }
            };
            match outcome {
                Ok(()) => {
                    metrics::gauge!("xunfang_feed_stuck").set(0.0);
                }
                Err(error) => {
                    // The heads are looked at again in a second, so nothing is lost.
                    metrics::gauge!("xunfang_feed_stuck").set(1.0);
                    tracing::error!(%error, "the log can't be read");
                }
            }
        }
    }
}

impl Delivery {
    /// Hears of the districts that have sessions here.
    fn look_around(&mut self) {
        let viewed = self.hub.viewed_districts();
        if let Some(wanted) = self.interest.look(viewed, Instant::now()) {
            self.bus.set_interest(wanted.iter().map(DistrictId::as_str));
        }
    }
}

struct Running<O> {
    delivery: Delivery,
    observer: O,
}

impl<O: Observer> Running<O> {
    async fn hear(&mut self, signal: BusSignal) -> Result<(), sqlx::Error> {
        match signal {
            BusSignal::Gap => self.catch_up().await,
            BusSignal::Message(BusMessage::Event(BusEvent { district, seq, payload })) => {
                self.event(district.into(), seq, &payload).await
            }
            BusSignal::Message(BusMessage::Positions { payload, kept }) => {
                match serde_json::from_slice::<Vec<PositionUpdate>>(&payload) {
                    Ok(mut updates) => {
                        if kept {
                            updates.retain(|update| self.observer.still_holds(update));
                        }
                        self.delivery.hub.apply_positions(updates);
                    }
                    Err(error) => {
                        metrics::counter!("xunfang_feed_unreadable_total").increment(1);
                        tracing::warn!(%error, "unreadable positions");
                    }
                }
                Ok(())
            }
        }
    }

    async fn event(
        &mut self,
        district: DistrictId,
        seq: i64,
        payload: &str,
    ) -> Result<(), sqlx::Error> {
        let last = self.delivery.last.get(&district).copied().unwrap_or(0);
        if seq <= last {
            return Ok(());
        }
        let next = (seq == last + 1).then(|| envelope::decode(district.clone(), seq, payload));
        match next {
            Some(Ok(logged)) => self.deliver(logged).await,
            Some(Err(error)) => {
                tracing::error!(%error, %district, seq, "unreadable event on the bus");
                self.read(&district).await
            }
            None => {
                metrics::counter!("xunfang_feed_gaps_total").increment(1);
                self.read(&district).await
            }
        }
    }

    /// Reads whatever stands in the logs and was not heard.
    async fn catch_up(&mut self) -> Result<(), sqlx::Error> {
        for head in self.delivery.store.heads().await? {
            if head.seq > self.delivery.last.get(&head.district).copied().unwrap_or(0) {
                self.read(&head.district).await?;
            }
        }
        self.delivery.pulse.beat();
        Ok(())
    }

    async fn read(&mut self, district: &DistrictId) -> Result<(), sqlx::Error> {
        loop {
            let last = self.delivery.last.get(district).copied().unwrap_or(0);
            let page = self.delivery.store.events_since(district, last, PAGE).await?;
            if page.is_empty() {
                return Ok(());
            }
            for logged in page {
                self.deliver(logged).await?;
            }
        }
    }

    async fn deliver(&mut self, mut logged: LoggedEvent) -> Result<(), sqlx::Error> {
        self.delivery.store.fill_texts(logged.event.texts_mut()).await?;
        self.observer.observe(&logged);
        self.delivery.last.insert(logged.district.clone(), logged.seq);
        let event = Arc::new(publication(&logged));
        // Before it is published: whoever joined too late to be sent it finds it there.
        self.delivery.history.note(&logged, &event);
        if let Some((keys, alert)) = alert(&logged) {
            self.delivery.hub.publish_alert(&keys, &alert);
        }
        self.delivery.hub.publish_event(&logged.district, &event);
        metrics::counter!("xunfang_feed_delivered_total", "event" => logged.event.name())
            .increment(1);
        Ok(())
    }
}
