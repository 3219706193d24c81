//! Holds on tracks.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::row::{id, json, optional, to_json};
use super::{Store, WriteTx};
use crate::domain::{DistrictId, MemberId, Text, TextId, TrackHold, TrackHoldId};

const COLUMNS: &str = "select id, district, members, from_ms, to_ms, reason, placed_by, \
    placed_by_name, placed_ms, released_by_name, released_ms, release_reason from track_holds";

/// Places a hold.
///
/// # Errors
/// What the database says; a unique violation for an id that is taken.
pub async fn insert(tx: &mut WriteTx<'_>, hold: &TrackHold) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into track_holds (id, district, members, from_ms, to_ms, reason, placed_by, \
         placed_by_name, placed_ms) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(hold.id.as_str())
    .bind(hold.district.as_str())
    .bind(to_json(&hold.members))
    .bind(hold.from_ms)
    .bind(hold.to_ms)
    .bind(hold.reason.id.as_str())
    .bind(hold.placed_by.as_str())
    .bind(&hold.placed_by_name)
    .bind(hold.placed_ms)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// Releases a hold.
///
/// # Errors
/// What the database says.
pub async fn release(tx: &mut WriteTx<'_>, hold: &TrackHold) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update track_holds set released_by_name = $2, released_ms = $3, release_reason = $4 \
         where id = $1",
    )
    .bind(hold.id.as_str())
    .bind(hold.released_by_name.clone())
    .bind(hold.released_ms)
    .bind(hold.release_reason.as_ref().map(|text| text.id.as_str().to_owned()))
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// The hold inside a transaction, its texts not filled in.
///
/// # Errors
/// What the database says.
pub async fn find(
    tx: &mut WriteTx<'_>,
    hold: &TrackHoldId,
) -> Result<Option<TrackHold>, sqlx::Error> {
    let sql = format!("{COLUMNS} where id = $1");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(hold.as_str()).fetch_optional(tx.on()).await?;
    row.as_ref().map(read).transpose()
}

impl Store {
    /// The hold, its texts not filled in.
    ///
    /// # Errors
    /// What the database says.
    pub async fn track_hold(&self, hold: &TrackHoldId) -> Result<Option<TrackHold>, sqlx::Error> {
        let sql = format!("{COLUMNS} where id = $1");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(hold.as_str());
        query.fetch_optional(&self.reader).await?.as_ref().map(read).transpose()
    }

    /// At most `limit` holds of a district, the newest first, before a place in that order.
    ///
    /// # Errors
    /// What the database says.
    pub async fn track_holds(
        &self,
        district: &DistrictId,
        before: Option<&(i64, TrackHoldId)>,
        limit: i64,
    ) -> Result<Vec<TrackHold>, sqlx::Error> {
        let sql = format!(
            "{COLUMNS} where district = $1 and (placed_ms < $2 or (placed_ms = $2 and id < $3)) \
             order by placed_ms desc, id desc limit $4"
        );
        let (at_ms, id) = before.map_or((i64::MAX, ""), |(at_ms, id)| (*at_ms, id.as_str()));
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(district.as_str())
            .bind(at_ms)
            .bind(id)
            .bind(limit)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The spans of a member's tracks that are held, ends excluded.
    ///
    /// # Errors
    /// What the database says.
    pub async fn held_spans(
        &self,
        district: &DistrictId,
        member: &MemberId,
    ) -> Result<Vec<(i64, i64)>, sqlx::Error> {
        let sql = format!("{COLUMNS} where district = $1 and released_ms is null");
        let rows =
            sqlx::query(AssertSqlSafe(sql)).bind(district.as_str()).fetch_all(&self.reader).await?;
        let holds: Vec<TrackHold> = rows.iter().map(read).collect::<Result<_, _>>()?;
        let own = holds.iter().filter(|hold| hold.members.contains(member));
        Ok(own.map(|hold| (hold.from_ms, hold.to_ms)).collect())
    }
}

fn read(row: &AnyRow) -> Result<TrackHold, sqlx::Error> {
    Ok(TrackHold {
        id: id(row, "id")?,
        district: id(row, "district")?,
        members: json(row, "members")?,
        from_ms: row.try_get("from_ms")?,
        to_ms: row.try_get("to_ms")?,
        reason: Text::reference(id(row, "reason")?),
        placed_by: id(row, "placed_by")?,
        placed_by_name: row.try_get("placed_by_name")?,
        placed_ms: row.try_get("placed_ms")?,
        released_by_name: row.try_get("released_by_name")?,
        released_ms: row.try_get("released_ms")?,
        release_reason: optional::<TextId>(row, "release_reason")?.map(Text::reference),
    })
}
