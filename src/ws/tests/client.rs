//! The typed client against the edge: what it holds, and when it comes back.

use super::*;
use crate::client::{Client, LinkEnd, Notice, Options, RequestError};
use crate::domain::{ChannelId, Event, MessageId};
use crate::hub::PositionUpdate;
use crate::protocol::event_frame::{Tail, encode_tail};
use crate::protocol::{ClientMessage, CloseReason, PositionFormat};
use crate::spatial::Point;

fn options(edge: &Edge) -> Options {
    Options {
        url: format!("ws://{}/ws", edge.address),
        token: Some(TOKEN.to_owned()),
        cookie: None,
        reconnect: true,
    }
}

fn wait() -> Request {
    Request::PostMessage {
        message: MessageId::fresh(),
        channel: ChannelId::from("c"),
        body: "wait".to_owned(),
    }
}

fn publish(edge: &Edge, seq: i64) {
    let event = Event::GridsChanged { district: "d".into(), count: seq };
    let tail = Tail::Event { district: "d".into(), id: "e".into(), at_ms: 0, event };
    let key = AudienceKey::everyone(&"d".into());
    edge.stub.hub.publish_event(&"d".into(), &Publication::plain(seq, [key], encode_tail(&tail)));
}

async fn within<T>(work: impl Future<Output = T>) -> T {
    timeout(PATIENCE, work).await.expect("it never came")
}

#[tokio::test]
async fn a_client_holds_the_districts_and_hears_events_and_positions() {
    let edge = Edge::start(0).await;
    let client = within(Client::connect(options(&edge))).await.unwrap();
    let mut events = client.events().await;
    assert_eq!(client.look(|state| state.views[&"d".into()].messages.len()), 1);
    let refused = within(client.request(Request::SignOff { shift: "s".into() })).await;
    assert!(matches!(refused, Err(RequestError::Refused(_))));
    assert!(matches!(within(events.recv()).await, Some(Notice::Answer { .. })));
    publish(&edge, 8);
    assert!(matches!(within(events.recv()).await, Some(Notice::Event { seq: 8, .. })));

    let watch =
        ClientMessage::Watch { format: PositionFormat::Binary, forces: None, viewport: None };
    client.say(watch).await;
    let fix = Fix {
        at_ms: 1_000_000,
        point: Point::new(113.25, 30.5).unwrap(),
        speed_mps: None,
        heading_deg: None,
        accuracy_m: None,
    };
    edge.stub.hub.apply_positions([PositionUpdate {
        district: "d".into(),
        member: (&member()).into(),
        keys: vec![AudienceKey::everyone(&"d".into())],
        fix,
    }]);
    edge.stub.hub.tick_once();
    let seen = within(client.wait_for(|state| state.units.get(&"m".into()).copied())).await;
    assert_eq!(seen, fix);
    client.report(vec![fix]).await;
    assert!(matches!(within(events.recv()).await, Some(Notice::Error(_))));
}

#[tokio::test]
async fn a_command_of_unknown_outcome_is_asked_again_under_its_id() {
    let edge = Edge::start(0).await;
    let client = within(Client::connect(options(&edge))).await.unwrap();
    let request = Request::SignOn { shift: "s".into(), officer: None };
    let outcome = within(client.request(request)).await.unwrap();
    assert_eq!(outcome.seq, Some(7));
    assert_eq!(edge.stub.asked.lock().len(), 1, "one id");
}

#[tokio::test]
async fn a_command_outlives_its_connection() {
    let edge = Edge::start(0).await;
    let client = Arc::new(within(Client::connect(options(&edge))).await.unwrap());
    let asking = Arc::clone(&client);
    let asked = tokio::spawn(async move { asking.request(wait()).await });
    // A command is under way when the next answer has come.
    let probe = within(client.request(Request::SignOff { shift: "s".into() })).await;
    assert!(probe.is_err());
    let key = AudienceKey::everyone(&"d".into());
    edge.stub.hub.close_holders(&key, CloseReason::TooSlow);
    within(client.wait_for(|state| (state.connections == 2 && state.live).then_some(()))).await;
    edge.stub.gate.add_permits(1);
    assert_eq!(within(asked).await.unwrap().unwrap().seq, Some(6));
    publish(&edge, 8);
    let followed = |state: &crate::client::State| state.views[&"d".into()].seq == 8;
    within(client.wait_for(|state| followed(state).then_some(()))).await;
}

#[tokio::test]
async fn a_client_stays_away_when_the_code_says_so() {
    let edge = Edge::start(0).await;
    let stranger = Options { token: Some("bad".to_owned()), ..options(&edge) };
    let end = within(Client::connect(stranger)).await.unwrap_err();
    assert!(matches!(end, LinkEnd::Closed { code: 4101, .. }), "{end}");

    let client = within(Client::connect(options(&edge))).await.unwrap();
    let key = AudienceKey::everyone(&"d".into());
    edge.stub.hub.close_holders(&key, CloseReason::Unauthenticated);
    assert_eq!(within(client.wait_for(|state| state.closed)).await, 4101);
    assert_eq!(within(client.request(wait())).await, Err(RequestError::Closed));
}

#[tokio::test]
async fn a_client_that_is_dropped_leaves() {
    let edge = Edge::start(0).await;
    let client = within(Client::connect(options(&edge))).await.unwrap();
    drop(client);
    let gone = async {
        while edge.stub.hub.viewers(&"d".into()) > 0 {
            tokio::task::yield_now().await;
        }
    };
    within(gone).await;
}
