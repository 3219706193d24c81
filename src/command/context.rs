//! What a command works with while it is applied: the transaction, the actor, the time, and the
//! events and counts that it adds.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::Fault;
use super::atlas::{Atlas, AtlasError, DistrictMap};
use super::journal::Unplaced;
use crate::auth::{About, Action, Actor, Object, audience, can};
use crate::clock::Clock;
use crate::domain::audit::hex;
use crate::domain::text::MAX_TEXT_CHARS;
use crate::domain::{
    AuditNote, CommandId, DistrictId, Entry, Event, EventId, Incident, IncidentState, LoggedEvent,
    Member, SessionId, Text, TextId,
};
use crate::feed::Feed;
use crate::protocol::{Code, Refusal};
use crate::store::ledger::{self, CountChange};
use crate::store::{Store, WriteTx, audit, log, text};

/// What commands need of the rest of the system.
#[derive(Clone)]
pub struct Deps {
    /// The state.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// The maps.
    pub atlas: Arc<Atlas>,
    /// Where events go after the commit.
    pub feed: Feed,
}

/// A command while it is applied.
pub(super) struct Context<'a, 'c> {
    /// The transaction.
    pub(super) tx: &'a mut WriteTx<'c>,
    /// The rest of the system.
    pub(super) deps: &'a Deps,
    /// Who asked, as they are now.
    pub(super) actor: &'a Actor,
    /// The session that they asked through.
    pub(super) session: Option<&'a SessionId>,
    /// The client's command, and how many texts it has kept so far.
    pub(super) command: Option<(&'a CommandId, u32)>,
    /// When it was asked, Unix ms UTC.
    pub(super) asked_ms: i64,
    /// When it is applied, Unix ms UTC.
    pub(super) now_ms: i64,
    /// What happened so far, to be published after the commit.
    pub(super) events: Vec<LoggedEvent>,
    /// What a restore must not undo, written before the commit.
    pub(super) journal: Vec<Unplaced>,
    /// Districts whose map is another after the commit.
    pub(super) touched: Vec<DistrictId>,
}

impl Context<'_, '_> {
    /// The member who asked.
    pub(super) fn member(&self) -> Result<&Member, Fault> {
        let nobody = || Refusal::new(Code::Unauthenticated, "a member must ask for this");
        Ok(self.actor.member().ok_or_else(nobody)?)
    }

    /// Refuses unless the matrix allows it.
    pub(super) fn allow(&self, action: Action, object: &Object<'_>) -> Result<(), Fault> {
        Ok(can(self.actor, action, object)?)
    }

    /// The map of a district.
    pub(super) async fn map(&mut self, district: &DistrictId) -> Result<Arc<DistrictMap>, Fault> {
        match self.deps.atlas.of(&self.deps.store, district).await {
            Ok(Some(map)) => Ok(map),
            Ok(None) => Err(Refusal::not_found("district").about("district").into()),
            // As if a statement of the transaction had failed: it may be tried again.
            Err(AtlasError::Database(error)) => Err(error.into()),
            Err(error @ AtlasError::Broken(..)) => {
                tracing::error!(%error, "a district's map can't be read");
                Err(Refusal::new(Code::Internal, "the district's map can't be read").into())
            }
        }
    }

    /// Has a district's map read again after the commit.
    pub(super) fn touch_map(&mut self, district: &DistrictId) {
        self.touched.push(district.clone());
    }

    /// Keeps what somebody typed, after holding it against the limit.
    pub(super) async fn keep_text(
        &mut self,
        district: &DistrictId,
        field: &str,
        body: &str,
    ) -> Result<Option<Text>, Fault> {
        let body = body.trim();
        if body.is_empty() {
            return Ok(None);
        }
        if body.chars().count() > MAX_TEXT_CHARS {
            return Err(Refusal::invalid(field, "at most 2,000 characters").into());
        }
        let id = self.text_id();
        Ok(Some(text::insert(self.tx, district, id, body).await?))
    }

    /// A text of a client's command has the same id whenever that is offered: after a restore one
    /// that was erased is known again.
    fn text_id(&mut self) -> TextId {
        let (Some(member), Some((command, n))) = (self.actor.member(), &mut self.command) else {
            return TextId::fresh();
        };
        *n += 1;
        let named = format!("{}\n{command}\n{n}", member.id);
        hex(&Sha256::digest(named)[..16]).into()
    }

    /// Writes an event into a district's log and returns its place.
    pub(super) async fn emit(
        &mut self,
        district: &DistrictId,
        event: Event,
        about: About<'_>,
    ) -> Result<i64, Fault> {
        let audience = audience(&event, about);
        let logged = LoggedEvent {
            district: district.clone(),
            seq: log::next_seq(self.tx, district).await?,
            id: EventId::fresh(),
            at_ms: self.now_ms,
            audience,
            event,
        };
        log::append(self.tx, &logged).await?;
        let seq = logged.seq;
        self.events.push(logged);
        Ok(seq)
    }

    /// Writes what was done into a district's audit chain.
    pub(super) async fn audit(
        &mut self,
        district: &DistrictId,
        note: &AuditNote,
        reason: Option<&Text>,
    ) -> Result<(), Fault> {
        let actor = self.actor.member().map(|member| &member.id);
        Ok(audit::append(self.tx, district, (self.now_ms, actor), note, reason).await?)
    }

    /// A line for an incident's timeline, by whoever asked.
    pub(super) fn entry(
        &self,
        action: &str,
        from: Option<IncidentState>,
        to: IncidentState,
    ) -> Entry {
        let member = self.actor.member();
        Entry {
            n: 0,
            at_ms: self.now_ms,
            actor: member.map(|member| member.id.clone()),
            actor_name: member.map(|member| member.name.clone()),
            action: action.to_owned(),
            from,
            to,
            team: None,
            text: None,
            officer: None,
        }
    }

    /// Adds an incident to the counts, or takes it out (`n` of -1).
    pub(super) async fn count(
        &mut self,
        incident: &Incident,
        seq: i64,
        n: i64,
    ) -> Result<(), Fault> {
        let zone = self.map(&incident.district).await?.zone.clone();
        let change = CountChange {
            seq,
            at_ms: self.now_ms,
            occurred_min: zone.civil_minutes(incident.observed_ms),
            reported_min: zone.civil_minutes(incident.received_ms),
            bin: i64::from(zone.bin_2h(incident.observed_ms)),
            kind: incident.kind().clone(),
            grid: incident.grid.clone().unwrap_or_else(|| "".into()),
            grid_version: incident.grid_version.unwrap_or(0),
            n,
        };
        Ok(ledger::append(self.tx, &incident.district, &[change]).await?)
    }
}
