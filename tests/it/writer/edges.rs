//! Both queues at exactly their bound, and who goes first.

use sqlx::Connection as _;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use xunfang::command::{Command, Deps, Writer, WriterSettings};
use xunfang::protocol::Code;

use super::{Asker, DEADLINE, head, queued, refused, seq};
use crate::support::Backend;
use crate::support::node::TestNode;

/// A turn of the runtime for everything that can go on; the tests here have one thread.
async fn others_go_on() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn each_queue_refuses_the_first_above_its_bound_and_help_goes_first() {
    let node = TestNode::seeded(&Backend::sqlite()).await;
    let app = node.app.clone();
    let deps = Deps { store: app.store, clock: app.clock, atlas: app.atlas, feed: app.feed };
    let settings = WriterSettings { queue: 4, urgent: 2, batch: 3 };
    let (stop, before) = (CancellationToken::new(), head(&node).await);
    let (writer, writing) = Writer::new(deps, &settings, stop.clone());
    let asker = Asker { writer, ..Asker::of(&node).await };
    let mut ordinary: Vec<_> = (0..5).map(|_| asker.reports()).collect();
    let mut urgent: Vec<_> = (0..3).map(|_| asker.calls_for_help()).collect();
    // The loop doesn't run yet, so all of it waits.
    let told: Vec<_> = ordinary.iter_mut().chain(&mut urgent).map(queued).collect();
    let busy: Vec<_> = told.iter().map(|told| told.as_ref().and_then(refused)).collect();
    let (n, b) = (None, Some(Code::Busy));
    assert_eq!(busy, [n, n, n, n, b, n, n, b]);
    let writing = tokio::spawn(writing);
    let mut seqs = Vec::new();
    for asked in urgent.drain(..2).chain(ordinary.drain(..4)) {
        seqs.push(seq(&timeout(DEADLINE, asked).await.unwrap()));
    }
    assert_eq!(seqs, (before + 1..=before + 6).collect::<Vec<_>>());
    stop.cancel();
    timeout(DEADLINE, writing).await.unwrap().unwrap();
    assert_eq!(refused(&asker.reports().await), b, "a writer that has ended");
    node.stop().await;
}

#[tokio::test]
async fn behind_a_lock_4096_commands_wait_one_is_refused_and_help_is_taken() {
    let backend = Backend::sqlite();
    let node = TestNode::seeded(&backend).await;
    let (asker, before) = (Asker::of(&node).await, head(&node).await);
    let mut other = sqlx::AnyConnection::connect(backend.url()).await.unwrap();
    let lock = other.begin_with("begin immediate").await.unwrap();
    let mut first = asker.reports();
    assert!(queued(&mut first).is_none());
    others_go_on().await;
    let mut waiting = vec![asker.reports()];
    waiting.extend((1..4_096).map(|_| asker.apply(Command::SweepSessions)));
    for (n, asked) in waiting.iter_mut().enumerate() {
        assert_eq!(queued(asked), None, "{n}");
    }
    for mut more in [asker.reports(), asker.apply(Command::SweepSessions)] {
        assert_eq!(queued(&mut more).as_ref().and_then(refused), Some(Code::Busy));
    }
    let mut help = asker.calls_for_help();
    assert_eq!(queued(&mut help), None, "it has room of its own");
    lock.rollback().await.unwrap();
    assert_eq!(seq(&timeout(DEADLINE, first).await.unwrap()), before + 1);
    assert_eq!(seq(&timeout(DEADLINE, help).await.unwrap()), before + 2);
    assert_eq!(seq(&timeout(DEADLINE, waiting.remove(0)).await.unwrap()), before + 3);
    for asked in waiting {
        timeout(DEADLINE, asked).await.unwrap().unwrap();
    }
    node.stop().await;
}

#[tokio::test]
async fn a_call_for_help_waits_for_one_command_of_the_batch_under_way() {
    let backend = Backend::sqlite();
    let node = TestNode::seeded(&backend).await;
    let (asker, before) = (Asker::of(&node).await, head(&node).await);
    let mut other = sqlx::AnyConnection::connect(backend.url()).await.unwrap();
    let lock = other.begin_with("begin immediate").await.unwrap();
    let mut batch: Vec<_> = (0..100).map(|_| asker.reports()).collect();
    for asked in &mut batch {
        assert_eq!(queued(asked), None);
    }
    // The writer has taken all of them, and waits for the lock.
    others_go_on().await;
    let mut help = asker.calls_for_help();
    assert_eq!(queued(&mut help), None);
    lock.rollback().await.unwrap();
    assert_eq!(seq(&timeout(DEADLINE, help).await.unwrap()), before + 2);
    let mut seqs = Vec::new();
    for asked in batch {
        seqs.push(seq(&timeout(DEADLINE, asked).await.unwrap()));
    }
    let expected: Vec<_> = (before + 1..=before + 101).filter(|seq| *seq != before + 2).collect();
    assert_eq!(seqs, expected, "the rest of the batch keeps its order");
    node.stop().await;
}
