//! What fails: each begins under load, and ends with everything working again.

use std::path::PathBuf;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use sqlx::Connection as _;

use super::world::World;
use crate::crash::cast::PATIENCE;
use crate::crash::oracle::Faults;
use crate::crash::weather;
use crate::support::Proxy;

/// One way to fail.
pub(super) struct Scenario {
    pub(super) name: &'static str,
    /// Whether it is tried each time, or only when there is time.
    pub(super) each_time: bool,
    pub(super) run: for<'w> fn(&'w mut World) -> LocalBoxFuture<'w, Faults>,
}

/// Answers that are waited for while something is away, and for how long at most.
const RIDE: (usize, Duration) = (40, Duration::from_secs(4));
/// More answers than come while something stands still.
const EVER: usize = 1_000_000;
/// Of a hundred hints so many are lost.
const LOSES: u32 = 5;
/// Without any hint the heads of the logs are looked at once a second.
const READ_WITHIN: Duration = Duration::from_secs(5);
/// A link that carries nothing is given up after two probes.
const SILENT: Duration = Duration::from_secs(6);
/// How far a clock is ahead or behind.
const SKEW_MS: i64 = 10 * 60_000;

macro_rules! scenario {
    ($name:literal, $each_time:literal, $run:expr) => {
        Scenario { name: $name, each_time: $each_time, run: |world| Box::pin($run(world)) }
    };
}

pub(super) const ALL: &[Scenario] = &[
    scenario!("a node is killed", true, node_killed),
    scenario!("PostgreSQL is killed", true, postgres_killed),
    scenario!("Redis is killed", true, redis_killed),
    scenario!("hints are lost", true, hints_lost),
    scenario!("a node stands still", true, node_still),
    scenario!("a node's bus is silent", true, bus_silent),
    scenario!("the next release migrates", true, migrated),
    scenario!("both nodes are killed", false, both_killed),
    scenario!("both die with a claim", false, claim_left),
    scenario!("Redis comes back empty", false, redis_emptied),
    scenario!("PostgreSQL stands still", false, postgres_still),
    scenario!("Redis stands still", false, redis_still),
    scenario!("a node's bus is cut", false, bus_cut),
    scenario!("a node's bus is slow", false, bus_slow),
    scenario!("a node's database is cut", false, database_cut),
    scenario!("a node's database is slow", false, database_slow),
    scenario!("a node's database is silent", false, database_silent),
    scenario!("a clock is ahead", true, clock_ahead),
    scenario!("a clock is behind", false, clock_behind),
];

/// `kill -9`; whoever was on it goes to the other one, as a balancer would have it.
async fn node_killed(world: &mut World) -> Faults {
    let (dead, alive) = world.either();
    world.cluster.nodes[dead].server.kill();
    world.cast.turn(&[world.cluster.addresses()[alive]]);
    world.ride(RIDE.0, RIDE.1).await;
    world.cluster.nodes[dead].server.start();
    Faults::new()
}

async fn both_killed(world: &mut World) -> Faults {
    for node in &mut world.cluster.nodes {
        node.server.kill();
    }
    for node in &mut world.cluster.nodes {
        node.server.start();
    }
    Faults::new()
}

/// These are then nodes of the release before: one goes on, with all the statements that it had
/// prepared, and one starts again.
async fn migrated(world: &mut World) -> Faults {
    let (again, _) = world.either();
    world.ride(RIDE.0, RIDE.1).await;
    world.cluster.bring_further().await;
    world.ride(RIDE.0, RIDE.1).await;
    let server = &mut world.cluster.nodes[again].server;
    server.kill();
    server.start();
    Faults::new()
}

/// One of them has claimed a timer and not fired it; whoever starts after that has another name.
async fn claim_left(world: &mut World) -> Faults {
    let held = world.cluster.claimed_and_held().await;
    for node in &mut world.cluster.nodes {
        node.server.kill();
    }
    held.close().await.unwrap();
    for node in &mut world.cluster.nodes {
        node.server.start();
    }
    Faults::new()
}

async fn postgres_killed(world: &mut World) -> Faults {
    tokio::task::block_in_place(|| world.cluster.postgres.kill());
    world.ride(RIDE.0, Duration::from_secs(1)).await;
    tokio::task::block_in_place(|| world.cluster.postgres.resume());
    Faults::new()
}

/// What is done meanwhile nobody is told of.
async fn redis_killed(world: &mut World) -> Faults {
    tokio::task::block_in_place(|| world.cluster.redis.stop());
    world.ride(RIDE.0, RIDE.1).await;
    tokio::task::block_in_place(|| world.cluster.redis.restart());
    Faults::new()
}

/// It is back before anybody knows.
async fn redis_emptied(world: &mut World) -> Faults {
    tokio::task::block_in_place(|| world.cluster.redis.restart());
    Faults::new()
}

async fn node_still(world: &mut World) -> Faults {
    let (still, _) = world.either();
    let paused = world.cluster.nodes[still].server.pause();
    world.cast.storm(EVER, &mut world.random, world.still).await;
    drop(paused);
    Faults::new()
}

async fn redis_still(world: &mut World) -> Faults {
    let paused = tokio::task::block_in_place(|| world.cluster.redis.pause());
    world.cast.storm(EVER, &mut world.random, world.still).await;
    drop(paused);
    Faults::new()
}

async fn postgres_still(world: &mut World) -> Faults {
    let paused = tokio::task::block_in_place(|| world.cluster.postgres.pause());
    world.cast.storm(EVER, &mut world.random, world.still).await;
    drop(paused);
    Faults::new()
}

/// Some are lost under load; then all are, and everybody still reads what is said.
async fn hints_lost(world: &mut World) -> Faults {
    let lose = |world: &World, of_a_hundred| {
        for node in &world.cluster.nodes {
            node.hints.lose(of_a_hundred);
        }
    };
    let before = world.cluster.lost();
    lose(world, LOSES);
    for _ in 0..10 {
        world.ride(RIDE.0, RIDE.1).await;
        if world.cluster.lost() > before {
            break;
        }
    }
    weather::clear(&world.cast.lines());
    let mut faults = world.cast.all_read(PATIENCE).await;
    lose(world, 100);
    faults.extend(world.cast.all_read(READ_WITHIN).await);
    lose(world, 0);
    if world.cluster.lost() == before {
        faults.push("no hint was lost".to_owned());
    }
    faults
}

/// Something happens to one line of a node for some time.
async fn on_line(
    world: &mut World,
    line: fn(&World, usize) -> &Proxy,
    (harm, within): (fn(&Proxy), Duration),
) -> Faults {
    let (node, _) = world.either();
    harm(line(world, node));
    world.cast.storm(EVER, &mut world.random, within).await;
    line(world, node).heal();
    Faults::new()
}

fn bus(world: &World, node: usize) -> &Proxy {
    &world.cluster.nodes[node].bus
}

fn database(world: &World, node: usize) -> &Proxy {
    &world.cluster.nodes[node].database
}

async fn bus_cut(world: &mut World) -> Faults {
    on_line(world, bus, (Proxy::cut, RIDE.1)).await
}

/// Nothing comes, and nothing says so.
async fn bus_silent(world: &mut World) -> Faults {
    on_line(world, bus, (Proxy::silence, SILENT)).await
}

async fn bus_slow(world: &mut World) -> Faults {
    on_line(world, bus, (|line| line.delay(Duration::from_millis(150)), RIDE.1)).await
}

async fn database_cut(world: &mut World) -> Faults {
    on_line(world, database, (Proxy::cut, RIDE.1)).await
}

/// Nothing comes, and nothing says so.
async fn database_silent(world: &mut World) -> Faults {
    on_line(world, database, (Proxy::silence, SILENT)).await
}

async fn database_slow(world: &mut World) -> Faults {
    on_line(world, database, (|line| line.delay(Duration::from_millis(3)), RIDE.1)).await
}

async fn clock_ahead(world: &mut World) -> Faults {
    clock_skewed(world, SKEW_MS).await
}

async fn clock_behind(world: &mut World) -> Faults {
    clock_skewed(world, -SKEW_MS).await
}

/// A node works on a machine with another time than the rest, also while all is judged.
async fn clock_skewed(world: &mut World, by_ms: i64) -> Faults {
    let (node, _) = world.either();
    let server = &mut world.cluster.nodes[node].server;
    server.kill();
    server.start_with(&[
        format!("LD_PRELOAD={}", faketime().display()),
        format!("FAKETIME={:+}s", by_ms / 1_000),
        // Only the wall's clock: what waits for some seconds waits as long as ever.
        "FAKETIME_DONT_FAKE_MONOTONIC=1".to_owned(),
    ]);
    world.cluster.tells_of_a_clock(by_ms).await;
    world.ride(RIDE.0, RIDE.1).await;
    Faults::new()
}

/// Debian keeps it in a folder of the machine's kind.
fn faketime() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    folders
        .map(|folder| folder.path().join("faketime/libfaketime.so.1"))
        .find(|library| library.is_file())
        .expect("libfaketime is missing; run: apt-get install -y libfaketime")
}
