//! Several nodes on one PostgreSQL and one Redis, as their administrators and their people see
//! them: which there are, which is unwell, and that what holds on one holds on all.

mod keys;
mod late;
mod list;
mod ready;

use std::time::Duration;

use xunfang::bus::{Bus, RedisBus};
use xunfang::clock::Clock;

use crate::support::node::TestNode;
use crate::support::{Backend, Redis, seed};

/// Nothing here takes a fraction of this; it ends a test that hangs.
const DEADLINE: Duration = Duration::from_secs(40);

/// Two nodes with the seeded district and its administrators.
async fn pair(backend: &Backend, redis: &Redis) -> (TestNode, TestNode) {
    let bus = || {
        let clock = Clock::system();
        Bus::Redis(RedisBus::start(&redis.url(), clock).expect("the address is right"))
    };
    let one = TestNode::start(backend, bus()).await;
    seed::district(&one.app.writer).await;
    seed::administrators(&one.app.writer).await;
    let two = TestNode::start(backend, bus()).await;
    (one, two)
}
