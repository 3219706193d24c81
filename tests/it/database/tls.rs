//! TLS to the database: what is asked for in its URL is held, and nothing less.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use sqlx::{AnyConnection, Connection as _};
use xunfang::store::{OpenError, Store};

use super::{run, settings};
use crate::support::Postgres;

/// The certificate of an authority, and one of it for a server of this name with its key.
fn certificates(name: &str) -> (String, String, String) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let server = params.signed_by(&key, &issuer).unwrap().pem();
    (authority, server, key.serialize_pem())
}

/// Has a cluster show this certificate from now on. It writes the files itself, so they are its own.
async fn show(url: &str, certificate: &str, key: &str) {
    let mut db = AnyConnection::connect(url).await.unwrap();
    for (file, text) in [("tls.crt", certificate), ("tls.key", key)] {
        run(
            &mut db,
            format!(
                "copy (select unnest(string_to_array('{}', E'\\n'))) \
                 to program 'umask 077; cat > {file}'",
                text.replace("\r\n", "\n")
            ),
        )
        .await;
    }
    for (name, value) in [("ssl_cert_file", "tls.crt"), ("ssl_key_file", "tls.key"), ("ssl", "on")]
    {
        run(&mut db, format!("alter system set {name} = '{value}'")).await;
    }
    run(&mut db, "select pg_reload_conf()").await;
}

async fn is_encrypted(url: &str) -> bool {
    let Ok(mut db) = AnyConnection::connect(url).await else { return false };
    let sql = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
    sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap()
}

#[tokio::test]
async fn the_server_is_who_it_should_be_or_nothing_is_opened() {
    let postgres = Postgres::start();
    let url = postgres.create_database().await;
    let folder = tempfile::tempdir().unwrap();
    let opens = async |query: String| {
        let settings = settings(&format!("{url}?{query}"));
        match Store::open(&settings, folder.path()).await {
            Ok(store) => {
                store.close().await;
                Ok(())
            }
            Err(error) => Err(error),
        }
    };
    let none = opens("sslmode=require".to_owned()).await;
    assert!(matches!(none, Err(OpenError::Database(_))), "a server without TLS");

    let (authority, certificate, key) = certificates("127.0.0.1");
    let roots = |name: &str, pem: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, pem).unwrap();
        format!("sslrootcert={}", path.display())
    };
    let right = roots("right.pem", &authority);
    let wrong = roots("wrong.pem", &certificates("127.0.0.1").0);
    show(&url, &certificate, &key).await;
    let encrypted = format!("{url}?sslmode=require");
    crate::support::eventually(super::DEADLINE, "it shows its certificate", async || {
        is_encrypted(&encrypted).await.then_some(())
    })
    .await;
    opens("sslmode=require".to_owned()).await.unwrap();
    opens(format!("sslmode=verify-full&{right}")).await.unwrap();
    for (query, why) in [
        (format!("sslmode=verify-full&{wrong}"), "another authority"),
        ("sslmode=verify-full".to_owned(), "none that the system trusts"),
    ] {
        assert!(matches!(opens(query).await, Err(OpenError::Database(_))), "{why}");
    }

    let (authority, certificate, key) = certificates("elsewhere.example");
    let right = roots("right.pem", &authority);
    show(&url, &certificate, &key).await;
    crate::support::eventually(super::DEADLINE, "it shows the other one", async || {
        opens(format!("sslmode=verify-ca&{right}")).await.ok()
    })
    .await;
    let other = opens(format!("sslmode=verify-full&{right}")).await;
    assert!(matches!(other, Err(OpenError::Database(_))), "another name");
}
