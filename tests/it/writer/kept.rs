//! What a data folder holds, against what was acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sqlx::{Connection as _, Row as _};
use xunfang::domain::{Event, IncidentId};
use xunfang::store::{DatabaseSettings, Store};

use crate::support::seed;

/// Checks that each of these incidents is stored once, in a log without a gap, and that every
/// incident that is stored is so whole: row, event and count. Returns how many there are.
pub(super) async fn assert_kept(data: &Path, acked: &BTreeSet<IncidentId>) -> usize {
    let store = Store::open(&DatabaseSettings::default(), data).await.unwrap();
    let logged = store.events_since(&seed::DISTRICT.into(), 0, 1_000_000).await.unwrap();
    let head = store.head(&seed::DISTRICT.into()).await.unwrap().unwrap().seq;
    store.close().await;
    let seqs: Vec<i64> = logged.iter().map(|logged| logged.seq).collect();
    assert_eq!(seqs, (1..=head).collect::<Vec<_>>(), "the log has no gap");
    let mut told = BTreeMap::new();
    for logged in &logged {
        if let Event::IncidentChanged { incident, .. } = &logged.event {
            *told.entry(incident.id.clone()).or_insert(0) += 1;
        }
    }
    for id in acked {
        assert_eq!(told.get(id), Some(&1), "{id} was acknowledged");
    }
    let url = format!("sqlite://{}?mode=ro", data.join("xunfang.db").display());
    let mut db = sqlx::AnyConnection::connect(&url).await.unwrap();
    let rows = sqlx::query("select id from incidents").fetch_all(&mut db).await.unwrap();
    let stored: BTreeSet<IncidentId> =
        rows.iter().map(|row| row.get::<String, _>(0).into()).collect();
    assert_eq!(stored, told.keys().cloned().collect(), "a row for every event and none besides");
    let sql = "select cast(coalesce(sum(n), 0) as bigint) from count_changes";
    let counted: i64 = sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap();
    assert_eq!(usize::try_from(counted).unwrap(), stored.len(), "and a count");
    stored.len()
}
