//! Two real nodes on one PostgreSQL and one Redis, each behind proxies of its own.

use std::net::SocketAddr;
use std::time::Duration;

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row};
use tokio::time::{Instant, interval, timeout};
use xunfang::clock::Clock;

use crate::crash::server::Server;
use crate::support::http::{Ask, ask_at};
use crate::support::{Backend, Hints, Postgres, Proxy, Redis, eventually};

/// Redis is found again within the longest back-off, a half-open link given up before that.
const WHOLE_WITHIN: Duration = Duration::from_secs(40);

/// A claim of a dead node runs out in 10 s.
const FIRED_WITHIN: Duration = Duration::from_secs(20);
const DUE: &str = "select count(*) from timers \
    where due_ms < cast(extract(epoch from clock_timestamp()) * 1000 as bigint) - 1000";

/// Somebody's call for help stays untaken for half a minute sooner or later.
const HELD_WITHIN: Duration = Duration::from_secs(120);
/// It is held from so long before it is due, and claimed within a turn of a node.
const SOON_MS: i64 = 500;
const CLAIMED_WITHIN: Duration = Duration::from_secs(2);
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// Whoever holds the incident lets no timer of it fire.
const HOLD: &str = "select id from incidents where id = (select incident from timers \
    where due_ms between $1 and $2 and kind in ('accept', 'escalate') limit 1) for update";
const CLAIMED: &str = "select 1 from timers where incident = $1 and claimed_until_ms > $2";

/// What a release may leave behind that lets the one before run beside it. Each table by itself: no
/// two locks are held at once.
const TABLES: &str = "select cast(table_name as text) from information_schema.tables \
    where table_schema = current_schema() and table_name not like '\\_%'";
const NEWER: &str = "insert into _sqlx_migrations \
    (version, description, success, checksum, execution_time) \
    values (900, 'of tomorrow', true, '\\x00', 1) on conflict do nothing";

/// A node says so with its first sign.
const TOLD_WITHIN: Duration = Duration::from_secs(20);
const SKEWED: &str = "select 1 from nodes where abs(skew_ms - $1) < $2";
const SKEW_SLACK_MS: i64 = 5_000;

/// A node, and what it reaches the others through.
pub(super) struct Node {
    pub(super) server: Server,
    pub(super) database: Proxy,
    pub(super) bus: Proxy,
    pub(super) hints: Hints,
}

/// All of them; the nodes go first.
pub(super) struct Cluster {
    pub(super) nodes: Vec<Node>,
    pub(super) redis: Redis,
    pub(super) postgres: Postgres,
    pub(super) backend: Backend,
}

impl Cluster {
    /// Services with an empty database, and two nodes that aren't started yet.
    pub(super) async fn new() -> Self {
        let (redis, postgres) = tokio::task::block_in_place(|| (Redis::start(), Postgres::start()));
        let backend = Backend::on(&postgres).await;
        let mut nodes = Vec::new();
        for _ in 0..2 {
            let database = Proxy::start(postgres.port()).await;
            let bus = Proxy::start(redis.port()).await;
            let hints = Hints::start(bus.address().port()).await;
            let through = backend.through(database.address().port());
            let server = Server::on(&through).told_by(hints.port());
            nodes.push(Node { server, database, bus, hints });
        }
        Self { nodes, redis, postgres, backend }
    }

    /// Where the nodes listen.
    pub(super) fn addresses(&self) -> [SocketAddr; 2] {
        [0, 1].map(|n| self.nodes[n].server.address())
    }

    /// How many hints were lost on the way to the nodes.
    pub(super) fn lost(&self) -> u64 {
        self.nodes.iter().map(|node| node.hints.lost()).sum()
    }

    /// Waits until a node says of its machine's clock that it is ahead by so much.
    pub(super) async fn tells_of_a_clock(&self, by_ms: i64) {
        let mut connection = AnyConnection::connect(self.backend.url()).await.unwrap();
        eventually(TOLD_WITHIN, "a node's clock is told to be wrong", async || {
            let query = sqlx::query(SKEWED).bind(by_ms).bind(SKEW_SLACK_MS);
            query.fetch_optional(&mut connection).await.unwrap().map(drop)
        })
        .await;
        connection.close().await.unwrap();
    }

    /// Does to the database what the next release does: something is added to each table, and this
    /// program may run beside it.
    pub(super) async fn bring_further(&self) {
        let mut connection = AnyConnection::connect(self.backend.url()).await.unwrap();
        let tables = sqlx::query(TABLES).fetch_all(&mut connection).await.unwrap();
        assert!(tables.len() > 20, "{} tables", tables.len());
        for table in tables {
            let table: String = table.get(0);
            let add = format!("alter table {table} add column if not exists of_tomorrow text");
            sqlx::query(AssertSqlSafe(add)).execute(&mut connection).await.unwrap();
        }
        sqlx::query(NEWER).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// Waits until each timer that is due has fired, also those that a dead node had claimed.
    pub(super) async fn fire_all(&self) {
        let mut connection = AnyConnection::connect(self.backend.url()).await.unwrap();
        eventually(FIRED_WITHIN, "what is due has fired", async || {
            let due = sqlx::query(DUE).fetch_one(&mut connection).await.unwrap();
            (due.get::<i64, _>(0) == 0).then_some(())
        })
        .await;
        connection.close().await.unwrap();
    }

    /// Waits until a node has claimed a timer that it can't fire for as long as this connection is
    /// open.
    pub(super) async fn claimed_and_held(&self) -> AnyConnection {
        let start = Instant::now();
        loop {
            let mut held = AnyConnection::connect(self.backend.url()).await.unwrap();
            sqlx::query("begin").execute(&mut held).await.unwrap();
            let incident = eventually(HELD_WITHIN, "a timer is due soon", async || {
                let now_ms = Clock::system().now_ms();
                let soon = sqlx::query(HOLD).bind(now_ms).bind(now_ms + SOON_MS);
                soon.fetch_optional(&mut held).await.unwrap().map(|row| row.get::<String, _>(0))
            })
            .await;
            let claimed = async {
                let mut ticks = interval(LOOK_EVERY);
                loop {
                    ticks.tick().await;
                    let claim = sqlx::query(CLAIMED).bind(&incident);
                    let claim = claim.bind(Clock::system().now_ms());
                    if claim.fetch_optional(&mut held).await.unwrap().is_some() {
                        return;
                    }
                }
            };
            if timeout(CLAIMED_WITHIN, claimed).await.is_ok() {
                return held;
            }
            // Somebody took it in its last moment.
            held.close().await.unwrap();
            assert!(start.elapsed() < HELD_WITHIN, "no timer is claimed");
        }
    }

    /// Waits until each node says that it can do all of its work; how long that took.
    pub(super) async fn whole(&self) -> Duration {
        let start = Instant::now();
        for address in self.addresses() {
            eventually(WHOLE_WITHIN, "a node is ready and not degraded", async || {
                let says = ask_at(address, Ask::get("/readyz")).await.json();
                (says["ready"] == true && says["degraded"] == false).then_some(())
            })
            .await;
        }
        start.elapsed()
    }
}
