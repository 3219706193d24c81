//! What a person does next: something that their view offers, drawn at random. What is refused is
//! as good a deed as any, if it isn't the only kind.

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use xunfang::client::{State, View};
use xunfang::domain::assignment::AssignmentStep;
use xunfang::domain::check_in::CheckInMethod;
use xunfang::domain::consent::CONSENT_VERSION;
use xunfang::domain::incident::Step;
use xunfang::domain::{
    AssignmentMove, Channel, CheckInId, Incident, IncidentId, IncidentMove, Level, Member,
    MessageId, Role, ShiftId,
};
use xunfang::protocol::Request;

use crate::support::seed;

const KINDS: [&str; 5] = ["criminal", "security", "dispute.noise", "hazard.manhole", "traffic"];
const TEAMS: [&str; 5] = ["police", "auxiliary", "property", "guard", "volunteer"];
/// Of a hundred deeds so many call for help.
const SOS_OF_100: u32 = 4;

/// Whoever acts, with their luck.
pub(crate) struct Doer<'a> {
    pub(crate) member: &'a Member,
    pub(crate) random: &'a mut StdRng,
    pub(crate) now_ms: i64,
}

impl Doer<'_> {
    /// The next deed.
    pub(crate) fn next(&mut self, state: &State) -> Request {
        let nothing = View::default();
        let view = state.views.values().next().unwrap_or(&nothing);
        if self.random.random_range(0..100) < SOS_OF_100 {
            return self.sos();
        }
        let desk = matches!(self.member.role, Role::Dispatcher | Role::DutyChief);
        let deed = if desk { self.at_the_desk(view) } else { self.on_patrol(view) };
        deed.unwrap_or_else(|| self.say(view))
    }

    /// Something that stands by itself: for those who never look at what came before.
    pub(crate) fn blind(&mut self) -> Request {
        if self.random.random_bool(0.5) { self.report() } else { self.say(&View::default()) }
    }

    fn at_the_desk(&mut self, view: &View) -> Option<Request> {
        match self.random.random_range(0..10) {
            0 => Some(self.report()),
            1 => None,
            _ => {
                let incident = self.one_of(view, |incident| incident.state.is_open())?;
                let step = self.step(incident)?;
                Some(Request::MoveIncident { incident: incident.id.clone(), step })
            }
        }
    }

    fn on_patrol(&mut self, view: &View) -> Option<Request> {
        let own = view.on_duty.get(&self.member.id);
        let Some(own) = own else {
            return Some(match self.random.random_range(0..4) {
                0 => self.report(),
                1 => Request::GiveConsent { version: CONSENT_VERSION },
                _ => Request::SignOn { shift: ShiftId::fresh(), officer: Some("police".into()) },
            });
        };
        match self.random.random_range(0..40) {
            0 => Some(Request::SignOff { shift: own.shift.id.clone() }),
            1 => Some(Request::WithdrawConsent {}),
            2 => Some(Request::GiveConsent { version: CONSENT_VERSION }),
            3 => self.withdrawal(view),
            4..=8 => Some(self.check_in()),
            9..=17 => Some(self.report()),
            18..=33 => self.call(view),
            _ => None,
        }
    }

    /// The next move at an incident that the own team is called to.
    fn call(&mut self, view: &View) -> Option<Request> {
        let team = self.member.team.clone()?;
        let called = |incident: &Incident| {
            let call = incident.assignments.iter().rfind(|call| call.team == team);
            incident.state.is_open() && call.is_some_and(|call| call.state.is_active())
        };
        let incident = self.one_of(view, called)?;
        let call = incident.assignments.iter().rfind(|call| call.team == team)?;
        let step = match call.state.legal_steps().first() {
            Some(AssignmentStep::Take) if self.random.random_bool(0.1) => {
                AssignmentMove::Decline { reason: self.words() }
            }
            Some(AssignmentStep::Take) => AssignmentMove::Take {},
            Some(AssignmentStep::Depart) => AssignmentMove::Depart {},
            Some(AssignmentStep::Arrive) => {
                AssignmentMove::Arrive { point: Some(seed::in_park()), manual_reason: None }
            }
            Some(_) if call.lead => {
                let step = self.step(incident)?;
                return Some(Request::MoveIncident { incident: incident.id.clone(), step });
            }
            Some(_) => AssignmentMove::Complete {},
            None => return None,
        };
        let (incident, assignment) = (incident.id.clone(), call.id.clone());
        Some(Request::MoveAssignment { incident, assignment, step })
    }

    /// A legal move of an incident, the ordinary next one more often than not.
    fn step(&mut self, incident: &Incident) -> Option<IncidentMove> {
        let legal = incident.state.legal_steps(&incident.flags);
        let next = *legal.first()?;
        let step = if self.random.random_bool(0.7) { next } else { *legal.choose(self.random)? };
        let reason = self.words();
        let mut team = || (*TEAMS.choose(self.random).expect("there are teams")).into();
        Some(match step {
            Step::Accept => {
                let level = if incident.flags.sos { Level::One } else { Level::Three };
                IncidentMove::Accept { level, grid: None }
            }
            Step::Dispatch => IncidentMove::Dispatch { lead: team(), support: vec![team()] },
            Step::Reassign => IncidentMove::Reassign { lead: team(), reason },
            Step::Reinforce => IncidentMove::Reinforce { support: vec![team()] },
            Step::Recall => IncidentMove::Recall { reason },
            Step::Record => IncidentMove::Record { note: reason },
            Step::Feedback => {
                IncidentMove::Feedback { result: reason, kind: incident.kind_first.clone() }
            }
            Step::Approve => IncidentMove::Approve { note: None },
            Step::SendBack => IncidentMove::SendBack { reason },
            Step::FalseAlarm => IncidentMove::FalseAlarm { reason },
            Step::Void => IncidentMove::Void { reason },
            Step::Escalate => IncidentMove::Escalate { level: Level::One, reason },
            Step::Downgrade => IncidentMove::Downgrade { level: Level::Four, reason },
            Step::Suspend => {
                IncidentMove::Suspend { reason, review_ms: self.now_ms + 24 * 60 * 60 * 1_000 }
            }
            Step::Resume => IncidentMove::Resume {},
            Step::ToPolice => IncidentMove::ToPolice { receipt: reason },
            Step::HandOff => IncidentMove::HandOff { office: "城管".to_owned(), reason },
            Step::HandOffDone => IncidentMove::HandOffDone { answer: reason },
            _ => return None,
        })
    }

    fn report(&mut self) -> Request {
        let kind = KINDS.choose(self.random).expect("there are kinds");
        Request::ReportIncident {
            incident: IncidentId::fresh(),
            point: Some(self.somewhere()),
            kind: (*kind).into(),
            observed_ms: self.now_ms,
            text: Some(self.words()),
            drill: self.random.random_bool(0.1),
        }
    }

    fn sos(&mut self) -> Request {
        Request::Sos {
            incident: IncidentId::fresh(),
            point: Some(self.somewhere()),
            accuracy_m: Some(8.0),
            observed_ms: self.now_ms,
        }
    }

    fn withdrawal(&mut self, view: &View) -> Option<Request> {
        let own = self.member.id.clone();
        let raised = |incident: &Incident| {
            incident.flags.sos
                && incident.state.is_open()
                && incident.reporter.as_ref() == Some(&own)
        };
        let incident = self.one_of(view, raised)?.id.clone();
        Some(Request::WithdrawSos { incident, reason: self.words() })
    }

    fn check_in(&mut self) -> Request {
        Request::CheckIn {
            check_in: CheckInId::fresh(),
            checkpoint: seed::CHECKPOINT.into(),
            method: CheckInMethod::Manual,
            point: Some(seed::in_park()),
            accuracy_m: Some(5.0),
            observed_ms: self.now_ms,
            reason: Some(self.words()),
        }
    }

    fn say(&mut self, view: &View) -> Request {
        let incident = self.one_of(view, |incident| incident.state.is_open());
        let incident = incident.filter(|_| self.random.random_bool(0.5));
        let district = || Channel::of_district(&self.member.district).id;
        let channel = incident.map_or_else(district, |incident| incident.channel.clone());
        Request::PostMessage { message: MessageId::fresh(), channel, body: self.words() }
    }

    fn somewhere(&mut self) -> xunfang::spatial::Point {
        if self.random.random_bool(0.5) { seed::in_park() } else { seed::at_home() }
    }

    /// Words that nobody says twice.
    fn words(&mut self) -> String {
        format!("演练 {:016x}", self.random.random::<u64>())
    }

    fn one_of<'v>(
        &mut self,
        view: &'v View,
        fits: impl Fn(&Incident) -> bool,
    ) -> Option<&'v Incident> {
        let mut fitting: Vec<&Incident> = view.incidents.values().filter(|i| fits(i)).collect();
        // A map's own order is another kind of chance than the seed's.
        fitting.sort_by_key(|incident| std::cmp::Reverse(&incident.id));
        fitting.truncate(12);
        fitting.choose(self.random).copied()
    }
}
