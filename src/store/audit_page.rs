//! Reading the audit log: pages for whoever audits, and whole chains for whoever verifies.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::Store;
use super::audit::read;
use super::row::id;
use crate::domain::audit::text_digest;
use crate::domain::{AuditAction, AuditRecord, DistrictId, MemberId};

/// Which records a page lists.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Only by this member.
    pub actor: Option<MemberId>,
    /// Only this.
    pub action: Option<AuditAction>,
    /// Only what was done to this, e.g. `incident:…`.
    pub object: Option<String>,
    /// Only from this time on, Unix ms UTC.
    pub from_ms: Option<i64>,
    /// Only before this time, Unix ms UTC.
    pub to_ms: Option<i64>,
    /// Only before this place.
    pub before: Option<i64>,
    /// At most this many.
    pub limit: i64,
}

/// A place in a chain, as it stands in the database.
#[derive(Debug)]
pub struct ChainRow {
    /// The place.
    pub seq: i64,
    /// The record; none when what stands there is no record.
    pub record: Option<AuditRecord>,
    /// The digest of its reason as it stands now; none when it was erased, or there is none.
    pub reason_now: Option<String>,
}

impl Store {
    /// A page of a district's audit log, the newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit_page(
        &self,
        district: &DistrictId,
        filter: &AuditFilter,
    ) -> Result<Vec<AuditRecord>, sqlx::Error> {
        let rows = sqlx::query(
            "select district, seq, at_ms, actor, action, object, reason, reason_digest, detail, \
             hash from audit where district = $1 and seq < $2 and ($3 = '' or actor = $3) \
             and ($4 = '' or action = $4) and ($5 = '' or object = $5) \
             and at_ms >= $6 and at_ms < $7 order by seq desc limit $8",
        )
        .bind(district.as_str())
        .bind(filter.before.unwrap_or(i64::MAX))
        .bind(filter.actor.as_ref().map_or("", MemberId::as_str))
        .bind(filter.action.map_or("", AuditAction::as_str))
        .bind(filter.object.as_deref().unwrap_or_default())
        .bind(filter.from_ms.unwrap_or(i64::MIN))
        .bind(filter.to_ms.unwrap_or(i64::MAX))
        .bind(filter.limit)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read).collect()
    }

    /// Every chain that has a head or a record, by district.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit_chains(&self) -> Result<Vec<DistrictId>, sqlx::Error> {
        let rows = sqlx::query(
            "select district from audit_heads union select district from audit order by district",
        )
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(|row| id(row, "district")).collect()
    }

    /// At most `limit` places of a chain after one, in order, whatever stands there.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit_chain(
        &self,
        district: &DistrictId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<ChainRow>, sqlx::Error> {
        let rows = sqlx::query(
            "select a.district, a.seq, a.at_ms, a.actor, a.action, a.object, a.reason, \
             a.reason_digest, a.detail, a.hash, t.salt, t.body from audit a \
             left join texts t on t.id = a.reason \
             where a.district = $1 and a.seq > $2 order by a.seq limit $3",
        )
        .bind(district.as_str())
        .bind(after)
        .bind(limit)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(chain_row).collect()
    }
}

fn chain_row(row: &AnyRow) -> Result<ChainRow, sqlx::Error> {
    let salt: Option<String> = row.try_get("salt")?;
    let body: Option<String> = row.try_get("body")?;
    Ok(ChainRow {
        seq: row.try_get("seq")?,
        record: read(row).ok(),
        reason_now: salt.zip(body).map(|(salt, body)| text_digest(&salt, &body)),
    })
}
