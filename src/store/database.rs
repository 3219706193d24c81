//! Which database a store stands on: the only place that asks.

/// SQLite in a folder, or PostgreSQL by URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// Embedded: one process owns the folder.
    Sqlite,
    /// Shared by many nodes.
    Postgres,
}

/// Two questions, each answered by a number of bytes.
pub(super) struct Sizes {
    pub(super) tracks: &'static str,
    pub(super) main: &'static str,
    pub(super) main_holds_tracks: bool,
}

const SQLITE_BYTES: &str =
    "select page_count * page_size from pragma_page_count(), pragma_page_size()";

impl Database {
    /// The database that a URL names.
    pub fn of_url(url: &str) -> Option<Self> {
        if url.starts_with("sqlite:") {
            Some(Self::Sqlite)
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Some(Self::Postgres)
        } else {
            None
        }
    }

    /// How a write transaction begins. `immediate` takes SQLite's write lock at once: a deferred
    /// one that reads first fails with `SQLITE_BUSY_SNAPSHOT`, which no timeout helps.
    pub(super) fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "begin immediate",
            Self::Postgres => "begin",
        }
    }

    /// How a log is held until the transaction ends. SQLite's transaction holds every log already.
    pub(super) fn hold_log(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("select seq from streams where district = $1 for update"),
        }
    }

    /// What a query that picks rows to change ends with, so that it waits for nobody.
    pub(super) fn skip_locked(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "for update skip locked",
        }
    }

    /// Whether several nodes may use it at once.
    pub fn is_shared(self) -> bool {
        self == Self::Postgres
    }

    /// The database's own clock in SQL, Unix ms UTC: of several nodes' clocks one may be wrong.
    pub(super) fn now_ms(self) -> &'static str {
        match self {
            Self::Sqlite => "cast(unixepoch('subsec') * 1000 as integer)",
            Self::Postgres => "cast(extract(epoch from clock_timestamp()) * 1000 as bigint)",
        }
    }

    /// What takes erased rows out of the files: `secure_delete` overwrites them in SQLite's, but the
    /// journal beside it holds the pages as they were; PostgreSQL keeps dead rows until a vacuum.
    pub(super) fn after_erasing(self) -> &'static [&'static str] {
        match self {
            Self::Sqlite => &["pragma wal_checkpoint(truncate)"],
            Self::Postgres => &["vacuum tracks"],
        }
    }

    /// Asks how many tables have this name, none or one, of a database that may be anybody's. A
    /// folder says itself whose it is.
    pub(super) fn count_table(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(
                "select count(*) from information_schema.tables \
                 where table_schema = current_schema() and table_name = $1",
            ),
        }
    }

    /// Asks for a lock that lasts as long as its session; SQLite's one process needs none.
    pub(super) fn try_lock(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("select pg_try_advisory_lock($1)"),
        }
    }

    /// What asks how large the tracks and the main database are.
    pub(super) fn sizes(self) -> Sizes {
        match self {
            Self::Sqlite => {
                Sizes { tracks: SQLITE_BYTES, main: SQLITE_BYTES, main_holds_tracks: false }
            }
            Self::Postgres => Sizes {
                tracks: "select pg_total_relation_size('tracks')",
                main: "select pg_database_size(current_database())",
                main_holds_tracks: true,
            },
        }
    }

    /// Settings of a fresh connection. The commit is on disk before anybody is told.
    pub(super) fn on_connect(self) -> &'static [&'static str] {
        match self {
            Self::Sqlite => &[
                "pragma journal_mode = wal",
                "pragma synchronous = full",
                "pragma busy_timeout = 5000",
                "pragma foreign_keys = on",
                "pragma secure_delete = on",
                // A savepoint keeps the old pages aside: otherwise in a file of the system's
                // temporary folder, which is slow and out of the purge's reach.
                "pragma temp_store = memory",
            ],
            Self::Postgres => &["set synchronous_commit = on", "set client_min_messages = warning"],
        }
    }
}
