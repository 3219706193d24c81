//! One command in a batch fails in a way that nobody foresaw: it alone is refused, whatever it did
//! to the transaction, and the others are stored.

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};
use tokio::time::timeout;
use xunfang::domain::{IncidentId, IncidentMove};
use xunfang::protocol::{Code, Request};

use super::{Asker, DEADLINE, head, queued, refused, seq};
use crate::support::node::{TestNode, fresh, moved, report};
use crate::support::{Backend, seed};

on_both!(
    a_broken_rule_is_refused_within_the_batch,
    a_broken_transaction_is_refused_alone,
    a_row_that_cannot_be_read_is_refused,
);

/// Has the database do this when an incident whose id begins with `poison` is added.
async fn poison(backend: &Backend, sqlite: &str, postgres: &str) {
    let mut db = AnyConnection::connect(backend.url()).await.unwrap();
    let statements = if backend.is_sqlite() {
        vec![format!(
            "create trigger poison before insert on incidents \
             when new.id like 'poison%' begin select {sqlite}; end"
        )]
    } else {
        vec![
            format!(
                "create function poison() returns trigger language plpgsql as \
                 $$ begin if new.id like 'poison%' then {postgres}; end if; return new; end $$"
            ),
            "create trigger poison before insert on incidents \
             for each row execute function poison()"
                .to_owned(),
        ]
    };
    for statement in statements {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut db).await.unwrap();
    }
}

fn a_report(prefix: &str) -> Request {
    report(&IncidentId::from(fresh(prefix)), Some(seed::in_park()), "hazard.manhole")
}

/// Sends good requests with this one in their middle, as one batch; returns what it was refused
/// with, after checking that the others are stored in their order.
async fn among_good_ones(node: &TestNode, bad: Request) -> Option<Code> {
    let (asker, before) = (Asker::of(node).await, head(node).await);
    let mut asked: Vec<_> = (0..4).map(|_| asker.reports()).collect();
    asked.insert(2, Asker::called(node, "dispatch").await.asks(bad));
    for one in &mut asked {
        assert_eq!(queued(one), None);
    }
    let mut answers = Vec::new();
    for one in asked {
        answers.push(timeout(DEADLINE, one).await.unwrap());
    }
    let bad = refused(&answers.remove(2));
    let seqs: Vec<_> = answers.iter().map(seq).collect();
    assert_eq!(seqs, (before + 1..=before + 4).collect::<Vec<_>>());
    assert_eq!(head(node).await, before + 4, "nothing else is in the log");
    bad
}

async fn a_broken_rule_is_refused_within_the_batch(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let raise = "raise exception 'poison' using errcode = '23000'";
    poison(&backend, "raise(abort, 'poison')", raise).await;
    assert_eq!(among_good_ones(&node, a_report("poison")).await, Some(Code::Internal));
    assert!(!node.app.writer.is_failing(), "the database is well");
    node.stop().await;
}

async fn a_broken_transaction_is_refused_alone(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    // SQLite rolls all of it back; PostgreSQL ends the connection.
    let end = "perform pg_terminate_backend(pg_backend_pid())";
    poison(&backend, "raise(rollback, 'poison')", end).await;
    assert_eq!(among_good_ones(&node, a_report("poison")).await, Some(Code::Busy));
    node.stop().await;
}

async fn a_row_that_cannot_be_read_is_refused(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let id = IncidentId::from(fresh("unreadable"));
    let asker = Asker::of(&node).await;
    seq(&asker.asks(report(&id, Some(seed::in_park()), "hazard.manhole")).await);
    let mut db = AnyConnection::connect(backend.url()).await.unwrap();
    let sql = "update incidents set doc = '{}' where id = $1";
    sqlx::query(sql).bind(id.as_str()).execute(&mut db).await.unwrap();
    let step = IncidentMove::Accept { level: xunfang::domain::Level::Four, grid: None };
    assert_eq!(among_good_ones(&node, moved(&id, step)).await, Some(Code::Internal));
    node.stop().await;
}
