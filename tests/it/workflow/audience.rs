//! Everybody sees exactly what they may: live, in the snapshot, and in messages.

use xunfang::client::{Client, State};
use xunfang::domain::{Channel, IncidentId, IncidentMove, IncidentState, Message};
use xunfang::protocol::{Code, Request};

use super::{DEADLINE, dispatched, graded, sees_state};
use crate::support::node::{TestNode, fresh, moved, refusal, sign_on};
use crate::support::{Backend, seed};

on_both!(an_incident_reaches_those_it_concerns, a_recalled_team_forgets_and_hears_no_more);

fn post(channel: &Channel, body: &str) -> Request {
    let (message, channel) = (fresh("message").into(), channel.id.clone());
    Request::PostMessage { message, channel, body: body.to_owned() }
}

/// Waits for a message that says this; what was to be told before it has been told.
async fn hears(client: &Client, body: &str) {
    let says = |message: &Message| message.text.body.as_deref() == Some(body);
    let look = |state: &State| {
        let view = state.views.values().next()?;
        view.messages.values().flatten().any(says).then_some(())
    };
    tokio::time::timeout(DEADLINE, client.wait_for(look)).await.expect("the message comes");
}

fn knows(client: &Client, id: &IncidentId) -> bool {
    client.look(|state| state.views.values().any(|view| view.incidents.contains_key(id)))
}

/// Waits until a client has let go of an incident.
async fn forgets(client: &Client, id: &IncidentId) {
    let gone = |state: &State| {
        let held = state.views.values().any(|view| view.incidents.contains_key(id));
        (state.live && !held).then_some(())
    };
    tokio::time::timeout(DEADLINE, client.wait_for(gone)).await.expect("it is forgotten");
}

async fn an_incident_reaches_those_it_concerns(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    seed::district_called(&node.app.writer, "420882003", "-b").await;
    let (desk, guard) = (node.client("dispatch").await, node.client("guard").await);
    let (colleague, volunteer) = (node.client("guard2").await, node.client("volunteer").await);
    let foreign = node.client("dispatch-b").await;
    sign_on(&colleague).await;
    let id = graded(&guard, &desk).await;
    assert!(!knows(&colleague, &id), "the team isn't called yet");
    dispatched(&desk, &id).await;
    sees_state(&colleague, &id, IncidentState::Dispatched).await;
    let incident = Channel::of_incident(&seed::DISTRICT.into(), &id);
    let district = Channel::of_district(&seed::DISTRICT.into());
    colleague.request(post(&incident, "我在路上")).await.unwrap();
    hears(&desk, "我在路上").await;
    hears(&guard, "我在路上").await;
    assert_eq!(refusal(volunteer.request(post(&incident, "我也来")).await).code, Code::NotFound);
    guard.request(post(&district, "注意安全")).await.unwrap();
    hears(&volunteer, "注意安全").await;
    assert!(!knows(&volunteer, &id));
    let heard = |client: &Client| {
        client.look(|state| state.views.values().flat_map(|view| view.messages.values()).count())
    };
    assert_eq!(heard(&volunteer), 1, "the incident's channel isn't the volunteer's");
    let own = Channel::of_district(&"420882003".into());
    assert_eq!(refusal(foreign.request(post(&district, "喂")).await).code, Code::NotFound);
    foreign.request(post(&own, "早")).await.unwrap();
    hears(&foreign, "早").await;
    assert!(!knows(&foreign, &id));
    // The same from the snapshot as from the events.
    for (account, known) in [("dispatch", true), ("guard2", true), ("volunteer", false)] {
        assert_eq!(knows(&node.client(account).await, &id), known, "{account}");
    }
    node.stop().await;
}

async fn a_recalled_team_forgets_and_hears_no_more(backend: Backend) {
    let node = TestNode::seeded(&backend).await;
    let (desk, reporter) = (node.client("dispatch").await, node.client("property").await);
    let guard = node.client("guard").await;
    sign_on(&guard).await;
    let id = graded(&reporter, &desk).await;
    dispatched(&desk, &id).await;
    let recall = IncidentMove::Recall { reason: "误派".to_owned() };
    desk.request(moved(&id, recall)).await.unwrap();
    forgets(&guard, &id).await;
    let suspend =
        IncidentMove::Suspend { reason: "待查".to_owned(), review_ms: node.clock.now_ms() + 1 };
    desk.request(moved(&id, suspend)).await.unwrap();
    let district = Channel::of_district(&seed::DISTRICT.into());
    desk.request(post(&district, "收队")).await.unwrap();
    hears(&guard, "收队").await;
    assert!(!knows(&guard, &id), "nothing after the recall");
    assert!(!knows(&node.client("guard").await, &id), "and nothing in a new snapshot");
    node.stop().await;
}
