//! Nothing is lost, nothing comes twice: a real server under load is killed at random moments with
//! everybody's network failing, and after each round all that was acknowledged and all that was
//! shown is held against what is stored.

pub(crate) mod cast;
pub(crate) mod crew;
mod deed;
pub(crate) mod oracle;
mod planted;
pub(crate) mod record;
pub(crate) mod server;
pub(crate) mod truth;
mod watcher;
pub(crate) mod weather;
mod world;

use std::env;

use crate::support::Backend;
use world::{Round, World};

/// Enough to find what breaks every time; `make crash ROUNDS=` looks for what breaks seldom.
const ROUNDS: usize = 3;

/// What an environment variable says.
pub(crate) fn given<T: std::str::FromStr>(name: &str) -> Option<T> {
    env::var(name).ok().and_then(|text| text.parse().ok())
}

mod nothing_acknowledged_is_lost_doubled_or_out_of_order {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        super::rounds(super::Backend::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        super::rounds(super::Backend::postgres().await).await;
    }
}

async fn rounds(backend: Backend) {
    let rounds = given("XUNFANG_CRASH_ROUNDS").unwrap_or(ROUNDS);
    let seed = given("XUNFANG_CRASH_SEED").unwrap_or_else(rand::random::<u32>);
    eprintln!(
        "XUNFANG_CRASH_SEED={seed} draws these again; the network and the disk add their own"
    );
    eprintln!("{HEAD}");
    let mut world = World::start(backend, seed.into()).await;
    for n in 1..=rounds {
        let round = world.round().await;
        eprintln!("{}", line(n, &round));
        let shown: Vec<&String> = round.faults.iter().take(20).collect();
        assert!(shown.is_empty(), "{} faults in round {n}: {shown:#?}", round.faults.len());
    }
}

const HEAD: &str = "round  killed after  acked  refused  in flight: whole absent  resumed  reset  \
                    recovery  lost, doubled, out of order";

fn line(n: usize, round: &Round) -> String {
    format!(
        "{n:5}  {:4} answers  {:5}  {:7}  {:16} {:6}  {:7}  {:5}  {:5} ms  {}",
        round.killed_at,
        round.acked,
        round.refused,
        round.in_flight.0,
        round.in_flight.1,
        round.resumed,
        round.reset,
        round.recovery.as_millis(),
        round.faults.len(),
    )
}
