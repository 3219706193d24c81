//! The hub's counters, registered once: install the recorder before the hub is made.

use metrics::{Counter, Gauge, counter, gauge};

/// Frames and bytes of one lane.
#[derive(Debug)]
pub(super) struct Lane {
    frames: Counter,
    bytes: Counter,
}

/// All counters of a hub.
#[derive(Debug)]
pub(super) struct HubMetrics {
    pub(super) sessions: Gauge,
    pub(super) members: Gauge,
    pub(super) published: Counter,
    pub(super) deliveries: Counter,
    pub(super) skips: Counter,
    pub(super) control: Lane,
    pub(super) alerts: Lane,
    pub(super) resumes: Counter,
    pub(super) resets: Counter,
    pub(super) replayed: Counter,
    pub(super) events: Lane,
    pub(super) positions: Lane,
    /// Writes past the sessions, and their bytes, beside those that the sessions make.
    pub(super) writes: Counter,
    pub(super) written: Counter,
}

impl Lane {
    fn new(lane: &'static str) -> Self {
        Self {
            frames: counter!("xunfang_hub_frames_total", "lane" => lane),
            bytes: counter!("xunfang_hub_bytes_total", "lane" => lane),
        }
    }

    pub(super) fn count(&self, frames: u64, bytes: u64) {
        self.frames.increment(frames);
        self.bytes.increment(bytes);
    }
}

impl HubMetrics {
    pub(super) fn new() -> Self {
        Self {
            sessions: gauge!("xunfang_hub_sessions"),
            members: gauge!("xunfang_hub_members_shown"),
            published: counter!("xunfang_hub_events_total"),
            deliveries: counter!("xunfang_hub_deliveries_total"),
            skips: counter!("xunfang_hub_position_skips_total"),
            control: Lane::new("control"),
            alerts: Lane::new("alert"),
            resumes: counter!("xunfang_hub_openings_total", "by" => "resume"),
            resets: counter!("xunfang_hub_openings_total", "by" => "reset"),
            replayed: counter!("xunfang_hub_replayed_total"),
            events: Lane::new("events"),
            positions: Lane::new("positions"),
            writes: counter!("xunfang_ws_writes_total"),
            written: counter!("xunfang_ws_written_bytes_total"),
        }
    }
}

/// A lane's bound was reached: `control`, `alert` and `events` end the session, `resume` reads the
/// log again.
pub(super) fn overflowed(lane: &'static str) {
    counter!("xunfang_hub_overflows_total", "lane" => lane).increment(1);
}
