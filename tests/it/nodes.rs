//! Two nodes on one PostgreSQL and one Redis: what happens on one is seen on the other, also
//! when Redis goes away, and nothing is missing or comes twice.

use std::time::Duration;

use xunfang::auth::Actor;
use xunfang::bus::{Bus, RedisBus};
use xunfang::client::Client;
use xunfang::clock::Clock;
use xunfang::command::{Command, PlaceSlice};
use xunfang::domain::{Fix, IncidentId, Member, Role};
use xunfang::intake::MemberRow;
use xunfang::protocol::{ClientMessage, PositionFormat, Request};

use crate::support::node::{NOW_MS, TestNode, fresh, report, sign_on};
use crate::support::{Backend, Redis, eventually, seed};

/// Redis may take some seconds to be found again.
const DEADLINE: Duration = Duration::from_secs(40);

async fn pair(redis: &Redis) -> (TestNode, TestNode) {
    let backend = Backend::postgres().await;
    let bus = || {
        let clock = Clock::system();
        Bus::Redis(RedisBus::start(&redis.url(), clock).expect("the address is right"))
    };
    let one = TestNode::start(&backend, bus()).await;
    seed::district(&one.app.writer).await;
    let two = TestNode::start(&backend, bus()).await;
    (one, two)
}

async fn report_some(client: &Client, count: usize) -> Vec<IncidentId> {
    let mut ids = Vec::new();
    for _ in 0..count {
        let id = IncidentId::from(fresh("node"));
        let request = report(&id, Some(seed::in_park()), "hazard.manhole");
        client.request(request).await.expect("is stored, Redis or not");
        ids.push(id);
    }
    ids
}

async fn sees_all(desk: &Client, ids: &[IncidentId], what: &str) {
    eventually(DEADLINE, what, async || {
        desk.look(|state| {
            let view = state.views.values().next()?;
            ids.iter().all(|id| view.incidents.contains_key(id)).then_some(())
        })
    })
    .await;
}

#[tokio::test]
async fn what_is_reported_on_one_node_is_seen_on_the_other_across_a_restart_of_redis() {
    let mut redis = Redis::start();
    let (one, two) = pair(&redis).await;
    let (guard, desk) = (one.client("guard").await, two.client("dispatch").await);
    let mut ids = report_some(&guard, 5).await;
    sees_all(&desk, &ids, "the other desk sees what was reported").await;
    redis.stop();
    ids.extend(report_some(&guard, 5).await);
    sees_all(&desk, &ids, "the log is read while Redis is away").await;
    redis.restart();
    ids.extend(report_some(&guard, 5).await);
    sees_all(&desk, &ids, "Redis is used again").await;
    // The typed client connects again at a gap: one connection means that there was none, and
    // that nothing came twice or out of order.
    assert_eq!(desk.look(|state| state.connections), 1);
    assert_eq!(desk.look(|state| state.views.values().next().unwrap().incidents.len()), ids.len());
    one.stop().await;
    two.stop().await;
}

#[tokio::test]
async fn a_position_on_one_node_is_on_the_map_of_the_other() {
    let redis = Redis::start();
    let (one, two) = pair(&redis).await;
    let (guard, desk) = (one.client("guard").await, two.client("dispatch").await);
    let watch =
        ClientMessage::Watch { format: PositionFormat::Binary, forces: None, viewport: None };
    desk.say(watch).await;
    sign_on(&guard).await;
    let fix = Fix {
        at_ms: NOW_MS,
        point: seed::in_park(),
        speed_mps: Some(1.0),
        heading_deg: Some(90.0),
        accuracy_m: Some(5.0),
    };
    let seen = eventually(DEADLINE, "the other desk sees the unit", async || {
        guard.report(vec![fix]).await;
        desk.look(|state| state.units.get(&"guard".into()).copied())
    })
    .await;
    assert!(seen.point.distance_m(fix.point) < 0.02, "{seen:?}");
    assert_eq!((seen.at_ms, seen.heading_deg), (NOW_MS, Some(90.0)));
    one.stop().await;
    two.stop().await;
}

#[tokio::test]
async fn a_right_that_is_taken_on_one_node_is_gone_on_the_other_also_without_redis() {
    let mut redis = Redis::start();
    let (one, two) = pair(&redis).await;
    let (guard, desk) = (one.client("guard").await, two.client("dispatch").await);
    let seen = report_some(&guard, 1).await;
    sees_all(&desk, &seen, "the desk sees it").await;
    redis.stop();
    let before = one.app.store.member(&"dispatch".into()).await.unwrap().unwrap();
    let member = Member { role: Role::Analyst, ..before };
    let rows = vec![MemberRow { member: member.clone(), phone: None, new_team: None }];
    let slice = PlaceSlice::Members(rows);
    let command = Command::ImportPlaces { district: seed::DISTRICT.into(), slice };
    one.app.writer.apply(Actor::System, command).await.unwrap();
    report_some(&guard, 3).await;
    eventually(DEADLINE, "the desk forgets, and hears of nothing more", async || {
        desk.look(|state| {
            let view = state.views.values().next()?;
            let knows = state.member.as_ref() == Some(&member);
            (knows && state.live && view.incidents.is_empty() && view.seq > 5).then_some(())
        })
    })
    .await;
    assert_eq!(desk.look(|state| state.connections), 1, "on the same connection");
    one.stop().await;
    two.stop().await;
}

/// The domain's own word: withdrawing stops tracking within 10 seconds.
const WITHDRAWN_WITHIN: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_withdrawal_on_one_node_takes_the_unit_off_the_map_of_the_other_also_without_redis() {
    let mut redis = Redis::start();
    let (one, two) = pair(&redis).await;
    let (guard, desk) = (one.client("guard").await, two.client("dispatch").await);
    let watch =
        ClientMessage::Watch { format: PositionFormat::Binary, forces: None, viewport: None };
    desk.say(watch).await;
    sign_on(&guard).await;
    let fix = |at_ms| Fix {
        at_ms,
        point: seed::in_park(),
        speed_mps: None,
        heading_deg: None,
        accuracy_m: Some(5.0),
    };
    let seen = async || desk.look(|state| state.units.get(&"guard".into()).map(|fix| fix.at_ms));
    eventually(DEADLINE, "the other desk sees the unit", async || {
        guard.report(vec![fix(NOW_MS)]).await;
        seen().await
    })
    .await;
    redis.stop();
    one.clock.advance_ms(1_000);
    guard.request(Request::WithdrawConsent {}).await.unwrap();
    eventually(WITHDRAWN_WITHIN, "the unit is gone from the other node", async || {
        seen().await.is_none().then_some(())
    })
    .await;
    // The other node refuses what the phone sends it from then on.
    two.clock.advance_ms(20_000);
    let elsewhere = two.client("guard").await;
    elsewhere.report(vec![fix(NOW_MS + 20_000)]).await;
    let kept = one.app.store.track(&"guard".into(), NOW_MS + 1, i64::MAX).await.unwrap();
    assert!(kept.is_empty() && seen().await.is_none());
    one.stop().await;
    two.stop().await;
}
