//! One district under load, its server killed and started again, everything held against the
//! oracle.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use xunfang::bus::{Bus, LocalBus};
use xunfang::clock::Clock;
use xunfang::domain::{DistrictId, Member, MemberId};
use xunfang::feed;
use xunfang::store::{DatabaseSettings, Store};

use super::crew::{Person, hasty};
use super::oracle::{self, Faults, Seat, Shown};
use super::record::{Asked, Record};
use super::server::Server;
use super::truth::Truth;
use super::watcher::{Line, Watched, Watcher};
use super::weather;
use crate::support::node::TestNode;
use crate::support::{Backend, Proxy, seed};

/// Who acts.
const CREW: &[&str] = &["guard", "guard2", "property", "police", "auxiliary", "dispatch", "chief"];
/// Who says a lot and never comes back.
const HASTY: &[&str] = &["volunteer", "dispatch2"];
/// Who watches; a seat of each kind of sight.
const WATCHERS: &[&str] = &["dispatch", "police", "guard", "volunteer", "street", "auxiliary"];

/// Answers before the kill, at least and at most, and after the server is back.
const BEFORE: (usize, usize) = (40, 400);
const AFTER: usize = 120;
/// The kill comes at any moment after that answer, not at the answer.
const LATER_MS: u64 = 15;
/// Far longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The district and everybody in it.
pub(super) struct World {
    backend: Backend,
    district: DistrictId,
    server: Server,
    crew: Vec<Person>,
    watchers: Vec<Watcher>,
    hasty: Vec<(Member, String)>,
    record: Record,
    random: StdRng,
}

/// What is stored, what was asked, and what each client saw.
#[derive(Clone)]
pub(super) struct Evidence {
    pub(super) truth: Truth,
    pub(super) asked: Vec<Asked>,
    pub(super) seats: Vec<Seat>,
}

/// What one round came to.
#[derive(Debug)]
pub(super) struct Round {
    /// Answers before the kill.
    pub(super) killed_at: usize,
    pub(super) acked: usize,
    pub(super) refused: usize,
    /// Of those under way at the kill: found whole, and absent.
    pub(super) in_flight: (usize, usize),
    /// How often the watchers' logs were resumed, and read anew.
    pub(super) resumed: usize,
    pub(super) reset: usize,
    /// From the start of the program to the first answer.
    pub(super) recovery: Duration,
    pub(super) faults: Faults,
}

impl World {
    /// A seeded district, its server running and everybody connected.
    pub(super) async fn start(backend: Backend, seed: u64) -> Self {
        let random = StdRng::seed_from_u64(seed);
        let founding =
            TestNode::start_at(&backend, Bus::Local(LocalBus::new()), Clock::system()).await;
        seed::district(&founding.app.writer).await;
        let mut seats = Vec::new();
        for name in CREW.iter().chain(WATCHERS).chain(HASTY) {
            let id = MemberId::from(*name);
            let member = founding.app.store.member(&id).await.unwrap().unwrap();
            seats.push((member, founding.options(name).await.token.unwrap()));
        }
        founding.stop().await;
        let hasty = seats.split_off(CREW.len() + WATCHERS.len());
        let mut server = Server::on(&backend);
        server.start();
        let (mut crew, mut watchers) = (Vec::new(), Vec::new());
        for (n, (member, token)) in seats.into_iter().enumerate() {
            if n < CREW.len() {
                crew.push(Person::start(member, token, server.address()).await);
            } else {
                watchers.push(Watcher::start(member, token, server.address()).await);
            }
        }
        let (district, record) = (DistrictId::from(seed::DISTRICT), Record::new());
        Self { backend, district, server, crew, watchers, hasty, record, random }
    }

    /// Load, kill, restart, load, calm; then everything is checked.
    pub(super) async fn round(&mut self) -> Round {
        let (lines_before, asked_before) = (self.lines_seen(), self.record.so_far().len());
        let (stop, mut tasks) = (CancellationToken::new(), JoinSet::new());
        self.set_to_work(&mut tasks, &stop);
        let killed_at = self.random.random_range(BEFORE.0..=BEFORE.1);
        self.storm(killed_at).await;
        sleep(Duration::from_millis(self.random.random_range(0..LATER_MS))).await;
        self.server.kill();
        let mut faults = Vec::new();
        let in_flight = self.remains(asked_before, &mut faults).await;
        let recovery = self.recover().await;
        self.storm(AFTER).await;
        stop.cancel();
        faults.extend(self.calm(tasks).await);
        faults.extend(self.judge().await);
        let asked = self.record.so_far().split_off(asked_before);
        let now = self.lines_seen();
        Round {
            killed_at,
            acked: asked.iter().filter(|one| one.outcome().is_some()).count(),
            refused: asked.iter().filter(|one| one.is_refused()).count(),
            in_flight,
            resumed: now.0 - lines_before.0,
            reset: now.1 - lines_before.1,
            recovery,
            faults,
        }
    }

    fn lines(&self) -> Vec<&Proxy> {
        let crew = self.crew.iter().map(|person| &person.proxy);
        crew.chain(self.watchers.iter().map(|watcher| &watcher.proxy)).collect()
    }

    fn set_to_work(&mut self, tasks: &mut JoinSet<()>, stop: &CancellationToken) {
        for person in &self.crew {
            person.work(tasks, (&self.record, self.random.random()), stop);
        }
        for seat in &self.hasty {
            let luck = (self.record.clone(), StdRng::seed_from_u64(self.random.random()));
            let (seat, server) = (seat.clone(), self.server.address());
            let goes_on = stop.clone().run_until_cancelled_owned(hasty(seat, server, luck));
            tasks.spawn(async move {
                Box::pin(goes_on).await;
            });
        }
    }

    async fn storm(&mut self, answers: usize) {
        let target = self.record.answers() + answers;
        let mut random = StdRng::seed_from_u64(self.random.random());
        let lines = self.lines();
        let came = weather::until((&self.record, target), &lines, &mut random, PATIENCE).await;
        assert!(came, "no {answers} answers in {PATIENCE:?}");
    }

    /// What the dead server left: how many of the unanswered are whole, and how many absent.
    async fn remains(&self, before: usize, faults: &mut Faults) -> (usize, usize) {
        let asked = self.record.so_far();
        let truth = Truth::read_remains(&self.backend, &self.district).await;
        faults.extend(oracle::stored(&truth, &asked).into_iter().map(|f| format!("at death: {f}")));
        let is_kept = |one: &&Asked| {
            truth.commands.iter().any(|kept| kept.actor == one.actor && kept.id == one.id)
        };
        let open: Vec<&Asked> = asked[before..].iter().filter(|one| one.is_open()).collect();
        let whole = open.iter().filter(|one| is_kept(one)).count();
        (whole, open.len() - whole)
    }

    async fn recover(&mut self) -> Duration {
        let (start, answers) = (Instant::now(), self.record.answers());
        self.server.start();
        // Somebody must get through at once, or the wait for a line is measured.
        weather::clear(&self.lines());
        assert!(self.record.reaches(answers + 1, PATIENCE).await, "nobody was answered again");
        start.elapsed()
    }

    /// The lines are healed, what was begun is finished, and everybody reads to the end.
    async fn calm(&self, mut tasks: JoinSet<()>) -> Faults {
        weather::clear(&self.lines());
        let finished = timeout(PATIENCE, async { while tasks.join_next().await.is_some() {} });
        if finished.await.is_err() {
            return vec![format!("{} hands are still at work", tasks.len())];
        }
        // Everybody reads what is said to all, and so does not wait for a watermark.
        let last = self.crew[0].say_to_all(&self.record);
        if timeout(PATIENCE, last).await.is_err() {
            return vec!["the last word is never answered".to_owned()];
        }
        let head = Truth::read(&self.backend, &self.district).await.head;
        let mut faults = Vec::new();
        for watcher in &self.watchers {
            if !watcher.reaches(head, PATIENCE).await {
                faults.push(format!("{} never reads to {head}", watcher.member.id));
            }
        }
        for person in &self.crew {
            let there = person.client.wait_for(|state| {
                let view = state.views.get(&self.district)?;
                (state.live && view.seq >= head).then_some(())
            });
            if timeout(PATIENCE, there).await.is_err() {
                faults.push(format!("{} never reads to {head}", person.member.id));
            }
        }
        faults
    }

    async fn judge(&self) -> Faults {
        let Evidence { truth, asked, seats } = self.evidence().await;
        let mut faults = oracle::stored(&truth, &asked);
        faults.extend(seats.iter().flat_map(|seat| oracle::seen(&truth, seat)));
        faults
    }

    /// All that the oracle is asked about.
    pub(super) async fn evidence(&self) -> Evidence {
        let truth = Truth::read(&self.backend, &self.district).await;
        let watching = self.watchers.iter().map(|watcher| {
            let Watched { lines, state } = watcher.so_far();
            (&watcher.member, Shown::Frames(lines), state)
        });
        let acting = self.crew.iter().map(|person| {
            (&person.member, Shown::Notices(person.told()), person.client.look(Clone::clone))
        });
        let (store, now_ms) = (self.store().await, Clock::system().now_ms());
        let mut seats = Vec::new();
        for (member, shown, state) in watching.chain(acting) {
            let read = feed::snapshot(&store, member, &self.district, now_ms).await;
            seats.push(Seat { member: member.clone(), shown, state, snapshot: read.unwrap().1 });
        }
        store.close().await;
        Evidence { truth, asked: self.record.so_far(), seats }
    }

    async fn store(&self) -> Store {
        let (url, folder) = match self.backend.folder() {
            Some(folder) => (String::new(), folder),
            None => (self.backend.url().to_owned(), std::path::Path::new(".")),
        };
        Store::open_beside(&DatabaseSettings { url, readers: 1 }, folder).await.unwrap()
    }

    /// How many resumes and resets the watchers have seen.
    fn lines_seen(&self) -> (usize, usize) {
        let count =
            |fits: fn(&Line) -> bool| self.watchers.iter().map(|seat| seat.count(fits)).sum();
        let resumed = count(|line| matches!(line, Line::Resumed { .. }));
        (resumed, count(|line| matches!(line, Line::Reset { .. })))
    }
}
