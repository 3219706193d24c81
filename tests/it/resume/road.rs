//! The way back: whole, once, in order.

use std::collections::BTreeMap;

use xunfang::protocol::limits::REPLAY_EVENTS;

use super::{ask, delivered, district, peer, report_one, say, types};
use crate::support::Backend;
use crate::support::node::{TestNode, fresh};
use xunfang::auth::Actor;
use xunfang::command::{Command, Personal};
use xunfang::domain::Event;
use xunfang::protocol::Request;

on_both!(
    what_was_missed_comes_once_and_in_order,
    a_text_that_was_erased_meanwhile_comes_without_its_words,
    an_sos_overtakes_a_replay_and_comes_again_in_its_place,
    who_is_closed_as_too_slow_goes_on_from_there,
    who_comes_back_hears_first_who_calls_for_help,
    a_cursor_of_another_log_or_too_far_back_begins_anew,
    a_node_that_was_restarted_reads_its_log,
    a_stampede_shares_its_reads,
);

async fn what_was_missed_comes_once_and_in_order(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let mut guard = peer(&node, "guard").await;
    let mut desk = peer(&node, "dispatch").await;
    let mut police = peer(&node, "police").await;
    for away in [0usize, 1, 5, 700] {
        guard.go_away();
        desk.go_away();
        let mut last = 0;
        for n in 0..away {
            // Every other one is not for the guard.
            last = match n % 2 {
                0 => report_one(&node, "police", "hazard.manhole").await.1,
                _ => say(&node, &format!("第{n}条")).await,
            };
            delivered(&mut police, last).await;
        }
        for one in [&mut guard, &mut desk] {
            one.come_back(node.address).await;
            let frames = one.read_to(&district(), last).await.unwrap();
            assert_eq!(types(&frames)[..2], ["welcome", "resumed"], "{}", one.member);
            let view = &one.state.views[&district()];
            let shown = if one.member.as_str() == "guard" { 0 } else { away.div_ceil(2) };
            let told = types(&frames).iter().filter(|kind| *kind == "event").count();
            assert_eq!(told, shown + away / 2, "{}", one.member);
            assert!(view.seq >= last);
        }
        // And from there on live.
        let seq = say(&node, "回来了").await;
        for one in [&mut guard, &mut desk] {
            let frames = one.read_to(&district(), seq).await.unwrap();
            assert_eq!(types(&frames), ["event"]);
        }
    }
    let stored = node.app.store.current_incidents(&district(), 0, 1_000).await.unwrap();
    let view = &desk.state.views[&district()];
    assert_eq!(view.incidents.len(), stored.len());
    node.stop().await;
}

async fn a_text_that_was_erased_meanwhile_comes_without_its_words(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let mut guard = peer(&node, "guard").await;
    guard.go_away();
    say(&node, "不该留下的话").await;
    let past = node.app.store.events_since(&district(), 0, 1_000).await.unwrap();
    let text = past.iter().rev().find_map(|logged| match &logged.event {
        Event::MessagePosted { message } => Some(message.text.id.clone()),
        _ => None,
    });
    let (text, reason) = (text.unwrap(), "误发".to_owned());
    let erase = Personal::EraseText { district: district(), text, reason };
    let chief = node.app.store.member(&"chief".into()).await.unwrap().unwrap();
    let command = Command::Personal(Box::new(erase));
    node.app.writer.apply(Actor::Member(chief), command).await.unwrap();
    let seq = say(&node, "新的话").await;
    guard.come_back(node.address).await;
    let frames = guard.read_to(&district(), seq).await.unwrap();
    assert_eq!(types(&frames), ["welcome", "resumed", "event", "event", "event"]);
    assert!(!frames.concat().contains("不该留下的话"), "{frames:?}");
    assert!(frames.concat().contains("新的话"));
    node.stop().await;
}

async fn an_sos_overtakes_a_replay_and_comes_again_in_its_place(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let mut desk = peer(&node, "dispatch").await;
    desk.go_away();
    for n in 0..600 {
        say(&node, &format!("{n} {}", "很长的话".repeat(400))).await;
    }
    let mut property = peer(&node, "property").await;
    desk.come_back(node.address).await;
    // It is being told what it missed, and doesn't read fast enough for an SOS to wait.
    assert!(desk.hear().await.unwrap().contains("welcome"));
    assert!(desk.hear().await.unwrap().contains("resumed"));
    let seq = sos(&node).await;
    let frames = desk.read_to(&district(), seq).await.unwrap();
    let types = types(&frames);
    let alert = types.iter().position(|kind| kind == "alert").expect("an alert");
    assert!(alert < frames.len() / 2, "it came {alert} of {}", frames.len());
    assert!(frames.last().unwrap().contains(r#""sos":true"#));
    assert!(!frames[alert].contains("guard"), "{}", frames[alert]);
    // Who may not see the incident hears of no alert.
    let after = say(&node, "收到").await;
    let told = property.read_to(&district(), after).await.unwrap();
    assert!(!told.concat().contains("alert"), "{told:?}");
    node.stop().await;
}

async fn who_is_closed_as_too_slow_goes_on_from_there(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let mut slow = peer(&node, "dispatch").await;
    let mut seq = 0;
    while node.app.hub.viewers(&district()) > 0 {
        seq = say(&node, &"很长的话".repeat(400)).await;
    }
    let before = slow.state.views[&district()].seq;
    let mut told = Vec::new();
    while let Some(frame) = slow.hear().await {
        told.push(frame);
    }
    assert_eq!(slow.closed, Some(4008));
    slow.come_back(node.address).await;
    let rest = slow.read_to(&district(), seq).await.unwrap();
    assert_eq!(types(&rest)[..2], ["welcome", "resumed"]);
    told.extend(rest);
    let events = types(&told).iter().filter(|kind| *kind == "event").count();
    assert_eq!(i64::try_from(events).unwrap(), seq - before, "each once");
    node.stop().await;
}

async fn who_comes_back_hears_first_who_calls_for_help(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let mut desk = peer(&node, "dispatch").await;
    let mut property = peer(&node, "property").await;
    let mut police = peer(&node, "police").await;
    desk.go_away();
    property.go_away();
    sos(&node).await;
    let mut last = 0;
    for n in 0..50 {
        last = say(&node, &format!("{n}")).await;
        delivered(&mut police, last).await;
    }
    desk.come_back(node.address).await;
    let frames = desk.read_to(&district(), last).await.unwrap();
    assert_eq!(types(&frames)[..4], ["welcome", "resumed", "alert", "event"]);
    property.come_back(node.address).await;
    let frames = property.read_to(&district(), last).await.unwrap();
    assert_eq!(types(&frames)[..3], ["welcome", "resumed", "event"], "it isn't theirs to see");
    node.stop().await;
}

async fn sos(node: &TestNode) -> i64 {
    let request = Request::Sos {
        incident: fresh("sos").into(),
        point: None,
        accuracy_m: None,
        observed_ms: node.clock.now_ms(),
    };
    ask(node, "guard", request).await
}

async fn a_cursor_of_another_log_or_too_far_back_begins_anew(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let mut desk = peer(&node, "dispatch").await;
    let good = desk.state.cursors()[&district()].clone();
    let mut elsewhere = good.clone();
    elsewhere.epoch = "another".to_owned();
    let mut ahead = good.clone();
    ahead.seq += 1;
    let mut behind = good.clone();
    behind.seq -= REPLAY_EVENTS;
    for (cursor, opened) in
        [(good, "resumed"), (elsewhere, "reset"), (ahead, "reset"), (behind, "reset")]
    {
        let cursors = BTreeMap::from([(district(), cursor)]);
        desk.come_back_with(node.address, &cursors).await;
        assert!(desk.hear().await.unwrap().contains("welcome"));
        let told = desk.hear().await.unwrap();
        assert_eq!(types(&[told]), [opened], "{cursors:?}");
    }
    node.stop().await;
}

async fn a_node_that_was_restarted_reads_its_log(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let mut desk = peer(&node, "dispatch").await;
    desk.go_away();
    let mut seq = 0;
    for n in 0..600 {
        seq = say(&node, &format!("{n}")).await;
    }
    node.stop().await;
    let node = TestNode::start(&backend, xunfang::bus::Bus::Local(Default::default())).await;
    desk.come_back(node.address).await;
    let frames = desk.read_to(&district(), seq).await.unwrap();
    assert_eq!(types(&frames)[1], "resumed");
    assert_eq!(types(&frames).iter().filter(|kind| *kind == "event").count(), 600);
    node.stop().await;
}

async fn a_stampede_shares_its_reads(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let mut peers = Vec::new();
    for _ in 0..20 {
        peers.push(peer(&node, "dispatch").await);
    }
    let mut seq = 0;
    for n in 0..300 {
        seq = say(&node, &format!("{n}")).await;
    }
    node.stop().await;
    // A new node has no tail in memory: the log must be read, for all of them at once.
    let node = TestNode::start(&backend, xunfang::bus::Bus::Local(Default::default())).await;
    let before = node.app.feed.history().reads();
    let back = peers.iter_mut().map(|peer| peer.come_back(node.address));
    futures_util::future::join_all(back).await;
    for peer in &mut peers {
        let frames = peer.read_to(&district(), seq).await.unwrap();
        assert_eq!(types(&frames)[1], "resumed");
    }
    let reads = node.app.feed.history().reads() - before;
    assert!(reads <= 4, "{reads} reads of two parts for {} clients", peers.len());
    node.stop().await;
}
