//! A data folder as a release left it, from its SQL text; `tests/fixtures/releases` says how one
//! is made.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sqlx::{AnyPool, AssertSqlSafe, Row};
use tempfile::TempDir;

/// A release's fixture.
pub(super) struct Release {
    folder: PathBuf,
    /// The newest migration that it knew.
    pub(super) migration: u32,
    pub(super) facts: Value,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All of them, the oldest first.
pub(super) fn all() -> Vec<Release> {
    let folders = fs::read_dir(root().join("tests/fixtures/releases")).unwrap();
    let folders = folders.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let mut releases: Vec<Release> = folders.map(Release::read).collect();
    releases.sort_by_key(|release| release.migration);
    releases
}

/// The numbers of the state's migrations, the oldest first.
pub(super) fn migrations() -> Vec<u32> {
    let files = fs::read_dir(root().join("migrations/main")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut numbers: Vec<u32> = names.map(|name| name[..4].parse().unwrap()).collect();
    numbers.sort_unstable();
    numbers
}

impl Release {
    fn read(folder: PathBuf) -> Self {
        let name = folder.file_name().unwrap().to_str().unwrap();
        let migration = name.parse().expect("a folder is named after its newest migration");
        let facts = fs::read_to_string(folder.join("facts.json")).unwrap();
        Self { migration, facts: serde_json::from_str(&facts).unwrap(), folder }
    }

    /// The folder as it was.
    pub(super) async fn restored(&self) -> TempDir {
        sqlx::any::install_default_drivers();
        let data = tempfile::tempdir().unwrap();
        for name in ["xunfang", "tracks"] {
            let text = fs::read_to_string(self.folder.join(format!("{name}.sql"))).unwrap();
            let pool = open(data.path(), name).await;
            sqlx::raw_sql(AssertSqlSafe(text)).execute(&pool).await.unwrap();
            pool.close().await;
        }
        data
    }
}

/// A database of a folder.
pub(super) async fn open(data: &Path, name: &str) -> AnyPool {
    let url = format!("sqlite://{}/{name}.db?mode=rwc", data.display());
    sqlx::any::AnyPoolOptions::new().max_connections(1).connect(&url).await.unwrap()
}

/// Every table with its columns, but for the migrations' own.
pub(super) async fn columns(pool: &AnyPool) -> Vec<(String, String)> {
    let rows = sqlx::query(
        "select m.name as name, group_concat(quote(c.name)) as list from sqlite_master m \
         join pragma_table_info(m.name) c where m.type = 'table' and m.name not like '\\_%' \
         escape '\\' group by m.name order by m.name",
    );
    let rows = rows.fetch_all(pool).await.unwrap();
    let unquoted = |list: String| list.replace('\'', "\"");
    rows.iter().map(|row| (row.get("name"), unquoted(row.get("list")))).collect()
}

/// The rows of these columns, as text in one order.
pub(super) async fn rows(pool: &AnyPool, (table, list): &(String, String)) -> Vec<String> {
    let sql = format!("select json_array({list}) as line from {table} order by line");
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(pool).await.unwrap();
    rows.iter().map(|row| row.get("line")).collect()
}
