//! What every move of an incident has in common: read it, hold it against the table, store what
//! it became, tell the log and the counts.

use super::atlas::DistrictMap;
use super::context::Context;
use super::{Fault, escort, officer, timer};
use crate::auth::{About, Actor, resident_sees_incident, sees_incident};
use crate::dispatch::{Setting, next_due};
use crate::domain::incident::Step;
use crate::domain::{Entry, Event, Incident, IncidentId, IncidentState};
use crate::protocol::{Code, IncidentSummary, Outcome, Refusal};
use crate::store::{help_call, incident as stored};

/// The incident, if the actor may know that it is there.
pub(super) async fn find_visible(
    cx: &mut Context<'_, '_>,
    id: &IncidentId,
) -> Result<Incident, Fault> {
    let found = stored::find(cx.tx, id).await?;
    let visible = found.filter(|incident| match cx.actor {
        Actor::Member(member) => sees_incident(member, incident),
        Actor::Resident(resident) => resident_sees_incident(resident, incident),
        Actor::System => true,
    });
    Ok(visible.ok_or_else(|| Refusal::not_found("incident").about("incident"))?)
}

/// The state that a step leads to, or a refusal with the legal ones and who moved it last.
pub(super) fn next_state(incident: &Incident, step: Step) -> Result<IncidentState, Fault> {
    let legal = || incident.state.legal_steps(&incident.flags);
    let next = incident.state.after(step, &incident.flags);
    Ok(next.ok_or_else(|| {
        illegal(
            incident,
            format!("{step} is not legal: the incident is {}", incident.state),
            legal().iter().map(ToString::to_string).collect(),
        )
    })?)
}

/// A refusal of an illegal move.
pub(super) fn illegal(incident: &Incident, message: String, legal: Vec<String>) -> Refusal {
    Refusal {
        legal: Some(legal),
        by: incident.moved_by.clone(),
        at_ms: Some(incident.moved_ms),
        ..Refusal::new(Code::IllegalMove, message)
    }
}

/// Stores what an incident became, with the line of its timeline, its event and its counts; then
/// what follows from it for guards who would come alone.
pub(super) async fn store_moved(
    cx: &mut Context<'_, '_>,
    before: &Incident,
    after: Incident,
    mut entry: Entry,
) -> Result<Outcome, Fault> {
    entry.officer = officer::of_actor(cx).await?;
    let (moved, outcome) = store_one(cx, before, after, entry).await?;
    match escort::recalled(cx, &moved).await? {
        Some((after, entry)) => Ok(store_one(cx, &moved, after, entry).await?.1),
        None => Ok(outcome),
    }
}

async fn store_one(
    cx: &mut Context<'_, '_>,
    before: &Incident,
    mut after: Incident,
    mut entry: Entry,
) -> Result<(Incident, Outcome), Fault> {
    let map = cx.map(&after.district).await?;
    let setting = Setting::of_grid_kind(map.grid_kind(after.grid.as_ref()));
    after.due = next_due(before, &after, setting, cx.now_ms);
    after.version += 1;
    after.moved_ms = cx.now_ms;
    after.moved_by = entry.actor_name.clone();
    stored::update(cx.tx, &after).await?;
    if after.flags.sos && !after.state.is_open() {
        help_call::end(cx.tx, &after.id, cx.now_ms).await?;
    }
    stored::add_entry(cx.tx, &after.id, &mut entry).await?;
    timer::follow(cx, Some(before), &after).await?;
    let outcome = incident_outcome(&after);
    let district = after.district.clone();
    let event =
        Event::IncidentChanged { incident: Box::new(after.clone()), entry: Box::new(entry) };
    let seq = cx.emit(&district, event, About::Before(before)).await?;
    recount(cx, before, &after, seq).await?;
    Ok((after, Outcome { seq: Some(seq), ..outcome }))
}

/// Counts never change in place: what no longer holds is taken out, what holds now is added.
async fn recount(
    cx: &mut Context<'_, '_>,
    before: &Incident,
    after: &Incident,
    seq: i64,
) -> Result<(), Fault> {
    let same = before.kind() == after.kind()
        && before.grid == after.grid
        && before.counts() == after.counts();
    if same {
        return Ok(());
    }
    if before.counts() {
        cx.count(before, seq, -1).await?;
    }
    if after.counts() {
        cx.count(after, seq, 1).await?;
    }
    Ok(())
}

/// What a request answers about an incident.
pub(super) fn incident_outcome(incident: &Incident) -> Outcome {
    Outcome {
        district: Some(incident.district.clone()),
        incident: Some(IncidentSummary {
            id: incident.id.clone(),
            number: incident.number.clone(),
            state: incident.state,
            version: incident.version,
        }),
        ..Outcome::default()
    }
}

/// The next incident number of the civil day at this time, e.g. `YX-20261124-0012`.
pub(super) async fn number(
    cx: &mut Context<'_, '_>,
    map: &DistrictMap,
    at_ms: i64,
) -> Result<String, Fault> {
    let day = map.zone.civil_date(at_ms).strftime("%Y%m%d").to_string();
    let serial = stored::next_serial(cx.tx, &map.district.id, &day, 1).await?;
    Ok(format!("{}-{day}-{serial:04}", map.district.prefix))
}
