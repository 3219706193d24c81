//! Ids that other districts have: an import may not take them over.

use std::collections::HashSet;

use sqlx::Row;

use super::Store;
use crate::domain::DistrictId;

impl Store {
    /// The ids of other districts' organisations, members, teams and stations.
    ///
    /// # Errors
    /// What the database says.
    pub async fn foreign_ids(&self, district: &DistrictId) -> Result<HashSet<String>, sqlx::Error> {
        let rows = sqlx::query(
            "select id from organisations where district <> $1 \
             union select id from members where district <> $1 \
             union select id from teams where district <> $1 \
             union select id from stations where district <> $1",
        )
        .bind(district.as_str())
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(|row| row.try_get("id")).collect()
    }
}
