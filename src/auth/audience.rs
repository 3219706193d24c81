//! Who receives what: the audience of an event, fixed when it is written, and the keys of a
//! member, read when it is delivered.

use super::action::Action;
use super::{Actor, Object, Resident, can};
use crate::domain::{
    Audience, AudienceKey, DistrictId, Event, Incident, Member, Shift, TeamId, TopKind,
};

/// What an event is about, beside itself.
#[derive(Debug, Clone, Copy)]
pub enum About<'a> {
    /// Nothing more.
    Itself,
    /// A moved incident as it was before: who saw it then and doesn't now is told to forget it.
    Before(&'a Incident),
    /// A message in this incident's channel.
    ChannelOf(&'a Incident),
}

/// Under which keys an event is delivered, and to whom whole, masked or as a word to forget.
pub fn audience(event: &Event, about: About<'_>) -> Audience {
    let sees = |keys: Vec<AudienceKey>| Audience::of(distinct(keys));
    match event {
        Event::IncidentChanged { incident, .. } => incident_audience(incident, about),
        Event::MessagePosted { message } => sees(match about {
            About::ChannelOf(incident) => incident_keys(incident),
            _ => vec![AudienceKey::channel(&message.district)],
        }),
        Event::ShiftChanged { shift, member } => {
            let mut keys =
                vec![AudienceKey::duty(&shift.district), AudienceKey::member(&member.id)];
            keys.extend(shift.team.as_ref().map(AudienceKey::team));
            sees(keys)
        }
        Event::CheckedIn { check_in, member } => {
            let mut keys =
                vec![AudienceKey::duty(&check_in.district), AudienceKey::member(&member.id)];
            keys.extend(member.team.as_ref().map(AudienceKey::team));
            sees(keys)
        }
        Event::TrackViewed { view } => {
            let seen = view.members.iter().map(AudienceKey::member);
            let viewer = AudienceKey::member(&view.viewer);
            let clear = vec![viewer.clone()];
            Audience { clear, ..sees(seen.chain([viewer]).collect()) }
        }
        Event::MemberChanged { member } => {
            sees(vec![AudienceKey::duty(&member.district), AudienceKey::member(&member.id)])
        }
        Event::SessionsEnded { member, .. } => sees(vec![AudienceKey::member(member)]),
        Event::ConsentChanged { consent, .. } => sees(vec![AudienceKey::member(&consent.member)]),
        Event::TextErased { district, .. }
        | Event::IncidentsImported { district, .. }
        | Event::GridsChanged { district, .. }
        | Event::PlacesChanged { district } => sees(vec![AudienceKey::everyone(district)]),
    }
}

fn incident_audience(incident: &Incident, about: About<'_>) -> Audience {
    let sees = distinct(incident_keys(incident));
    let mut left = match about {
        About::Before(before) => distinct(incident_keys(before)),
        _ => Vec::new(),
    };
    left.retain(|key| !sees.contains(key));
    let mut clear = vec![AudienceKey::reporters(&incident.district)];
    clear.extend(incident.reporter.as_ref().map(AudienceKey::member));
    Audience { sees, clear, left }
}

fn incident_keys(incident: &Incident) -> Vec<AudienceKey> {
    let mut keys = vec![AudienceKey::desk(&incident.district)];
    keys.extend(incident.reporter.as_ref().map(AudienceKey::member));
    if incident.top.is_police_matter() || incident.flags.escalated {
        keys.push(AudienceKey::police(&incident.district));
    }
    if incident.top == TopKind::Dispute {
        keys.push(AudienceKey::disputes(&incident.district));
    }
    let called = incident.assignments.iter().filter(|a| a.state.is_active());
    keys.extend(called.map(|a| AudienceKey::team(&a.team)));
    keys
}

/// Who is told at once of a call for help that nobody took in time: the desk once more, and police
/// who are on duty. Those who aren't see it, and aren't called.
pub fn escalation_audience(district: &DistrictId) -> Vec<AudienceKey> {
    vec![AudienceKey::desk(district), AudienceKey::police_on_duty(district)]
}

fn distinct(mut keys: Vec<AudienceKey>) -> Vec<AudienceKey> {
    keys.sort();
    keys.dedup();
    keys
}

/// The keys that a member holds now, on this shift or on none.
pub fn keys(member: &Member, shift: Option<&Shift>) -> Vec<AudienceKey> {
    let actor = Actor::Member(member.clone());
    let district = &member.district;
    let may = |action, object: &Object<'_>| can(&actor, action, object).is_ok();
    let any = Object::district(district);
    let of = |top| Object { top: Some(top), ..Object::district(district) };
    let mut keys = vec![AudienceKey::everyone(district), AudienceKey::member(&member.id)];
    let of_team = |team| Object { teams: vec![team], ..Object::district(district) };
    let team = member.team.as_ref();
    // A desk is not a team: it sees by its own keys, whatever team its people belong to.
    let works_with = team.filter(|team| may(Action::Respond, &of_team(team)));
    keys.extend(works_with.map(AudienceKey::team));
    if may(Action::SeeIncident, &any) {
        keys.push(AudienceKey::desk(district));
    } else {
        if may(Action::SeeIncident, &of(TopKind::Criminal)) {
            keys.push(AudienceKey::police(district));
            keys.extend(shift.map(|_| AudienceKey::police_on_duty(district)));
        }
        if may(Action::SeeIncident, &of(TopKind::Dispute)) {
            keys.push(AudienceKey::disputes(district));
        }
    }
    for (action, key) in [
        (Action::SeeReporter, AudienceKey::reporters(district)),
        (Action::SeeRoster, AudienceKey::duty(district)),
        (Action::PostToDistrict, AudienceKey::channel(district)),
        (Action::SeePositions, AudienceKey::map(district)),
        (Action::SeeCallerPositions, AudienceKey::callers(district)),
    ] {
        if may(action, &any) {
            keys.push(key);
        }
    }
    if let Some(team) = team {
        if may(Action::SeeTeamPositions, &any) {
            keys.push(AudienceKey::team_units(team));
        } else if may(Action::SeeTeamDot, &any) {
            keys.push(AudienceKey::team_dot(team));
        }
    }
    let duty = shift.and_then(|shift| shift.duty.as_ref());
    if let Some(duty) = duty.filter(|_| may(Action::SeeShiftPositions, &any)) {
        keys.push(AudienceKey::duty_units(duty));
    }
    keys
}

/// What else decides who sees where somebody is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Units<'a> {
    /// The shift that they are on.
    pub shift: Option<&'a Shift>,
    /// Their own open call for help: the teams that are called to it.
    pub call: Option<&'a [TeamId]>,
}

/// The keys under which a member's own position is delivered: the desk's map, the own team, the
/// own planned shift, and while they call for help police and the teams that are called.
pub fn position_audience(member: &Member, units: Units<'_>) -> Vec<AudienceKey> {
    let mut keys = vec![AudienceKey::map(&member.district)];
    if let Some(shift) = units.shift {
        keys.extend(member.team.as_ref().map(AudienceKey::team_units));
        keys.extend(shift.duty.as_ref().map(AudienceKey::duty_units));
    }
    keys.extend(units.call.map(|teams| call_audience(&member.district, teams)).unwrap_or_default());
    keys
}

/// The keys under which a caller for help is shown beside the desk's map: police, and the teams
/// that are called.
pub fn call_audience(district: &DistrictId, teams: &[TeamId]) -> Vec<AudienceKey> {
    let called = teams.iter().map(AudienceKey::team);
    [AudienceKey::callers(district)].into_iter().chain(called).collect()
}

/// Whether a member sees an incident, by the same row that decides their keys.
pub fn sees_incident(member: &Member, incident: &Incident) -> bool {
    let actor = Actor::Member(member.clone());
    can(&actor, Action::SeeIncident, &Object::incident(incident)).is_ok()
}

/// Whether a resident's link is to this incident.
pub fn resident_sees_incident(resident: &Resident, incident: &Incident) -> bool {
    let actor = Actor::Resident(resident.clone());
    can(&actor, Action::SeeIncident, &Object::incident(incident)).is_ok()
}

/// Whether a member sees that this shift is on, beside their own.
pub fn sees_shift(member: &Member, shift: &Shift) -> bool {
    let actor = Actor::Member(member.clone());
    let teams = shift.team.iter().collect();
    let object = Object { teams, ..Object::district(&shift.district) };
    can(&actor, Action::SeeRoster, &object).is_ok()
}

/// Whether the member sees every shift of a district, whosever it is.
pub fn sees_every_shift(member: &Member, district: &DistrictId) -> bool {
    let actor = Actor::Member(member.clone());
    can(&actor, Action::SeeRoster, &Object::district(district)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::can::tests::member;
    use super::*;
    use crate::domain::assignment::tests::assignment;
    use crate::domain::incident::tests::{changed, incident};
    use crate::domain::shift::tests::shift;
    use crate::domain::{AssignmentState, Force, Role};

    fn held(role: Role, force: Force) -> Vec<String> {
        keys(&member(role, force), None).iter().map(|key| key.as_str().to_owned()).collect()
    }

    #[test]
    fn each_seat_holds_its_own_keys() {
        let common = ["district:d:everyone", "member:m"];
        for (role, force, more) in [
            (Role::Patrol, Force::Guard, &["team:t", "district:d:channel", "units:team:t"][..]),
            (Role::Patrol, Force::Volunteer, &["team:t", "district:d:channel", "dot:team:t"]),
            (Role::TeamLeader, Force::Volunteer, &["team:t", "district:d:channel", "units:team:t"]),
            (
                Role::Patrol,
                Force::Police,
                &[
                    "team:t",
                    "district:d:police",
                    "district:d:reporters",
                    "district:d:channel",
                    "units:district:d:callers",
                    "units:team:t",
                ],
            ),
            (
                Role::Mediator,
                Force::Volunteer,
                &["team:t", "district:d:disputes", "district:d:channel", "dot:team:t"],
            ),
            (
                Role::Dispatcher,
                Force::Auxiliary,
                &[
                    "district:d:desk",
                    "district:d:reporters",
                    "district:d:duty",
                    "district:d:channel",
                    "units:district:d",
                ],
            ),
            (Role::StreetOffice, Force::Volunteer, &["district:d:desk", "district:d:channel"]),
            (Role::Analyst, Force::Volunteer, &["district:d:channel"]),
            (Role::SystemAdmin, Force::Police, &[]),
            (Role::AuditAdmin, Force::Police, &[]),
        ] {
            let held = held(role, force);
            assert_eq!(held[..2], common, "{role} {force}");
            assert_eq!(held[2..], *more, "{role} {force}");
        }
    }

    #[test]
    fn a_planned_shift_is_seen_by_police_and_auxiliaries_who_serve_it() {
        let duty = AudienceKey::duty_units(&"night@1".into());
        let shift = shift(Some("night@1"));
        for (force, sees) in
            [(Force::Police, true), (Force::Auxiliary, true), (Force::Guard, false)]
        {
            let member = member(Role::Patrol, force);
            assert_eq!(keys(&member, Some(&shift)).contains(&duty), sees, "{force}");
            assert!(!keys(&member, None).contains(&duty), "{force}");
            let shown = position_audience(&member, Units { shift: Some(&shift), call: None });
            assert!(shown.contains(&duty), "who serves it is shown, whatever they see");
        }
    }

    #[test]
    fn keys_and_rights_agree_on_who_sees_an_incident() {
        let reporters = [None, Some("m"), Some("x")];
        let called = [None, Some(AssignmentState::Taken), Some(AssignmentState::Recalled)];
        for (top, reporter, called) in TopKind::ALL
            .iter()
            .flat_map(|top| reporters.map(|reporter| (top, reporter)))
            .flat_map(|(top, reporter)| called.map(|called| (top, reporter, called)))
        {
            let mut incident = incident();
            incident.top = *top;
            incident.reporter = reporter.map(Into::into);
            incident.assignments = called.map(|state| assignment("t", state)).into_iter().collect();
            for (role, force) in
                Role::ALL.iter().flat_map(|role| Force::ALL.iter().map(move |force| (role, force)))
            {
                let member = member(*role, *force);
                let held = keys(&member, None);
                let meets = incident_keys(&incident).iter().any(|key| held.contains(key));
                let case = format!("{role} {force} {top} {reporter:?} {called:?}");
                assert_eq!(meets, sees_incident(&member, &incident), "{case}");
            }
        }
    }

    #[test]
    fn a_recalled_team_is_told_to_forget() {
        let mut before = incident();
        before.assignments = vec![assignment("t", AssignmentState::Taken)];
        let mut after = before.clone();
        after.assignments[0].state = AssignmentState::Recalled;
        let team = AudienceKey::team(&"t".into());
        let event = changed(&after);
        let audience = |before| audience(&event, About::Before(before));
        assert_eq!(audience(&before).left, std::slice::from_ref(&team));
        assert!(!audience(&before).sees.contains(&team));
        assert_eq!(audience(&after).left, []);
    }

    #[test]
    fn only_some_learn_who_reported() {
        let reported = Incident { reporter: Some("r".into()), ..incident() };
        let audience = audience(&changed(&reported), About::Itself);
        let clear = ["district:d:reporters", "member:r"];
        assert!(audience.clear.iter().map(AudienceKey::as_str).eq(clear));
    }

    #[test]
    fn who_does_not_see_every_shift_sees_their_own_teams_at_most() {
        let mut of_team = shift(None);
        let mut all = 0;
        for (role, force) in Role::ALL.iter().flat_map(|r| Force::ALL.iter().map(move |f| (*r, *f)))
        {
            let member = member(role, force);
            for team in [None, Some(TeamId::from("other"))] {
                of_team.team = team;
                let every = sees_every_shift(&member, &of_team.district);
                assert_eq!(sees_shift(&member, &of_team), every, "{role} {force}");
                all += usize::from(every);
            }
        }
        assert!(all > 0 && all < 2 * Role::ALL.len() * Force::ALL.len());
    }

    #[test]
    fn a_link_is_to_one_incident() {
        let incident = incident();
        for (district, id, sees) in [("d", "i", true), ("d", "j", false), ("e", "i", false)] {
            let resident = Resident { district: district.into(), incident: id.into() };
            assert_eq!(resident_sees_incident(&resident, &incident), sees, "{district} {id}");
        }
    }
}
