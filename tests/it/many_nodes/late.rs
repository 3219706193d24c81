//! Desks are told when news of the other nodes comes late.

use std::time::Duration;

use super::{DEADLINE, pair};
use crate::support::{Backend, Redis, eventually};

/// From the loss on; the node itself is told at once when Redis is gone.
const TOLD_WITHIN: Duration = Duration::from_secs(2);

#[tokio::test]
async fn a_desk_is_told_that_the_bus_is_lost_also_one_that_comes_later_and_when_it_is_back() {
    let (backend, mut redis) = (Backend::postgres().await, Redis::start());
    let (one, two) = pair(&backend, &redis).await;
    let (desk, phone) = (one.client("dispatch").await, two.client("guard").await);
    eventually(DEADLINE, "both nodes have their bus", async || {
        let known = |client: &xunfang::client::Client| client.look(|state| state.late_ms);
        (known(&desk).is_none() && known(&phone).is_none()).then_some(())
    })
    .await;
    redis.stop();
    for client in [&desk, &phone] {
        eventually(TOLD_WITHIN, "it is told that the bus is lost", async || {
            client.look(|state| state.late_ms)
        })
        .await;
    }
    let newcomer = two.client("dispatch2").await;
    eventually(TOLD_WITHIN, "who comes meanwhile is told", async || {
        newcomer.look(|state| state.late_ms)
    })
    .await;
    redis.restart();
    for client in [&desk, &phone, &newcomer] {
        eventually(DEADLINE, "it is told that the bus is back", async || {
            client.look(|state| state.late_ms.is_none().then_some(()))
        })
        .await;
    }
    assert_eq!(desk.look(|state| state.connections), 1, "on the same connection");
    let later = two.client("chief").await;
    assert_eq!(later.look(|state| state.late_ms), None);
    one.stop().await;
    two.stop().await;
}
