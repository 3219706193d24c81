//! Lists of incidents: filtered, in pages, newest first.

use sqlx::AssertSqlSafe;

use super::Store;
use super::incident::read;
use crate::domain::incident::state::OPEN;
use crate::domain::{
    DistrictId, GridCode, Incident, IncidentId, IncidentState, KindCode, Level, TopKind,
};

/// Which incidents a page lists.
#[derive(Debug, Clone, Default)]
pub struct IncidentFilter {
    /// Only in this state.
    pub state: Option<IncidentState>,
    /// Only of this kind.
    pub kind: Option<KindCode>,
    /// Only of this class.
    pub top: Option<TopKind>,
    /// Only at this level.
    pub level: Option<Level>,
    /// Only in this grid.
    pub grid: Option<GridCode>,
    /// Only seen at or after this, Unix ms UTC.
    pub from_ms: Option<i64>,
    /// Only seen before this, Unix ms UTC.
    pub to_ms: Option<i64>,
    /// Only older than this one: when it was seen, and its id.
    pub after: Option<(i64, IncidentId)>,
    /// At most this many.
    pub limit: i64,
}

impl Store {
    /// A page of a district's incidents, the newest first, texts not filled in.
    ///
    /// # Errors
    /// What the database says.
    pub async fn incidents(
        &self,
        district: &DistrictId,
        filter: &IncidentFilter,
    ) -> Result<Vec<Incident>, sqlx::Error> {
        let (before_ms, before_id) = match &filter.after {
            Some((at_ms, id)) => (*at_ms, id.as_str()),
            None => (i64::MAX, ""),
        };
        let rows = sqlx::query(
            "select doc from incidents where district = $1 \
             and ($2 = '' or state = $2) and ($3 = '' or kind = $3) and ($4 = '' or top = $4) \
             and ($5 = '' or level = $5) and ($6 = '' or grid = $6) \
             and observed_ms >= $7 and observed_ms < $8 \
             and (observed_ms < $9 or (observed_ms = $9 and id < $10)) \
             order by observed_ms desc, id desc limit $11",
        )
        .bind(district.as_str())
        .bind(filter.state.map_or("", IncidentState::as_str))
        .bind(filter.kind.as_ref().map_or("", KindCode::as_str))
        .bind(filter.top.map_or("", TopKind::as_str))
        .bind(filter.level.map_or("", Level::as_str))
        .bind(filter.grid.as_ref().map_or("", GridCode::as_str))
        .bind(filter.from_ms.unwrap_or(i64::MIN))
        .bind(filter.to_ms.unwrap_or(i64::MAX))
        .bind(before_ms)
        .bind(before_id)
        .bind(filter.limit)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read).collect()
    }

    /// The open incidents of a district and those moved since a time, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn current_incidents(
        &self,
        district: &DistrictId,
        moved_since_ms: i64,
        limit: i64,
    ) -> Result<Vec<Incident>, sqlx::Error> {
        let open: Vec<String> = OPEN.iter().map(|state| format!("'{state}'")).collect();
        let sql = format!(
            "select doc from incidents where district = $1 and (state in ({}) \
             or (moved_ms >= $2 and source_id is null)) order by observed_ms desc limit $3",
            open.join(", ")
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(district.as_str())
            .bind(moved_since_ms)
            .bind(limit)
            .fetch_all(&self.reader)
            .await?;
        let mut incidents: Vec<_> = rows.iter().map(read).collect::<Result<_, _>>()?;
        incidents.reverse();
        Ok(incidents)
    }
}
