//! Timers: what the system does when nobody was sooner, once, whichever node is alive.

mod archive;
mod escalation;
mod recall;
mod takeover;

use sqlx::Row as _;
use xunfang::client::Client;
use xunfang::domain::{Entry, IncidentId, IncidentMove, Level};

use crate::support::node::{TestNode, fresh, moved, report};
use crate::support::{Backend, seed};

/// Reports a manhole in the park and has the desk grade it.
async fn graded(reporter: &Client, desk: &Client, level: Level) -> IncidentId {
    let id = IncidentId::from(fresh("timer"));
    let point = Some(seed::in_park());
    reporter.request(report(&id, point, "hazard.manhole")).await.expect("is reported");
    desk.request(moved(&id, IncidentMove::Accept { level, grid: None })).await.expect("is graded");
    id
}

/// Calls the police to it, and these teams beside them.
async fn calls(desk: &Client, id: &IncidentId, support: &[&str]) {
    let support = support.iter().map(|team| (*team).into()).collect();
    let dispatch = IncidentMove::Dispatch { lead: "police".into(), support };
    desk.request(moved(id, dispatch)).await.expect("is dispatched");
}

/// Lines of an incident's timeline with this word.
async fn lines(node: &TestNode, id: &IncidentId, action: &str) -> Vec<Entry> {
    let timeline = node.app.store.timeline(id).await.expect("it can be read");
    timeline.into_iter().filter(|entry| entry.action == action).collect()
}

/// How many timers run.
async fn running(backend: &Backend) -> i64 {
    let pool = sqlx::AnyPool::connect(backend.url()).await.expect("the database opens");
    let row = sqlx::query("select count(*) as n from timers").fetch_one(&pool).await;
    let n = row.expect("it can be counted").get("n");
    pool.close().await;
    n
}
