//! Opening a store: pools, settings, migrations.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{AnyConnection, Connection as _, Row};

use super::limits::{Use, pool};
use super::{Database, JournalError, JournalFile, Store, swap};

/// The SQLite file of the state.
pub(super) const MAIN_FILE: &str = "xunfang.db";
/// The SQLite file of the tracks.
pub(super) const TRACK_FILE: &str = "tracks.db";

/// Migrations of the tracks are numbered from here on, those of the state below.
const TRACKS_FROM: i64 = 1_000;

/// Where the state is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseSettings {
    /// A PostgreSQL URL; empty: SQLite in the data folder.
    pub url: String,
    /// Connections for reading.
    pub readers: u32,
}

impl Default for DatabaseSettings {
    /// SQLite; four readers keep two cores busy.
    fn default() -> Self {
        Self { url: String::new(), readers: 4 }
    }
}

/// Why a store can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither `postgres:` nor empty.
    #[error("the store's url must begin with postgres:// (or be empty for SQLite)")]
    Url,
    /// The database refused.
    #[error("the database can't be opened: {0}")]
    Database(#[from] sqlx::Error),
    /// The schema is newer than this program, or was changed by hand.
    #[error("the database's schema can't be brought up to date: {0}")]
    Migrate(#[from] MigrateError),
    /// A newer program brought the schema further than this one knows.
    #[error("the database is of a newer program: its schema has {found}, this one knows {known}")]
    Newer {
        /// The newest migration that the database has.
        found: i64,
        /// The newest that this program has.
        known: i64,
    },
    /// A restore that was broken off can't be finished.
    #[error("a restore can't be finished: {0}")]
    Restore(#[from] std::io::Error),
    /// The journal beside the database.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl Store {
    /// Opens the state, makes it if it is new, and brings its schema up to date.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(settings: &DatabaseSettings, folder: &Path) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        swap::finish(folder)?;
        let (main, track) = urls(settings, folder, "rwc");
        let mut store = Self::connect(&main, &track, settings.readers).await?;
        migrate(Set::Main, store.database, &main).await?;
        migrate(Set::Track, store.database, &track).await?;
        store.journal = Some(Arc::new(JournalFile::open(folder)?));
        Ok(store)
    }

    /// Opens the state of a folder that another process may hold, for reading only.
    ///
    /// # Errors
    /// [`OpenError`], also when there is nothing there.
    pub async fn open_beside(
        settings: &DatabaseSettings,
        folder: &Path,
    ) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        let (main, track) = urls(settings, folder, "rw");
        let store = Self::connect(&main, &track, 1).await?;
        if store.database == Database::Sqlite {
            sqlx::query("pragma query_only = on").execute(&store.reader).await?;
        }
        Ok(store)
    }

    async fn connect(main: &str, track: &str, readers: u32) -> Result<Self, OpenError> {
        let database = Database::of_url(main).ok_or(OpenError::Url)?;
        Ok(Self {
            database,
            writer: pool(database, main, (Use::Write, 1)).await?,
            reader: pool(database, main, (Use::Read, readers)).await?,
            tracks: pool(database, track, (Use::Tracks, 2)).await?,
            journal: None,
        })
    }
}

fn urls(settings: &DatabaseSettings, folder: &Path, mode: &str) -> (String, String) {
    if settings.url.is_empty() {
        let file = |name: &str| format!("sqlite://{}?mode={mode}", folder.join(name).display());
        (file(MAIN_FILE), file(TRACK_FILE))
    } else {
        (settings.url.clone(), settings.url.clone())
    }
}

/// The two sets of migrations. They share a database on PostgreSQL, so each overlooks the other's
/// numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    Main,
    Track,
}

impl Set {
    fn migrations(self) -> Migrator {
        match self {
            Self::Main => sqlx::migrate!("migrations/main"),
            Self::Track => sqlx::migrate!("migrations/track"),
        }
    }

    /// Its name in the table of programs that may still open the database.
    fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Track => "track",
        }
    }

    /// All its numbers are below this.
    fn bound(self) -> i64 {
        match self {
            Self::Main => TRACKS_FROM,
            Self::Track => i64::MAX,
        }
    }
}

/// Brings a set up to date, on a connection of its own: a migration may take as long as it takes,
/// and so may waiting for another node that is at it (sqlx lets one at a time).
async fn migrate(set: Set, database: Database, url: &str) -> Result<(), OpenError> {
    let mut connection = AnyConnection::connect(url).await?;
    for setting in database.on_connect() {
        sqlx::query(*setting).execute(&mut connection).await?;
    }
    let mut migrations = set.migrations();
    migrations.set_ignore_missing(true);
    let known = migrations.iter().map(|migration| migration.version).max().unwrap_or(0);
    migrations.run(&mut connection).await?;
    let may = may_open(set, known, database, &mut connection).await;
    connection.close().await?;
    may
}

/// Refuses a database that a newer program brought further. On PostgreSQL nodes are replaced one by
/// one, so one of before may start again beside newer ones for as long as these say that it can.
async fn may_open(
    set: Set,
    known: i64,
    database: Database,
    connection: &mut AnyConnection,
) -> Result<(), OpenError> {
    let newest = "select max(version) as newest from _sqlx_migrations where version < $1";
    let row = sqlx::query(newest).bind(set.bound()).fetch_one(&mut *connection).await?;
    let Some(found) = row.try_get::<Option<i64>, _>("newest")?.filter(|found| *found > known)
    else {
        return Ok(());
    };
    let least = sqlx::query("select known from least_programs where migrations = $1");
    let least = least.bind(set.name()).fetch_optional(connection).await?;
    let least = least.map(|row| row.try_get::<i64, _>("known")).transpose()?;
    if database == Database::Postgres && least.is_some_and(|least| least <= known) {
        tracing::warn!(
            found,
            known,
            "the database is of a newer program, beside which this may run"
        );
        return Ok(());
    }
    Err(OpenError::Newer { found, known })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_sqlite_connection_syncs_each_commit_and_really_erases() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&DatabaseSettings::default(), folder.path()).await.unwrap();
        for pool in [&store.writer, &store.reader, &store.tracks] {
            for (pragma, expected) in
                [("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1), ("temp_store", 2)]
            {
                let sql = sqlx::AssertSqlSafe(format!("pragma {pragma}"));
                let row = sqlx::query(sql).fetch_one(pool).await.unwrap();
                assert_eq!(row.get::<i64, _>(0), expected, "{pragma}");
            }
            let row = sqlx::query("pragma journal_mode").fetch_one(pool).await.unwrap();
            assert_eq!(row.get::<String, _>(0), "wal");
        }
    }

    #[tokio::test]
    async fn a_database_of_a_newer_program_is_refused() {
        for (name, number) in [(MAIN_FILE, 900), (TRACK_FILE, 1_900)] {
            let folder = tempfile::tempdir().unwrap();
            let settings = DatabaseSettings::default();
            Store::open(&settings, folder.path()).await.unwrap().close().await;
            let url = format!("sqlite://{}", folder.path().join(name).display());
            let pool = pool(Database::Sqlite, &url, (Use::Write, 1)).await.unwrap();
            let later = "insert into _sqlx_migrations values ($1, 'x', 'now', 1, x'00', 1)";
            sqlx::query(later).bind(number).execute(&pool).await.unwrap();
            pool.close().await;
            let refused = Store::open(&settings, folder.path()).await;
            assert!(matches!(refused, Err(OpenError::Newer { found, .. }) if found == number));
        }
    }

    #[tokio::test]
    async fn what_cannot_be_opened_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = DatabaseSettings { url: "mysql://localhost/x".to_owned(), readers: 1 };
        let error = Store::open(&elsewhere, folder.path()).await.unwrap_err();
        assert!(matches!(error, OpenError::Url), "{error}");
        let nothing = Store::open_beside(&DatabaseSettings::default(), folder.path()).await;
        assert!(matches!(nothing, Err(OpenError::Database(_))));
    }
}
