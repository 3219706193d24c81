//! One district under load on two nodes: something fails, and when it works again everything is
//! held against the oracle.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use xunfang::client::Client;

use super::boards;
use super::cluster::Cluster;
use super::news;
use super::scenarios::Scenario;
use crate::crash::cast::{self, Cast, PATIENCE};
use crate::crash::oracle::{Faults, timers};
use crate::crash::truth::Truth;

/// Answers before something fails, at least and at most, and after it works again.
const BEFORE: (usize, usize) = (20, 100);
const AFTER: usize = 80;
/// Whoever looks at the map of each node.
const DESKS: &[&str] = &["dispatch", "dispatch"];

/// The nodes, and everybody on them.
pub(super) struct World {
    pub(super) desks: Vec<Client>,
    pub(super) cast: Cast,
    pub(super) cluster: Cluster,
    pub(super) random: StdRng,
    /// How long whatever stands still does so.
    pub(super) still: Duration,
}

/// What one round came to.
#[derive(Debug)]
pub(super) struct Round {
    pub(super) acked: usize,
    pub(super) refused: usize,
    /// Never answered: of those who didn't come back.
    pub(super) open: usize,
    /// How often the watchers' logs were resumed, and read anew.
    pub(super) resumed: usize,
    pub(super) reset: usize,
    /// Timers that have fired so far.
    pub(super) fired: usize,
    /// Hints that were lost on the way.
    pub(super) lost: u64,
    /// Until both nodes said that they were whole.
    pub(super) whole: Duration,
    /// Until both desks showed where everybody is.
    pub(super) seen: Duration,
    pub(super) faults: Faults,
}

impl World {
    /// A seeded district, both nodes running and everybody connected.
    pub(super) async fn start(seed: u64, still: Duration) -> Self {
        let random = StdRng::seed_from_u64(seed);
        let mut cluster = Cluster::new().await;
        let mut seats = cast::found(&cluster.backend, DESKS).await;
        for node in &mut cluster.nodes {
            node.server.start();
        }
        let mut desks = Vec::new();
        let at_desks = seats.split_off(seats.len() - DESKS.len());
        for ((_, token), server) in at_desks.into_iter().zip(cluster.addresses()) {
            desks.push(boards::desk(token, server).await);
        }
        let cast = Cast::connect(seats, &cluster.addresses()).await;
        Self { desks, cast, cluster, random, still }
    }

    /// Load, something fails and works again, load, calm; then everything is checked.
    pub(super) async fn round(&mut self, scenario: &Scenario) -> Round {
        let (lines_before, asked_before) =
            (self.cast.lines_seen(), self.cast.record.so_far().len());
        let lost_before = self.cluster.lost();
        let (stop, mut tasks) = (CancellationToken::new(), JoinSet::new());
        let [one, two] = self.cluster.addresses();
        self.cast.set_to_work((&[one, two], &mut self.random), &mut tasks, &stop);
        let before = self.random.random_range(BEFORE.0..=BEFORE.1);
        self.storm(before).await;
        let mut faults = (scenario.run)(self).await;
        // Whoever has to connect again does so on the other node.
        self.cast.turn(&[two, one]);
        self.storm(AFTER).await;
        self.cast.turn(&[one, two]);
        stop.cancel();
        let whole = self.cluster.whole().await;
        faults.extend(self.cast.calm(tasks).await);
        self.cluster.fire_all().await;
        let backend = &self.cluster.backend;
        let (seen, blind) = boards::converge(&self.cast, &self.desks, backend).await;
        faults.extend(blind);
        faults.extend(news::comes_at_once(&self.cast, &self.desks).await);
        faults.extend(self.cast.judge(backend).await);
        let fired = timers::fired(&Truth::read(backend, &self.cast.district).await);
        let asked = self.cast.record.so_far().split_off(asked_before);
        let now = self.cast.lines_seen();
        Round {
            acked: asked.iter().filter(|one| one.outcome().is_some()).count(),
            refused: asked.iter().filter(|one| one.is_refused()).count(),
            open: asked.iter().filter(|one| one.is_open()).count(),
            resumed: now.0 - lines_before.0,
            reset: now.1 - lines_before.1,
            fired,
            lost: self.cluster.lost() - lost_before,
            whole,
            seen,
            faults,
        }
    }

    async fn storm(&mut self, answers: usize) {
        let came = self.cast.storm(answers, &mut self.random, PATIENCE).await;
        assert!(came, "no {answers} answers in {PATIENCE:?}");
    }

    /// Bad weather until there are this many answers, or for that long.
    pub(super) async fn ride(&mut self, answers: usize, at_most: Duration) {
        self.cast.storm(answers, &mut self.random, at_most).await;
    }

    /// A node, and the other one.
    pub(super) fn either(&mut self) -> (usize, usize) {
        if self.random.random_bool(0.5) { (0, 1) } else { (1, 0) }
    }
}
