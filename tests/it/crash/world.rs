//! One district under load, its server killed and started again, everything held against the
//! oracle.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::cast::{self, Cast, Evidence, PATIENCE};
use super::oracle::{self, Faults};
use super::record::Asked;
use super::server::Server;
use super::truth::Truth;
use super::weather;
use crate::support::Backend;

/// Answers before the kill, at least and at most, and after the server is back.
const BEFORE: (usize, usize) = (40, 400);
const AFTER: usize = 120;
/// The kill comes at any moment after that answer, not at the answer.
const LATER_MS: u64 = 15;

/// The district and everybody in it.
pub(super) struct World {
    backend: Backend,
    server: Server,
    cast: Cast,
    random: StdRng,
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
        let seats = cast::found(&backend, &[]).await;
        let mut server = Server::on(&backend);
        server.start();
        let cast = Cast::connect(seats, &[server.address()]).await;
        Self { backend, server, cast, random }
    }

    /// Load, kill, restart, load, calm; then everything is checked.
    pub(super) async fn round(&mut self) -> Round {
        let (lines_before, asked_before) =
            (self.cast.lines_seen(), self.cast.record.so_far().len());
        let (stop, mut tasks) = (CancellationToken::new(), JoinSet::new());
        let servers = [self.server.address()];
        self.cast.set_to_work((&servers, &mut self.random), &mut tasks, &stop);
        let killed_at = self.random.random_range(BEFORE.0..=BEFORE.1);
        self.storm(killed_at).await;
        sleep(Duration::from_millis(self.random.random_range(0..LATER_MS))).await;
        self.server.kill();
        let mut faults = Vec::new();
        let in_flight = self.remains(asked_before, &mut faults).await;
        let recovery = self.recover().await;
        self.storm(AFTER).await;
        stop.cancel();
        faults.extend(self.cast.calm(tasks).await);
        faults.extend(self.cast.judge(&self.backend).await);
        let asked = self.cast.record.so_far().split_off(asked_before);
        let now = self.cast.lines_seen();
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

    async fn storm(&mut self, answers: usize) {
        let came = self.cast.storm(answers, &mut self.random, PATIENCE).await;
        assert!(came, "no {answers} answers in {PATIENCE:?}");
    }

    /// What the dead server left: how many of the unanswered are whole, and how many absent.
    async fn remains(&self, before: usize, faults: &mut Faults) -> (usize, usize) {
        let asked = self.cast.record.so_far();
        let truth = Truth::read_remains(&self.backend, &self.cast.district).await;
        faults.extend(oracle::stored(&truth, &asked).into_iter().map(|f| format!("at death: {f}")));
        let is_kept = |one: &&Asked| {
            truth.commands.iter().any(|kept| kept.actor == one.actor && kept.id == one.id)
        };
        let open: Vec<&Asked> = asked[before..].iter().filter(|one| one.is_open()).collect();
        let whole = open.iter().filter(|one| is_kept(one)).count();
        (whole, open.len() - whole)
    }

    async fn recover(&mut self) -> Duration {
        let (start, answers) = (Instant::now(), self.cast.record.answers());
        self.server.start();
        // Somebody must get through at once, or the wait for a line is measured.
        weather::clear(&self.cast.lines());
        let answered = self.cast.record.reaches(answers + 1, PATIENCE).await;
        assert!(answered, "nobody was answered again");
        start.elapsed()
    }

    /// All that the oracle is asked about.
    pub(super) async fn evidence(&self) -> Evidence {
        self.cast.evidence(&self.backend).await
    }
}
