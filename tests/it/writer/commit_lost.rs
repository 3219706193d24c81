//! The connection to PostgreSQL ends while a commit is on its way: whoever asked is told that the
//! outcome is unknown, and the same command again finds out, whatever became of it.

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};
use tokio::time::timeout;
use xunfang::bus::{Bus, LocalBus};
use xunfang::command::{Command, Failure};
use xunfang::domain::{CommandId, IncidentId};

use super::{Asker, DEADLINE, head, refused, seq};
use crate::support::node::{TestNode, fresh, report};
use crate::support::{Backend, Proxy, eventually, seed};

/// A number that nobody else locks in this test's database.
const HELD: i64 = 4_711;

async fn run(connection: &mut AnyConnection, sql: String) {
    sqlx::query(AssertSqlSafe(sql)).execute(connection).await.unwrap();
}

/// Has every commit of an event wait for a lock, after all statements went well.
pub(super) async fn hold_commits(admin: &mut AnyConnection) {
    run(admin, format!("select pg_advisory_lock({HELD})")).await;
    let function = format!(
        "create function held() returns trigger language plpgsql as \
         $$ begin perform pg_advisory_xact_lock({HELD}); return null; end $$"
    );
    run(admin, function).await;
    let trigger = "create constraint trigger held after insert on events \
        deferrable initially deferred for each row execute function held()";
    run(admin, trigger.to_owned()).await;
}

/// Lets them go on.
pub(super) async fn let_commits_go(admin: &mut AnyConnection) {
    run(admin, format!("select pg_advisory_unlock({HELD})")).await;
}

/// The process of the commit that waits.
pub(super) async fn committing(admin: &mut AnyConnection) -> i32 {
    let sql = "select pid from pg_stat_activity where datname = current_database() \
        and wait_event = 'advisory' and query ilike 'commit%'";
    eventually(DEADLINE, "a commit waits", async || {
        sqlx::query_scalar(sql).fetch_optional(&mut *admin).await.unwrap()
    })
    .await
}

async fn gone(admin: &mut AnyConnection, pid: i32) {
    let sql = "select 1 from pg_stat_activity where pid = $1";
    eventually(DEADLINE, "the process has ended", async || {
        sqlx::query(sql)
            .bind(pid)
            .fetch_optional(&mut *admin)
            .await
            .unwrap()
            .is_none()
            .then_some(())
    })
    .await;
}

async fn is_found_out(stored: bool) {
    let direct = Backend::postgres().await;
    let port = url_port(direct.url());
    let proxy = Proxy::start(port).await;
    let node =
        TestNode::start(&direct.through(proxy.address().port()), Bus::Local(LocalBus::new())).await;
    seed::district(&node.app.writer).await;
    let (asker, before) = (Asker::of(&node).await, head(&node).await);
    let mut admin = AnyConnection::connect(direct.url()).await.unwrap();
    hold_commits(&mut admin).await;
    let request = report(&IncidentId::from(fresh("lost")), Some(seed::in_park()), "hazard.manhole");
    let command = Command::Request { id: CommandId::fresh(), request, session: None };
    let asked = tokio::spawn(asker.apply(command.clone()));
    let pid = committing(&mut admin).await;
    if stored {
        // The answer is lost, and the server, which doesn't know, goes on.
        proxy.cut();
        proxy.heal();
        let_commits_go(&mut admin).await;
    } else {
        run(&mut admin, format!("select pg_terminate_backend({pid})")).await;
        let_commits_go(&mut admin).await;
    }
    let told = timeout(DEADLINE, asked).await.unwrap().unwrap();
    assert_eq!(told, Err(Failure::Unknown));
    gone(&mut admin, pid).await;
    assert_eq!(head(&node).await, before + i64::from(stored));
    // Connections that were cut are found dead one after the other.
    let again = eventually(DEADLINE, "the node has a connection", async || {
        let again = asker.apply(command.clone()).await;
        refused(&again).is_none().then_some(again)
    })
    .await;
    assert_eq!(seq(&again), before + 1);
    assert_eq!(asker.apply(command).await, again);
    assert_eq!(head(&node).await, before + 1);
    node.stop().await;
}

fn url_port(url: &str) -> u16 {
    let (server, _) = url.rsplit_once('/').unwrap();
    server.rsplit_once(':').unwrap().1.parse().unwrap()
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_was_stored_and_is_found() {
    is_found_out(true).await;
}

#[tokio::test]
async fn a_commit_that_the_server_gave_up_was_not_stored_and_is_done_again() {
    is_found_out(false).await;
}
