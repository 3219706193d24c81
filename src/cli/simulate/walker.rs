//! One simulated member: walks a beat, checks in, takes the team's calls, says something now and
//! then, and has no signal for a while.

use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::life::{self, Dice};
use super::phone::Phone;
use super::signal::has_signal;
use super::task::{self, Actor, Next};
use super::{ACCURACY_M, Run, is_simulated};
use crate::client::RequestError;
use crate::demo::Walk;
use crate::domain::check_in::{CheckInMethod, RADIUS_M};
use crate::domain::consent::CONSENT_VERSION;
use crate::domain::{CheckInId, Checkpoint, Fix, Member, MemberId, ShiftId};
use crate::protocol::{Code, Request};
use crate::spatial::Point;

/// Whoever was called away hurries, this much faster than the beat.
const HURRY: f64 = 2.5;
/// The same checkpoint isn't visited again within this, in ms.
const VISIT_AGAIN_MS: i64 = 15 * 60 * 1_000;
/// A stride is told as this fast at the most, in metres a second, whatever `--speed` says.
const FASTEST_MPS: f64 = 60.0;

/// A member to simulate, with what they need.
pub(super) struct Walker {
    pub(super) member: Member,
    /// The number that sets this member apart from the others of the run.
    pub(super) number: u64,
    pub(super) walk: Walk,
    pub(super) beat: Vec<Checkpoint>,
    /// When they are on duty: start and end in Unix ms; none for always.
    pub(super) duty: Vec<(i64, i64)>,
    /// The officer whom an auxiliary acts under.
    pub(super) officer: MemberId,
    pub(super) phone: Phone,
}

/// Where a walker stands.
struct Stand {
    at: Point,
    heading_deg: f64,
    speed_mps: f64,
    signed_on: bool,
    visited: Vec<(usize, i64)>,
}

impl Walker {
    /// Walks until the run is stopped.
    pub(super) async fn run(mut self, run: Run) {
        let first = Instant::now() + run.every.mul_f64(super::signal::unit(self.number));
        let mut ticks = interval_at(first, run.every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let start = self.walk.at(run.walked_s());
        let mut stand = Stand {
            at: start.point,
            heading_deg: start.heading_deg,
            speed_mps: start.speed_mps,
            signed_on: false,
            visited: Vec::new(),
        };
        loop {
            tokio::select! {
                _ = ticks.tick() => self.tick(&run, &mut stand).await,
                () = run.stop.cancelled() => return,
            }
        }
    }

    async fn tick(&mut self, run: &Run, stand: &mut Stand) {
        let now_ms = run.clock.now_ms();
        if !self.on_duty(now_ms) {
            return self.go_home(stand).await;
        }
        let next = if stand.signed_on { self.next(run, stand, now_ms) } else { Next::Patrol };
        self.step(run, stand, &next);
        let fix = fix(stand, now_ms);
        if !has_signal(run.seed, self.number, run.felt(now_ms).as_secs())
            || !self.phone.connected().await
        {
            self.phone.disconnect();
            if stand.signed_on {
                self.phone.keep(fix);
            }
            return;
        }
        stand.signed_on = stand.signed_on || self.sign_on().await;
        if !stand.signed_on {
            return;
        }
        self.phone.report(fix).await;
        if let Next::Say(request) = next {
            self.say(*request).await;
        } else if let Some(visit) = self.visit(stand, now_ms) {
            self.say(visit).await;
        } else {
            self.live(run, stand, now_ms).await;
        }
    }

    fn on_duty(&self, now_ms: i64) -> bool {
        self.duty.is_empty() || self.duty.iter().any(|(from, to)| (*from..*to).contains(&now_ms))
    }

    /// The shift of an earlier run is open still, and its grant is that run's.
    async fn take_over(&mut self) -> bool {
        let Some(shift) = self.phone.client().and_then(|client| self.own_shift(client)) else {
            return false;
        };
        matches!(self.phone.ask(Request::TakeShift { shift }).await, Some(Ok(_)))
    }

    fn own_shift(&self, client: &crate::client::Client) -> Option<ShiftId> {
        client.look(|state| {
            let duty = state.views.values().find_map(|view| view.on_duty.get(&self.member.id));
            duty.map(|duty| duty.shift.id.clone())
        })
    }

    /// 签退, once, after the planned end.
    async fn go_home(&mut self, stand: &mut Stand) {
        if !stand.signed_on || !self.phone.connected().await {
            return;
        }
        let own = self.phone.client().and_then(|client| self.own_shift(client));
        if let Some(shift) = own {
            self.say(Request::SignOff { shift }).await;
        }
        stand.signed_on = false;
        self.phone.disconnect();
    }

    /// Signs on, unless the shift of an earlier run is open still.
    async fn sign_on(&mut self) -> bool {
        let consent = Request::GiveConsent { version: CONSENT_VERSION };
        if !matches!(self.phone.ask(consent).await, Some(Ok(_))) {
            return false;
        }
        let sign_on =
            Request::SignOn { shift: ShiftId::fresh(), officer: Some(self.officer.clone()) };
        match self.phone.ask(sign_on).await {
            Some(Ok(_)) => true,
            Some(Err(RequestError::Refused(refusal))) if refusal.code == Code::Conflict => {
                self.take_over().await
            }
            Some(Err(_)) | None => false,
        }
    }

    /// What the team's calls ask of this walker: one acts for the team, the first of those on duty.
    fn next(&self, run: &Run, stand: &Stand, now_ms: i64) -> Next {
        let (Some(client), Some(team)) = (self.phone.client(), &self.member.team) else {
            return Next::Patrol;
        };
        client.look(|state| {
            let Some(view) = state.views.get(&self.member.district) else { return Next::Patrol };
            let mates =
                || view.on_duty.values().filter(|duty| duty.shift.team.as_ref() == Some(team));
            let simulated = mates().map(|duty| &duty.member.id).filter(|id| is_simulated(id));
            if simulated.min() != Some(&self.member.id) {
                return Next::Patrol;
            }
            let with_person = mates().any(|duty| !is_simulated(&duty.member.id));
            let actor = Actor { team, with_person, at: stand.at, speed: run.speed };
            task::next(view.incidents.values(), actor, now_ms)
        })
    }

    /// Moves on, towards a call or along the beat.
    fn step(&self, run: &Run, stand: &mut Stand, next: &Next) {
        let stride = self.walk.at(run.walked_s());
        let (target, fastest_mps) = match next {
            Next::GoTo(point) => (*point, HURRY * stride.speed_mps),
            Next::Stay | Next::Say(_) => (stand.at, 0.0),
            Next::Patrol => (stride.point, HURRY * stride.speed_mps),
        };
        let away_m = stand.at.distance_m(target);
        let reach_m = fastest_mps * run.speed * run.every.as_secs_f64();
        let was = stand.at;
        stand.at = if away_m <= reach_m { target } else { between(was, target, reach_m / away_m) };
        let moved_m = was.distance_m(stand.at);
        stand.speed_mps = (moved_m / run.every.as_secs_f64()).min(FASTEST_MPS);
        if moved_m > 0.1 {
            stand.heading_deg = was.bearing_deg(stand.at);
        }
    }

    /// A check-in at a checkpoint of the beat that is near.
    fn visit(&self, stand: &mut Stand, now_ms: i64) -> Option<Request> {
        stand.visited.retain(|(_, at_ms)| now_ms - at_ms < VISIT_AGAIN_MS);
        let near = |post: &Checkpoint| post.point.distance_m(stand.at) < RADIUS_M / 2.0;
        let fresh = |index: usize| stand.visited.iter().all(|(visited, _)| *visited != index);
        let found = self.beat.iter().enumerate().find(|(at, post)| fresh(*at) && near(post));
        let (index, post) = found?;
        let checkpoint = post.id.clone();
        stand.visited.push((index, now_ms));
        Some(Request::CheckIn {
            check_in: CheckInId::fresh(),
            checkpoint,
            method: CheckInMethod::Gps,
            point: Some(stand.at),
            accuracy_m: Some(ACCURACY_M),
            observed_ms: now_ms,
            reason: None,
        })
    }

    async fn live(&mut self, run: &Run, stand: &Stand, now_ms: i64) {
        let dice = Dice {
            seed: run.seed ^ self.number.rotate_left(11),
            at_s: now_ms / 1_000,
            members: run.members,
            passed_s: run.every.as_secs_f64(),
        };
        if let Some(request) = life::says(dice, &self.member.district, stand.at, now_ms) {
            self.say(request).await;
        }
    }

    async fn say(&mut self, request: Request) {
        if let Some(Err(RequestError::Refused(refusal))) = self.phone.ask(request).await {
            // Somebody was quicker, or the desk has changed its mind: the next look tells.
            tracing::debug!(code = %refusal.code, "a simulated request was refused");
        }
    }
}

fn between(from: Point, to: Point, share: f64) -> Point {
    let part = |a: f64, b: f64| a + (b - a) * share;
    Point::new(part(from.lng(), to.lng()), part(from.lat(), to.lat())).unwrap_or(from)
}

fn fix(stand: &Stand, at_ms: i64) -> Fix {
    Fix {
        at_ms,
        point: stand.at,
        speed_mps: Some(stand.speed_mps),
        heading_deg: Some(stand.heading_deg.rem_euclid(360.0)),
        accuracy_m: Some(ACCURACY_M),
    }
}
