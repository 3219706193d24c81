//! The only way to write: one transaction, a savepoint for each command.
//!
//! Raw savepoints on purpose: sqlx's nested ones lose count when a connection dies, and its
//! commit then reports success without committing (see `docs/adr/0001-writer-on-anypool.md`).

use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, Connection, Transaction};

use super::{Database, Store};

/// A write transaction. Dropped without [`WriteTx::commit`], it rolls back.
pub struct WriteTx<'c> {
    tx: Transaction<'c, Any>,
}

impl Store {
    /// The writer's connection, to begin on.
    ///
    /// # Errors
    /// What the database says.
    pub async fn write_connection(&self) -> Result<PoolConnection<Any>, sqlx::Error> {
        self.writer.acquire().await
    }
}

impl<'c> WriteTx<'c> {
    /// Begins, holding the write lock from now on.
    ///
    /// # Errors
    /// What the database says, for example that another process holds the lock.
    pub async fn begin(
        connection: &'c mut AnyConnection,
        database: Database,
    ) -> Result<Self, sqlx::Error> {
        Ok(Self { tx: connection.begin_with(database.begin()).await? })
    }

    /// Opens a command's savepoint.
    ///
    /// # Errors
    /// What the database says; the batch must then be discarded with its connection.
    pub async fn savepoint(&mut self) -> Result<(), sqlx::Error> {
        self.run("savepoint command").await
    }

    /// Keeps what the command did.
    ///
    /// # Errors
    /// What the database says; the batch must then be discarded with its connection.
    pub async fn keep(&mut self) -> Result<(), sqlx::Error> {
        self.run("release savepoint command").await
    }

    /// Undoes what the command did, and nothing else.
    ///
    /// # Errors
    /// What the database says; the batch must then be discarded with its connection.
    pub async fn undo(&mut self) -> Result<(), sqlx::Error> {
        self.run("rollback to savepoint command").await?;
        self.keep().await
    }

    /// Commits.
    ///
    /// # Errors
    /// What the database says. After a lost connection it is unknown whether it committed.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        self.tx.commit().await
    }

    /// The connection, for the statements of one command.
    pub(super) fn on(&mut self) -> &mut AnyConnection {
        &mut self.tx
    }

    async fn run(&mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        sqlx::query(statement).execute(self.on()).await.map(|_| ())
    }
}

/// Gives a connection up after a failure: it may be in a state that no statement can end.
pub fn discard(connection: PoolConnection<Any>) {
    drop(connection.detach());
}
