//! The other road: positions go to the bus and to the tracks, and never wait for the writer.

use std::sync::Arc;

use parking_lot::RwLock;

use super::atlas::{Atlas, DistrictMap};
use super::context::Deps;
use super::standing::{Hidden, Standing, dot};
use super::track_queue::TrackQueue;
use crate::auth::{Units, position_audience};
use crate::bus::{KEPT_FOR_MS, UnitFix};
use crate::clock::Clock;
use crate::domain::position::{MAX_AHEAD_MS, MAX_LATE_MS};
use crate::domain::{AudienceKey, Fix, LoggedEvent, Member, MemberBrief, SessionId, Shift, TeamId};
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
    standing: Arc<RwLock<Standing>>,
}

/// Why a fix may be kept.
#[derive(Debug, Clone, PartialEq)]
struct Ground {
    /// The shift that it is in, with consent.
    shift: Option<Shift>,
    /// The teams that are called to the sender's own call for help, which is open now.
    call: Option<Vec<TeamId>>,
    /// Whether that holds now, so that boards may show it.
    now: bool,
}

impl Positions {
    /// Knows who may be located now, and hears of changes through [`Positions::observe`].
    ///
    /// # Errors
    /// What the database says.
    pub async fn start(deps: Deps, tracks: TrackQueue) -> Result<Self, sqlx::Error> {
        let standing = Arc::new(RwLock::new(Standing::read(&deps).await?));
        let Deps { store, clock, feed, atlas } = deps;
        Ok(Self { store, clock, feed, tracks, atlas, standing })
    }

    /// Hears of sign-ons, consents and calls for help; returns what boards must forget for it.
    pub fn observe(&self, logged: &LoggedEvent) -> Vec<Hidden> {
        let hidden = self.standing.write().observe(&logged.event);
        // By every node: none tells of them after it has heard this, so nothing comes back.
        for Hidden::From { unit, .. } | Hidden::Before { unit, .. } in &hidden {
            self.feed.bus().forget_unit(logged.district.as_str(), unit.as_str());
        }
        hidden
    }

    /// Whether a position that was kept for a while may still be shown: its unit is located now
    /// as it was then.
    pub fn still_holds(&self, update: &PositionUpdate) -> bool {
        let now_ms = self.clock.now_ms();
        update.fix.at_ms >= now_ms - KEPT_FOR_MS && self.standing.read().still_shows(update, now_ms)
    }

    /// Takes a member's fixes: the newest goes to the map, all go to the track.
    ///
    /// # Errors
    /// `too_large`, `invalid`, `off_duty`, `no_consent` or `no_grant`. The fixes that are right are
    /// kept all the same; the refusal is about the first that isn't.
    pub async fn take(
        &self,
        member: &Member,
        session: &SessionId,
        fixes: &[Fix],
    ) -> Result<(), Refusal> {
        if fixes.is_empty() || fixes.len() > MAX_FIXES {
            let message = format!("1 to {MAX_FIXES} fixes at a time");
            return Err(Refusal::new(Code::TooLarge, message).about("fixes"));
        }
        let now_ms = self.clock.now_ms();
        let map = self.atlas.of(&self.store, &member.district).await;
        let map = map.inspect_err(|error| tracing::error!(%error, "no map for positions"));
        let map = map.ok().flatten();
        let mut refused = None;
        let mut newest: Option<(Fix, Ground)> = None;
        for fix in fixes {
            match self.judge((member, session), fix, now_ms).await {
                Ok(ground) => {
                    self.keep(member, &ground, (*fix, map.as_deref()), now_ms);
                    if ground.now && newest.as_ref().is_none_or(|(old, _)| fix.at_ms > old.at_ms) {
                        newest = Some((*fix, ground));
                    }
                }
                Err(refusal) => refused = refused.or(Some(refusal)),
            }
        }
        if let Some((fix, ground)) = newest {
            self.tell(member, &ground, (fix, map.as_deref()));
        }
        refused.map_or(Ok(()), Err)
    }

    /// A fix is judged by its own time: plausible, and inside a shift with consent, sent by the
    /// session that holds the shift's grant; or else inside the sender's own call for help.
    async fn judge(
        &self,
        (member, session): (&Member, &SessionId),
        fix: &Fix,
        now_ms: i64,
    ) -> Result<Ground, Refusal> {
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
        let call = self.standing.read().call(&member.id, at_ms).map(|open| open.teams.clone());
        match self.on_duty(member, session, at_ms).await {
            Ok((shift, now)) => {
                let now = now || call.is_some();
                Ok(Ground { shift: Some(shift), call, now })
            }
            Err(_) if call.is_some() => Ok(Ground { shift: None, call, now: true }),
            Err(refusal) if refusal.code == Code::Busy => Err(refusal),
            // Of a call that is over, or that this node hasn't heard of yet.
            Err(refusal) => {
                let called = self.store.called_for_help_at(&member.id, at_ms).await;
                if called.map_err(unreadable)? {
                    Ok(Ground { shift: None, call: None, now: false })
                } else {
                    Err(refusal)
                }
            }
        }
    }

    /// The shift and consent that the time is in, and whether both hold now.
    async fn on_duty(
        &self,
        member: &Member,
        session: &SessionId,
        at_ms: i64,
    ) -> Result<(Shift, bool), Refusal> {
        let (shift, consents) = {
            let standing = self.standing.read();
            (standing.shift(&member.id, at_ms).cloned(), standing.consents(&member.id, at_ms))
        };
        let shift = match shift {
            Some(shift) => Some(shift),
            None => self.store.shift_at(&member.id, at_ms).await.map_err(unreadable)?,
        };
        let shift = shift.filter(|shift| shift.covers(at_ms)).ok_or_else(|| {
            Refusal::new(Code::OffDuty, "positions are kept only from sign-on to sign-off")
        })?;
        let consents_now = if consents {
            true
        } else {
            let span = self.store.consent_at(&member.id, at_ms).await.map_err(unreadable)?;
            let none = || Refusal::new(Code::NoConsent, "no consent to positions at that time");
            span.ok_or_else(none)?.until_ms.is_none()
        };
        if shift.device.as_ref() != Some(session) {
            let message = "another session sends the positions of this shift; take it over first";
            return Err(Refusal::new(Code::NoGrant, message));
        }
        let now = consents_now && shift.ended_ms.is_none();
        Ok((shift, now))
    }

    fn keep(
        &self,
        member: &Member,
        ground: &Ground,
        (fix, map): (Fix, Option<&DistrictMap>),
        now_ms: i64,
    ) {
        metrics::counter!("xunfang_positions_taken_total").increment(1);
        let grid = map.and_then(|map| map.locate(fix.point)).map(|grid| grid.code.clone());
        self.tracks.push(TrackPoint {
            district: member.district.clone(),
            member: member.id.clone(),
            shift: ground.shift.as_ref().map(|shift| shift.id.clone()),
            grid,
            received_ms: now_ms,
            fix,
        });
    }

    /// Tells where the member is; and where their team is, to those who see it as one dot.
    fn tell(&self, member: &Member, ground: &Ground, (fix, map): (Fix, Option<&DistrictMap>)) {
        let (shift, district) = (ground.shift.as_ref(), &member.district);
        let units = Units { shift, call: ground.call.as_deref() };
        let update = |member: MemberBrief, keys: Vec<AudienceKey>| PositionUpdate {
            district: district.clone(),
            member,
            keys,
            fix,
        };
        let mut updates = vec![update(MemberBrief::from(member), position_audience(member, units))];
        let team = shift.and(member.team.as_ref());
        if let Some(team) = team.and_then(|team| map.and_then(|map| map.dot(team))) {
            let brief = MemberBrief {
                id: dot(&team.id),
                name: team.name.clone(),
                force: team.force,
                team: Some(team.id.clone()),
            };
            updates.push(update(brief, vec![AudienceKey::team_dot(&team.id)]));
        }
        let told = updates.iter().map(|update| UnitFix {
            district: update.district.to_string(),
            unit: update.member.id.to_string(),
            at_ms: update.fix.at_ms,
            json: serde_json::to_string(update)
                .expect("a position has string keys and finite numbers"),
        });
        self.feed.bus().publish_positions(told.collect());
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the form that `map_err` takes")]
fn unreadable(error: sqlx::Error) -> Refusal {
    tracing::error!(%error, "what a position is judged by can't be read");
    Refusal::new(Code::Busy, "the database can't be read, try again")
}
