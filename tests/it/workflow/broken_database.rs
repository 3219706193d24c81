//! The database breaks under the writer: commands are run again or refused, never half done.

use sqlx::{Connection, Row};
use xunfang::auth::Actor;
use xunfang::command::{Command, Done};
use xunfang::domain::{CommandId, IncidentId};

use super::DEADLINE;
use crate::support::node::{TestNode, fresh, report, today};
use crate::support::{Backend, eventually, seed};

const COMMANDS: i64 = 20;

#[tokio::test]
async fn a_batch_whose_connection_is_killed_is_run_again() {
    let backend = Backend::postgres().await;
    let node = TestNode::seeded(&backend).await;
    let before = node.app.store.head(&seed::DISTRICT.into()).await.unwrap().unwrap().seq;
    let mut holder = sqlx::AnyConnection::connect(backend.url()).await.unwrap();
    let mut killer = sqlx::AnyConnection::connect(backend.url()).await.unwrap();
    let mut lock = holder.begin().await.unwrap();
    sqlx::query("select seq from streams for update").fetch_all(&mut *lock).await.unwrap();
    let guard = node.app.store.member(&"guard".into()).await.unwrap().unwrap();
    let waiting: Vec<_> = (0..COMMANDS)
        .map(|_| {
            let id = IncidentId::from(fresh("killed"));
            let request = report(&id, Some(seed::in_park()), "hazard.manhole");
            let command = Command::Request { id: CommandId::fresh(), request, session: None };
            let (writer, actor) = (node.app.writer.clone(), Actor::Member(guard.clone()));
            tokio::spawn(async move { writer.apply(actor, command).await })
        })
        .collect();
    eventually(DEADLINE, "the writer waits for the lock and is killed", async || {
        let killed = sqlx::query(
            "select count(*) from (select pg_terminate_backend(pid) from pg_stat_activity \
             where datname = current_database() and wait_event_type = 'Lock') as killed",
        )
        .fetch_one(&mut killer)
        .await
        .unwrap();
        (killed.get::<i64, _>(0) > 0).then_some(())
    })
    .await;
    lock.rollback().await.unwrap();
    for each in waiting {
        let done = each.await.unwrap();
        assert!(matches!(done, Ok(Done::Outcome(_))), "{done:?}");
    }
    let logged = node.app.store.events_since(&seed::DISTRICT.into(), before, 100).await.unwrap();
    let seqs: Vec<i64> = logged.iter().map(|logged| logged.seq).collect();
    assert_eq!(seqs, (before + 1..=before + COMMANDS).collect::<Vec<_>>());
    let counts = node.app.store.day_counts(&seed::DISTRICT.into(), today()).await.unwrap();
    assert_eq!(counts.iter().map(|count| count.n).sum::<i64>(), COMMANDS);
    node.stop().await;
}

#[tokio::test]
async fn commands_wait_while_another_process_writes_to_sqlite() {
    let backend = Backend::sqlite();
    let node = TestNode::seeded(&backend).await;
    let mut other = sqlx::AnyConnection::connect(backend.url()).await.unwrap();
    let lock = other.begin_with("begin immediate").await.unwrap();
    let guard = node.app.store.member(&"guard".into()).await.unwrap().unwrap();
    let id = IncidentId::from(fresh("waits"));
    let request = report(&id, Some(seed::in_park()), "hazard.manhole");
    let command = Command::Request { id: CommandId::fresh(), request, session: None };
    let writer = node.app.writer.clone();
    let waiting = tokio::spawn(async move { writer.apply(Actor::Member(guard), command).await });
    assert_eq!(node.app.store.incident(&id).await.unwrap(), None);
    lock.rollback().await.unwrap();
    assert!(matches!(waiting.await.unwrap(), Ok(Done::Outcome(_))));
    node.stop().await;
}
