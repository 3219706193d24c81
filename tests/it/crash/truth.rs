//! What the database holds, read in plain SQL, so that nothing of the server's own reading hides a
//! fault.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, Connection as _, Row};
use xunfang::domain::{
    CommandId, ConsentSpan, DistrictId, Entry, Incident, LoggedEvent, MemberId, TextId,
};
use xunfang::protocol::Outcome;

use crate::support::{Backend, eventually};

/// Far longer than a commit takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A row of `commands`.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) actor: MemberId,
    pub(crate) id: CommandId,
    pub(crate) outcome: Outcome,
}

/// What a row of a table says: column by column, as text.
pub(crate) type Cells = Vec<String>;

/// A district as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Truth {
    /// The log's epoch.
    pub(crate) epoch: String,
    /// The head that `streams` names.
    pub(crate) head: i64,
    /// The log, in order, its texts filled in.
    pub(crate) log: Vec<LoggedEvent>,
    pub(crate) commands: Vec<Kept>,
    /// With `state` and `moved_ms`, as the columns beside the document say.
    pub(crate) incidents: Vec<(Incident, String, i64)>,
    pub(crate) entries: Vec<(String, Entry)>,
    pub(crate) consents: Vec<ConsentSpan>,
    /// id, member, started, ended, consent, device.
    pub(crate) shifts: Vec<Cells>,
    /// id, channel, sender, when, text.
    pub(crate) messages: Vec<Cells>,
    /// id, shift, member, lap, when.
    pub(crate) check_ins: Vec<Cells>,
    /// incident, member, since, whether it is open.
    pub(crate) help_calls: Vec<Cells>,
    /// seq, kind, grid, its version, n.
    pub(crate) counts: Vec<Cells>,
}

impl Truth {
    /// The event at this place of the log.
    pub(crate) fn at(&self, seq: i64) -> Option<&LoggedEvent> {
        self.log.get(usize::try_from(seq - 1).ok()?).filter(|logged| logged.seq == seq)
    }

    /// Where the log of a live database ends.
    pub(crate) async fn head(backend: &Backend, district: &DistrictId) -> i64 {
        let mut connection = AnyConnection::connect(backend.url()).await.unwrap();
        let query = sqlx::query(STREAM).bind(district.as_str());
        let head = query.fetch_one(&mut connection).await.unwrap().get(1);
        connection.close().await.unwrap();
        head
    }

    /// Reads a live database.
    pub(crate) async fn read(backend: &Backend, district: &DistrictId) -> Self {
        Self::read_at(backend.url(), district).await
    }

    /// Reads what a killed server left. SQLite's files are copied first: reading them in place
    /// would bring the write-ahead log in, which is the next server's to do.
    pub(crate) async fn read_remains(backend: &Backend, district: &DistrictId) -> Self {
        let Some(folder) = backend.folder() else {
            gone(backend.url()).await;
            return Self::read(backend, district).await;
        };
        let copy = tempfile::tempdir().unwrap();
        for file in ["xunfang.db", "xunfang.db-wal"] {
            let from = folder.join(file);
            if from.exists() {
                fs::copy(from, copy.path().join(file)).unwrap();
            }
        }
        let url = format!("sqlite://{}/xunfang.db?mode=rw", copy.path().display());
        Self::read_at(&url, district).await
    }

    async fn read_at(url: &str, district: &DistrictId) -> Self {
        let pool = sqlx::any::AnyPoolOptions::new().max_connections(1).connect(url).await.unwrap();
        let from = Reader { pool, district: district.as_str() };
        let (epoch, head) = from.rows(STREAM, |row| (row.get(0), row.get(1))).await.remove(0);
        let texts: BTreeMap<TextId, String> = from.rows(TEXTS, texts).await.into_iter().collect();
        let mut log: Vec<LoggedEvent> = from.rows(LOG, |row| logged(row, district)).await;
        for event in &mut log {
            for text in event.event.texts_mut() {
                text.body = texts.get(&text.id).cloned();
            }
        }
        let truth = Self {
            epoch,
            head,
            log,
            commands: from.rows(COMMANDS, kept).await,
            incidents: from.rows(INCIDENTS, |row| (json(row, 0), row.get(1), row.get(2))).await,
            entries: from.rows(ENTRIES, |row| (row.get(0), json(row, 1))).await,
            consents: from.rows(CONSENTS, consent).await,
            shifts: from.rows(SHIFTS, cells).await,
            messages: from.rows(MESSAGES, cells).await,
            check_ins: from.rows(CHECK_INS, cells).await,
            help_calls: from.rows(HELP_CALLS, cells).await,
            counts: from.rows(COUNTS, cells).await,
        };
        from.pool.close().await;
        truth
    }
}

/// PostgreSQL may still be at the dead server's last commit: waits until its connections are gone.
async fn gone(url: &str) {
    let pool = sqlx::any::AnyPoolOptions::new().max_connections(1).connect(url).await.unwrap();
    eventually(PATIENCE, "the dead server's connections are gone", async || {
        let others = sqlx::query(OTHERS).fetch_one(&pool).await.unwrap().get::<i64, _>(0);
        (others == 0).then_some(())
    })
    .await;
    pool.close().await;
}

const OTHERS: &str = "select count(*) from pg_stat_activity \
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'";
const STREAM: &str = "select epoch, seq from streams where district = $1";
const LOG: &str =
    "select seq, id, at_ms, keys, payload from events where district = $1 order by seq";
const TEXTS: &str = "select id, body from texts where district = $1 and body is not null";
const COMMANDS: &str = "select c.actor, c.id, c.outcome from commands c \
    join members m on m.id = c.actor where m.district = $1 and c.digest <> '' \
    order by c.actor, c.id";
const INCIDENTS: &str =
    "select doc, state, moved_ms from incidents where district = $1 order by id";
const ENTRIES: &str = "select e.incident, e.doc from incident_entries e \
    join incidents i on i.id = e.incident where i.district = $1 order by e.incident, e.n";
const CONSENTS: &str = "select member, version, from_ms, until_ms from consents \
    where district = $1 order by member, from_ms";
const SHIFTS: &str = "select id, member, cast(started_ms as text), \
    coalesce(cast(ended_ms as text), '-'), coalesce(cast(consent_ms as text), '-'), \
    coalesce(device, '-') from shifts where district = $1 order by id";
const MESSAGES: &str = "select id, channel, sender, cast(at_ms as text), text from messages \
    where district = $1 order by id";
const CHECK_INS: &str = "select id, shift, member, cast(lap as text), cast(received_ms as text) \
    from check_ins where district = $1 order by id";
const HELP_CALLS: &str = "select incident, member, cast(from_ms as text), \
    case when until_ms is null then 'open' else 'over' end from help_calls \
    where district = $1 order by incident";
const COUNTS: &str = "select cast(seq as text), kind, grid, cast(grid_version as text), \
    cast(n as text) from count_changes where district = $1 order by seq, n";

struct Reader<'a> {
    pool: AnyPool,
    district: &'a str,
}

impl Reader<'_> {
    async fn rows<T>(&self, sql: &'static str, read: impl Fn(&AnyRow) -> T) -> Vec<T> {
        let query = sqlx::query(AssertSqlSafe(sql)).bind(self.district);
        query.fetch_all(&self.pool).await.unwrap().iter().map(read).collect()
    }
}

fn json<T: serde::de::DeserializeOwned>(row: &AnyRow, at: usize) -> T {
    serde_json::from_str(row.get(at)).unwrap()
}

fn cells(row: &AnyRow) -> Cells {
    (0..row.len()).map(|at| row.get::<String, _>(at)).collect()
}

fn texts(row: &AnyRow) -> (TextId, String) {
    (row.get::<&str, _>(0).into(), row.get(1))
}

fn logged(row: &AnyRow, district: &DistrictId) -> LoggedEvent {
    LoggedEvent {
        district: district.clone(),
        seq: row.get(0),
        id: row.get::<&str, _>(1).into(),
        at_ms: row.get(2),
        audience: json(row, 3),
        event: json(row, 4),
    }
}

fn kept(row: &AnyRow) -> Kept {
    let (actor, id) = (row.get::<&str, _>(0).into(), row.get::<&str, _>(1).into());
    Kept { actor, id, outcome: json(row, 2) }
}

fn consent(row: &AnyRow) -> ConsentSpan {
    let member = row.get::<&str, _>(0).into();
    ConsentSpan { member, version: row.get(1), from_ms: row.get(2), until_ms: row.get(3) }
}
