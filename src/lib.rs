//! Xunfang (巡防): joint patrol coordination and messaging.
//!
//! The crate's map, in reading order: a room may use only the rooms above it.

pub mod clock;
pub mod spatial;

pub mod domain;

pub mod auth;

pub mod dispatch;

pub mod trend;

pub mod export;

pub mod protocol;

pub mod client;

pub mod hub;

pub mod bus;

pub mod store;

pub mod feed;

pub mod intake;

pub mod command;

pub mod timer;

pub mod app;

pub mod ws;

pub mod http;

pub mod config;

pub mod server;

pub mod demo;

pub mod cli;
