//! Whatever fails, nothing is lost, nothing comes twice: two real nodes under load on one
//! PostgreSQL and one Redis, everybody behind lines that fail too. After each scenario all that
//! was acknowledged and shown is held against what is stored, the map of one node against the
//! other's, and each node is told at once again.

mod boards;
mod cluster;
mod news;
mod scenarios;
mod world;

use std::time::Duration;

use crate::crash::given;
use scenarios::{ALL, Scenario};
use world::{Round, World};

/// How long a server stands still in each test run; `make chaos` has more patience.
const STILL_S: u64 = 3;

/// `XUNFANG_CHAOS_ROUNDS` tries everything so often, else what is quick is tried once;
/// `XUNFANG_CHAOS_ONLY` names the only scenarios, by a part of the name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_doubled_or_out_of_order_on_two_nodes() {
    let rounds: Option<usize> = given("XUNFANG_CHAOS_ROUNDS");
    let only: String = given("XUNFANG_CHAOS_ONLY").unwrap_or_default();
    let still = Duration::from_secs(given("XUNFANG_CHAOS_STILL_S").unwrap_or(STILL_S));
    let seed = given("XUNFANG_CHAOS_SEED").unwrap_or_else(rand::random::<u32>);
    eprintln!("XUNFANG_CHAOS_SEED={seed} draws these again; the network and the disk add theirs");
    eprintln!("{HEAD}");
    let wanted = |scenario: &&Scenario| {
        let asked_for = rounds.is_some() || !only.is_empty() || scenario.each_time;
        asked_for && scenario.name.contains(&only)
    };
    for n in 1..=rounds.unwrap_or(1) {
        // What nobody accepts for ten minutes is overdue: a longer one would have no quiet moment.
        let mut world = World::start(u64::from(seed) + n as u64, still).await;
        for scenario in ALL.iter().filter(wanted) {
            let round = Box::pin(world.round(scenario)).await;
            eprintln!("{}", line((n, scenario.name), &round));
            let shown: Vec<&String> = round.faults.iter().take(20).collect();
            let name = scenario.name;
            assert!(shown.is_empty(), "{} faults after {name}: {shown:#?}", round.faults.len());
        }
    }
}

const HEAD: &str = "round  scenario                      acked  refused  open  resumed  reset  \
                    timers  hints lost     whole      seen  lost, doubled, out of order";

fn line((n, name): (usize, &str), round: &Round) -> String {
    format!(
        "{n:5}  {name:28}  {:5}  {:7}  {:4}  {:7}  {:5}  {:6}  {:10}  {:5} ms  {:5} ms  {}",
        round.acked,
        round.refused,
        round.open,
        round.resumed,
        round.reset,
        round.fired,
        round.lost,
        round.whole.as_millis(),
        round.seen.as_millis(),
        round.faults.len(),
    )
}
