//! A database that a newer program has brought further: nodes are replaced one by one.

use sqlx::{AnyConnection, Connection as _};
use xunfang::store::{OpenError, Store};

use super::{run, settings};
use crate::support::Backend;

#[tokio::test]
async fn the_release_before_starts_beside_a_newer_one_until_a_migration_says_no() {
    for (set, number) in [("main", 900), ("track", 1_900)] {
        let backend = Backend::postgres().await;
        let (folder, settings) = (tempfile::tempdir().unwrap(), settings(backend.url()));
        let opens = async || match Store::open(&settings, folder.path()).await {
            Ok(store) => {
                store.close().await;
                Ok(())
            }
            Err(error) => Err(error),
        };
        opens().await.unwrap();
        let mut db = AnyConnection::connect(backend.url()).await.unwrap();
        run(
            &mut db,
            format!(
                "insert into _sqlx_migrations \
                 (version, description, success, checksum, execution_time) \
                 values ({number}, 'of tomorrow', true, '\\x00', 1)"
            ),
        )
        .await;
        opens().await.expect("it only adds something");
        let least =
            format!("update least_programs set known = {number} where migrations = '{set}'");
        run(&mut db, least).await;
        let refused = opens().await;
        assert!(matches!(refused, Err(OpenError::Newer { found, .. }) if found == number), "{set}");
        run(&mut db, "delete from least_programs").await;
        assert!(matches!(opens().await, Err(OpenError::Newer { .. })), "{set}: nobody said it may");
    }
}
