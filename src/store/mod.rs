//! What is kept: one SQL text over SQLite and PostgreSQL, one file a noun.
//!
//! Reads go through a pool, writes through a [`WriteTx`] that only the writer opens. It must not
//! know who may read or write, nor who is told. Invariant: nothing is written outside a
//! [`WriteTx`], but for tracks and claims of timers, which are no part of the log.

mod broken;
mod connect;
mod database;
mod demo;
mod foreign;
mod limits;
mod row;
mod size;
mod write_tx;

pub mod account;
pub mod account_list;
pub mod area;
pub mod audit;
pub mod audit_page;
pub mod backup;
pub mod check_in;
pub mod checkpoint;
pub mod command;
pub mod consent;
pub mod district;
pub mod escalation;
pub mod folder;
pub mod grid;
pub mod help_call;
pub mod incident;
pub mod incident_filter;
pub mod incident_import;
pub mod journal;
pub mod journal_file;
pub mod kind;
pub mod ledger;
pub mod log;
pub mod member;
pub mod message;
pub mod node;
pub mod organisation;
pub mod party;
pub mod purge;
pub mod restore;
pub mod roster;
pub mod session;
pub mod shift;
pub mod sign_in_failure;
pub mod station;
pub mod street;
pub mod swap;
pub mod template;
pub mod text;
pub mod timer;
pub mod track;
pub mod track_hold;
pub mod track_view;

pub use broken::{is_commit_unsure, is_of_statement, passing};
pub use connect::{DatabaseSettings, OpenError};
pub use database::Database;
pub use demo::DemoTurn;
pub use folder::{FolderError, FolderLock};
pub use journal_file::{JournalError, JournalFile};
pub use size::StoredSize;
pub use write_tx::{WriteTx, discard};

use std::sync::Arc;

use sqlx::{AnyPool, AssertSqlSafe, Row as _};

use crate::clock::Clock;

/// The stored state. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    database: Database,
    /// One connection: the writer's own, so that a full read pool can't starve it.
    writer: AnyPool,
    reader: AnyPool,
    tracks: AnyPool,
    /// Beside the database; none of a store that is only read.
    journal: Option<Arc<JournalFile>>,
}

impl Store {
    /// Which database it stands on.
    pub fn database(&self) -> Database {
        self.database
    }

    /// Answers whether the log can be read.
    ///
    /// # Errors
    /// What the database says.
    pub async fn ping(&self) -> Result<(), sqlx::Error> {
        let ping = sqlx::query("select 1").execute(&self.reader);
        limits::read_in_time(ping).await.map(|_| ())
    }

    /// Has a clock go by the database's, if nodes may share that: of their machines' clocks one may
    /// be wrong, and then they would differ on who is on duty, and on what is due.
    ///
    /// # Errors
    /// What the database says.
    pub async fn lead(&self, clock: &Clock) -> Result<(), sqlx::Error> {
        if !self.database.is_shared() {
            return Ok(());
        }
        let sql = format!("select {} as now_ms", self.database.now_ms());
        let ask = sqlx::query(AssertSqlSafe(sql)).fetch_one(&self.reader);
        let now_ms = async { ask.await?.try_get("now_ms") };
        clock.follow(limits::read_in_time(now_ms)).await
    }

    /// Has everything in the database's own files, so that they may be moved.
    ///
    /// # Errors
    /// What the database says.
    pub async fn pack(&self) -> Result<(), sqlx::Error> {
        let pools = match self.database {
            Database::Sqlite => vec![&self.writer, &self.tracks],
            // One database, and minutes are theirs alone.
            Database::Postgres => vec![&self.tracks],
        };
        for pool in pools {
            for statement in self.database.after_erasing() {
                sqlx::query(*statement).execute(pool).await?;
            }
        }
        Ok(())
    }

    /// Closes the pools; open transactions are waited for.
    pub async fn close(&self) {
        self.writer.close().await;
        self.reader.close().await;
        self.tracks.close().await;
    }
}
