//! What is done at the bound of each lane, and that it is counted.

use metrics_exporter_prometheus::PrometheusBuilder;

use super::*;

/// Runs this under a recorder of its own, and returns how often each lane overflowed.
fn overflows(run: impl FnOnce(Hub)) -> Vec<(String, u64)> {
    let recorder = PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || run(Hub::new(Clock::manual(0))));
    let text = recorder.handle().render();
    let lines =
        text.lines().filter_map(|line| line.strip_prefix("xunfang_hub_overflows_total{lane="));
    lines
        .map(|line| line.split_once("} ").unwrap())
        .map(|(lane, count)| (lane.trim_matches('"').to_owned(), count.parse().unwrap()))
        .collect()
}

fn too_slow(outbox: &mut Outbox) -> bool {
    outbox.ready(false).now_or_never() == Some(Ready::Closed(CloseReason::TooSlow))
}

#[test]
fn answers_that_pile_up_close_the_session() {
    let counted = overflows(|hub| {
        let (_guard, mut outbox) = live_session(&hub, &[]);
        outbox.control("x".repeat(CONTROL_BYTES));
        assert_eq!(outbox.ready(true).now_or_never(), Some(Ready::Frames));
        outbox.control("x".to_owned());
        assert!(too_slow(&mut outbox));
    });
    assert_eq!(counted, [("control".to_owned(), 1)]);
}

#[test]
fn alerts_that_pile_up_close_the_session_and_one_without_the_key_hears_none() {
    let counted = overflows(|hub| {
        let (_guard, mut outbox) = live_session(&hub, &[key(1)]);
        let (_other_guard, mut other) = live_session(&hub, &[key(2)]);
        let alert = Bytes::from_static(b"sos!");
        for _ in 0..ALERTS {
            hub.publish_alert(&[key(1)], &alert);
        }
        assert_eq!(texts(&mut outbox).len(), ALERTS);
        for _ in 0..ALERTS {
            hub.publish_alert(&[key(1)], &alert);
        }
        assert!(!too_slow(&mut outbox));
        hub.publish_alert(&[key(1)], &alert);
        assert!(too_slow(&mut outbox));
        assert_eq!(texts(&mut other), [""; 0]);
    });
    assert_eq!(counted, [("alert".to_owned(), 1)]);
}

#[test]
fn a_standing_notice_is_told_to_all_and_to_those_who_join_until_the_next() {
    let hub = Hub::new(Clock::manual(0));
    let (_guard, mut before) = live_session(&hub, &[]);
    let join = || hub.join(JoinRequest::default());
    hub.tell_all(&Bytes::from_static(b"late"), true);
    assert_eq!(texts(&mut before), ["late"]);
    let (_meanwhile_guard, mut meanwhile) = join();
    assert_eq!(texts(&mut meanwhile), ["late"]);
    hub.tell_all(&Bytes::from_static(b"fine"), false);
    assert_eq!(
        (texts(&mut before), texts(&mut meanwhile)),
        (vec!["fine".into()], vec!["fine".into()])
    );
    let (_after_guard, mut after) = join();
    assert_eq!(texts(&mut after), [""; 0]);
}

#[test]
fn a_session_that_does_not_read_is_closed_and_the_others_are_not() {
    let counted = overflows(|hub| {
        let (_slow_guard, mut slow) = live_session(&hub, &[key(1)]);
        let (_guard, mut healthy) = live_session(&hub, &[key(1)]);
        for seq in 1..=i64::try_from(LIVE_ITEMS).unwrap() + 1 {
            assert!(!too_slow(&mut slow));
            hub.publish_event(&district(0), &Publication::plain(seq, [key(1)], tail(0)));
            assert_eq!(texts(&mut healthy).len(), 1);
        }
        assert!(too_slow(&mut slow));
        let mut batch = Vec::new();
        slow.drain(|out| batch.push(out));
        assert_eq!(batch, []);
    });
    assert_eq!(counted, [("events".to_owned(), 1)]);
}

#[test]
fn a_replay_that_is_overrun_twice_asks_for_a_state() {
    let counted = overflows(|hub| {
        let join = JoinRequest { districts: vec![district(0)], keys: vec![key(1)], session: None };
        let (_guard, mut outbox) = hub.join(join);
        outbox.resume(&district(0), 0, "resumed".to_owned(), Vec::new()).unwrap();
        let big: Arc<str> = Arc::from("x".repeat(RESUME_BYTES / 2));
        for seq in 1..=4 {
            assert!(!outbox.is_holding(&district(0)));
            hub.publish_event(&district(0), &Publication::plain(seq, [key(1)], Arc::clone(&big)));
        }
        assert!(outbox.is_holding(&district(0)));
        assert_eq!(outbox.ready(false).now_or_never(), Some(Ready::Rights));
    });
    assert_eq!(counted, [("resume".to_owned(), 2)]);
}

#[test]
fn positions_that_wait_are_replaced_by_the_newest() {
    let hub = Hub::new(Clock::manual(0));
    let (_guard, mut outbox) = live_session(&hub, &[key(1)]);
    outbox.watch(Watch { format: PositionFormat::Binary, ..Watch::default() });
    for at_ms in 1..=50 {
        hub.apply_positions([update(0, at_ms, &BTreeSet::from([1]))]);
        hub.tick_once();
    }
    // The names and one whole frame, however many ticks went by.
    assert_eq!(drain(&mut outbox).len(), 2);
}

#[test]
fn who_loses_a_right_is_not_told_an_alert_that_waits() {
    let hub = Hub::new(Clock::manual(0));
    let (guard, mut outbox) = live_session(&hub, &[key(1)]);
    hub.publish_alert(&[key(1)], &Bytes::from_static(b"sos!"));
    guard.set_keys(vec![key(2)]);
    assert_eq!(texts(&mut outbox), [""; 0]);
}

#[test]
fn who_loses_a_right_is_not_told_the_calls_of_a_return() {
    let hub = Hub::new(Clock::manual(0));
    let join = JoinRequest { districts: vec![district(0)], keys: vec![key(1)], session: None };
    let (guard, mut outbox) = hub.join(join);
    let calls = vec!["sos!".to_owned()];
    outbox.preface("welcome".to_owned());
    outbox.resume(&district(0), 0, "resumed".to_owned(), calls).unwrap();
    guard.set_keys(vec![key(2)]);
    assert_eq!(texts(&mut outbox), ["welcome"]);
    outbox.go_live(&district(0), 0, "reset".to_owned()).unwrap();
    assert_eq!(texts(&mut outbox), ["reset"]);
}
