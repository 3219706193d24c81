//! Timers: started and stopped with the change that needs them, and fired by the system.
//!
//! A timer is taken in the transaction of what it does. So one that fired is gone, one that failed
//! is still there, and of two nodes that fire it one finds nothing.

use super::context::Context;
use super::effect::{next_state, store_moved};
use super::{Done, Fault, call};
use crate::dispatch::{Need, needs};
use crate::domain::incident::{ESCALATED, Step};
use crate::domain::{Incident, Timer, TimerKind};
use crate::store::{incident, timer};

/// The timeline's word for a call that nobody took.
const UNTAKEN: &str = "recall_untaken";
/// Its word for what nobody accepted.
const OVERDUE: &str = "overdue";

/// Starts and stops what an incident's timers are after a change. One that is needed as before
/// runs on; one that fired isn't started again.
pub(super) async fn follow(
    cx: &mut Context<'_, '_>,
    before: Option<&Incident>,
    after: &Incident,
) -> Result<(), Fault> {
    let (old, new) = (before.map(needs).unwrap_or_default(), needs(after));
    let is_gone = |need: &&Need| !new.iter().any(|other| other.is_for(need.kind, &need.subject));
    for need in old.iter().filter(is_gone) {
        timer::stop(cx.tx, &after.id, need.kind, &need.subject).await?;
    }
    let fresh: Vec<&Need> = new.iter().filter(|need| !old.contains(need)).collect();
    if fresh.is_empty() {
        return Ok(());
    }
    for need in fresh {
        let timer = Timer {
            district: after.district.clone(),
            incident: after.id.clone(),
            kind: need.kind,
            subject: need.subject.clone(),
            due_ms: cx.now_ms + need.within_ms,
        };
        timer::set(cx.tx, &timer).await?;
    }
    Ok(())
}

/// Does what a timer is there for, unless it is no longer needed.
pub(super) async fn fire(cx: &mut Context<'_, '_>, timer: &Timer) -> Result<Done, Fault> {
    let found = incident::find(cx.tx, &timer.incident).await?;
    if !timer::take(cx.tx, timer).await? {
        return Ok(Done::Fired(false));
    }
    let is_needed =
        |found: &Incident| needs(found).iter().any(|need| need.is_for(timer.kind, &timer.subject));
    let Some(incident) = found.filter(is_needed) else { return Ok(Done::Fired(false)) };
    match timer.kind {
        TimerKind::Take => recall(cx, &incident, &timer.subject).await?,
        TimerKind::Archive => archive(cx, &incident).await?,
        TimerKind::Accept => stays(cx, &incident, incident.clone(), OVERDUE).await?,
        TimerKind::Escalate => {
            let mut after = incident.clone();
            after.flags.escalated = true;
            stays(cx, &incident, after, ESCALATED).await?;
        }
    }
    Ok(Done::Fired(true))
}

/// A line of the timeline, and what is true of the incident beside its state.
async fn stays(
    cx: &mut Context<'_, '_>,
    before: &Incident,
    after: Incident,
    action: &str,
) -> Result<(), Fault> {
    let entry = cx.entry(action, Some(before.state), before.state);
    store_moved(cx, before, after, entry).await?;
    Ok(())
}

/// 归档: a week after it was closed nobody has rated it.
async fn archive(cx: &mut Context<'_, '_>, before: &Incident) -> Result<(), Fault> {
    let mut after = before.clone();
    after.state = next_state(before, Step::Archive)?;
    let entry = cx.entry(Step::Archive.as_str(), Some(before.state), after.state);
    store_moved(cx, before, after, entry).await?;
    Ok(())
}

/// 召回: a team that didn't take its call in time. The lead team's takes the incident back to 已受理.
async fn recall(
    cx: &mut Context<'_, '_>,
    before: &Incident,
    assignment: &str,
) -> Result<(), Fault> {
    let mut after = before.clone();
    let called = before.assignments.iter().find(|called| called.id.as_str() == assignment);
    if called.is_some_and(|called| called.lead) {
        after.state = next_state(before, Step::Recall)?;
    }
    call::recall(&mut after, |called| called.id.as_str() == assignment);
    let mut entry = cx.entry(UNTAKEN, Some(before.state), after.state);
    if let Some(called) = called {
        entry.team = call::team_name(cx, &called.team).await?;
    }
    store_moved(cx, before, after, entry).await?;
    Ok(())
}
