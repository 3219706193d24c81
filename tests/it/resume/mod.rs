//! Coming back to a real node: what was missed comes once and in order, under the rights of now,
//! and what no cursor fits begins anew.

mod rights;
mod road;

use serde_json::Value;
use xunfang::auth::Actor;
use xunfang::command::{Command, Done};
use xunfang::domain::{Channel, DistrictId, IncidentId, MessageId};
use xunfang::protocol::Request;

use crate::support::node::{TestNode, fresh, report};
use crate::support::{Peer, seed};

fn district() -> DistrictId {
    DistrictId::from(seed::DISTRICT)
}

async fn peer(node: &TestNode, account: &str) -> Peer {
    let token = node.options(account).await.token.unwrap();
    let mut peer = Peer::connect(node.address, account.into(), token).await;
    peer.read_to(&district(), 0).await.expect("it is let in");
    peer
}

/// Has somebody who stayed read up to here: then the node has it for whoever comes back, also
/// what they may not see, of which nothing tells them but a watermark.
async fn delivered(witness: &mut Peer, seq: i64) {
    witness.read_to(&district(), seq).await.expect("it stays");
}

/// Asks as this account, and returns the place of what it wrote.
async fn ask(node: &TestNode, account: &str, request: Request) -> i64 {
    let member = node.app.store.member(&account.into()).await.unwrap().unwrap();
    let id = fresh("ask").as_str().into();
    let command = Command::Request { id, request, session: None };
    let done = node.app.writer.apply(Actor::Member(member), command).await.unwrap();
    let Done::Outcome(outcome) = done else { panic!("no outcome") };
    outcome.seq.expect("it is in the log")
}

async fn say(node: &TestNode, body: &str) -> i64 {
    let request = Request::PostMessage {
        message: MessageId::fresh(),
        channel: Channel::of_district(&district()).id,
        body: body.to_owned(),
    };
    ask(node, "dispatch", request).await
}

async fn report_one(node: &TestNode, account: &str, kind: &str) -> (IncidentId, i64) {
    let incident = IncidentId::fresh();
    let seq = ask(node, account, report(&incident, Some(seed::in_park()), kind)).await;
    (incident, seq)
}

/// The types of these frames, in order.
fn types(frames: &[String]) -> Vec<String> {
    let kind = |frame: &String| serde_json::from_str::<Value>(frame).unwrap()["type"].clone();
    frames.iter().map(|frame| kind(frame).as_str().unwrap().to_owned()).collect()
}
