//! Typed texts, each in a row that can be erased.

use std::collections::HashMap;

use sqlx::{AssertSqlSafe, Row};

use super::limits::read_in_time;
use super::{Store, WriteTx};
use crate::domain::audit::text_digest;
use crate::domain::{DistrictId, Text, TextId};

/// How many texts one query asks for; a page of anything refers to fewer.
const CHUNK: usize = 100;

/// Keeps a text and returns the reference to it, its body filled in. One that was erased before
/// it was offered again stays erased.
///
/// # Errors
/// What the database says.
pub async fn insert(
    tx: &mut WriteTx<'_>,
    district: &DistrictId,
    id: TextId,
    body: &str,
) -> Result<Text, sqlx::Error> {
    let salt = uuid::Uuid::new_v4().to_string();
    let sql = "insert into texts (id, district, body, salt) values ($1, $2, $3, $4) \
               on conflict (id) do nothing";
    let done = sqlx::query(sql)
        .bind(id.as_str())
        .bind(district.as_str())
        .bind(body)
        .bind(salt)
        .execute(tx.on())
        .await?;
    let kept = done.rows_affected() > 0;
    Ok(Text { id, body: kept.then(|| body.to_owned()) })
}

/// Keeps that a text was erased, whether it is there or is yet to be offered again.
///
/// # Errors
/// What the database says.
pub async fn bury(
    tx: &mut WriteTx<'_>,
    district: &DistrictId,
    text: &TextId,
    erased_ms: i64,
) -> Result<(), sqlx::Error> {
    let sql = "insert into texts (id, district, erased_ms) values ($1, $2, $3) \
               on conflict (id) do nothing";
    sqlx::query(sql)
        .bind(text.as_str())
        .bind(district.as_str())
        .bind(erased_ms)
        .execute(tx.on())
        .await?;
    erase(tx, text, erased_ms).await
}

/// What the audit log holds of a text; none when it was erased.
///
/// # Errors
/// What the database says.
pub async fn digest(tx: &mut WriteTx<'_>, text: &TextId) -> Result<Option<String>, sqlx::Error> {
    let row = sqlx::query(
        "select salt, body from texts where id = $1 and salt is not null and body is not null",
    )
    .bind(text.as_str())
    .fetch_optional(tx.on())
    .await?;
    row.map(|row| {
        let (salt, body): (String, String) = (row.try_get("salt")?, row.try_get("body")?);
        Ok(text_digest(&salt, &body))
    })
    .transpose()
}

/// The district of a text.
///
/// # Errors
/// What the database says.
pub async fn district_of(
    tx: &mut WriteTx<'_>,
    text: &TextId,
) -> Result<Option<DistrictId>, sqlx::Error> {
    let row = sqlx::query("select district from texts where id = $1")
        .bind(text.as_str())
        .fetch_optional(tx.on())
        .await?;
    row.map(|row| super::row::id(&row, "district")).transpose()
}

/// Erases a text and its salt, so that no digest of it can be recognised.
///
/// # Errors
/// What the database says.
pub async fn erase(tx: &mut WriteTx<'_>, text: &TextId, erased_ms: i64) -> Result<(), sqlx::Error> {
    sqlx::query("update texts set body = null, salt = null, erased_ms = $2 where id = $1")
        .bind(text.as_str())
        .bind(erased_ms)
        .execute(tx.on())
        .await
        .map(|_| ())
}

impl Store {
    /// Fills in the bodies; an erased one stays null.
    ///
    /// # Errors
    /// What the database says.
    pub async fn fill_texts(&self, mut texts: Vec<&mut Text>) -> Result<(), sqlx::Error> {
        for chunk in texts.chunks_mut(CHUNK) {
            let bodies = self.bodies(chunk.iter().map(|text| text.id.as_str())).await?;
            for text in chunk {
                text.body = bodies.get(text.id.as_str()).cloned();
            }
        }
        Ok(())
    }

    async fn bodies(
        &self,
        ids: impl ExactSizeIterator<Item = &str>,
    ) -> Result<HashMap<String, String>, sqlx::Error> {
        let marks: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
        let sql = format!(
            "select id, body from texts where body is not null and id in ({})",
            marks.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for id in ids {
            query = query.bind(id.to_owned());
        }
        let rows = read_in_time(query.fetch_all(&self.reader)).await?;
        rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get("body")?))).collect()
    }
}
