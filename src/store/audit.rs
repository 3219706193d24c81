//! The audit log: appended to inside a transaction, never changed.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::row::{id, named, optional};
use super::{Store, WriteTx};
use crate::domain::{AuditAction, AuditNote, AuditRecord, DistrictId, MemberId, Text};

/// Appends to a district's chain, which begins with its first record.
///
/// # Errors
/// What the database says.
pub async fn append(
    tx: &mut WriteTx<'_>,
    district: &DistrictId,
    (at_ms, actor): (i64, Option<&MemberId>),
    note: &AuditNote,
    reason: Option<&Text>,
) -> Result<(), sqlx::Error> {
    let reason_digest = match reason {
        Some(reason) => super::text::digest(tx, &reason.id).await?,
        None => None,
    };
    let (seq, before) = next(tx, district).await?;
    let mut record = AuditRecord {
        district: district.clone(),
        seq,
        at_ms,
        actor: actor.cloned(),
        action: note.action,
        object: note.object.clone(),
        reason: reason.map(|reason| reason.id.clone()),
        reason_digest,
        detail: note.detail.clone(),
        hash: String::new(),
    };
    record.hash = record.hash_after(&before);
    insert(tx, &record).await?;
    sqlx::query("update audit_heads set hash = $2 where district = $1")
        .bind(district.as_str())
        .bind(&record.hash)
        .execute(tx.on())
        .await
        .map(|_| ())
}

/// Takes the next place of a chain, whose row stays locked until the commit; and the last hash.
async fn next(tx: &mut WriteTx<'_>, district: &DistrictId) -> Result<(i64, String), sqlx::Error> {
    let row = sqlx::query(
        "insert into audit_heads (district, seq, hash) values ($1, 1, '') \
         on conflict (district) do update set seq = audit_heads.seq + 1 returning seq, hash",
    )
    .bind(district.as_str())
    .fetch_one(tx.on())
    .await?;
    Ok((row.try_get("seq")?, row.try_get("hash")?))
}

async fn insert(tx: &mut WriteTx<'_>, record: &AuditRecord) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into audit (district, seq, at_ms, actor, action, object, reason, reason_digest, \
         detail, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(record.district.as_str())
    .bind(record.seq)
    .bind(record.at_ms)
    .bind(record.actor.as_ref().map(|actor| actor.as_str().to_owned()))
    .bind(record.action.as_str())
    .bind(record.object.clone())
    .bind(record.reason.as_ref().map(|reason| reason.as_str().to_owned()))
    .bind(record.reason_digest.clone())
    .bind(record.detail.clone())
    .bind(&record.hash)
    .execute(tx.on())
    .await
    .map(|_| ())
}

/// The head of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// The district, or `installation`.
    pub district: DistrictId,
    /// The last place.
    pub seq: i64,
    /// The last hash.
    pub hash: String,
}

impl Store {
    /// The heads of all chains, by district.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit_heads(&self) -> Result<Vec<AuditHead>, sqlx::Error> {
        let rows = sqlx::query("select district, seq, hash from audit_heads order by district")
            .fetch_all(&self.reader)
            .await?;
        let head = |row: &AnyRow| {
            Ok(AuditHead {
                district: id(row, "district")?,
                seq: row.try_get("seq")?,
                hash: row.try_get("hash")?,
            })
        };
        rows.iter().map(head).collect()
    }

    /// At most `limit` records of a chain after a place, in order.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit_since(
        &self,
        district: &DistrictId,
        seq: i64,
        limit: i64,
    ) -> Result<Vec<AuditRecord>, sqlx::Error> {
        let rows = sqlx::query(
            "select district, seq, at_ms, actor, action, object, reason, reason_digest, detail, \
             hash from audit where district = $1 and seq > $2 order by seq limit $3",
        )
        .bind(district.as_str())
        .bind(seq)
        .bind(limit)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read).collect()
    }
}

pub(super) fn read(row: &AnyRow) -> Result<AuditRecord, sqlx::Error> {
    Ok(AuditRecord {
        district: id(row, "district")?,
        seq: row.try_get("seq")?,
        at_ms: row.try_get("at_ms")?,
        actor: optional(row, "actor")?,
        action: named(row, "action", AuditAction::parse)?,
        object: row.try_get("object")?,
        reason: optional(row, "reason")?,
        reason_digest: row.try_get("reason_digest")?,
        detail: row.try_get("detail")?,
        hash: row.try_get("hash")?,
    })
}
