//! Visits to checkpoints.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::row::{Double, double, id, named, optional};
use super::{Store, WriteTx};
use crate::domain::Text;
use crate::domain::check_in::CheckInMethod;
use crate::domain::{CheckIn, CheckInId, CheckpointId, DistrictId, MemberId, ShiftId, TextId};
use crate::spatial::Point;

const COLUMNS: &str = "id, district, shift, member, checkpoint, method, lng, lat, distance_m, \
                       observed_ms, received_ms, lap, doubtful, reason";

/// Keeps a visit.
///
/// # Errors
/// What the database says; a unique violation for an id that is taken.
pub async fn insert(tx: &mut WriteTx<'_>, visit: &CheckIn) -> Result<(), sqlx::Error> {
    let query = sqlx::query(
        "insert into check_ins (id, district, shift, member, checkpoint, method, observed_ms, \
         received_ms, lap, doubtful, reason, lng, lat, distance_m) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(visit.id.as_str())
    .bind(visit.district.as_str())
    .bind(visit.shift.as_str())
    .bind(visit.member.as_str())
    .bind(visit.checkpoint.as_str())
    .bind(visit.method.as_str())
    .bind(visit.observed_ms)
    .bind(visit.received_ms)
    .bind(visit.lap)
    .bind(i64::from(visit.doubtful))
    .bind(visit.reason.as_ref().map(|reason| reason.id.as_str().to_owned()));
    let lng_lat = [visit.point.map(Point::lng), visit.point.map(Point::lat), visit.distance_m];
    let query = lng_lat.into_iter().fold(query, |query, value| match double(value) {
        Double::Value(value) => query.bind(value),
        Double::Null(null) => query.bind(null),
    });
    query.execute(tx.on()).await.map(|_| ())
}

/// The visit with this id.
///
/// # Errors
/// What the database says.
pub async fn find(tx: &mut WriteTx<'_>, visit: &CheckInId) -> Result<Option<CheckIn>, sqlx::Error> {
    let sql = format!("select {COLUMNS} from check_ins where id = $1");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(visit.as_str()).fetch_optional(tx.on()).await?;
    row.as_ref().map(read).transpose()
}

/// A member's visits in a shift, in the order of their own times.
///
/// # Errors
/// What the database says.
pub async fn of_shift(
    tx: &mut WriteTx<'_>,
    shift: &ShiftId,
    member: &MemberId,
) -> Result<Vec<CheckIn>, sqlx::Error> {
    let sql = format!(
        "select {COLUMNS} from check_ins where shift = $1 and member = $2 order by observed_ms, id"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(shift.as_str())
        .bind(member.as_str())
        .fetch_all(tx.on())
        .await?;
    rows.iter().map(read).collect()
}

/// Where a district's checkpoint stands.
///
/// # Errors
/// What the database says.
pub async fn checkpoint_point(
    tx: &mut WriteTx<'_>,
    district: &DistrictId,
    checkpoint: &CheckpointId,
) -> Result<Option<Point>, sqlx::Error> {
    let row = sqlx::query("select lng, lat from checkpoints where district = $1 and id = $2")
        .bind(district.as_str())
        .bind(checkpoint.as_str())
        .fetch_optional(tx.on())
        .await?;
    row.as_ref().map(|row| point(row.try_get("lng")?, row.try_get("lat")?)).transpose()
}

impl Store {
    /// The visits that arrived since a time, oldest first, at most `limit`, reasons not filled in.
    ///
    /// # Errors
    /// What the database says.
    pub async fn check_ins(
        &self,
        district: &DistrictId,
        since_ms: i64,
        limit: i64,
    ) -> Result<Vec<CheckIn>, sqlx::Error> {
        let sql = format!(
            "select {COLUMNS} from check_ins where district = $1 and received_ms >= $2 \
             order by received_ms, id limit $3"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(district.as_str())
            .bind(since_ms)
            .bind(limit)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(read).collect()
    }
}

fn point(lng: f64, lat: f64) -> Result<Point, sqlx::Error> {
    Point::new(lng, lat).map_err(|error| sqlx::Error::Decode(error.into()))
}

fn read(row: &AnyRow) -> Result<CheckIn, sqlx::Error> {
    let (lng, lat): (Option<f64>, Option<f64>) = (row.try_get("lng")?, row.try_get("lat")?);
    let reason: Option<TextId> = optional(row, "reason")?;
    Ok(CheckIn {
        id: id(row, "id")?,
        district: id(row, "district")?,
        shift: id(row, "shift")?,
        member: id(row, "member")?,
        checkpoint: id(row, "checkpoint")?,
        method: named(row, "method", CheckInMethod::parse)?,
        point: lng.zip(lat).map(|(lng, lat)| point(lng, lat)).transpose()?,
        distance_m: row.try_get("distance_m")?,
        observed_ms: row.try_get("observed_ms")?,
        received_ms: row.try_get("received_ms")?,
        lap: row.try_get("lap")?,
        doubtful: row.try_get::<i64, _>("doubtful")? != 0,
        reason: reason.map(Text::reference),
    })
}
