//! One test body, both databases. It must not know the schema.
//! Invariant: every test has a database of its own.

use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use super::postgres::Postgres;

/// A fresh, empty database; SQLite's file goes with the last who keeps it.
pub(crate) struct Backend {
    url: String,
    folder: Option<Arc<TempDir>>,
}

impl Backend {
    /// A database file in a temporary folder.
    pub(crate) fn sqlite() -> Self {
        Self::of(tempfile::tempdir().expect("a temp folder can be made"))
    }

    /// The database files of this folder.
    pub(crate) fn of(folder: TempDir) -> Self {
        sqlx::any::install_default_drivers();
        let url = format!("sqlite://{}/xunfang.db?mode=rwc", folder.path().display());
        Self { url, folder: Some(Arc::new(folder)) }
    }

    /// A new database on the shared cluster.
    pub(crate) async fn postgres() -> Self {
        Self { url: Postgres::shared().create_database().await, folder: None }
    }

    /// A new database on this cluster.
    pub(crate) async fn on(cluster: &Postgres) -> Self {
        Self { url: cluster.create_database().await, folder: None }
    }

    /// The same PostgreSQL database through a proxy at this port.
    pub(crate) fn through(&self, port: u16) -> Self {
        let (server, database) = self.url.rsplit_once('/').expect("a URL has a path");
        let (host, _) = server.rsplit_once(':').expect("a URL has a port");
        Self { url: format!("{host}:{port}/{database}"), folder: None }
    }

    /// The URL that `sqlx` takes.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The folder of SQLite's file.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref().map(TempDir::path)
    }

    /// Keeps SQLite's file: a pool opens connections later, too.
    pub(crate) fn keep(&self) -> Option<Arc<TempDir>> {
        self.folder.clone()
    }

    /// True for SQLite.
    pub(crate) fn is_sqlite(&self) -> bool {
        self.folder.is_some()
    }
}

/// For each `async fn name(backend: Backend)`: the tests `name::sqlite` and `name::postgres`.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[tokio::test]
            async fn sqlite() {
                super::$name($crate::support::Backend::sqlite()).await;
            }

            #[tokio::test]
            async fn postgres() {
                super::$name($crate::support::Backend::postgres().await).await;
            }
        }
    )+};
}
