//! What the integration tests stand on: real services, ports, a proxy and a patient wait.
//! Only `node` and `seed` know the product. Invariant: nothing it starts outlives the test
//! process, even one that is killed.

#[macro_use]
mod backend;
mod eventually;
mod hints;
pub(crate) mod http;
pub(crate) mod node;
pub(crate) mod peer;
mod port;
mod postgres;
pub(crate) mod process;
mod proxy;
mod redis;
pub(crate) mod seed;
mod served;

pub(crate) use backend::Backend;
pub(crate) use eventually::eventually;
pub(crate) use hints::Hints;
pub(crate) use peer::Peer;
pub(crate) use port::ReservedPort;
pub(crate) use postgres::Postgres;
pub(crate) use proxy::Proxy;
pub(crate) use redis::Redis;
pub(crate) use served::Served;
