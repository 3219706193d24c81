//! Xunfang (巡防): joint patrol coordination and messaging.

pub mod trend;
