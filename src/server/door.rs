//! A door: a listener of a node with what is shown through it.
//!
//! It must not know the node behind it. Invariant: one router, plain or over TLS, drained alike.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener, ListenerExt};
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::DRAIN_WITHIN;
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
pub(super) async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    router: Router,
    shutdown: CancellationToken,
) -> io::Result<()> {
    match tls {
        Some(tls) => {
            serve_on(TlsListener::start(listener, tls)?.tap_io(|_| ()), router, &shutdown).await
        }
        None => {
            let listener = listener.tap_io(|stream| super::without_delay(stream));
            serve_on(listener, router, &shutdown).await
        }
    }
}

async fn serve_on<L>(listener: L, router: Router, shutdown: &CancellationToken) -> io::Result<()>
where
    L: Listener,
    L::Addr: std::fmt::Debug,
    SocketAddr: for<'a> Connected<IncomingStream<'a, L>>,
{
    let stopping = shutdown.clone().cancelled_owned();
    let router = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, router).with_graceful_shutdown(stopping).into_future();
    tokio::pin!(serving);
    tokio::select! {
        served = &mut serving => return served,
        () = shutdown.cancelled() => {}
    }
    timeout(DRAIN_WITHIN, serving).await.unwrap_or(Ok(()))
}
