//! What the writer rests on: `sqlx::Any` transactions and savepoints when things go wrong, on both
//! databases (docs/adr/0001-writer-on-anypool.md). It must not know the writer; it drives sqlx
//! with the statements that the writer sends.

use std::process::Command;
use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::error::ErrorKind;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Connection, Transaction};
use tokio::time::timeout;

use crate::support::{Backend, Postgres, eventually};

const SOON: Duration = Duration::from_secs(10);
/// 400 rows of 4 kB: more than the files and caches that these tests allow.
const SPILL: &str = "insert into t (id, body) with recursive k(i) as \
    (select 1 union all select i + 1 from k where i < 400) \
    select 'spill' || i, hex(zeroblob(2000)) from k";

async fn pool(backend: &Backend) -> AnyPool {
    let sqlite = backend.is_sqlite();
    let options = AnyPoolOptions::new().max_connections(2).after_connect(move |conn, _| {
        Box::pin(async move {
            for pragma in ["journal_mode = wal", "synchronous = full", "busy_timeout = 200"] {
                if sqlite {
                    run(conn, &format!("pragma {pragma}")).await?;
                }
            }
            Ok(())
        })
    });
    let pool = options.connect(backend.url()).await.expect("the database opens");
    let table = "create table t (id text not null primary key, n bigint check (n < 10), \
        d double precision, body text)";
    sqlx::query(table).execute(&pool).await.expect("the table is new");
    pool
}

async fn run(conn: &mut AnyConnection, sql: &str) -> sqlx::Result<()> {
    sqlx::query(AssertSqlSafe(sql)).execute(conn).await.map(|_| ())
}

/// What the writer does: the same call on both, and a guard that rolls back when dropped.
async fn begin(conn: &mut PoolConnection<Any>) -> sqlx::Result<Transaction<'_, Any>> {
    let statement = if conn.backend_name() == "SQLite" { "begin immediate" } else { "begin" };
    conn.begin_with(statement).await
}

async fn stored(pool: &AnyPool) -> Vec<String> {
    let ids = sqlx::query_scalar("select id from t order by id").fetch_all(pool).await;
    ids.expect("a live connection reads")
}

fn kind(error: &sqlx::Error) -> Option<ErrorKind> {
    error.as_database_error().map(|database| database.kind())
}

async fn refused_commands_leave_the_others(backend: Backend) {
    let pool = pool(&backend).await;
    let mut conn = pool.acquire().await.expect("the pool is idle");
    let mut tx = begin(&mut conn).await.expect("nobody else writes");
    for (value, refused) in [
        ("('a', 1)", None),
        ("('a', 2)", Some(ErrorKind::UniqueViolation)),
        ("('b', 10)", Some(ErrorKind::CheckViolation)),
        ("(null, 1)", Some(ErrorKind::NotNullViolation)),
        ("('c', 3)", None),
    ] {
        run(&mut tx, "savepoint s").await.expect("the transaction is open");
        let outcome = run(&mut tx, &format!("insert into t (id, n) values {value}")).await;
        assert_eq!(outcome.as_ref().err().map(kind), refused.map(Some), "{value}: {outcome:?}");
        if outcome.is_err() {
            run(&mut tx, "rollback to s").await.expect("a constraint keeps the transaction");
        }
        run(&mut tx, "release s").await.expect("the savepoint is open");
    }
    tx.commit().await.expect("both good commands commit");
    assert_eq!(stored(&pool).await, ["a", "c"]);
}

async fn a_dropped_transaction_is_rolled_back(backend: Backend) {
    let pool = pool(&backend).await;
    let slow = if backend.is_sqlite() {
        "insert into t (id) with recursive k(i) as \
            (select 1 union all select i + 1 from k where i < 2000000) select max(i) || '' from k"
    } else {
        "insert into t (id) select 'slow' || pg_sleep(0.5)"
    };
    let mut conn = pool.acquire().await.expect("the pool is idle");
    let mut tx = begin(&mut conn).await.expect("nobody else writes");
    run(&mut tx, "savepoint s").await.expect("the transaction is open");
    run(&mut tx, "insert into t (id) values ('lost')").await.expect("the row is new");
    timeout(Duration::from_millis(20), run(&mut tx, slow)).await.expect_err("cancelled half-way");
    drop(tx);
    let mut tx = begin(&mut conn).await.expect("the same connection starts anew");
    run(&mut tx, "insert into t (id) values ('kept')").await.expect("the row is new");
    tx.commit().await.expect("nothing is in the way");
    assert_eq!(stored(&pool).await, ["kept"]);
}

async fn null_and_number_share_a_statement(backend: Backend) {
    let pool = pool(&backend).await;
    let mut conn = pool.acquire().await.expect("the pool is idle");
    let sql = "insert into t (id, d) values ($1, $2) returning d";
    // sqlx declares `None::<f64>` as float4, and the cached statement then refuses eight bytes.
    let null = sqlx::query_scalar::<_, Option<f64>>(sql).bind("a").bind(None::<f32>);
    assert_eq!(null.fetch_one(&mut *conn).await.expect("null goes in"), None);
    let number = sqlx::query_scalar::<_, Option<f64>>(sql).bind("b").bind(0.1_f64);
    assert_eq!(number.fetch_one(&mut *conn).await.expect("a number goes in"), Some(0.1));
}

async fn a_failed_commit_stores_nothing(backend: Backend) {
    let pool = pool(&backend).await;
    let mut conn = pool.acquire().await.expect("the pool is idle");
    let child = "create table child (id text references t (id) deferrable initially deferred)";
    run(&mut conn, child).await.expect("the table is new");
    let mut tx = begin(&mut conn).await.expect("nobody else writes");
    run(&mut tx, "insert into t (id) values ('a')").await.expect("the row is new");
    run(&mut tx, "insert into child values ('orphan')").await.expect("checked at the commit");
    tx.commit().await.expect_err("the orphan has no parent");
    drop(conn.detach());
    assert_eq!(stored(&pool).await, [""; 0]);
}

on_both!(
    refused_commands_leave_the_others,
    a_dropped_transaction_is_rolled_back,
    a_failed_commit_stores_nothing,
    null_and_number_share_a_statement,
);

/// Runs one good command and then the poison; checks that it is no refusal, and discards.
async fn poisoned_batch(pool: &AnyPool, setting: &str, code: &str) {
    let mut conn = pool.acquire().await.expect("the pool is idle");
    run(&mut conn, setting).await.expect("the pragma exists");
    let mut tx = begin(&mut conn).await.expect("nobody else writes");
    for statement in ["savepoint s", "insert into t (id) values ('first')", "release s"] {
        run(&mut tx, statement).await.expect("a good command");
    }
    run(&mut tx, "savepoint s").await.expect("the transaction is open");
    let error = run(&mut tx, SPILL).await.expect_err("there is no room for it");
    let database = error.as_database_error().expect("SQLite answers");
    assert_eq!((database.code().as_deref(), kind(&error)), (Some(code), Some(ErrorKind::Other)));
    drop(tx);
    drop(conn.detach());
    assert_eq!(stored(pool).await, [""; 0]);
    let mut conn = pool.acquire().await.expect("the pool opens another");
    let mut tx = begin(&mut conn).await.expect("the lock was let go");
    run(&mut tx, "insert into t (id) values ('alone')").await.expect("run again, one by one");
    tx.commit().await.expect("a small command has room");
    assert_eq!(stored(pool).await, ["alone"]);
}

#[tokio::test]
async fn sqlite_full_is_no_refusal() {
    let backend = Backend::sqlite();
    let pool = pool(&backend).await;
    poisoned_batch(&pool, "pragma max_page_count = 40", "13").await;
}

/// Runs itself again under a limit on file sizes, which SQLite sees as an I/O error.
#[tokio::test]
async fn sqlite_io_error_is_no_refusal() {
    const INSIDE: &str = "XUNFANG_TEST_SMALL_FILES";
    if std::env::var_os(INSIDE).is_none() {
        let limited = "trap '' XFSZ; ulimit -f 800; exec \"$0\" --exact \"$1\"";
        let name = "savepoint::sqlite_io_error_is_no_refusal";
        let this = std::env::current_exe().unwrap();
        let mut child = Command::new("sh");
        child.args(["-c", limited]).arg(this).arg(name).env(INSIDE, "1");
        let output = child.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        return;
    }
    let backend = Backend::sqlite();
    let pool = pool(&backend).await;
    let mut conn = pool.acquire().await.unwrap();
    run(&mut conn, "pragma cache_size = 10").await.unwrap();
    let mut tx = begin(&mut conn).await.unwrap();
    run(&mut tx, "insert into t (id) values ('first')").await.unwrap();
    run(&mut tx, "savepoint s").await.unwrap();
    run(&mut tx, SPILL).await.unwrap_err();
    let gone = run(&mut tx, "rollback to s").await.expect_err("SQLite rolled all of it back");
    assert!(gone.to_string().contains("no such savepoint"), "{gone}");
    for statement in ["savepoint s", "insert into t (id) values ('next')", "release s"] {
        run(&mut tx, statement).await.unwrap();
    }
    assert_eq!(stored(&pool).await, ["next"], "a batch that goes on commits alone, unasked");
    drop(tx);
    drop(conn.detach());
    run(&mut pool.acquire().await.unwrap(), "delete from t").await.unwrap();
    poisoned_batch(&pool, "pragma cache_size = 10", "778").await;
    failed_commit_spoils_the_connection(&pool).await;
}

async fn failed_commit_spoils_the_connection(pool: &AnyPool) {
    let mut conn = pool.acquire().await.expect("the pool is idle");
    run(&mut conn, "pragma cache_size = 100000").await.expect("the pragma exists");
    let mut tx = begin(&mut conn).await.expect("nobody else writes");
    run(&mut tx, SPILL).await.expect("it fits into the cache");
    tx.commit().await.expect_err("and not into the file");
    let error = begin(&mut conn).await.map(|_| ()).expect_err("hence it must be discarded");
    assert!(matches!(error, sqlx::Error::InvalidSavePointStatement), "{error}");
    drop(conn.detach());
    assert_eq!(stored(pool).await, ["alone"]);
}

#[tokio::test]
async fn sqlite_second_writer_waits_then_is_told_busy() {
    let backend = Backend::sqlite();
    let pool = pool(&backend).await;
    let (mut one, mut two) = (pool.acquire().await.unwrap(), pool.acquire().await.unwrap());
    let tx = begin(&mut one).await.unwrap();
    let error = begin(&mut two).await.map(|_| ()).unwrap_err();
    assert_eq!(error.as_database_error().unwrap().code().as_deref(), Some("5"), "{error}");
    tx.rollback().await.unwrap();
    begin(&mut two)
        .await
        .expect("a busy connection is as good as before")
        .rollback()
        .await
        .unwrap();
}

#[tokio::test]
async fn postgres_swallowed_error_fails_the_release() {
    let backend = Backend::postgres().await;
    let pool = pool(&backend).await;
    let mut conn = pool.acquire().await.unwrap();
    let mut tx = begin(&mut conn).await.unwrap();
    run(&mut tx, "savepoint s").await.unwrap();
    run(&mut tx, "insert into t (id, n) values ('a', 10)").await.unwrap_err();
    let error = run(&mut tx, "release s").await.expect_err("else commit would answer ok");
    assert_eq!(error.as_database_error().unwrap().code().as_deref(), Some("25P02"));
}

async fn backend_pid(conn: &mut AnyConnection) -> i32 {
    sqlx::query_scalar("select pg_backend_pid()").fetch_one(conn).await.expect("the server answers")
}

async fn kill(admin: &mut AnyConnection, pid: i32) {
    // The second argument makes it wait until the process is gone.
    let sql = "select pg_terminate_backend($1, 10000)";
    let gone = sqlx::query_scalar::<_, bool>(sql).bind(pid).fetch_one(admin).await;
    assert!(gone.expect("the administrator may"), "still there after ten seconds");
}

#[tokio::test]
async fn postgres_killed_in_the_batch_never_says_committed() {
    let backend = Backend::postgres().await;
    let pool = pool(&backend).await;
    let (mut conn, mut admin) = (pool.acquire().await.unwrap(), pool.acquire().await.unwrap());
    let mut tx = begin(&mut conn).await.unwrap();
    let pid = backend_pid(&mut tx).await;
    run(&mut tx, "insert into t (id) values ('a')").await.unwrap();
    kill(&mut admin, pid).await;
    drop(admin);
    // With sqlx's nested begin() in place of this statement, the commit below answers Ok.
    let error = run(&mut tx, "savepoint s").await.expect_err("the server is gone");
    assert_ne!(kind(&error), Some(ErrorKind::UniqueViolation));
    tx.commit().await.expect_err("a dead connection cannot commit");
    drop(conn.detach());
    assert_eq!(stored(&pool).await, [""; 0]);
}

#[tokio::test]
async fn postgres_killed_in_the_commit_leaves_the_outcome_unknown() {
    let cluster = Postgres::start();
    let url = cluster.create_database().await;
    let mut admin = AnyConnection::connect(&url).await.unwrap();
    run(&mut admin, "create table t (id text not null primary key)").await.unwrap();
    // A standby that doesn't exist: every commit is written, and then waits for ever.
    run(&mut admin, "alter system set synchronous_standby_names = 'nobody'").await.unwrap();
    run(&mut admin, "select pg_reload_conf()").await.unwrap();
    let mut conn = AnyConnection::connect(&url).await.unwrap();
    let pid = backend_pid(&mut conn).await;
    let set =
        "select 1 from pg_settings where name = 'synchronous_standby_names' and setting <> ''";
    eventually(SOON, "the setting is read", async || {
        sqlx::query(set).fetch_optional(&mut conn).await.unwrap()
    })
    .await;
    let mut tx = conn.begin().await.unwrap();
    run(&mut tx, "insert into t (id) values ('a')").await.unwrap();
    let killer = async {
        eventually(SOON, "the commit waits", async || {
            let sql = "select 1 from pg_stat_activity where pid = $1 and wait_event = 'SyncRep'";
            sqlx::query(sql).bind(pid).fetch_optional(&mut admin).await.unwrap()
        })
        .await;
        kill(&mut admin, pid).await;
    };
    let (outcome, ()) = tokio::join!(tx.commit(), killer);
    assert_eq!(kind(&outcome.unwrap_err()), None, "no answer came from the database");
    let rows: i64 =
        sqlx::query_scalar("select count(*) from t").fetch_one(&mut admin).await.unwrap();
    assert_eq!(rows, 1, "stored, though nobody was told");
}
