//! The same command again returns the first outcome; another under its id is refused.

use xunfang::domain::{CommandId, IncidentId};
use xunfang::protocol::Code;

use super::caught_up;
use crate::support::node::{TestNode, fresh, refusal, report};
use crate::support::{Backend, seed};

on_both!(a_repeated_command_is_done_once, the_log_has_no_gap_and_every_client_follows_it);

async fn a_repeated_command_is_done_once(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let guard = node.client("guard").await;
    let (command, id) = (CommandId::from("c-1"), IncidentId::from("i-1"));
    let request = report(&id, Some(seed::in_park()), "hazard.manhole");
    let first = guard.request_as(command.clone(), request.clone()).await.unwrap();
    let again = guard.request_as(command.clone(), request).await.unwrap();
    assert_eq!(first, again);
    let other = report(&id, Some(seed::in_park()), "hazard.door");
    assert_eq!(refusal(guard.request_as(command, other).await).code, Code::IdReused);
    let same_incident = report(&id, Some(seed::in_park()), "hazard.manhole");
    assert_eq!(refusal(guard.request(same_incident).await).code, Code::IdReused);
    let counts = node.app.store.day_counts(&seed::DISTRICT.into(), 0, 40_000).await.unwrap();
    assert_eq!(counts.iter().map(|count| count.n).sum::<i64>(), 1);
    node.stop().await;
}

async fn the_log_has_no_gap_and_every_client_follows_it(backend: Backend) {
    const EACH: usize = 25;
    let node = TestNode::seeded(&backend).await;
    let desk = node.client("dispatch").await;
    let before = node.app.store.head(&seed::DISTRICT.into()).await.unwrap().unwrap().seq;
    let mut reporters = Vec::new();
    for account in ["guard", "property", "volunteer", "police"] {
        reporters.push(node.client(account).await);
    }
    let reports = reporters.iter().flat_map(|client| {
        (0..EACH).map(move |_| {
            let id = IncidentId::from(fresh("many"));
            client.request(report(&id, Some(seed::at_home()), "hazard.manhole"))
        })
    });
    let outcomes = futures_util::future::join_all(reports).await;
    let mut seqs: Vec<i64> = outcomes.iter().map(|o| o.as_ref().unwrap().seq.unwrap()).collect();
    seqs.sort_unstable();
    let last = before + i64::try_from(EACH * 4).unwrap();
    assert_eq!(seqs, (before + 1..=last).collect::<Vec<_>>());
    caught_up(&desk, last).await;
    // The typed client connects again at a gap: one connection means that there was none.
    assert_eq!(desk.look(|state| state.connections), 1);
    assert_eq!(desk.look(|state| state.views.values().next().unwrap().incidents.len()), EACH * 4);
    let logged = node.app.store.events_since(&seed::DISTRICT.into(), before, 1_000).await.unwrap();
    assert_eq!(logged.iter().map(|l| l.seq).collect::<Vec<_>>(), seqs);
    node.stop().await;
}
