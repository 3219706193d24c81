//! Nodes: what each last said of itself.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::row::{id, named};
use super::{Database, Store, WriteTx};
use crate::domain::node::{FORGOTTEN_AFTER_MS, GONE_AFTER_MS};
use crate::domain::{Node, NodeBeat, NodeBus, NodeId};

/// Keeps what a node says of itself. One that starts again takes the place of the one before it,
/// once that is gone: two that were given the same name and address don't push each other out.
///
/// # Errors
/// What the database says.
pub async fn beat(
    tx: &mut WriteTx<'_>,
    database: Database,
    beat: &NodeBeat,
) -> Result<(), sqlx::Error> {
    let now_ms = database.now_ms();
    let sql = format!(
        "delete from nodes where name = $1 and address = $2 and id <> $3 and seen_ms < {now_ms} - $4"
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(&beat.place.name)
        .bind(&beat.place.address)
        .bind(beat.id.as_str())
        .bind(GONE_AFTER_MS)
        .execute(tx.on())
        .await?;
    let sql = format!(
        "insert into nodes (id, name, address, version, started_ms, seen_ms, skew_ms, sessions, \
         bus, bus_lost_ms, lag_ms) \
         values ($1, $2, $3, $4, {now_ms}, {now_ms}, $5, $6, $7, $8, $9) \
         on conflict (id) do update set seen_ms = excluded.seen_ms, skew_ms = excluded.skew_ms, \
         sessions = excluded.sessions, bus = excluded.bus, bus_lost_ms = excluded.bus_lost_ms, \
         lag_ms = excluded.lag_ms"
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(beat.id.as_str())
        .bind(&beat.place.name)
        .bind(&beat.place.address)
        .bind(&beat.version)
        .bind(beat.skew_ms)
        .bind(beat.sessions)
        .bind(beat.bus.as_str())
        .bind(beat.bus_lost_ms)
        .bind(beat.lag_ms)
        .execute(tx.on())
        .await
        .map(|_| ())
}

/// A node that ends, and is no longer to be looked for.
///
/// # Errors
/// What the database says.
pub async fn leave(tx: &mut WriteTx<'_>, node: &NodeId) -> Result<(), sqlx::Error> {
    let gone = sqlx::query("delete from nodes where id = $1").bind(node.as_str());
    gone.execute(tx.on()).await.map(|_| ())
}

/// Forgets nodes that are gone for a day.
///
/// # Errors
/// What the database says.
pub async fn forget_gone(tx: &mut WriteTx<'_>, database: Database) -> Result<u64, sqlx::Error> {
    let sql = format!("delete from nodes where seen_ms < {} - $1", database.now_ms());
    let gone = sqlx::query(AssertSqlSafe(sql)).bind(FORGOTTEN_AFTER_MS);
    Ok(gone.execute(tx.on()).await?.rows_affected())
}

impl Store {
    /// The nodes of the last day, by name and address.
    ///
    /// # Errors
    /// What the database says.
    pub async fn nodes(&self) -> Result<Vec<Node>, sqlx::Error> {
        let sql = format!(
            "select id, name, address, version, started_ms, {} - seen_ms as silent_ms, skew_ms, \
             sessions, bus, bus_lost_ms, lag_ms from nodes order by name, address",
            self.database().now_ms()
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&self.reader).await?;
        let nodes: Vec<Node> = rows.iter().map(node).collect::<Result<_, _>>()?;
        Ok(nodes.into_iter().filter(|node| node.silent_ms < FORGOTTEN_AFTER_MS).collect())
    }
}

fn node(row: &AnyRow) -> Result<Node, sqlx::Error> {
    Ok(Node {
        id: id(row, "id")?,
        name: row.try_get("name")?,
        address: row.try_get("address")?,
        version: row.try_get("version")?,
        started_ms: row.try_get("started_ms")?,
        silent_ms: row.try_get("silent_ms")?,
        skew_ms: row.try_get("skew_ms")?,
        sessions: row.try_get("sessions")?,
        bus: named(row, "bus", NodeBus::parse)?,
        bus_lost_ms: row.try_get("bus_lost_ms")?,
        lag_ms: row.try_get("lag_ms")?,
    })
}
