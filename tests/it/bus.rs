//! The bus over a real Redis: two nodes, restarts, half-open links; and the local one beside it.

use std::time::Duration;

use tokio::time::timeout;
use xunfang::bus::{
    Bus, BusError, BusMessage, BusReceiver, BusSignal, BusStatus, LocalBus, RedisBus,
};
use xunfang::clock::Clock;

use crate::support::{Proxy, Redis, eventually};

/// Longer than two probes of a silent link and the longest back-off together.
const SOON: Duration = Duration::from_secs(15);
/// Three districts in three partitions.
const DISTRICTS: [&str; 3] = ["420882001", "420882002", "420882003"];

fn event(district: &str, seq: i64) -> BusMessage {
    let payload = format!(r#"{{"text":"巡防","seq":{seq}}}"#).into();
    BusMessage::Event { district: district.to_owned(), seq, payload }
}

fn positions(district: &str, bytes: &'static [u8]) -> BusMessage {
    BusMessage::Positions { district: district.to_owned(), payload: bytes.into() }
}

async fn next(receiver: &mut BusReceiver) -> BusSignal {
    timeout(SOON, receiver.recv()).await.expect("a signal comes")
}

async fn expect_gap(receiver: &mut BusReceiver) {
    assert_eq!(next(receiver).await, BusSignal::Gap);
}

async fn expect(receiver: &mut BusReceiver, message: BusMessage) {
    assert_eq!(next(receiver).await, BusSignal::Message(message));
}

async fn until_connected(bus: &Bus) {
    eventually(SOON, "the bus is connected", async || {
        (bus.status() == BusStatus::Connected).then_some(())
    })
    .await;
}

/// A node that has heard its first gap.
async fn node(url: &str) -> (Bus, BusReceiver) {
    let bus = Bus::Redis(RedisBus::start(url, Clock::system()).expect("the address is one"));
    let mut receiver = bus.subscribe();
    expect_gap(&mut receiver).await;
    until_connected(&bus).await;
    (bus, receiver)
}

#[tokio::test]
async fn a_lone_node_hears_itself_in_order() {
    let bus = Bus::Local(LocalBus::new());
    let mut receiver = bus.subscribe();
    for seq in 1..=100 {
        bus.publish(event(DISTRICTS[0], seq)).await.unwrap();
    }
    bus.publish(positions(DISTRICTS[0], b"\x00\xff")).await.unwrap();
    for seq in 1..=100 {
        expect(&mut receiver, event(DISTRICTS[0], seq)).await;
    }
    expect(&mut receiver, positions(DISTRICTS[0], b"\x00\xff")).await;
}

#[tokio::test]
async fn both_nodes_hear_each_district_in_order() {
    let redis = Redis::start();
    let (here, mut here_hears) = node(&redis.url()).await;
    let (_there, mut there_hears) = node(&redis.url()).await;
    for seq in 1..=1000 {
        here.publish(event(DISTRICTS[0], seq)).await.unwrap();
    }
    here.publish(positions(DISTRICTS[1], b"\x00\xff")).await.unwrap();
    for receiver in [&mut here_hears, &mut there_hears] {
        for seq in 1..=1000 {
            expect(receiver, event(DISTRICTS[0], seq)).await;
        }
        expect(receiver, positions(DISTRICTS[1], b"\x00\xff")).await;
    }
}

#[tokio::test]
async fn a_restart_of_redis_is_a_gap_and_what_waited_is_sent() {
    let mut redis = Redis::start();
    let (here, mut here_hears) = node(&redis.url()).await;
    let (there, mut there_hears) = node(&redis.url()).await;
    redis.stop();
    eventually(SOON, "the loss is noticed", async || {
        matches!(here.status(), BusStatus::Degraded { .. }).then_some(())
    })
    .await;
    here.publish(event(DISTRICTS[0], 1)).await.unwrap();
    expect_gap(&mut here_hears).await;
    redis.restart();
    expect_gap(&mut there_hears).await;
    until_connected(&here).await;
    until_connected(&there).await;
    here.publish(event(DISTRICTS[0], 2)).await.unwrap();
    for receiver in [&mut here_hears, &mut there_hears] {
        let mut heard = next(receiver).await;
        while heard != BusSignal::Message(event(DISTRICTS[0], 2)) {
            let early = [BusSignal::Gap, BusSignal::Message(event(DISTRICTS[0], 1))];
            assert!(early.contains(&heard), "{heard:?}");
            heard = next(receiver).await;
        }
    }
}

#[tokio::test]
async fn an_event_without_room_is_refused_and_positions_are_not() {
    let redis = Redis::start();
    let proxy = Proxy::start(redis.port()).await;
    let (bus, mut receiver) = node(&format!("redis://{}", proxy.address())).await;
    proxy.cut();
    eventually(SOON, "the loss is noticed", async || {
        bus.publish(positions(DISTRICTS[0], b"")).await.expect("positions are never refused");
        matches!(bus.status(), BusStatus::Degraded { .. }).then_some(())
    })
    .await;
    let refused = eventually(SOON, "the queue is full", async || {
        for seq in 0..1000 {
            if let Err(error) = bus.publish(event(DISTRICTS[0], seq)).await {
                return Some(error);
            }
        }
        None
    })
    .await;
    assert!(matches!(refused, BusError::Full), "{refused}");
    eventually(SOON, "the gap is told", async || {
        (next(&mut receiver).await == BusSignal::Gap).then_some(())
    })
    .await;
    bus.publish(positions(DISTRICTS[0], b"")).await.expect("dropped and counted");
}

#[tokio::test]
async fn a_half_open_link_is_given_up_and_healed() {
    let redis = Redis::start();
    let proxy = Proxy::start(redis.port()).await;
    let (there, mut there_hears) = node(&format!("redis://{}", proxy.address())).await;
    let (here, _) = node(&redis.url()).await;
    proxy.silence();
    here.publish(event(DISTRICTS[0], 1)).await.unwrap();
    eventually(SOON, "the silence is noticed", async || {
        matches!(there.status(), BusStatus::Degraded { .. }).then_some(())
    })
    .await;
    proxy.heal();
    expect_gap(&mut there_hears).await;
    here.publish(event(DISTRICTS[0], 2)).await.unwrap();
    expect(&mut there_hears, event(DISTRICTS[0], 2)).await;
}

#[tokio::test]
async fn interest_narrows_and_widens_with_a_gap() {
    let redis = Redis::start();
    let (bus, mut receiver) = node(&redis.url()).await;
    let client = redis::Client::open(redis.url()).unwrap();
    let mut admin = client.get_multiplexed_async_connection().await.unwrap();
    let mut channels = redis::cmd("PUBSUB");
    channels.arg("CHANNELS");
    bus.set_interest([DISTRICTS[1]]);
    eventually(SOON, "one partition is left", async || {
        let left: Vec<String> = channels.query_async(&mut admin).await.unwrap();
        (left.len() == 2).then_some(())
    })
    .await;
    bus.set_interest([DISTRICTS[1], DISTRICTS[2]]);
    expect_gap(&mut receiver).await;
    for district in DISTRICTS {
        bus.publish(event(district, 1)).await.unwrap();
    }
    expect(&mut receiver, event(DISTRICTS[1], 1)).await;
    expect(&mut receiver, event(DISTRICTS[2], 1)).await;
}

#[tokio::test]
async fn signs_in_with_the_password_of_its_address() {
    let redis = Redis::start();
    let client = redis::Client::open(redis.url()).unwrap();
    let mut admin = client.get_multiplexed_async_connection().await.unwrap();
    let mut set = redis::cmd("CONFIG");
    set.arg("SET").arg("requirepass").arg("secret");
    set.exec_async(&mut admin).await.unwrap();
    let (bus, mut receiver) = node(&format!("redis://:secret@127.0.0.1:{}", redis.port())).await;
    bus.publish(event(DISTRICTS[0], 1)).await.unwrap();
    expect(&mut receiver, event(DISTRICTS[0], 1)).await;
}

#[tokio::test]
async fn refuses_addresses_it_cannot_serve() {
    for url in [
        "",
        "http://127.0.0.1",
        "unix:///tmp/redis.sock",
        "rediss://127.0.0.1#insecure",
        "rediss://",
    ] {
        let error = RedisBus::start(url, Clock::system()).expect_err("must be refused");
        assert!(matches!(error, BusError::Address(_)), "{url}: {error}");
    }
}
