//! PostgreSQL under several nodes: who may open it and how, who writes, and what breaks.

mod newer;
mod outages;
mod retries;
mod starts;
mod tls;
mod writers;

use std::time::Duration;

use sqlx::{AnyConnection, AssertSqlSafe};
use xunfang::auth::Actor;
use xunfang::command::{Command, Done, Failure, Writer};
use xunfang::domain::{CommandId, IncidentId, Member};
use xunfang::store::DatabaseSettings;

use crate::support::node::{TestNode, fresh, report};
use crate::support::{Backend, seed};

/// Nothing here takes a fraction of this; it ends a test that hangs.
const DEADLINE: Duration = Duration::from_secs(90);

fn settings(url: &str) -> DatabaseSettings {
    DatabaseSettings { url: url.to_owned(), readers: 2 }
}

async fn run(db: &mut AnyConnection, sql: impl Into<String>) {
    sqlx::query(AssertSqlSafe(sql.into())).execute(db).await.unwrap();
}

async fn guard(node: &TestNode) -> Member {
    node.app.store.member(&"guard".into()).await.unwrap().unwrap()
}

/// Reports something under an id that begins so.
async fn reports(writer: &Writer, guard: &Member, prefix: &str) -> Result<Done, Failure> {
    let id = IncidentId::from(fresh(prefix));
    let request = report(&id, Some(seed::in_park()), "hazard.manhole");
    let command = Command::Request { id: CommandId::fresh(), request, session: None };
    writer.apply(Actor::Member(guard.clone()), command).await
}

/// The port of its server.
fn port(backend: &Backend) -> u16 {
    let (server, _) = backend.url().rsplit_once('/').unwrap();
    server.rsplit_once(':').unwrap().1.parse().unwrap()
}
