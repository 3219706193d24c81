//! TLS for a listener: its certificate, and handshakes that hold nobody up.
//!
//! It must not know what is spoken inside. Invariant: accepting never waits for one client's
//! handshake; a client that is slow or says nothing takes one of a bounded number of places, for
//! a bounded time.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use parking_lot::RwLock;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};
use tokio_rustls::server::TlsStream;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A handshake is two round trips: a phone on a weak link makes it in this.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// Handshakes at a time; further clients wait in the kernel's queue. A county that comes back at
/// once is through in seconds, and those who say nothing hold a few MiB at most.
const HANDSHAKES_AT_A_TIME: usize = 512;
/// Finished handshakes that wait to be served, which is at once.
const READY: usize = 16;
/// The first byte of every TLS handshake.
const HANDSHAKE: u8 = 0x16;
/// What a client that speaks plain HTTP is told.
const PLAIN: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n\
    Connection: close\r\nContent-Length: 47\r\n\r\n\
    this port speaks HTTPS: open it with https://\r\n";
/// What of a plain request is read away, so that its sender reads the answer.
const PLAIN_BYTES: u64 = 64 * 1024;

/// Why a certificate can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file can't be read, or holds nothing of the kind in PEM.
    #[error("{}: no {what} in PEM can be read: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What was looked for in it.
        what: &'static str,
        /// What was wrong.
        error: pem::Error,
    },
    /// The two don't belong together, or can't be used for TLS.
    #[error("{} and {} are no certificate with its key: {error}", cert.display(), key.display())]
    NoPair {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// What was wrong.
        error: rustls::Error,
    },
}

/// A certificate and its key, from two PEM files that can be read again while it serves.
/// Clones share them.
#[derive(Clone)]
pub struct Tls(Arc<Files>);

struct Files {
    cert: PathBuf,
    key: PathBuf,
    loaded: RwLock<Arc<ServerConfig>>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("cert", &self.0.cert).finish_non_exhaustive()
    }
}

impl Tls {
    /// Reads a certificate (with its chain) and its key.
    ///
    /// # Errors
    /// [`TlsError`] names the file.
    pub fn read(cert: &Path, key: &Path) -> Result<Self, TlsError> {
        let loaded = RwLock::new(load(cert, key)?);
        Ok(Self(Arc::new(Files { cert: cert.to_owned(), key: key.to_owned(), loaded })))
    }

    /// Reads both files again; connections that are open keep the certificate that they have.
    ///
    /// # Errors
    /// [`TlsError`]; what was loaded before stays.
    pub fn reload(&self) -> Result<(), TlsError> {
        let loaded = load(&self.0.cert, &self.0.key)?;
        *self.0.loaded.write() = loaded;
        Ok(())
    }

    fn acceptor(&self) -> TlsAcceptor {
        Arc::clone(&self.0.loaded.read()).into()
    }
}

fn load(cert: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let unreadable = |path: &Path, what| {
        let path = path.to_owned();
        move |error| TlsError::Unreadable { path, what, error }
    };
    let chain: Vec<_> = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect)
        .map_err(unreadable(cert, "certificate"))?;
    if chain.is_empty() {
        return Err(unreadable(cert, "certificate")(pem::Error::NoItemsFound));
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(unreadable(key, "private key"))?;
    let provider = Arc::new(ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, secret));
    let mut config = config.map_err(|error| TlsError::NoPair {
        cert: cert.to_owned(),
        key: key.to_owned(),
        error,
    })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// A listener whose connections have finished their handshake.
pub(super) struct TlsListener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
    _stop: DropGuard,
}

impl TlsListener {
    pub(super) fn start(listener: TcpListener, tls: Tls) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (finished, ready) = mpsc::channel(READY);
        let stop = CancellationToken::new();
        let accepting = accept_all(listener, tls, finished);
        tokio::spawn(stop.clone().run_until_cancelled_owned(accepting));
        Ok(Self { ready, address, _stop: stop.drop_guard() })
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            // The task that accepts lives as long as this listener.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

async fn accept_all(
    mut listener: TcpListener,
    tls: Tls,
    finished: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    let places = Arc::new(Semaphore::new(HANDSHAKES_AT_A_TIME));
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let (stream, peer) = <TcpListener as Listener>::accept(&mut listener).await;
        let (acceptor, finished) = (tls.acceptor(), finished.clone());
        tokio::spawn(async move {
            let shaken = timeout(HANDSHAKE_WITHIN, shake(acceptor, stream)).await;
            drop(place);
            match shaken {
                Ok(Ok(stream)) => drop(finished.send((stream, peer)).await),
                Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                Err(_) => tracing::debug!("a TLS handshake took too long"),
            }
        });
    }
}

async fn shake(acceptor: TlsAcceptor, mut stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
    super::tune(&stream);
    let mut first = [HANDSHAKE];
    if stream.peek(&mut first).await? == 1 && first != [HANDSHAKE] {
        stream.write_all(PLAIN).await?;
        stream.shutdown().await?;
        tokio::io::copy(&mut stream.take(PLAIN_BYTES), &mut tokio::io::sink()).await?;
        return Err(io::Error::other("not TLS"));
    }
    acceptor.accept(stream).await
}
