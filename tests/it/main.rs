//! The integration tests, in one binary, so that the services they start are shared.
//! Nothing is mocked: databases, Redis and sockets are real, on free ports.

#![expect(clippy::unwrap_used, reason = "a test that can't go on ends there")]

#[macro_use]
mod support;

mod account;
mod architecture;
mod backup;
#[cfg(target_os = "linux")]
mod bench;
mod bus;
mod bus_tls;
mod chaos;
mod cluster;
mod cost;
mod crash;
mod database;
mod demo;
mod demo_claim;
mod demo_start;
mod deploy;
mod example_client;
mod fuzz;
mod harness;
mod http;
mod import;
mod many_nodes;
mod nodes;
mod nodes_later;
mod personal;
mod privacy;
mod privacy_page;
mod resume;
mod rights;
mod savepoint;
mod sight;
mod simulate;
mod timer;
mod tls;
mod trend;
mod upgrade;
mod worked_session;
mod workflow;
mod writer;
