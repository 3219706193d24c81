//! A TCP proxy that breaks connections the ways networks do. It must not know the protocol inside.
//! Invariant: what `cut` or `silence` has touched never carries a byte again.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Newcomer {
    Served,
    Silent,
    Closed,
}

/// The counters let a connection see a cut that was healed before it looked.
#[derive(Clone, Copy)]
struct Weather {
    /// Where a new connection goes.
    port: u16,
    newcomer: Newcomer,
    cuts: u32,
    silences: u32,
    delay: Duration,
}

/// Stands between a client and a server; dropping it closes every connection.
pub(crate) struct Proxy {
    address: SocketAddr,
    weather: watch::Sender<Weather>,
    accepting: AbortHandle,
}

impl Proxy {
    /// Listens on a free port of the loopback and forwards to the loopback's `port`.
    pub(crate) async fn start(port: u16) -> Self {
        let listener =
            TcpListener::bind("127.0.0.1:0").await.expect("the loopback has a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let (newcomer, delay) = (Newcomer::Served, Duration::ZERO);
        let (weather, forecast) =
            watch::channel(Weather { port, newcomer, cuts: 0, silences: 0, delay });
        let accepting = tokio::spawn(accept(listener, forecast)).abort_handle();
        Self { address, weather, accepting }
    }

    /// Where clients connect.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// New connections go to this port; those that stand stay where they are.
    pub(crate) fn turn(&self, port: u16) {
        self.weather.send_modify(|weather| weather.port = port);
    }

    /// Closes every connection, and each new one as soon as it is made, until `heal`.
    pub(crate) fn cut(&self) {
        self.weather.send_modify(|weather| {
            weather.cuts += 1;
            weather.newcomer = Newcomer::Closed;
        });
    }

    /// Half-open: every connection, and each new one until `heal`, stays up and carries nothing.
    pub(crate) fn silence(&self) {
        self.weather.send_modify(|weather| {
            weather.silences += 1;
            weather.newcomer = Newcomer::Silent;
        });
    }

    /// Every chunk waits this long, each way.
    pub(crate) fn delay(&self, each_way: Duration) {
        self.weather.send_modify(|weather| weather.delay = each_way);
    }

    /// New connections work again, without delay.
    pub(crate) fn heal(&self) {
        self.weather.send_modify(|weather| {
            weather.newcomer = Newcomer::Served;
            weather.delay = Duration::ZERO;
        });
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, forecast: watch::Receiver<Weather>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        connections.spawn(carry(client, forecast.clone()));
    }
}

async fn carry(client: TcpStream, forecast: watch::Receiver<Weather>) {
    let start = *forecast.borrow();
    let mut to_the_end = forecast.clone();
    tokio::select! {
        biased;
        _ = to_the_end.wait_for(|weather| weather.cuts != start.cuts) => {}
        () = serve(client, start, forecast) => {}
    }
}

async fn serve(client: TcpStream, start: Weather, mut forecast: watch::Receiver<Weather>) {
    match start.newcomer {
        Newcomer::Closed => return,
        Newcomer::Silent => return std::future::pending().await,
        Newcomer::Served => {}
    }
    let Ok(server) = TcpStream::connect(("127.0.0.1", start.port)).await else { return };
    let (mut client_in, mut client_out) = client.into_split();
    let (mut server_in, mut server_out) = server.into_split();
    let (there, back) = (forecast.clone(), forecast.clone());
    tokio::select! {
        biased;
        _ = forecast.wait_for(|weather| weather.silences != start.silences) => {}
        () = pump(&mut client_in, &mut server_out, &there) => return,
        () = pump(&mut server_in, &mut client_out, &back) => return,
    }
    // The four halves live on here: neither side learns anything.
    std::future::pending().await
}

async fn pump(
    from: &mut (impl AsyncReadExt + Unpin),
    to: &mut (impl AsyncWriteExt + Unpin),
    forecast: &watch::Receiver<Weather>,
) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let delay = forecast.borrow().delay;
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
