//! Where Redis is, and connections to it, through TLS where the address says `rediss://`.
//!
//! It must not know what is asked. Invariant: over TLS nothing is sent before the certificate was
//! verified for the host of the address; nothing switches that off.

use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use redis::{Client, ConnectionAddr, RedisConnectionInfo};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_util::either::Either;

use crate::bus::BusError;

/// Connecting with its handshake; a healthy server needs some milliseconds.
const CONNECT_WITHIN: Duration = Duration::from_secs(2);
const TLS: &str = "rediss://";

/// Whose word is believed about the certificate of a `rediss://` server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// The authorities that the system trusts, or those that `SSL_CERT_FILE` or `SSL_CERT_DIR` name.
    #[default]
    System,
    /// The authorities in this PEM file and no others.
    File(PathBuf),
}

/// A connection, plain or not.
pub(super) type Stream = Either<TcpStream, Box<TlsStream<TcpStream>>>;

/// A server and how to speak to it.
#[derive(Clone)]
pub(super) struct Server {
    host: String,
    port: u16,
    settings: RedisConnectionInfo,
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl Server {
    /// Reads `redis://[user:password@]host:port` or the same with `rediss://`.
    pub(super) fn parse(url: &str, trust: &Trust) -> std::result::Result<Self, BusError> {
        let address = |why: &str| BusError::Address(why.to_owned());
        // The client crate would verify nothing behind `#insecure`.
        if url.contains('#') {
            return Err(address("nothing may follow a #"));
        }
        let secret = url.strip_prefix(TLS).map(|rest| format!("redis://{rest}"));
        let client = Client::open(secret.as_deref().unwrap_or(url))
            .map_err(|error| address(&error.to_string()))?;
        let info = client.get_connection_info();
        let ConnectionAddr::Tcp(host, port) = info.addr() else {
            return Err(address("a Unix socket is not supported"));
        };
        let tls = match secret {
            Some(_) => {
                let name = ServerName::try_from(host.clone());
                let name = name.map_err(|error| address(&error.to_string()))?;
                Some((connector(trust)?, name))
            }
            None => None,
        };
        let settings = info.redis_settings().clone();
        Ok(Self { host: host.clone(), port: *port, settings, tls })
    }

    /// Who signs in, and to which database.
    pub(super) fn settings(&self) -> &RedisConnectionInfo {
        &self.settings
    }

    /// Connects, and verifies whom it has reached.
    pub(super) async fn connect(&self) -> Result<Stream> {
        timeout(CONNECT_WITHIN, async {
            let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
            stream.set_nodelay(true)?;
            Ok(match &self.tls {
                None => Either::Left(stream),
                Some((connector, name)) => {
                    Either::Right(Box::new(connector.connect(name.clone(), stream).await?))
                }
            })
        })
        .await
        .map_err(Error::from)?
    }
}

fn connector(trust: &Trust) -> std::result::Result<TlsConnector, BusError> {
    let mut roots = RootCertStore::empty();
    match trust {
        Trust::System => {
            let found = rustls_native_certs::load_native_certs();
            // A system's store may hold some that are too old to be read.
            roots.add_parsable_certificates(found.certs);
            if roots.is_empty() {
                let why = found.errors.first().map_or_else(
                    || "the system trusts no authority".to_owned(),
                    ToString::to_string,
                );
                return Err(BusError::Trust(why));
            }
        }
        Trust::File(path) => read(path, &mut roots)
            .map_err(|why| BusError::Trust(format!("{}: {why}", path.display())))?,
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| BusError::Trust(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config).into())
}

fn read(path: &Path, roots: &mut RootCertStore) -> std::result::Result<(), String> {
    for cert in CertificateDer::pem_file_iter(path).map_err(|error| error.to_string())? {
        let cert = cert.map_err(|error| error.to_string())?;
        roots.add(cert).map_err(|error| error.to_string())?;
    }
    if roots.is_empty() { Err("holds no certificate in PEM".to_owned()) } else { Ok(()) }
}
