//! The harness itself: that what it starts works, and that what it breaks is broken.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::support::{Backend, Proxy, Redis, ReservedPort, eventually};

const SOON: Duration = Duration::from_secs(10);
/// Long enough for a byte to cross the loopback many times.
const SILENCE: Duration = Duration::from_millis(200);

async fn starts_empty_and_apart(backend: Backend) {
    let pool = sqlx::AnyPool::connect(backend.url()).await.expect("the database opens");
    sqlx::query("create table only_mine (id text not null)")
        .execute(&pool)
        .await
        .expect("no other test's table is here");
    pool.close().await;
}

mod first {
    use super::starts_empty_and_apart;
    on_both!(starts_empty_and_apart);
}

mod second {
    use super::starts_empty_and_apart;
    on_both!(starts_empty_and_apart);
}

async fn ping(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(b"PING\r\n").await?;
    stream.read_exact(&mut [0; 7]).await.map(|_| ())
}

#[tokio::test]
async fn redis_comes_back_on_its_port() {
    let mut redis = Redis::start();
    let address = ("127.0.0.1", redis.port());
    ping(&mut TcpStream::connect(address).await.unwrap()).await.unwrap();
    redis.stop();
    TcpStream::connect(address).await.unwrap_err();
    redis.restart();
    ping(&mut TcpStream::connect(address).await.unwrap()).await.unwrap();
}

#[test]
fn a_reserved_port_is_held_until_released() {
    let port = ReservedPort::take();
    let address = ("127.0.0.1", port.number());
    std::net::TcpListener::bind(address).unwrap_err();
    port.release();
    std::net::TcpListener::bind(address).unwrap();
}

#[tokio::test]
async fn proxy_cuts_silences_delays_and_heals() {
    let redis = Redis::start();
    let proxy = Proxy::start(redis.port()).await;
    let connect = || TcpStream::connect(proxy.address());

    let mut stream = connect().await.unwrap();
    ping(&mut stream).await.unwrap();
    proxy.cut();
    proxy.heal();
    eventually(SOON, "the cut connection ends", async || ping(&mut stream).await.err()).await;

    let mut stream = connect().await.unwrap();
    ping(&mut stream).await.unwrap();
    proxy.silence();
    timeout(SILENCE, ping(&mut stream)).await.unwrap_err();
    timeout(SILENCE, ping(&mut connect().await.unwrap())).await.unwrap_err();
    proxy.heal();
    timeout(SILENCE, stream.read(&mut [0; 1])).await.expect_err("silent for good, yet open");

    let mut stream = connect().await.unwrap();
    proxy.delay(SILENCE);
    let start = Instant::now();
    ping(&mut stream).await.unwrap();
    assert!(start.elapsed() >= SILENCE * 2, "one delay each way");
}

#[tokio::test]
#[should_panic(expected = "still not: the impossible")]
async fn eventually_names_what_did_not_come() {
    eventually(Duration::from_millis(50), "the impossible", async || None::<()>).await;
}
