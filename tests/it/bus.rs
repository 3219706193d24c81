//! The bus over a real Redis: two nodes, restarts, half-open links; and the local one beside it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tokio::time::timeout;
use xunfang::bus::{
    Bus, BusError, BusEvent, BusMessage, BusReceiver, BusSignal, BusStatus, LocalBus, RedisBus,
    UnitFix,
};
use xunfang::clock::Clock;
use xunfang::protocol::limits::TICK_MS;

use crate::support::{Proxy, Redis, eventually};

/// Longer than two probes of a silent link and the longest back-off together.
const SOON: Duration = Duration::from_secs(15);
/// [`xunfang::protocol::limits::TICK_MS`].
const TICK: Duration = Duration::from_millis(TICK_MS);
/// Three districts in three partitions.
const DISTRICTS: [&str; 3] = ["420882001", "420882002", "420882003"];

fn event(district: &str, seq: i64) -> BusEvent {
    let payload = format!(r#"{{"text":"巡防","seq":{seq}}}"#).into();
    BusEvent { district: district.to_owned(), seq, payload }
}

fn fix(district: &str, unit: &str, at_ms: i64) -> UnitFix {
    let json = format!(r#"["{unit}",{at_ms}]"#);
    UnitFix { district: district.to_owned(), unit: unit.to_owned(), at_ms, json }
}

async fn next(receiver: &mut BusReceiver) -> BusSignal {
    timeout(SOON, receiver.recv()).await.expect("a signal comes")
}

async fn expect_gap(receiver: &mut BusReceiver) {
    assert_eq!(next(receiver).await, BusSignal::Gap);
}

async fn expect(receiver: &mut BusReceiver, event: BusEvent) {
    assert_eq!(next(receiver).await, BusSignal::Message(BusMessage::Event(event)));
}

/// The next fixes, by unit.
async fn next_fixes(receiver: &mut BusReceiver) -> Vec<(String, i64)> {
    match next(receiver).await {
        BusSignal::Message(BusMessage::Positions { payload, .. }) => {
            let mut fixes: Vec<_> = serde_json::from_slice(&payload).unwrap();
            fixes.sort();
            fixes
        }
        other => panic!("no positions: {other:?}"),
    }
}

/// How often Redis was asked this since it was started.
async fn calls(redis: &Redis, command: &str) -> u64 {
    let client = redis::Client::open(redis.url()).unwrap();
    let mut admin = client.get_multiplexed_async_connection().await.unwrap();
    let stats: String =
        redis::cmd("INFO").arg("commandstats").query_async(&mut admin).await.unwrap();
    let calls = stats.lines().find_map(|line| {
        let line = line.strip_prefix(&format!("cmdstat_{command}:calls="))?;
        line.split(',').next()?.parse().ok()
    });
    calls.unwrap_or(0)
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
        bus.publish_event(event(DISTRICTS[0], seq)).unwrap();
    }
    bus.publish_positions(vec![fix(DISTRICTS[0], "a", 1), fix(DISTRICTS[1], "b", 2)]);
    for seq in 1..=100 {
        expect(&mut receiver, event(DISTRICTS[0], seq)).await;
    }
    let told = [("a".to_owned(), 1), ("b".to_owned(), 2)];
    assert_eq!(next_fixes(&mut receiver).await, told);
}

#[tokio::test]
async fn both_nodes_hear_each_district_in_order() {
    let redis = Redis::start();
    let (here, mut here_hears) = node(&redis.url()).await;
    let (_there, mut there_hears) = node(&redis.url()).await;
    for seq in 1..=1000 {
        here.publish_event(event(DISTRICTS[0], seq)).unwrap();
    }
    here.publish_positions(vec![fix(DISTRICTS[1], "a", 1)]);
    for receiver in [&mut here_hears, &mut there_hears] {
        let (mut last, mut units) = (0, 0);
        while (last, units) != (1000, 1) {
            match next(receiver).await {
                BusSignal::Message(BusMessage::Event(heard)) => {
                    assert_eq!(heard, event(DISTRICTS[0], last + 1));
                    last = heard.seq;
                }
                BusSignal::Message(BusMessage::Positions { payload, .. }) => {
                    assert_eq!(payload, r#"[["a",1]]"#);
                    units += 1;
                }
                BusSignal::Gap => panic!("nothing was lost"),
            }
        }
    }
}

#[tokio::test]
async fn positions_of_a_partition_travel_together_once_a_tick_and_the_newest_wins() {
    let redis = Redis::start();
    let (here, _) = node(&redis.url()).await;
    let (_there, mut hears) = node(&redis.url()).await;
    let all = |district: &str, at_ms| {
        (0..50).map(|unit| fix(district, &format!("{district}/{unit}"), at_ms)).collect()
    };
    let (mut told, start) = (0, Instant::now());
    // Each unit reports as fast as it can, for some ticks.
    while start.elapsed() < TICK * 4 {
        told += 1;
        for district in &DISTRICTS[..2] {
            here.publish_positions(all(district, told));
        }
        tokio::task::yield_now().await;
    }
    let (mut newest, mut messages) = (BTreeMap::new(), 0_u64);
    while newest.len() < 100 || newest.values().any(|&at_ms| at_ms < told) {
        newest.extend(next_fixes(&mut hears).await);
        messages += 1;
    }
    let ticks = u64::try_from(start.elapsed().as_millis() / TICK.as_millis()).unwrap() + 2;
    let published = calls(&redis, "publish").await;
    assert_eq!(published, messages);
    assert!(published <= 2 * ticks, "{published} in {ticks} ticks");
    assert!(told > 20, "more was told than sent: {told}");
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
    here.publish_event(event(DISTRICTS[0], 1)).unwrap();
    expect_gap(&mut here_hears).await;
    redis.restart();
    expect_gap(&mut there_hears).await;
    until_connected(&here).await;
    until_connected(&there).await;
    here.publish_event(event(DISTRICTS[0], 2)).unwrap();
    for receiver in [&mut here_hears, &mut there_hears] {
        let mut heard = next(receiver).await;
        let told = |seq| BusSignal::Message(BusMessage::Event(event(DISTRICTS[0], seq)));
        while heard != told(2) {
            let early = [BusSignal::Gap, told(1)];
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
        bus.publish_positions(vec![fix(DISTRICTS[0], "a", 1)]);
        matches!(bus.status(), BusStatus::Degraded { .. }).then_some(())
    })
    .await;
    let refused = eventually(SOON, "the queue is full", async || {
        for seq in 0..1000 {
            if let Err(error) = bus.publish_event(event(DISTRICTS[0], seq)) {
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
}

#[tokio::test]
async fn a_half_open_link_is_given_up_and_healed() {
    let redis = Redis::start();
    let proxy = Proxy::start(redis.port()).await;
    let (there, mut there_hears) = node(&format!("redis://{}", proxy.address())).await;
    let (here, _) = node(&redis.url()).await;
    proxy.silence();
    here.publish_event(event(DISTRICTS[0], 1)).unwrap();
    eventually(SOON, "the silence is noticed", async || {
        matches!(there.status(), BusStatus::Degraded { .. }).then_some(())
    })
    .await;
    proxy.heal();
    expect_gap(&mut there_hears).await;
    here.publish_event(event(DISTRICTS[0], 2)).unwrap();
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
    // What this node itself tells of a district that it doesn't hear stands in the log.
    bus.publish_event(event(DISTRICTS[0], 1)).unwrap();
    expect_gap(&mut receiver).await;
    for district in &DISTRICTS[1..] {
        bus.publish_event(event(district, 1)).unwrap();
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
    bus.publish_event(event(DISTRICTS[0], 1)).unwrap();
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
