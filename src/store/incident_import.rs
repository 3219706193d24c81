//! Many incidents at a time, for imports: rows of several incidents in one statement.

use std::collections::HashSet;
use std::sync::LazyLock;

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe, Row};

use super::row::{Insert, ROWS, to_json};
use super::{Store, WriteTx};
use crate::domain::{DistrictId, Incident};

/// Ids that one statement asks for.
const IDS: usize = 200;

static INSERT: LazyLock<Insert> = LazyLock::new(|| {
    let head = "insert into incidents (id, district, number, state, kind, top, grid, observed_ms, \
                received_ms, moved_ms, source_id, doc) values";
    Insert::new(head, 12)
});

/// An incident with its id in the source.
pub struct ImportedIncident {
    /// The incident.
    pub incident: Incident,
    /// Its id in the source.
    pub source_id: String,
}

/// Those of these source ids that the district has.
///
/// # Errors
/// What the database says.
pub async fn known(
    tx: &mut WriteTx<'_>,
    district: &DistrictId,
    source_ids: &[&str],
) -> Result<HashSet<String>, sqlx::Error> {
    let mut known = HashSet::new();
    for chunk in source_ids.chunks(IDS) {
        let marks: Vec<String> = (2..chunk.len() + 2).map(|n| format!("${n}")).collect();
        let sql = format!(
            "select source_id from incidents where district = $1 and source_id in ({})",
            marks.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(district.as_str());
        for id in chunk {
            query = query.bind(*id);
        }
        for row in query.fetch_all(tx.on()).await? {
            known.insert(row.try_get(0)?);
        }
    }
    Ok(known)
}

impl Store {
    /// The last id, in the order of texts, of the imported ones that begin with `prefix`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn newest_source_id(
        &self,
        district: &DistrictId,
        prefix: &str,
    ) -> Result<Option<String>, sqlx::Error> {
        let row = sqlx::query(
            "select max(source_id) as newest from incidents \
             where district = $1 and source_id like $2",
        )
        .bind(district.as_str())
        .bind(format!("{prefix}%"))
        .fetch_one(&self.reader)
        .await?;
        row.try_get("newest")
    }
}

/// Adds incidents.
///
/// # Errors
/// What the database says; a unique violation for a source id that the district has.
pub async fn insert(tx: &mut WriteTx<'_>, rows: &[ImportedIncident]) -> Result<(), sqlx::Error> {
    for chunk in rows.chunks(ROWS) {
        let mut query = sqlx::query(INSERT.of(chunk.len()));
        for row in chunk {
            query = bind_incident(query, row);
        }
        query.execute(tx.on()).await?;
    }
    Ok(())
}

type AnyQuery<'q> = Query<'q, Any, AnyArguments>;

fn bind_incident<'q>(query: AnyQuery<'q>, row: &'q ImportedIncident) -> AnyQuery<'q> {
    let incident = &row.incident;
    query
        .bind(incident.id.as_str())
        .bind(incident.district.as_str())
        .bind(&incident.number)
        .bind(incident.state.as_str())
        .bind(incident.kind().as_str())
        .bind(incident.top.as_str())
        .bind(incident.grid.as_ref().map(|grid| grid.as_str().to_owned()))
        .bind(incident.observed_ms)
        .bind(incident.received_ms)
        .bind(incident.moved_ms)
        .bind(&row.source_id)
        .bind(to_json(incident))
}
