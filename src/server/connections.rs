//! HTTP connections of a listener, each served in a task of its own until it ends.
//!
//! It must not know what is asked. Invariant: whoever opens a connection and asks nothing, or never
//! ends the head of a request, holds it for a bounded time; what is asked is bounded by `http`, and
//! an upgraded connection by `ws`.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::serve::Listener;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::drain::DRAIN_WITHIN;

/// The head of a request comes within this, counted from the connection or the answer before it: a
/// phone on a weak link sends it in one packet, a browser opens another connection when it needs.
const HEAD_WITHIN: Duration = Duration::from_secs(30);

/// Serves what the listener accepts until the token is cancelled; then open requests get a while.
pub(super) async fn serve<L>(mut listener: L, router: Router, shutdown: &CancellationToken)
where
    L: Listener<Addr = SocketAddr>,
{
    let connections = TaskTracker::new();
    let router: Router = router.with_state(());
    while let Some((stream, peer)) = shutdown.run_until_cancelled(listener.accept()).await {
        let (router, shutdown) = (router.clone(), shutdown.clone());
        connections.spawn(async move {
            serve_one(stream, peer, router, shutdown, HEAD_WITHIN).await;
        });
    }
    drop(listener);
    connections.close();
    if timeout(DRAIN_WITHIN, connections.wait()).await.is_err() {
        tracing::debug!("some requests did not end in time");
    }
}

async fn serve_one<S>(
    stream: S,
    peer: SocketAddr,
    router: Router,
    shutdown: CancellationToken,
    head_within: Duration,
) where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_within)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended badly");
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const HEAD_WITHIN: Duration = Duration::from_millis(50);
    const ASKED: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    /// What comes back until the server ends the connection, which the client never does.
    async fn told(said: &str) -> String {
        let (mut client, server) = tokio::io::duplex(64 * 1024);
        let router = Router::new().route("/", get(async || "answered"));
        let peer = ([127, 0, 0, 1], 1).into();
        let served = serve_one(server, peer, router, CancellationToken::new(), HEAD_WITHIN);
        let mut got = String::new();
        let asked = async {
            client.write_all(said.as_bytes()).await.unwrap();
            client.read_to_string(&mut got).await.unwrap();
        };
        timeout(Duration::from_secs(20), async { tokio::join!(served, asked) }).await.unwrap();
        got
    }

    #[tokio::test]
    async fn who_never_ends_the_head_of_a_request_is_left() {
        let half = "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ";
        for (said, answers) in [("", 0), ("G", 0), (half, 0), (ASKED, 1)] {
            assert_eq!(told(said).await.matches("answered").count(), answers, "{said:?}");
        }
        assert_eq!(told(&format!("{ASKED}{ASKED}{half}")).await.matches("answered").count(), 2);
    }
}
