//! A database that is a demo's: invented data go into no other, and one node at a time puts them in.
//!
//! It must not know what is invented. Invariant: while a [`DemoTurn`] lives, no other node on the
//! same database has one; a node that dies lets go of it.

use std::path::Path;
use std::time::Duration;

use sqlx::{AnyConnection, Connection, Row};

use super::{Database, DatabaseSettings, OpenError, Store};
use crate::domain::DistrictId;

/// A node that waits for its turn asks this often.
const ASK_EVERY: Duration = Duration::from_millis(250);
/// Which of PostgreSQL's advisory locks it is: "xunfang" in ASCII.
const LOCK: i64 = 0x78_75_6e_66_61_6e_67;

/// The right to put invented data in, until it is dropped.
#[derive(Debug)]
pub struct DemoTurn {
    /// None on SQLite, where the folder's lock is the turn.
    session: Option<AnyConnection>,
}

impl Store {
    /// Waits until no other node on this database puts invented data in.
    ///
    /// # Errors
    /// What the database says.
    pub async fn demo_turn(&self) -> Result<DemoTurn, sqlx::Error> {
        let Some(ask) = self.database.try_lock() else { return Ok(DemoTurn { session: None }) };
        // The lock is the session's, so the session is the turn's alone.
        let mut session = self.reader.acquire().await?.detach();
        let mut told = false;
        loop {
            let row = sqlx::query(ask).bind(LOCK).fetch_one(&mut session).await?;
            if row.try_get::<bool, _>(0)? {
                return Ok(DemoTurn { session: Some(session) });
            }
            if !std::mem::replace(&mut told, true) {
                tracing::info!("another node fills this demo: waiting for it");
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
    }

    /// As [`Store::takes_demo`] says it of the database as it stands, of whichever release, and
    /// before anything of it is changed. Of a folder a file in it says so, not the database.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn would_take_demo(
        settings: &DatabaseSettings,
        folder: &Path,
        demo: &DistrictId,
    ) -> Result<bool, OpenError> {
        let count = Database::of_url(&settings.url).and_then(Database::count_table);
        let Some(count) = count else { return Ok(true) };
        let store = Self::open_beside(settings, folder).await?;
        let takes = async {
            let districts = sqlx::query(count).bind("districts");
            let districts: i64 = districts.fetch_one(&store.reader).await?.try_get(0)?;
            if districts == 0 { Ok(true) } else { store.takes_demo(demo).await }
        };
        let takes = takes.await;
        store.close().await;
        Ok(takes?)
    }

    /// Whether invented data may go in: this district of a demo is there already, or nothing is.
    ///
    /// # Errors
    /// What the database says.
    pub async fn takes_demo(&self, demo: &DistrictId) -> Result<bool, sqlx::Error> {
        if let Some(district) = self.district(demo).await? {
            return Ok(district.demo);
        }
        let any = "select id from districts union all select id from members limit 1";
        Ok(sqlx::query(any).fetch_optional(&self.reader).await?.is_none())
    }
}

impl DemoTurn {
    /// Lets the next node have its turn.
    ///
    /// # Errors
    /// What the database says; the turn is over all the same.
    pub async fn end(self) -> Result<(), sqlx::Error> {
        match self.session {
            Some(session) => session.close().await,
            None => Ok(()),
        }
    }
}
