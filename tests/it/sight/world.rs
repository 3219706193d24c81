//! One district with a session for each of its people, moved at random and checked after each step.

use std::collections::BTreeSet;

use proptest::sample::Index;
use serde_json::Value;
use xunfang::auth::Actor;
use xunfang::command::{Command, Done, PlaceSlice, Settlement};
use xunfang::domain::{
    Channel, ChannelId, DistrictId, Force, Incident, IncidentId, IncidentMove, Level, Member,
    MemberId, Role, Shift, TeamId,
};
use xunfang::intake::MemberRow;
use xunfang::protocol::Request;

use super::oracle;
use crate::support::node::{NOW_MS, TestNode, fresh, moved};
use crate::support::{Backend, Peer, seed};

const KINDS: [&str; 4] = ["criminal", "security", "dispute.noise", "hazard.manhole"];
const TEAMS: [&str; 5] = ["police", "auxiliary", "property", "guard", "volunteer"];
/// Roles that are changed into each other without a new sign-in.
const PATROLS: &[Role] = &[Role::Patrol, Role::TeamLeader, Role::GridWorker, Role::Mediator];
const DESKS: &[Role] = &[Role::Dispatcher, Role::DutyChief, Role::StreetOffice, Role::Analyst];
/// The one who is never changed, so that somebody can always act.
const CHIEF: &str = "chief";

/// Something that happens.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Report { peer: Index, kind: Index },
    Accept { incident: Index },
    Dispatch { incident: Index, lead: Index, support: Index },
    Reinforce { incident: Index, team: Index },
    Recall { incident: Index },
    Void { incident: Index },
    Say { peer: Index, channel: Index },
    Change { peer: Index, role: Index, force: Index, team: Index },
    Leave { peer: Index },
    Return { peer: Index },
    Duty { peer: Index },
}

/// What was said, and in which channel.
struct Said {
    secret: String,
    channel: ChannelId,
    incident: Option<IncidentId>,
}

pub(super) struct World {
    node: TestNode,
    district: DistrictId,
    peers: Vec<Peer>,
    incidents: Vec<IncidentId>,
    /// What each incident's reporter typed, in the order of `incidents`.
    texts: Vec<String>,
    said: Vec<Said>,
    pub(super) frames: usize,
    pub(super) resumed: usize,
}

impl World {
    pub(super) async fn start(backend: &Backend, walk: u32) -> Self {
        let node = TestNode::start(backend, xunfang::bus::Bus::Local(Default::default())).await;
        let district = DistrictId::from(format!("4208820{walk:02}"));
        let suffix = format!("-{walk}");
        seed::district_called(&node.app.writer, district.as_str(), &suffix).await;
        let members = node.app.store.members(&district, &all()).await.unwrap();
        let mut world = Self {
            node,
            district,
            peers: Vec::new(),
            incidents: Vec::new(),
            texts: Vec::new(),
            said: Vec::new(),
            frames: 0,
            resumed: 0,
        };
        for member in members {
            let peer = world.connected(member.id.clone()).await;
            world.peers.push(peer);
        }
        for at in 0..world.peers.len() {
            world.duty(at).await;
        }
        world.check("at the start").await;
        world
    }

    async fn connected(&self, member: MemberId) -> Peer {
        let nobody = Settlement::of(self.district.clone());
        let command = Command::MintTokens(Box::new(nobody), vec![member.clone()]);
        let done = self.node.app.writer.apply(Actor::System, command).await.unwrap();
        let Done::Tokens(mut tokens) = done else { panic!("no tokens") };
        let (_, token) = tokens.pop().unwrap();
        Peer::connect(self.node.address, member, token).await
    }

    fn suffixed(&self, name: &str) -> String {
        let (_, walk) = self.district.as_str().split_at(7);
        format!("{name}-{}", walk.parse::<u32>().unwrap())
    }

    fn team(&self, index: &Index) -> TeamId {
        self.suffixed(TEAMS[index.index(TEAMS.len())]).into()
    }

    fn incident(&self, index: &Index) -> Option<IncidentId> {
        (!self.incidents.is_empty()).then(|| index.get(&self.incidents).clone())
    }

    /// Asks as a peer; a refusal is as good a step as any.
    async fn ask(&self, at: usize, request: Request) -> bool {
        let Ok(caller) = self.node.app.caller_of(Some(&self.peers[at].token)).await else {
            return false;
        };
        self.node.app.request(caller, fresh("ask").as_str().into(), request).await.is_ok()
    }

    async fn ask_as_chief(&self, step: IncidentMove, incident: Option<IncidentId>) {
        let Some(incident) = incident else { return };
        let chief = self.suffixed(CHIEF);
        let at = self.peers.iter().position(|peer| peer.member.as_str() == chief).unwrap();
        self.ask(at, moved(&incident, step)).await;
    }

    async fn duty(&mut self, at: usize) {
        let on = self.node.app.store.open_shift(&self.peers[at].member).await.unwrap();
        let request = match on {
            Some(shift) => Request::SignOff { shift: shift.id },
            None => {
                self.ask(at, super::consent()).await;
                super::sign_on(fresh("shift").into())
            }
        };
        self.ask(at, request).await;
    }

    pub(super) async fn take(&mut self, step: Step) {
        let reason = || "演练".to_owned();
        match step {
            Step::Report { peer, kind } => self.report(&peer, KINDS[kind.index(KINDS.len())]).await,
            Step::Accept { incident } => {
                let accept = IncidentMove::Accept { level: Level::Four, grid: None };
                self.ask_as_chief(accept, self.incident(&incident)).await;
            }
            Step::Dispatch { incident, lead, support } => {
                let (lead, support) = (self.team(&lead), vec![self.team(&support)]);
                let dispatch = IncidentMove::Dispatch { lead, support };
                self.ask_as_chief(dispatch, self.incident(&incident)).await;
            }
            Step::Reinforce { incident, team } => {
                let reinforce = IncidentMove::Reinforce { support: vec![self.team(&team)] };
                self.ask_as_chief(reinforce, self.incident(&incident)).await;
            }
            Step::Recall { incident } => {
                let recall = IncidentMove::Recall { reason: reason() };
                self.ask_as_chief(recall, self.incident(&incident)).await;
            }
            Step::Void { incident } => {
                let void = IncidentMove::Void { reason: reason() };
                self.ask_as_chief(void, self.incident(&incident)).await;
            }
            Step::Say { peer, channel } => self.say(&peer, &channel).await,
            Step::Change { peer, role, force, team } => {
                self.change(&peer, &role, *force.get(Force::ALL), self.team(&team)).await;
            }
            Step::Leave { peer } => {
                let at = peer.index(self.peers.len());
                self.peers[at].go_away();
            }
            Step::Return { peer } => {
                let at = peer.index(self.peers.len());
                self.peers[at].come_back(self.node.address).await;
            }
            Step::Duty { peer } => self.duty(peer.index(self.peers.len())).await,
        }
    }

    async fn report(&mut self, peer: &Index, kind: &str) {
        let (id, secret) = (IncidentId::from(fresh("sight")), fresh("typed#"));
        let request = Request::ReportIncident {
            incident: id.clone(),
            point: Some(seed::in_park()),
            kind: kind.into(),
            observed_ms: NOW_MS,
            text: Some(format!("{secret}#")),
            drill: false,
        };
        if self.ask(peer.index(self.peers.len()), request).await {
            self.incidents.push(id);
            self.texts.push(format!("{secret}#"));
        }
    }

    async fn say(&mut self, peer: &Index, channel: &Index) {
        // The district's, or one of an incident.
        let at = channel.index(self.incidents.len() + 1);
        let incident = self.incidents.get(at).cloned();
        let channel = match &incident {
            Some(incident) => Channel::of_incident(&self.district, incident).id,
            None => Channel::of_district(&self.district).id,
        };
        let secret = format!("{}#", fresh("said#"));
        let request = Request::PostMessage {
            message: fresh("message").into(),
            channel: channel.clone(),
            body: secret.clone(),
        };
        if self.ask(peer.index(self.peers.len()), request).await {
            self.said.push(Said { secret, channel, incident });
        }
    }

    async fn change(&mut self, peer: &Index, role: &Index, force: Force, team: TeamId) {
        let id = &self.peers[peer.index(self.peers.len())].member;
        if id.as_str() == self.suffixed(CHIEF) {
            return;
        }
        let before = self.node.app.store.member(id).await.unwrap().unwrap();
        let roles = if PATROLS.contains(&before.role) { PATROLS } else { DESKS };
        let member = Member { role: *role.get(roles), force, team: Some(team), ..before };
        let slice = PlaceSlice::Members(vec![MemberRow { member, phone: None, new_team: None }]);
        let command = Command::ImportPlaces { district: self.district.clone(), slice };
        self.node.app.writer.apply(Actor::System, command).await.unwrap();
    }

    /// Has everybody read up to here, and holds what they got against the oracle.
    pub(super) async fn check(&mut self, told: &str) {
        let fence = Command::Settle(Box::new(Settlement::of(self.district.clone())));
        self.node.app.writer.apply(Actor::System, fence).await.unwrap();
        let seq = self.node.app.store.head(&self.district).await.unwrap().unwrap().seq;
        let since_ms = NOW_MS - 24 * 60 * 60 * 1_000;
        let store = &self.node.app.store;
        let truth = store.current_incidents(&self.district, since_ms, 500).await.unwrap();
        let on_duty = store.on_duty(&self.district).await.unwrap();
        for at in 0..self.peers.len() {
            if !self.peers[at].is_here() {
                continue;
            }
            let frames = match self.peers[at].read_to(&self.district, seq).await {
                Some(frames) => frames,
                None => {
                    let member = self.peers[at].member.clone();
                    self.peers[at] = self.connected(member).await;
                    self.peers[at].read_to(&self.district, seq).await.expect("it is let in again")
                }
            };
            self.frames += frames.len();
            let peer = &self.peers[at];
            let member = self.node.app.store.member(&peer.member).await.unwrap().unwrap();
            let case = format!("{told}: {} ({}, {})", member.id, member.role, member.force);
            assert_eq!(peer.state.member.as_ref(), Some(&member), "{case} knows who they are");
            self.resumed += frames.iter().filter(|frame| frame.contains(r#""resumed""#)).count();
            // Who was away is told what they saw then, and that it is theirs no more.
            let forgotten = frames.iter().filter_map(|frame| forgotten(frame)).collect();
            let peer = &self.peers[at];
            let seen = Seen { member: &member, truth: &truth, forgotten, case: &case };
            for frame in &frames {
                seen.no_byte_too_many(frame);
                self.no_secret_too_many(&seen, frame);
            }
            seen.all_that_they_may(peer);
            let shifts = on_duty.iter().map(|each| &each.shift);
            seen.all_on_duty(peer, shifts);
            self.all_said(&seen, peer);
        }
    }

    fn may_read(seen: &Seen<'_>, said: &Said) -> bool {
        match &said.incident {
            Some(incident) => seen.incident(incident.as_str()),
            None => oracle::reads_district_channel(seen.member),
        }
    }

    fn no_secret_too_many(&self, seen: &Seen<'_>, frame: &str) {
        for (id, secret) in self.incidents.iter().zip(&self.texts) {
            assert!(
                !frame.contains(secret) || seen.was_shown(id.as_str()),
                "{}: {frame}",
                seen.case
            );
        }
        for said in &self.said {
            let left = said.incident.as_ref().is_some_and(|id| seen.was_shown(id.as_str()));
            let may = left || Self::may_read(seen, said);
            assert!(!frame.contains(&said.secret) || may, "{}: {frame}", seen.case);
        }
    }

    /// The last thing that was said is with all who may read it.
    fn all_said(&self, seen: &Seen<'_>, peer: &Peer) {
        let Some(said) = self.said.last() else { return };
        let view = &peer.state.views[&self.district];
        let held = view.messages.get(&said.channel).into_iter().flatten();
        let heard = held.filter_map(|message| message.text.body.as_deref());
        let heard: BTreeSet<&str> = heard.collect();
        // An open incident's channel comes with a fresh state, and live to those who see it; who
        // comes to see it later reads it over HTTP.
        if !Self::may_read(seen, said) {
            assert!(!heard.contains(said.secret.as_str()), "{}", seen.case);
        } else if said.incident.is_none() {
            assert!(heard.contains(said.secret.as_str()), "{}: {}", seen.case, said.secret);
        }
    }

    pub(super) async fn stop(self) {
        self.node.stop().await;
    }
}

struct Seen<'a> {
    member: &'a Member,
    truth: &'a [Incident],
    /// Incidents that they were told to forget in this round.
    forgotten: BTreeSet<String>,
    case: &'a str,
}

impl Seen<'_> {
    fn incident(&self, id: &str) -> bool {
        let known = self.truth.iter().find(|incident| incident.id.as_str() == id);
        known.is_some_and(|incident| oracle::sees_incident(self.member, incident))
    }

    /// Whether it is theirs, or was until they were told to forget it.
    fn was_shown(&self, id: &str) -> bool {
        self.forgotten.contains(id) || self.incident(id)
    }

    fn no_byte_too_many(&self, frame: &str) {
        let mut found = Vec::new();
        objects(&serde_json::from_str(frame).unwrap(), &mut found);
        for object in found {
            let text = |field: &str| object[field].as_str().unwrap_or_default();
            if object.get("kind_first").is_some() {
                assert!(self.was_shown(text("id")), "{}: {frame}", self.case);
                let incident = self.truth.iter().find(|i| i.id.as_str() == text("id")).unwrap();
                let names = [&object["reporter"], &object["moved_by"]];
                let named = incident.reporter.is_some() && names.iter().any(|name| !name.is_null());
                let may = oracle::knows_reporter(self.member, incident);
                assert!(!named || may, "{}: {frame}", self.case);
            }
            if object.get("started_ms").is_some() {
                let shift: Shift = serde_json::from_value(object.clone()).unwrap();
                assert!(oracle::sees_shift(self.member, &shift), "{}: {frame}", self.case);
            }
            if let Some(Value::Object(entry)) = object.get("entry") {
                let id = object["incident"]["id"].as_str().unwrap();
                let incident = self.truth.iter().find(|i| i.id.as_str() == id).unwrap();
                let actor = entry["actor"].as_str();
                let of_reporter =
                    actor.is_some() && actor == incident.reporter.as_ref().map(MemberId::as_str);
                let may = oracle::knows_reporter(self.member, incident);
                assert!(!of_reporter || may, "{}: {frame}", self.case);
            }
        }
    }

    fn all_that_they_may(&self, peer: &Peer) {
        let view = &peer.state.views[&self.member.district];
        let held: BTreeSet<_> =
            view.incidents.values().map(|i| (i.id.as_str(), i.version)).collect();
        let may: BTreeSet<_> = self
            .truth
            .iter()
            .filter(|incident| oracle::sees_incident(self.member, incident))
            .map(|incident| (incident.id.as_str(), incident.version))
            .collect();
        assert_eq!(held, may, "{} sees all that they may", self.case);
        for incident in self.truth.iter().filter(|incident| incident.reporter.is_some()) {
            let Some(held) = view.incidents.get(&incident.id) else { continue };
            let may = oracle::knows_reporter(self.member, incident);
            assert_eq!(held.reporter.is_some(), may, "{}: {}", self.case, incident.id);
        }
    }

    fn all_on_duty<'s>(&self, peer: &Peer, shifts: impl Iterator<Item = &'s Shift>) {
        let view = &peer.state.views[&self.member.district];
        let held: BTreeSet<&str> =
            view.on_duty.values().map(|each| each.shift.id.as_str()).collect();
        let may: BTreeSet<&str> = shifts
            .filter(|shift| oracle::sees_shift(self.member, shift))
            .map(|shift| shift.id.as_str())
            .collect();
        assert_eq!(held, may, "{} sees who is on duty", self.case);
    }
}

/// Every object of a frame, however deep.
fn objects(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(fields) => {
            found.push(value.clone());
            fields.values().for_each(|field| objects(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| objects(item, found)),
        _ => {}
    }
}

/// The incident that a frame says to forget.
fn forgotten(frame: &str) -> Option<String> {
    let frame: Value = serde_json::from_str(frame).unwrap();
    (frame["type"] == "forget").then(|| frame["incident"].as_str().unwrap().to_owned())
}

fn all() -> xunfang::store::member::MemberFilter {
    xunfang::store::member::MemberFilter { limit: 500, ..Default::default() }
}
