//! Raw tracks, written in batches beside the log.

use std::sync::LazyLock;

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, Connection};

use super::Store;
use super::limits::read_in_time;
use super::row::{Double, Insert, ROWS, double};
use crate::domain::{DistrictId, Fix, GridCode, MemberId, ShiftId};

static ADD: LazyLock<Insert> = LazyLock::new(|| {
    Insert::new(
        "insert into tracks (district, member, shift, grid, at_ms, received_ms, lng, lat, \
         speed_mps, heading_deg, accuracy_m) values",
        11,
    )
});

/// A fix to keep.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackPoint {
    /// The district.
    pub district: DistrictId,
    /// Whose.
    pub member: MemberId,
    /// In which shift; none for a caller for help whom no shift and consent cover.
    pub shift: Option<ShiftId>,
    /// The micro-grid that it is in.
    pub grid: Option<GridCode>,
    /// When it arrived, Unix ms UTC.
    pub received_ms: i64,
    /// The fix.
    pub fix: Fix,
}

impl Store {
    /// Keeps a batch of fixes, all or none.
    ///
    /// # Errors
    /// What the database says.
    pub async fn add_track_points(&self, points: &[TrackPoint]) -> Result<(), sqlx::Error> {
        read_in_time(self.add_points(points)).await
    }

    async fn add_points(&self, points: &[TrackPoint]) -> Result<(), sqlx::Error> {
        let mut connection = self.tracks.acquire().await?;
        let mut tx = connection.begin_with(self.database.begin()).await?;
        for chunk in points.chunks(ROWS) {
            let query = chunk.iter().fold(sqlx::query(ADD.of(chunk.len())), bind);
            query.execute(&mut *tx).await?;
        }
        tx.commit().await
    }

    /// A member's newest fix that isn't older than this.
    ///
    /// # Errors
    /// What the database says.
    pub async fn last_fix(
        &self,
        member: &MemberId,
        since_ms: i64,
    ) -> Result<Option<Fix>, sqlx::Error> {
        let row = sqlx::query(
            "select at_ms, lng, lat, speed_mps, heading_deg, accuracy_m from tracks \
             where member = $1 and at_ms >= $2 order by at_ms desc limit 1",
        )
        .bind(member.as_str())
        .bind(since_ms)
        .fetch_optional(&self.tracks)
        .await?;
        row.as_ref().map(read).transpose()
    }

    /// A member's track of a time span, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn track(
        &self,
        member: &MemberId,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<Vec<Fix>, sqlx::Error> {
        let rows = sqlx::query(
            "select at_ms, lng, lat, speed_mps, heading_deg, accuracy_m from tracks \
             where member = $1 and at_ms >= $2 and at_ms < $3 order by at_ms",
        )
        .bind(member.as_str())
        .bind(from_ms)
        .bind(to_ms)
        .fetch_all(&self.tracks)
        .await?;
        rows.iter().map(read).collect()
    }
}

fn bind<'q>(
    query: Query<'q, Any, AnyArguments>,
    point: &TrackPoint,
) -> Query<'q, Any, AnyArguments> {
    let query = query
        .bind(point.district.as_str().to_owned())
        .bind(point.member.as_str().to_owned())
        .bind(point.shift.as_ref().map_or("", ShiftId::as_str).to_owned())
        .bind(point.grid.as_ref().map(|grid| grid.as_str().to_owned()))
        .bind(point.fix.at_ms)
        .bind(point.received_ms)
        .bind(point.fix.point.lng())
        .bind(point.fix.point.lat());
    let optional = [point.fix.speed_mps, point.fix.heading_deg, point.fix.accuracy_m];
    optional.into_iter().fold(query, |query, value| match double(value) {
        Double::Value(value) => query.bind(value),
        Double::Null(null) => query.bind(null),
    })
}

/// The columns of a fix.
pub(super) fn read(row: &sqlx::any::AnyRow) -> Result<Fix, sqlx::Error> {
    use sqlx::Row;
    let point = crate::spatial::Point::new(row.try_get("lng")?, row.try_get("lat")?)
        .map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(Fix {
        at_ms: row.try_get("at_ms")?,
        point,
        speed_mps: row.try_get("speed_mps")?,
        heading_deg: row.try_get("heading_deg")?,
        accuracy_m: row.try_get("accuracy_m")?,
    })
}
