//! Two nodes, where a district's sessions are on one of them: the other hears little of it, and is
//! right all the same as soon as somebody looks there.

use std::collections::BTreeSet;
use std::time::Duration;

use hyper::Method;
use xunfang::auth::Actor;
use xunfang::bus::{Bus, RedisBus};
use xunfang::client::{Client, Options};
use xunfang::clock::Clock;
use xunfang::command::{Command, PlaceSlice};
use xunfang::domain::{DistrictId, Fix, Force, OrgId, OrgKind, Organisation};
use xunfang::protocol::{ClientMessage, PositionFormat, Request};

use crate::account::{cookie_of, status, with};
use crate::support::http::Ask;
use crate::support::node::{NOW_MS, TestNode, report, sign_on};
use crate::support::{Backend, Redis, eventually, seed};

/// Redis may take some seconds to be found again.
const DEADLINE: Duration = Duration::from_secs(40);
/// The heads are read once a second; the rest is a loaded machine.
const HEARD: Duration = Duration::from_secs(15);

async fn node(backend: &Backend, redis: &Redis) -> TestNode {
    let bus = RedisBus::start(&redis.url(), Clock::system()).expect("the address is right");
    TestNode::start(backend, Bus::Redis(bus)).await
}

fn fix(at_ms: i64) -> Fix {
    Fix { at_ms, point: seed::in_park(), speed_mps: None, heading_deg: None, accuracy_m: Some(5.0) }
}

/// A desk that watches.
async fn desk(node: &TestNode) -> Client {
    let desk = node.client("dispatch").await;
    let format = PositionFormat::Binary;
    desk.say(ClientMessage::Watch { format, forces: None, viewport: None }).await;
    desk
}

fn seen(desk: &Client) -> BTreeSet<String> {
    desk.look(|state| state.units.all().keys().map(ToString::to_string).collect())
}

async fn until_seen(desk: &Client, units: &[&str], what: &str) {
    let units: BTreeSet<_> = units.iter().map(|&unit| unit.to_owned()).collect();
    eventually(DEADLINE, what, async || seen(desk).is_superset(&units).then_some(())).await;
}

/// The shared Redis, asked from outside.
struct Asked(redis::aio::MultiplexedConnection);

impl Asked {
    async fn of(redis: &Redis) -> Self {
        let client = redis::Client::open(redis.url()).unwrap();
        Self(client.get_multiplexed_async_connection().await.unwrap())
    }

    async fn get<T: redis::FromRedisValue>(&mut self, words: &[&str]) -> T {
        let mut command = redis::cmd(words[0]);
        command.arg(&words[1..]);
        command.query_async(&mut self.0).await.unwrap()
    }

    /// The hash of the seeded district.
    async fn hash(&mut self) -> String {
        let keys: Vec<String> = self.get(&["KEYS", "xf:*:fixes:*"]).await;
        assert_eq!(keys.len(), 1, "{keys:?}");
        assert!(keys[0].ends_with(&format!(":fixes:{}", seed::DISTRICT)), "{keys:?}");
        keys[0].clone()
    }

    /// How many nodes hear the events of the partition of this hash.
    async fn hear(&mut self, channel: &str) -> i64 {
        self.get::<(String, i64)>(&["PUBSUB", "NUMSUB", channel]).await.1
    }
}

#[tokio::test]
async fn a_desk_that_comes_later_sees_those_on_duty_at_once_and_nobody_else() {
    let mut redis = Redis::start();
    let backend = Backend::postgres().await;
    let one = node(&backend, &redis).await;
    seed::district(&one.app.writer).await;
    let two = node(&backend, &redis).await;
    let (guard, guard2) = (one.client("guard").await, one.client("guard2").await);
    let here = desk(&one).await;
    sign_on(&guard).await;
    sign_on(&guard2).await;
    eventually(DEADLINE, "the desk beside them sees both", async || {
        guard.report(vec![fix(NOW_MS)]).await;
        guard2.report(vec![fix(NOW_MS)]).await;
        seen(&here).is_superset(&["guard".to_owned(), "guard2".to_owned()].into()).then_some(())
    })
    .await;
    // From here on nobody moves.
    let there = desk(&two).await;
    until_seen(&there, &["guard", "guard2"], "the desk of the other node sees them").await;

    // Who withdraws is forgotten by all nodes, and a late word of them is not believed.
    let mut asked = Asked::of(&redis).await;
    let hash = asked.hash().await;
    let ttl: i64 = asked.get(&["PTTL", &hash]).await;
    assert!((1..=15 * 60 * 1_000).contains(&ttl), "{ttl}");
    let kept: String = asked.get(&["HGET", &hash, "guard"]).await;
    guard.request(Request::WithdrawConsent {}).await.unwrap();
    eventually(DEADLINE, "nothing of them is kept", async || {
        let kept: Option<String> = asked.get(&["HGET", &hash, "guard"]).await;
        (kept.is_none() && !seen(&there).contains("guard")).then_some(())
    })
    .await;
    let set: i64 = asked.get(&["HSET", &hash, "guard", &kept]).await;
    assert_eq!(set, 1);
    let three = node(&backend, &redis).await;
    let last = desk(&three).await;
    until_seen(&last, &["guard2"], "a third node's desk sees who is on duty").await;
    assert!(!seen(&last).contains("guard"), "{:?}", seen(&last));

    // A Redis that forgot everything learns it from the next report.
    redis.restart();
    let four = node(&backend, &redis).await;
    let newest = desk(&four).await;
    let mut at_ms = NOW_MS;
    eventually(DEADLINE, "the next report is seen by all", async || {
        at_ms += 1;
        guard2.report(vec![fix(at_ms)]).await;
        [&here, &there, &last, &newest]
            .iter()
            .all(|desk| seen(desk).contains("guard2"))
            .then_some(())
    })
    .await;
    assert!(!seen(&newest).contains("guard"));
    for node in [one, two, three, four] {
        node.stop().await;
    }
}

#[tokio::test]
async fn a_node_hears_only_of_districts_with_sessions_of_its_own_for_a_while_longer() {
    let redis = Redis::start();
    let backend = Backend::postgres().await;
    let one = node(&backend, &redis).await;
    seed::district(&one.app.writer).await;
    let two = node(&backend, &redis).await;
    let guard = one.client("guard").await;
    let mut asked = Asked::of(&redis).await;
    let one_channel: Vec<String> = eventually(DEADLINE, "one partition is heard", async || {
        let channels: Vec<String> = asked.get(&["PUBSUB", "CHANNELS", "xf:*:events"]).await;
        (channels.len() == 1).then_some(channels)
    })
    .await;
    let channel = one_channel[0].as_str();
    let heard = async |asked: &mut Asked, nodes| {
        eventually(DEADLINE, "so many nodes hear of it", async || {
            (asked.hear(channel).await == nodes).then_some(())
        })
        .await;
    };
    heard(&mut asked, 1).await;
    let desk = two.client("dispatch").await;
    heard(&mut asked, 2).await;
    let incident = "later-1".into();
    guard.request(report(&incident, Some(seed::in_park()), "hazard.manhole")).await.unwrap();
    eventually(DEADLINE, "the desk sees it", async || {
        desk.look(|state| {
            state.views.values().next()?.incidents.contains_key(&incident).then_some(())
        })
    })
    .await;
    desk.close();
    drop(desk);
    heard(&mut asked, 1).await;
    one.stop().await;
    two.stop().await;
}

#[tokio::test]
async fn a_node_without_sessions_still_knows_who_may_be_located_and_whose_the_map_is() {
    let redis = Redis::start();
    let backend = Backend::postgres().await;
    let one = node(&backend, &redis).await;
    seed::district(&one.app.writer).await;
    let two = node(&backend, &redis).await;
    let district = DistrictId::from(seed::DISTRICT);
    let before = two.app.atlas.of(&two.app.store, &district).await.unwrap().unwrap();
    let guard = one.client("guard").await;
    let update = xunfang::hub::PositionUpdate {
        district: district.clone(),
        member: xunfang::domain::MemberBrief {
            id: "guard".into(),
            name: "guard".to_owned(),
            force: Force::Guard,
            team: None,
        },
        keys: Vec::new(),
        fix: fix(NOW_MS),
    };
    assert!(!two.app.positions.still_holds(&update), "nobody has signed on");
    sign_on(&guard).await;
    for node in [&one, &two] {
        eventually(HEARD, "the shift is known", async || {
            node.app.positions.still_holds(&update).then_some(())
        })
        .await;
    }
    guard.request(Request::WithdrawConsent {}).await.unwrap();
    eventually(HEARD, "the withdrawal is known", async || {
        (!two.app.positions.still_holds(&update)).then_some(())
    })
    .await;
    let rows = vec![Organisation {
        id: OrgId::from("later"),
        district: district.clone(),
        name: "后来".to_owned(),
        kind: OrgKind::Company,
        grids: Vec::new(),
    }];
    let slice = PlaceSlice::Organisations(rows);
    let command = Command::ImportPlaces { district: district.clone(), slice };
    one.app.writer.apply(Actor::System, command).await.unwrap();
    eventually(HEARD, "the map is read anew", async || {
        let now = two.app.atlas.of(&two.app.store, &district).await.unwrap().unwrap();
        (!std::sync::Arc::ptr_eq(&before, &now)).then_some(())
    })
    .await;
    one.stop().await;
    two.stop().await;
}

/// Their log is the installation's, which no session follows.
#[tokio::test]
async fn an_administrator_who_is_put_out_on_one_node_is_out_on_the_other() {
    let redis = Redis::start();
    let backend = Backend::postgres().await;
    let one = node(&backend, &redis).await;
    seed::district(&one.app.writer).await;
    let (name, once) = one.app.found().await.unwrap().expect("it is the first start");
    let two = node(&backend, &redis).await;
    let here = cookie_of(&one, name, &once).await;
    let own = "Neues-Wort-2026";
    let body = serde_json::json!({ "old": once, "new": own }).to_string();
    let changed = with(&one, &here, Ask::post("/api/session/password", &body)).await;
    assert_eq!(changed.status, 204, "{}", changed.text());
    let there = cookie_of(&two, name, own).await;
    let url = format!("ws://{}/ws", two.address);
    let (_, value) = there.split_once('=').expect("a cookie has a name");
    let options = Options { url, token: None, cookie: Some(value.to_owned()), reconnect: true };
    let open = Client::connect(options).await.expect("the page connects");
    let all = Ask { method: Method::DELETE, ..Ask::get("/api/sessions") };
    assert_eq!(with(&one, &here, all).await.status, 204);
    eventually(HEARD, "the page is put out", async || open.look(|state| state.closed)).await;
    assert_eq!(status(&two, &there).await, 401);
    one.stop().await;
    two.stop().await;
}
