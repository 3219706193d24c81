//! Everybody in a district under load, whichever servers they speak to: set to work, calmed, and
//! in the end held against the oracle.

use std::net::SocketAddr;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use xunfang::bus::{Bus, LocalBus};
use xunfang::clock::Clock;
use xunfang::domain::{DistrictId, Member, MemberId};
use xunfang::feed;
use xunfang::store::{DatabaseSettings, Store};

use super::crew::{Person, hasty};
use super::oracle::{self, Faults, Seat, Shown};
use super::record::{Asked, Record};
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

/// Far longer than anything here takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How often everything is read before it is said that it never stands still.
const TRIES: usize = 20;

/// The people, and what they asked.
pub(crate) struct Cast {
    pub(crate) district: DistrictId,
    pub(crate) crew: Vec<Person>,
    pub(crate) watchers: Vec<Watcher>,
    pub(crate) record: Record,
    hasty: Vec<(Member, String)>,
}

/// What is stored, what was asked, and what each client saw.
#[derive(Clone)]
pub(crate) struct Evidence {
    pub(crate) truth: Truth,
    pub(crate) asked: Vec<Asked>,
    pub(crate) seats: Vec<Seat>,
}

/// A seeded district: its people, each with a device's token, and `more` of them with another.
pub(crate) async fn found(backend: &Backend, more: &[&str]) -> Vec<(Member, String)> {
    let founding = TestNode::start_at(backend, Bus::Local(LocalBus::new()), Clock::system()).await;
    seed::district(&founding.app.writer).await;
    let mut seats = Vec::new();
    for name in CREW.iter().chain(WATCHERS).chain(HASTY).chain(more) {
        let id = MemberId::from(*name);
        let member = founding.app.store.member(&id).await.unwrap().unwrap();
        seats.push((member, founding.options(name).await.token.unwrap()));
    }
    founding.stop().await;
    seats
}

impl Cast {
    /// Everybody connects, in turn to each of these servers.
    pub(crate) async fn connect(mut seats: Vec<(Member, String)>, servers: &[SocketAddr]) -> Self {
        let hasty = seats.split_off(CREW.len() + WATCHERS.len());
        let (mut crew, mut watchers) = (Vec::new(), Vec::new());
        for (n, (member, token)) in seats.into_iter().enumerate() {
            let server = servers[n % servers.len()];
            if n < CREW.len() {
                crew.push(Person::start(member, token, server).await);
            } else {
                watchers.push(Watcher::start(member, token, server).await);
            }
        }
        let (district, record) = (DistrictId::from(seed::DISTRICT), Record::new());
        Self { district, crew, watchers, record, hasty }
    }

    /// From now on new connections go to these servers, in turn.
    pub(crate) fn turn(&self, servers: &[SocketAddr]) {
        for (line, server) in self.lines().iter().zip(servers.iter().cycle()) {
            line.turn(server.port());
        }
    }

    pub(crate) fn lines(&self) -> Vec<&Proxy> {
        let crew = self.crew.iter().map(|person| &person.proxy);
        crew.chain(self.watchers.iter().map(|watcher| &watcher.proxy)).collect()
    }

    /// Everybody does what comes to their mind, until the token is cancelled.
    pub(crate) fn set_to_work(
        &self,
        (servers, random): (&[SocketAddr], &mut StdRng),
        tasks: &mut JoinSet<()>,
        stop: &CancellationToken,
    ) {
        for person in &self.crew {
            person.work(tasks, (&self.record, random.random()), stop);
        }
        for (seat, server) in self.hasty.iter().zip(servers.iter().cycle()) {
            let luck = (self.record.clone(), StdRng::seed_from_u64(random.random()));
            let goes_on =
                stop.clone().run_until_cancelled_owned(hasty(seat.clone(), *server, luck));
            tasks.spawn(async move {
                Box::pin(goes_on).await;
            });
        }
    }

    /// Bad weather until there are this many answers more, or for this long; whether they came.
    pub(crate) async fn storm(
        &self,
        answers: usize,
        random: &mut StdRng,
        at_most: Duration,
    ) -> bool {
        let target = self.record.answers() + answers;
        let mut random = StdRng::seed_from_u64(random.random());
        weather::until((&self.record, target), &self.lines(), &mut random, at_most).await
    }

    /// The lines are healed, what was begun is finished, and everybody reads to the end.
    pub(crate) async fn calm(&self, mut tasks: JoinSet<()>) -> Faults {
        weather::clear(&self.lines());
        let finished = timeout(PATIENCE, async { while tasks.join_next().await.is_some() {} });
        if finished.await.is_err() {
            return vec![format!("{} hands are still at work", tasks.len())];
        }
        self.all_read(PATIENCE).await
    }

    /// Says something to all, and sees that everybody reads it: so nobody waits for a watermark.
    pub(crate) async fn all_read(&self, within: Duration) -> Faults {
        let last = self.crew[0].say_to_all(&self.record);
        let Ok(seq) = timeout(PATIENCE, last).await else {
            return vec!["the last word is never answered".to_owned()];
        };
        self.reach(seq, within).await
    }

    /// Sees that everybody reads to this place of the log.
    async fn reach(&self, head: i64, within: Duration) -> Faults {
        let mut faults = Vec::new();
        for watcher in &self.watchers {
            if !watcher.reaches(head, within).await {
                faults.push(format!("{} doesn't read to {head} in {within:?}", watcher.member.id));
            }
        }
        for person in &self.crew {
            let there = person.client.wait_for(|state| {
                let view = state.views.get(&self.district)?;
                (state.live && view.seq >= head).then_some(())
            });
            if timeout(within, there).await.is_err() {
                faults.push(format!("{} doesn't read to {head} in {within:?}", person.member.id));
            }
        }
        faults
    }

    /// What the oracle says of it all, at a moment when nothing happens.
    pub(crate) async fn judge(&self, backend: &Backend) -> Faults {
        for _ in 0..TRIES {
            let head = Truth::head(backend, &self.district).await;
            let behind = self.reach(head, PATIENCE).await;
            if !behind.is_empty() {
                return behind;
            }
            let Evidence { truth, asked, seats } = self.evidence(backend).await;
            // A timer may fire at any time, also while all this is read: then it is read again.
            if Truth::head(backend, &self.district).await == head {
                let mut faults = oracle::stored(&truth, &asked);
                faults.extend(seats.iter().flat_map(|seat| oracle::seen(&truth, seat)));
                return faults;
            }
        }
        vec![format!(
            "something happened each of {TRIES} times that it was held against the oracle"
        )]
    }

    /// All that the oracle is asked about.
    pub(crate) async fn evidence(&self, backend: &Backend) -> Evidence {
        let truth = Truth::read(backend, &self.district).await;
        let watching = self.watchers.iter().map(|watcher| {
            let Watched { lines, state } = watcher.so_far();
            (&watcher.member, Shown::Frames(lines), state)
        });
        let acting = self.crew.iter().map(|person| {
            (&person.member, Shown::Notices(person.told()), person.client.look(Clone::clone))
        });
        let (store, now_ms) = (store(backend).await, Clock::system().now_ms());
        let mut seats = Vec::new();
        for (member, shown, state) in watching.chain(acting) {
            let read = feed::snapshot(&store, member, &self.district, now_ms).await;
            seats.push(Seat { member: member.clone(), shown, state, snapshot: read.unwrap().1 });
        }
        store.close().await;
        Evidence { truth, asked: self.record.so_far(), seats }
    }

    /// How many resumes and resets the watchers have seen.
    pub(crate) fn lines_seen(&self) -> (usize, usize) {
        let count =
            |fits: fn(&Line) -> bool| self.watchers.iter().map(|seat| seat.count(fits)).sum();
        let resumed = count(|line| matches!(line, Line::Resumed { .. }));
        (resumed, count(|line| matches!(line, Line::Reset { .. })))
    }
}

async fn store(backend: &Backend) -> Store {
    let (url, folder) = match backend.folder() {
        Some(folder) => (String::new(), folder),
        None => (backend.url().to_owned(), std::path::Path::new(".")),
    };
    Store::open_beside(&DatabaseSettings { url, readers: 1 }, folder).await.unwrap()
}
