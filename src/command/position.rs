//! The other road: positions go to the bus and to the tracks, and never wait for the writer.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;

use super::atlas::Atlas;
use super::context::Deps;
use super::track_queue::TrackQueue;
use crate::auth::{Units, position_audience};
use crate::bus::BusMessage;
use crate::clock::Clock;
use crate::domain::position::{MAX_AHEAD_MS, MAX_LATE_MS};
use crate::domain::{Event, Fix, GridCode, LoggedEvent, Member, MemberBrief, MemberId, Shift};
use crate::feed::Feed;
use crate::hub::PositionUpdate;
use crate::protocol::limits::MAX_FIXES;
use crate::protocol::{Code, Refusal};
use crate::store::Store;
use crate::store::track::TrackPoint;

/// Takes positions. Cheap to clone.
#[derive(Clone)]
pub struct Positions {
    store: Store,
    clock: Clock,
    feed: Feed,
    tracks: TrackQueue,
    atlas: Arc<Atlas>,
    /// Open shifts by member, so that a fix needs no query; the log keeps it true.
    open: Arc<RwLock<HashMap<MemberId, Shift>>>,
}

impl Positions {
    /// Knows who is on duty now, and hears of changes through [`Positions::observe`].
    ///
    /// # Errors
    /// What the database says.
    pub async fn start(deps: Deps, tracks: TrackQueue) -> Result<Self, sqlx::Error> {
        let Deps { store, clock, feed, atlas } = deps;
        let mut open = HashMap::new();
        for district in store.districts().await? {
            for each in store.on_duty(&district.id).await? {
                open.insert(each.shift.member.clone(), each.shift);
            }
        }
        Ok(Self { store, clock, feed, tracks, atlas, open: Arc::new(RwLock::new(open)) })
    }

    /// Hears that somebody signed on or off.
    pub fn observe(&self, logged: &LoggedEvent) {
        if let Event::ShiftChanged { shift, .. } = &logged.event {
            let mut open = self.open.write();
            if shift.ended_ms.is_none() {
                open.insert(shift.member.clone(), shift.clone());
            } else {
                open.remove(&shift.member);
            }
        }
    }

    /// Takes a member's fixes: the newest goes to the map, all go to the track.
    ///
    /// # Errors
    /// `too_large`, `invalid`, `off_duty` or `no_consent`. The fixes that are right are kept all
    /// the same; the refusal is about the first that isn't.
    pub async fn take(&self, member: &Member, fixes: &[Fix]) -> Result<(), Refusal> {
        if fixes.is_empty() || fixes.len() > MAX_FIXES {
            let message = format!("1 to {MAX_FIXES} fixes at a time");
            return Err(Refusal::new(Code::TooLarge, message).about("fixes"));
        }
        let now_ms = self.clock.now_ms();
        let map = self.atlas.of(&self.store, &member.district).await;
        let map = map.inspect_err(|error| tracing::error!(%error, "no map for positions"));
        let map = map.ok().flatten();
        let mut refused = None;
        let mut newest: Option<(Fix, Shift)> = None;
        for fix in fixes {
            match self.judge(member, fix, now_ms).await {
                Ok(shift) => {
                    let grid = map.as_ref().and_then(|map| map.locate(fix.point));
                    self.keep(member, &shift, (*fix, grid.map(|g| g.code.clone())), now_ms);
                    let current = shift.ended_ms.is_none();
                    if current && newest.as_ref().is_none_or(|(old, _)| fix.at_ms > old.at_ms) {
                        newest = Some((*fix, shift));
                    }
                }
                Err(refusal) => refused = refused.or(Some(refusal)),
            }
        }
        if let Some((fix, shift)) = newest {
            self.tell(member, &shift, fix).await;
        }
        refused.map_or(Ok(()), Err)
    }

    /// A fix is judged by its own time: plausible, and inside a shift with consent.
    async fn judge(&self, member: &Member, fix: &Fix, now_ms: i64) -> Result<Shift, Refusal> {
        if let Some(field) = fix.fault() {
            return Err(Refusal::invalid(field, "out of range"));
        }
        if fix.at_ms > now_ms + MAX_AHEAD_MS {
            return Err(Refusal::invalid("at_ms", "more than 2 minutes ahead of the server"));
        }
        if fix.at_ms < now_ms - MAX_LATE_MS {
            return Err(Refusal::invalid("at_ms", "more than 24 hours old"));
        }
        // A phone's clock may run ahead by those 2 minutes; it can't sign on before it does.
        let at_ms = fix.at_ms.min(now_ms);
        let open = self.open.read().get(&member.id).cloned();
        let shift = match open.filter(|shift| at_ms >= shift.started_ms) {
            Some(shift) => Some(shift),
            None => self.earlier(member, at_ms).await?,
        };
        let shift = shift.ok_or_else(|| {
            Refusal::new(Code::OffDuty, "positions are kept only from sign-on to sign-off")
        })?;
        if shift.covers(at_ms) {
            Ok(shift)
        } else {
            Err(Refusal::new(Code::NoConsent, "no consent to positions in this shift"))
        }
    }

    async fn earlier(&self, member: &Member, at_ms: i64) -> Result<Option<Shift>, Refusal> {
        self.store.shift_at(&member.id, at_ms).await.map_err(|error| {
            tracing::error!(%error, "shifts can't be read");
            Refusal::new(Code::Busy, "shifts can't be read, try again")
        })
    }

    fn keep(
        &self,
        member: &Member,
        shift: &Shift,
        (fix, grid): (Fix, Option<GridCode>),
        now_ms: i64,
    ) {
        metrics::counter!("xunfang_positions_taken_total").increment(1);
        self.tracks.push(TrackPoint {
            district: member.district.clone(),
            member: member.id.clone(),
            shift: shift.id.clone(),
            grid,
            received_ms: now_ms,
            fix,
        });
    }

    async fn tell(&self, member: &Member, shift: &Shift, fix: Fix) {
        let update = PositionUpdate {
            district: member.district.clone(),
            member: MemberBrief::from(member),
            keys: position_audience(member, Units { shift: Some(shift), call: None }),
            fix,
        };
        let payload = serde_json::to_vec(&[update])
            .expect("a position has string keys and finite numbers")
            .into();
        let message = BusMessage::Positions { district: member.district.to_string(), payload };
        // A lost position is counted by the bus, and the next one replaces it.
        if let Err(error) = self.feed.bus().publish(message).await {
            tracing::debug!(%error, "a position was not told");
        }
    }
}
