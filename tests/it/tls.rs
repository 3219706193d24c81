//! TLS over real sockets: who speaks it is served, who doesn't is told, and nobody holds it up.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use hyper::Method;
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::tungstenite::Message;
use xunfang::bus::{Bus, LocalBus};
use xunfang::clock::Clock;
use xunfang::http::Entrance;
use xunfang::server::{Door, OwnCertificate, Tls};

use crate::support::http::{Answer, Ask, ask_over};
use crate::support::node::{NOW_MS, TestNode};
use crate::support::{Backend, seed};

const SOON: Duration = Duration::from_secs(10);

/// Two files in a folder.
struct Pem {
    folder: TempDir,
}

impl Pem {
    fn fresh() -> Self {
        let pem = Self { folder: tempfile::tempdir().unwrap() };
        pem.renew();
        pem
    }

    /// Another certificate in the same files. Rejected if not valid now: the wall's time it is.
    fn renew(&self) {
        let names = ["127.0.0.1", "localhost"].map(str::to_owned);
        fs::remove_file(self.folder.path().join("names")).ok();
        OwnCertificate::keep(self.folder.path(), &names, Clock::system().now_ms()).unwrap();
    }

    fn cert(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    fn tls(&self) -> Tls {
        Tls::read(&self.cert(), &self.key()).unwrap()
    }

    /// A connection that trusts this certificate and no other.
    async fn connect(&self, address: SocketAddr) -> std::io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(self.cert()).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(address).await?;
        let name = ServerName::IpAddress(address.ip().into());
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }

    async fn ask(&self, address: SocketAddr, ask: Ask<'_>) -> Answer {
        let stream = self.connect(address).await.expect("the certificate is trusted");
        timeout(SOON, ask_over(stream, &address.to_string(), ask)).await.expect("an answer")
    }
}

async fn node(backend: &Backend, tls: Tls, strict: bool) -> TestNode {
    let bus = Bus::Local(LocalBus::new());
    let entrance = Entrance { tls: true, strict, ..Entrance::default() };
    let doors = |listener| vec![Door { listener, tls: Some(tls), entrance }];
    let clock = Clock::manual(NOW_MS);
    let node = TestNode::start_through(backend, bus, clock, doors).await;
    seed::district(&node.app.writer).await;
    node
}

#[tokio::test]
async fn browsers_are_served_over_tls_and_told_to_stay() {
    let (backend, pem) = (Backend::sqlite(), Pem::fresh());
    for strict in [true, false] {
        let node = node(&backend, pem.tls(), strict).await;
        let body = json!({ "username": "guard", "password": seed::PASSWORD }).to_string();
        let signed_in = pem.ask(node.address, Ask::post("/api/session", &body)).await;
        assert_eq!(signed_in.status, 200, "{}", signed_in.text());
        let cookie = signed_in.header("set-cookie");
        assert!(cookie.ends_with("; Secure"), "{cookie}");
        let stays = signed_in.header("strict-transport-security");
        assert_eq!(stays, if strict { "max-age=31536000" } else { "" });
        let cookie = [("cookie", cookie.split(';').next().unwrap())];
        let out = Ask { method: Method::DELETE, ..Ask::get("/api/session") };
        let out = pem.ask(node.address, out.with(&cookie)).await;
        assert_eq!(out.status, 204);
        assert!(out.header("set-cookie").ends_with("; Secure"), "a Secure cookie is taken back");
        node.stop().await;
    }
}

#[tokio::test]
async fn a_proxy_that_speaks_tls_makes_the_cookie_secure() {
    let backend = Backend::sqlite();
    let node = TestNode::seeded(&backend).await;
    let body = json!({ "username": "guard", "password": seed::PASSWORD }).to_string();
    for (headers, secure) in [
        (vec![], false),
        (vec![("x-forwarded-proto", "https")], true),
        (vec![("x-forwarded-proto", "http")], false),
    ] {
        let answer = node.ask(Ask::post("/api/session", &body).with(&headers)).await;
        assert_eq!(answer.header("set-cookie").ends_with("; Secure"), secure, "{headers:?}");
        assert_eq!(answer.header("strict-transport-security"), "");
    }
    node.stop().await;
}

#[tokio::test]
async fn sockets_run_over_tls_and_drain() {
    let (backend, pem) = (Backend::sqlite(), Pem::fresh());
    let node = node(&backend, pem.tls(), true).await;
    let token = node.token("guard").await;
    let stream = pem.connect(node.address).await.unwrap();
    let url = format!("wss://{}/ws", node.address);
    let (mut socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
    let hello = json!({ "type": "hello", "version": 1, "token": token, "cursors": {} });
    socket.send(Message::text(hello.to_string())).await.unwrap();
    let mut types = Vec::new();
    while types.len() < 2 {
        let message = timeout(SOON, socket.next()).await.expect("soon").unwrap().unwrap();
        let message: serde_json::Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
        types.push(message["type"].as_str().unwrap().to_owned());
    }
    assert_eq!(types, ["welcome", "reset"]);
    let (ended, ()) = tokio::join!(
        async {
            loop {
                match timeout(SOON, socket.next()).await.expect("the end").unwrap().unwrap() {
                    Message::Close(close) => return u16::from(close.unwrap().code),
                    _ => continue,
                }
            }
        },
        node.stop()
    );
    assert_eq!(ended, 4001, "a drain says goodbye over TLS too");
}

#[tokio::test]
async fn who_speaks_no_tls_is_told_and_who_says_nothing_holds_nobody_up() {
    let (backend, pem) = (Backend::sqlite(), Pem::fresh());
    let node = node(&backend, pem.tls(), true).await;
    let mut silent = Vec::new();
    for _ in 0..40 {
        silent.push(TcpStream::connect(node.address).await.unwrap());
    }
    let mut plain = TcpStream::connect(node.address).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut said = String::new();
    timeout(SOON, plain.read_to_string(&mut said)).await.expect("soon").unwrap();
    let (head, body) = said.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 400 ") && body.contains("https://"), "{said}");
    assert!(head.ends_with(&format!("Content-Length: {}", body.len())), "{said}");
    let mut noise = TcpStream::connect(node.address).await.unwrap();
    noise.write_all(&[0x16, 3, 1, 0, 4, 9, 9, 9, 9]).await.unwrap();
    timeout(SOON, noise.read_to_end(&mut Vec::new())).await.expect("it is closed").ok();
    assert_eq!(pem.ask(node.address, Ask::get("/healthz")).await.status, 200);
    drop(silent);
    node.stop().await;
}

#[tokio::test]
async fn a_renewed_certificate_is_taken_and_a_broken_one_is_not() {
    let (backend, pem, other) = (Backend::sqlite(), Pem::fresh(), Pem::fresh());
    let tls = pem.tls();
    let node = node(&backend, tls.clone(), true).await;
    let mut open = pem.connect(node.address).await.unwrap();
    let before = fs::read(pem.cert()).unwrap();
    pem.renew();
    pem.connect(node.address).await.unwrap_err();
    tls.reload().unwrap();
    assert_eq!(pem.ask(node.address, Ask::get("/healthz")).await.status, 200);
    open.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut first = [0; 12];
    timeout(SOON, open.read_exact(&mut first)).await.expect("soon").unwrap();
    assert_eq!(&first, b"HTTP/1.1 200", "an open connection goes on");
    let renewed = fs::read(pem.cert()).unwrap();
    fs::copy(other.cert(), pem.cert()).unwrap();
    tls.reload().unwrap_err();
    fs::write(pem.cert(), renewed).unwrap();
    assert_eq!(pem.ask(node.address, Ask::get("/healthz")).await.status, 200, "the last one stays");
    assert_ne!(before, fs::read(pem.cert()).unwrap());
    node.stop().await;
}

/// What the program says when it is started with these two files.
fn refused(cert: &Path, key: &Path) -> String {
    let folder = tempfile::tempdir().unwrap();
    let out = Command::new(env!("CARGO_BIN_EXE_xunfang"))
        .args(["serve", "--listen", "127.0.0.1:0", "--metrics", "", "--data"])
        .arg(folder.path().join("data"))
        .arg("--config")
        .arg(folder.path())
        .args([Path::new("--tls-cert"), cert, Path::new("--tls-key"), key])
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(1));
    String::from_utf8(out.stderr).unwrap()
}

#[test]
fn a_start_without_a_certificate_or_with_the_wrong_key_says_which_file() {
    let (one, other) = (Pem::fresh(), Pem::fresh());
    let missing = one.folder.path().join("missing.pem");
    for (cert, key, words) in [
        (one.cert(), other.key(), vec!["cert.pem and ", "are no certificate with its key"]),
        (missing.clone(), one.key(), vec!["missing.pem", "no certificate in PEM"]),
        (one.cert(), missing, vec!["missing.pem", "no private key in PEM"]),
        (one.key(), one.key(), vec!["key.pem", "no certificate in PEM"]),
        (one.cert(), one.cert(), vec!["cert.pem", "no private key in PEM"]),
    ] {
        let said = refused(&cert, &key);
        for word in words {
            assert!(said.contains(word), "{word} is not in {said}");
        }
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}
