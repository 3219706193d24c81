//! A door: a listener of a node with what is shown through it.
//!
//! It must not know the node behind it. Invariant: one router, plain or over TLS, drained alike.

use std::io;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::connections;
use super::tls::{Tls, TlsListener};
use crate::http::Entrance;

/// A listener and what is shown through it.
pub struct Door {
    /// Where clients come in.
    pub listener: TcpListener,
    /// The certificate, for one that speaks TLS.
    pub tls: Option<Tls>,
    /// What its clients are shown.
    pub entrance: Entrance,
}

impl From<TcpListener> for Door {
    /// A plain one that shows what every node shows.
    fn from(listener: TcpListener) -> Self {
        Self { listener, tls: None, entrance: Entrance::default() }
    }
}

/// Serves until the token is cancelled; then open requests get a while to end.
///
/// # Errors
/// When the listener has no address.
pub(super) async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    router: Router,
    shutdown: CancellationToken,
) -> io::Result<()> {
    match tls {
        Some(tls) => {
            connections::serve(TlsListener::start(listener, tls)?, router, &shutdown).await;
        }
        None => {
            let listener = listener.tap_io(|stream| super::tune(stream));
            connections::serve(listener, router, &shutdown).await;
        }
    }
    Ok(())
}
