//! Members with the state of their accounts, as an administrator sees them.

use std::collections::HashMap;

use sqlx::Row;
use sqlx::any::AnyRow;

use super::Store;
use super::member::{containing, read};
use crate::auth::lockout::{FAILURES, Failures};
use crate::auth::token;
use crate::domain::{DistrictId, Member, MemberId};

/// Which members a page lists.
#[derive(Debug, Clone, Default)]
pub struct AccountFilter {
    /// Only names that contain this.
    pub name: Option<String>,
    /// Only after this id.
    pub after: Option<MemberId>,
    /// At most this many.
    pub limit: i64,
    /// When it is, Unix ms UTC: sessions that ended before aren't counted.
    pub now_ms: i64,
}

/// An account without its secret.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// What its owner types.
    pub username: String,
    /// Whether nobody may sign in with it.
    pub disabled: bool,
    /// Whether the password must be changed.
    pub must_change: bool,
    /// When somebody last signed in with it, Unix ms UTC.
    pub signed_in_ms: Option<i64>,
    /// How many sessions it has.
    pub sessions: i64,
    /// What failed under its name.
    pub failures: Option<Failures>,
}

impl Store {
    /// A page of a district's members, by id.
    ///
    /// # Errors
    /// What the database says.
    pub async fn accounts(
        &self,
        district: &DistrictId,
        filter: &AccountFilter,
    ) -> Result<Vec<(Member, Option<Listed>)>, sqlx::Error> {
        let rows = sqlx::query(
            "select m.id, m.district, m.org, m.force, m.role, m.team, m.grid, m.name, \
             a.username, a.disabled_ms, a.must_change, a.signed_in_ms, \
             (select count(*) from sessions s where s.member = m.id and s.expires_ms > $1) as held \
             from members m left join accounts a on a.member = m.id \
             where m.district = $2 and m.id > $3 and m.name like $4 escape '!' \
             order by m.id limit $5",
        )
        .bind(filter.now_ms)
        .bind(district.as_str())
        .bind(filter.after.as_ref().map_or("", MemberId::as_str))
        .bind(containing(filter.name.as_deref().unwrap_or_default()))
        .bind(filter.limit)
        .fetch_all(&self.reader)
        .await?;
        let failures = self.failures().await?;
        let account = |row| listed(row, &failures);
        rows.iter().map(|row| Ok((read(row)?, account(row)?))).collect()
    }

    /// Names that failed often enough to be locked, by digest: few, and soon forgotten.
    async fn failures(&self) -> Result<HashMap<String, Failures>, sqlx::Error> {
        let rows = sqlx::query("select name, n, last_ms from sign_in_failures where n >= $1")
            .bind(FAILURES)
            .fetch_all(&self.reader)
            .await?;
        let failures = |row: &AnyRow| {
            let failures = Failures { n: row.try_get("n")?, last_ms: row.try_get("last_ms")? };
            Ok((row.try_get("name")?, failures))
        };
        rows.iter().map(failures).collect()
    }
}

fn listed(
    row: &AnyRow,
    failures: &HashMap<String, Failures>,
) -> Result<Option<Listed>, sqlx::Error> {
    let Some(username) = row.try_get::<Option<String>, _>("username")? else { return Ok(None) };
    Ok(Some(Listed {
        failures: failures.get(&token::digest(&username)).copied(),
        username,
        disabled: row.try_get::<Option<i64>, _>("disabled_ms")?.is_some(),
        must_change: row.try_get::<i64, _>("must_change")? != 0,
        signed_in_ms: row.try_get("signed_in_ms")?,
        sessions: row.try_get("held")?,
    }))
}
