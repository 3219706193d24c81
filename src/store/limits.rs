//! How long the database may take: for a statement, a lock, a connection, an answer.
//!
//! The limits of statements are the server's, so that it gives up what nobody waits for any more;
//! those of answers are ours, for a server or a network that says nothing at all. Invariant: a
//! connection that doesn't answer is thrown away and never waited for again.

use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, Connection as _};
use tokio::time::timeout;

use super::Database;

/// What a pool's connections are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// The writer's one connection.
    Write,
    /// Reading, for whoever asks.
    Read,
    /// Tracks, and their purge.
    Tracks,
}

/// A read that feeds everybody: it takes milliseconds, and is tried again within a second.
const READ_WITHIN: Duration = Duration::from_secs(5);
/// A connection is asked whether it is well, and one that is given back with an answer under way gets
/// this long for it.
const PING_WITHIN: Duration = Duration::from_secs(2);
impl Use {
    /// How long one waits for a connection: before the caller gives up by itself.
    fn acquire_within(self) -> Duration {
        match self {
            Self::Read => Duration::from_secs(5),
            Self::Write => Duration::from_secs(8),
            Self::Tracks => Duration::from_secs(15),
        }
    }

    /// PostgreSQL's limits. The writer gives a command 20 s and a lock 8 s, so its statements get less.
    /// A node that stands still in a transaction holds logs that the others wait for: it is ended
    /// before their wait is over. Reading is bounded by the 30 s of a request. The purge's vacuum
    /// may take minutes.
    fn limits(self) -> &'static [&'static str] {
        match self {
            Self::Write => &[
                "set statement_timeout = '15s'",
                "set lock_timeout = '7s'",
                "set idle_in_transaction_session_timeout = '5s'",
            ],
            Self::Read => &[
                "set statement_timeout = '30s'",
                "set lock_timeout = '10s'",
                "set idle_in_transaction_session_timeout = '5s'",
            ],
            Self::Tracks => &[
                "set statement_timeout = '10min'",
                "set lock_timeout = '10s'",
                "set idle_in_transaction_session_timeout = '30s'",
            ],
        }
    }
}

/// Opens a pool of at most this many connections.
///
/// # Errors
/// What the database says.
pub(super) async fn pool(
    database: Database,
    url: &str,
    (purpose, connections): (Use, u32),
) -> Result<AnyPool, sqlx::Error> {
    let options = AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(purpose.acquire_within())
        .after_connect(move |connection, _| {
            Box::pin(async move {
                for setting in database.on_connect() {
                    sqlx::query(*setting).execute(&mut *connection).await?;
                }
                if database == Database::Postgres {
                    for limit in purpose.limits() {
                        sqlx::query(*limit).execute(&mut *connection).await?;
                    }
                }
                Ok(())
            })
        });
    let options = match database {
        Database::Sqlite => options,
        Database::Postgres => asked_in_time(options),
    };
    options.connect(url).await
}

/// sqlx asks a connection whether it is well when it is taken and when it is given back, and waits
/// for the answer for ever, with its place in the pool held: one silent network would empty the
/// pool for good. Here that is asked with a limit.
fn asked_in_time(options: AnyPoolOptions) -> AnyPoolOptions {
    options
        .test_before_acquire(false)
        .before_acquire(|connection, _| {
            Box::pin(async move {
                in_time(PING_WITHIN, connection.ping()).await?;
                Ok(true)
            })
        })
        .after_release(|connection, _| {
            Box::pin(async move {
                in_time(PING_WITHIN, connection.ping()).await?;
                Ok(true)
            })
        })
}

/// A read that others wait for: an answer that doesn't come is an error.
///
/// # Errors
/// What the database says, or that it says nothing.
pub(super) async fn read_in_time<T>(
    read: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    in_time(READ_WITHIN, read).await
}

async fn in_time<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    match timeout(limit, work).await {
        Ok(done) => done,
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}
