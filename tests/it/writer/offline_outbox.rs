//! A phone that comes back sends what it kept: all of it in flight at once, over one connection.

use futures_util::future::join_all;
use sqlx::Connection as _;
use tokio::time::timeout;
use xunfang::domain::IncidentId;
use xunfang::protocol::limits::MAX_IN_FLIGHT;

use super::DEADLINE;
use crate::support::node::{TestNode, fresh, report};
use crate::support::{Backend, seed};

#[tokio::test]
async fn as_many_reports_as_may_be_in_flight_are_all_answered_over_one_connection() {
    let backend = Backend::sqlite();
    let node = TestNode::seeded(&backend).await;
    let guard = node.client("guard").await;
    let mut other = sqlx::AnyConnection::connect(backend.url()).await.unwrap();
    let lock = other.begin_with("begin immediate").await.unwrap();
    let reports = (0..MAX_IN_FLIGHT).map(|_| {
        let id = IncidentId::from(fresh("kept"));
        guard.request(report(&id, Some(seed::in_park()), "hazard.manhole"))
    });
    // Answered all at once, when the lock is let go.
    let (answers, unlocked) = timeout(DEADLINE, async {
        tokio::join!(join_all(reports), async {
            for _ in 0..1_000 {
                tokio::task::yield_now().await;
            }
            lock.rollback().await
        })
    })
    .await
    .unwrap();
    unlocked.unwrap();
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(guard.look(|state| state.connections), 1);
    node.stop().await;
}
