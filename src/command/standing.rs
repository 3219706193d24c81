//! Who may be located now: open shifts, consents and calls for help, in memory, so that a fix
//! needs no query. The log keeps it true on every node.

use std::collections::HashMap;

use super::context::Deps;
use crate::auth::call_audience;
use crate::domain::consent::CONSENT_VERSION;
use crate::domain::{AudienceKey, Event, HelpCall, Incident, IncidentId, MemberId, Shift, TeamId};
use crate::hub::PositionUpdate;

/// Another node may hear this much later that somebody is located no more, in ms: it looks at the
/// heads of the logs once a second. What it tells until then shows nobody.
const HEARD_WITHIN_MS: i64 = 2_000;

/// What a board forgets of somebody.
#[derive(Debug, Clone, PartialEq)]
pub enum Hidden {
    /// All of them: fixes up to `until_ms` (Unix ms UTC) that come later are over.
    From {
        /// Who, or the dot of their team.
        unit: MemberId,
        /// Up to when.
        until_ms: i64,
    },
    /// What these audiences see of them.
    Before {
        /// Who.
        unit: MemberId,
        /// Which audiences.
        keys: Vec<AudienceKey>,
    },
}

/// The id under which a team is one dot.
pub(super) fn dot(team: &TeamId) -> MemberId {
    MemberId::from(format!("team:{team}"))
}

/// A call for help while it is open.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OpenCall {
    pub(super) call: HelpCall,
    /// The teams that are called to it.
    pub(super) teams: Vec<TeamId>,
}

#[derive(Debug, Default)]
pub(super) struct Standing {
    shifts: HashMap<MemberId, Shift>,
    /// Since when the consent that holds was given.
    consents: HashMap<MemberId, i64>,
    calls: HashMap<IncidentId, OpenCall>,
}

impl Standing {
    /// What holds now.
    pub(super) async fn read(deps: &Deps) -> Result<Self, sqlx::Error> {
        let mut standing = Self::default();
        for district in deps.store.districts().await? {
            for each in deps.store.on_duty(&district.id).await? {
                standing.shifts.insert(each.shift.member.clone(), each.shift);
            }
        }
        for span in deps.store.open_consents().await? {
            if span.version == CONSENT_VERSION {
                standing.consents.insert(span.member, span.from_ms);
            }
        }
        for (call, incident) in deps.store.open_help_calls().await? {
            let teams = called(&incident);
            standing.calls.insert(call.incident.clone(), OpenCall { call, teams });
        }
        Ok(standing)
    }

    /// The open shift, if it had begun at this time.
    pub(super) fn shift(&self, member: &MemberId, at_ms: i64) -> Option<&Shift> {
        self.shifts.get(member).filter(|shift| at_ms >= shift.started_ms)
    }

    /// Whether the consent that holds now did so at this time.
    pub(super) fn consents(&self, member: &MemberId, at_ms: i64) -> bool {
        self.consents.get(member).is_some_and(|from_ms| at_ms >= *from_ms)
    }

    /// The member's own open call for help, if it was made by this time.
    pub(super) fn call(&self, member: &MemberId, at_ms: i64) -> Option<&OpenCall> {
        self.calls.values().find(|open| open.call.member == *member && open.call.covers(at_ms))
    }

    /// Whether what was told of a unit holds: the same shift and consent, or the same call.
    pub(super) fn still_shows(&self, update: &PositionUpdate, now_ms: i64) -> bool {
        let (unit, at_ms) = (&update.member.id, update.fix.at_ms.min(now_ms));
        let on_duty =
            |member: &MemberId| self.shift(member, at_ms).is_some() && self.consents(member, at_ms);
        if self.call(unit, at_ms).is_some() {
            return true;
        }
        if update.keys.contains(&AudienceKey::callers(&update.district)) {
            return false;
        }
        match update.member.team.as_ref().filter(|team| dot(team) == *unit) {
            None => on_duty(unit),
            Some(team) => {
                let of_team = |shift: &&Shift| shift.team.as_ref() == Some(team);
                self.shifts.values().filter(of_team).any(|shift| on_duty(&shift.member))
            }
        }
    }

    /// Whether the member is located now.
    fn located(&self, member: &MemberId) -> bool {
        self.shifts.contains_key(member) && self.consents.contains_key(member)
    }

    /// Hears what happened; returns what boards must forget for it.
    pub(super) fn observe(&mut self, event: &Event) -> Vec<Hidden> {
        match event {
            Event::ShiftChanged { shift, .. } => self.shift_changed(shift),
            Event::ConsentChanged { consent, .. } => match consent.until_ms {
                None => {
                    self.consents.insert(consent.member.clone(), consent.from_ms);
                    Vec::new()
                }
                Some(until_ms) => {
                    self.consents.remove(&consent.member);
                    let team = self.shifts.get(&consent.member).and_then(|s| s.team.clone());
                    gone(&consent.member, team.as_ref(), until_ms)
                }
            },
            Event::IncidentChanged { incident, .. } if incident.flags.sos => {
                self.call_changed(incident)
            }
            _ => Vec::new(),
        }
    }

    fn shift_changed(&mut self, shift: &Shift) -> Vec<Hidden> {
        let Some(ended_ms) = shift.ended_ms else {
            self.shifts.insert(shift.member.clone(), shift.clone());
            return Vec::new();
        };
        self.shifts.remove(&shift.member);
        gone(&shift.member, shift.team.as_ref(), ended_ms)
    }

    fn call_changed(&mut self, incident: &Incident) -> Vec<Hidden> {
        let Some(caller) = &incident.reporter else { return Vec::new() };
        let (district, before) = (&incident.district, self.calls.remove(&incident.id));
        let keys = |teams: &[TeamId]| call_audience(district, teams);
        if incident.state.is_open() {
            // One that was over once locates nobody again when it is reopened.
            let is_new = incident.version == 1;
            let Some(call) = before
                .as_ref()
                .map(|open| open.call.clone())
                .or_else(|| is_new.then(|| HelpCall::of(incident, caller)))
            else {
                return Vec::new();
            };
            let teams = called(incident);
            let mut lost = before.map(|open| keys(&open.teams)).unwrap_or_default();
            let kept = keys(&teams);
            lost.retain(|key| !kept.contains(key));
            self.calls.insert(incident.id.clone(), OpenCall { call, teams });
            return hide(caller, lost);
        }
        let Some(open) = before else { return Vec::new() };
        if self.located(caller) {
            return hide(caller, keys(&open.teams));
        }
        let until_ms = incident.moved_ms + HEARD_WITHIN_MS;
        vec![Hidden::From { unit: caller.clone(), until_ms }]
    }
}

fn hide(member: &MemberId, keys: Vec<AudienceKey>) -> Vec<Hidden> {
    if keys.is_empty() {
        return Vec::new();
    }
    vec![Hidden::Before { unit: member.clone(), keys }]
}

/// The member, and the team's dot, which may stand where they were: whoever is still on duty
/// brings it back with the next fix.
fn gone(member: &MemberId, team: Option<&TeamId>, at_ms: i64) -> Vec<Hidden> {
    let until_ms = at_ms + HEARD_WITHIN_MS;
    let dot = team.map(|team| Hidden::From { unit: dot(team), until_ms });
    [Hidden::From { unit: member.clone(), until_ms }].into_iter().chain(dot).collect()
}

fn called(incident: &Incident) -> Vec<TeamId> {
    let active = incident.assignments.iter().filter(|a| a.state.is_active());
    active.map(|assignment| assignment.team.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incident::tests::{changed, incident};
    use crate::domain::{ConsentSpan, Fix, Force, IncidentState, MemberBrief};
    use crate::spatial::Point;

    fn consent(until_ms: Option<i64>) -> Event {
        let consent = ConsentSpan { member: "m".into(), version: 1, from_ms: 50, until_ms };
        Event::ConsentChanged { district: "d".into(), consent }
    }

    fn on(team: Option<&str>, ended_ms: Option<i64>) -> Event {
        let shift = Shift {
            team: team.map(TeamId::from),
            ended_ms,
            ..crate::domain::shift::tests::shift(None)
        };
        let brief =
            MemberBrief { id: "m".into(), name: "m".to_owned(), force: Force::Guard, team: None };
        Event::ShiftChanged { shift, member: brief }
    }

    fn call(state: IncidentState, version: i64) -> Event {
        let mut incident = incident();
        incident.flags.sos = true;
        incident.reporter = Some("m".into());
        (incident.state, incident.version) = (state, version);
        (incident.observed_ms, incident.moved_ms) = (70, 90);
        changed(&incident)
    }

    fn from(unit: &str, until_ms: i64) -> Hidden {
        Hidden::From { unit: unit.into(), until_ms }
    }

    #[test]
    fn a_withdrawal_and_a_sign_off_take_the_member_and_the_dot_off_the_map() {
        for last in [consent(Some(200)), on(Some("t"), Some(200))] {
            let mut standing = Standing::default();
            assert!(standing.observe(&on(Some("t"), None)).is_empty());
            assert!(standing.observe(&consent(None)).is_empty());
            assert!(standing.located(&"m".into()));
            assert!(standing.consents(&"m".into(), 50) && !standing.consents(&"m".into(), 49));
            assert_eq!(standing.observe(&last), [from("m", 2_200), from("team:t", 2_200)]);
            assert!(!standing.located(&"m".into()));
        }
    }

    #[test]
    fn what_was_kept_of_a_unit_holds_while_its_shift_consent_or_call_does() {
        let keys = [AudienceKey::map(&"d".into()), AudienceKey::callers(&"d".into())];
        let update = |unit: &str, at_ms, keys: &[AudienceKey]| PositionUpdate {
            district: "d".into(),
            member: MemberBrief {
                id: unit.into(),
                name: "m".to_owned(),
                force: Force::Guard,
                team: Some("t".into()),
            },
            keys: keys.to_vec(),
            fix: Fix {
                at_ms,
                point: Point::new(113.0, 30.0).unwrap(),
                speed_mps: None,
                heading_deg: None,
                accuracy_m: None,
            },
        };
        let mut standing = Standing::default();
        let holds = |standing: &Standing, unit: &str, at_ms, keys| {
            standing.still_shows(&update(unit, at_ms, keys), 1_000)
        };
        standing.observe(&on(Some("t"), None));
        assert!(!holds(&standing, "m", 500, &keys[..1]), "no consent");
        standing.observe(&consent(None));
        let begun = standing.shifts[&MemberId::from("m")].started_ms.max(50);
        for unit in ["m", "team:t"] {
            assert!(holds(&standing, unit, begun, &keys[..1]), "{unit}");
            assert!(holds(&standing, unit, 2_000, &keys[..1]), "{unit}: a clock that runs ahead");
            assert!(!holds(&standing, unit, begun - 1, &keys[..1]), "{unit}: before");
        }
        assert!(!holds(&standing, "x", begun, &keys[..1]));
        assert!(!holds(&standing, "team:x", begun, &keys[..1]));
        assert!(!holds(&standing, "m", begun, &keys), "a call that is over");
        standing.observe(&call(IncidentState::Pending, 1));
        assert!(holds(&standing, "m", begun, &keys));
        standing.observe(&on(Some("t"), Some(200)));
        assert!(holds(&standing, "m", 500, &keys), "the call goes on");
        assert!(!holds(&standing, "team:t", 500, &keys[..1]));
        standing.observe(&call(IncidentState::FalseAlarm, 2));
        assert!(!holds(&standing, "m", 500, &keys));
    }

    #[test]
    fn a_caller_off_duty_leaves_the_map_with_the_call() {
        let (mut standing, m) = (Standing::default(), MemberId::from("m"));
        assert!(standing.observe(&call(IncidentState::Pending, 1)).is_empty());
        assert!(standing.call(&m, 70).is_some() && standing.call(&m, 69).is_none());
        assert!(standing.observe(&call(IncidentState::Accepted, 2)).is_empty());
        assert_eq!(standing.observe(&call(IncidentState::FalseAlarm, 3)), [from("m", 2_090)]);
        assert!(standing.call(&m, 80).is_none());
        standing.observe(&call(IncidentState::Accepted, 4));
        assert!(standing.call(&m, 80).is_none(), "reopened, it locates nobody again");
    }

    #[test]
    fn a_caller_on_duty_stays_on_the_desks_map_alone() {
        let mut standing = Standing::default();
        for event in [on(None, None), consent(None), call(IncidentState::Pending, 1)] {
            standing.observe(&event);
        }
        let hidden = standing.observe(&call(IncidentState::FalseAlarm, 2));
        let keys = vec![AudienceKey::callers(&incident().district)];
        assert_eq!(hidden, [Hidden::Before { unit: "m".into(), keys }]);
    }
}
