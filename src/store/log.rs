//! The log of a district: append in a transaction, read since a place.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::limits::read_in_time;
use super::row::{id, json, to_json};
use super::{Database, Store, WriteTx};
use crate::domain::{Audience, DistrictId, Event, LoggedEvent, Text};

/// A log's head: which log, and its last place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The district.
    pub district: DistrictId,
    /// Which log; a restored backup starts another.
    pub epoch: String,
    /// The last place; 0 while it is empty.
    pub seq: i64,
}

/// Opens the log of a new district.
///
/// # Errors
/// What the database says.
pub async fn open(tx: &mut WriteTx<'_>, district: &DistrictId) -> Result<(), sqlx::Error> {
    sqlx::query("insert into streams (district, epoch, seq) values ($1, $2, 0)")
        .bind(district.as_str())
        .bind(uuid::Uuid::now_v7().to_string())
        .execute(tx.on())
        .await
        .map(|_| ())
}

/// Opens a log unless it is open. Another node that opens it at this moment is waited for, so that
/// what it stored with it is seen from here on.
///
/// # Errors
/// What the database says.
pub async fn ensure(tx: &mut WriteTx<'_>, district: &DistrictId) -> Result<(), sqlx::Error> {
    let sql = "insert into streams (district, epoch, seq) values ($1, $2, 0) \
               on conflict (district) do nothing";
    sqlx::query(sql)
        .bind(district.as_str())
        .bind(uuid::Uuid::now_v7().to_string())
        .execute(tx.on())
        .await
        .map(|_| ())
}

/// Makes another log of each: whoever read the one before reads anew.
///
/// # Errors
/// What the database says.
pub async fn renew_epochs(tx: &mut WriteTx<'_>) -> Result<u64, sqlx::Error> {
    let rows = sqlx::query("select district from streams order by district");
    let rows = rows.fetch_all(tx.on()).await?;
    for row in &rows {
        sqlx::query("update streams set epoch = $2 where district = $1")
            .bind(row.try_get::<String, _>("district")?)
            .bind(uuid::Uuid::now_v7().to_string())
            .execute(tx.on())
            .await?;
    }
    Ok(rows.len() as u64)
}

/// Holds a district's log until the transaction ends. Whoever holds it before they read anything
/// reads all that the last holder left, on whichever node that was. A log that isn't there holds
/// nobody up.
///
/// # Errors
/// What the database says.
pub async fn hold(
    tx: &mut WriteTx<'_>,
    database: Database,
    district: &DistrictId,
) -> Result<(), sqlx::Error> {
    let Some(statement) = database.hold_log() else { return Ok(()) };
    let query = sqlx::query(statement).bind(district.as_str());
    query.fetch_optional(tx.on()).await.map(|_| ())
}

/// Takes the next place of a district's log. The row stays locked until the commit, so places
/// are gapless and in commit order.
///
/// # Errors
/// What the database says; `RowNotFound` for a district that has no log.
pub async fn next_seq(tx: &mut WriteTx<'_>, district: &DistrictId) -> Result<i64, sqlx::Error> {
    sqlx::query("update streams set seq = seq + 1 where district = $1 returning seq")
        .bind(district.as_str())
        .fetch_one(tx.on())
        .await?
        .try_get(0)
}

/// Writes an event at its place. Typed texts are left out: the log holds their ids alone.
///
/// # Errors
/// What the database says.
pub async fn append(tx: &mut WriteTx<'_>, logged: &LoggedEvent) -> Result<(), sqlx::Error> {
    let mut event = logged.event.clone();
    for text in event.texts_mut() {
        *text = Text::reference(text.id.clone());
    }
    sqlx::query(
        "insert into events (district, seq, id, at_ms, keys, payload) \
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(logged.district.as_str())
    .bind(logged.seq)
    .bind(logged.id.as_str())
    .bind(logged.at_ms)
    .bind(to_json(&logged.audience))
    .bind(to_json(&event))
    .execute(tx.on())
    .await
    .map(|_| ())
}

impl Store {
    /// The heads of these logs, in one query.
    ///
    /// # Errors
    /// What the database says.
    pub async fn heads(&self) -> Result<Vec<Head>, sqlx::Error> {
        let rows = sqlx::query("select district, epoch, seq from streams order by district");
        let rows = read_in_time(rows.fetch_all(&self.reader)).await?;
        rows.iter().map(head).collect()
    }

    /// The head of one log.
    ///
    /// # Errors
    /// What the database says.
    pub async fn head(&self, district: &DistrictId) -> Result<Option<Head>, sqlx::Error> {
        let row = sqlx::query("select district, epoch, seq from streams where district = $1")
            .bind(district.as_str())
            .fetch_optional(&self.reader);
        let row = read_in_time(row).await?;
        row.as_ref().map(head).transpose()
    }

    /// At most `limit` events of a log after a place, in order, their texts not filled in.
    ///
    /// # Errors
    /// What the database says.
    pub async fn events_since(
        &self,
        district: &DistrictId,
        seq: i64,
        limit: i64,
    ) -> Result<Vec<LoggedEvent>, sqlx::Error> {
        let rows = sqlx::query(
            "select district, seq, id, at_ms, keys, payload from events \
             where district = $1 and seq > $2 order by seq limit $3",
        )
        .bind(district.as_str())
        .bind(seq)
        .bind(limit)
        .fetch_all(&self.reader);
        let rows = read_in_time(rows).await?;
        rows.iter().map(logged).collect()
    }
}

fn head(row: &AnyRow) -> Result<Head, sqlx::Error> {
    Ok(Head {
        district: id(row, "district")?,
        epoch: row.try_get("epoch")?,
        seq: row.try_get("seq")?,
    })
}

fn logged(row: &AnyRow) -> Result<LoggedEvent, sqlx::Error> {
    Ok(LoggedEvent {
        district: id(row, "district")?,
        seq: row.try_get("seq")?,
        id: id(row, "id")?,
        at_ms: row.try_get("at_ms")?,
        audience: json::<Audience>(row, "keys")?,
        event: json::<Event>(row, "payload")?,
    })
}
