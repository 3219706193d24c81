//! Units that say where they are, at a fixed rate, and those at a desk who see them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::crowd::Hear;
use super::measure::latency::Latency;
use super::measure::now_ns;
use super::measure::pace::Pace;
use super::measure::watch::Watch;
use super::receipts::Member;
use super::socket::Writer;
use super::tally::Tally;
use super::unit_scan::fix_times;
use crate::clock::Clock;

/// What a desk says to see units.
pub(super) const WATCH: &[u8] = br#"{"type":"watch","format":"binary"}"#;

/// Unix time by the monotonic clock: it doesn't jump while it is measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wall {
    ms: i64,
    ns: u64,
}

impl Wall {
    /// Reads both clocks.
    pub(super) fn now() -> Self {
        Self { ms: Clock::system().now_ms(), ns: now_ns() }
    }

    /// Unix time in ms at a reading of the monotonic clock.
    pub(super) fn ms(self, ns: u64) -> i64 {
        let after = i64::try_from(ns / 1_000_000).unwrap_or(i64::MAX);
        self.ms + after - i64::try_from(self.ns / 1_000_000).unwrap_or(i64::MAX)
    }
}

/// Each unit in turn sends one fix, its time the one at which it was meant to be sent.
pub(super) async fn walk(
    units: &[Writer],
    (mut pace, wall): (Pace, Wall),
    (watch, tally): (&Watch, &Tally),
) -> u64 {
    let mut sent = 0;
    while let Some((number, at_ns)) = pace.wait(&watch.lateness).await {
        let turn = usize::try_from(number % units.len() as u64).unwrap_or(0);
        let fix = units[turn].text(fix(number, wall.ms(at_ns)).as_bytes());
        tally.tell(&fix);
        sent += u64::from(fix.is_ok());
    }
    sent
}

/// A fix inside the district's one grid.
fn fix(number: u64, at_ms: i64) -> String {
    let (lng, lat) = (113.20 + (number % 397) as f64 * 1e-4, 30.95 + (number % 293) as f64 * 1e-4);
    format!(
        r#"{{"type":"position","fixes":[{{"at_ms":{at_ms},"point":{{"lng":{lng:.7},"lat":{lat:.7}}},"speed_mps":1.25,"heading_deg":90.0,"accuracy_m":8.5}}]}}"#
    )
}

/// What all viewers see.
#[derive(Default)]
pub(super) struct Seen {
    /// Age of a fix when it was seen.
    pub(super) age: Latency,
    updates: AtomicU64,
    bytes: AtomicU64,
    frames: AtomicU64,
}

impl Seen {
    /// Updates, bytes and frames so far.
    pub(super) fn counts(&self) -> [u64; 3] {
        [&self.updates, &self.bytes, &self.frames].map(|count| count.load(Ordering::Relaxed))
    }
}

/// Somebody at a desk.
pub(super) struct Viewer {
    member: Member,
    seen: Arc<Seen>,
    wall: Wall,
}

impl Viewer {
    /// A viewer who stands at this place of the log.
    pub(super) fn new(member: Member, seen: &Arc<Seen>, wall: Wall) -> Self {
        Self { member, seen: Arc::clone(seen), wall }
    }
}

impl Hear for Viewer {
    fn text(&mut self, text: &[u8]) {
        self.member.text(text);
    }

    fn binary(&mut self, frame: &[u8]) {
        let Some(times) = fix_times(frame) else { return };
        let now_ms = self.wall.ms(now_ns());
        let mut units = 0;
        let ages = times.map(|at_ms| {
            units += 1;
            u64::try_from(now_ms - at_ms).unwrap_or(0) * 1_000
        });
        self.seen.age.record_all_us(ages);
        self.seen.updates.fetch_add(units, Ordering::Relaxed);
        self.seen.bytes.fetch_add(frame.len() as u64, Ordering::Relaxed);
        self.seen.frames.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::ClientMessage;

    #[test]
    fn what_units_and_desks_say_can_be_read() {
        for number in [0, 1_999, 400_000] {
            let message = ClientMessage::parse(&fix(number, 1_795_478_405_000)).unwrap();
            let ClientMessage::Position { fixes } = message else { panic!("{message:?}") };
            assert_eq!(fixes[0].fault(), None);
            let (lng, lat) = (fixes[0].point.lng(), fixes[0].point.lat());
            assert!((113.2..113.24).contains(&lng) && (30.95..30.98).contains(&lat));
        }
        let watch = std::str::from_utf8(WATCH).unwrap();
        assert!(matches!(ClientMessage::parse(watch), Ok(ClientMessage::Watch { .. })));
    }

    #[test]
    fn the_wall_goes_with_the_monotonic_clock() {
        let wall = Wall { ms: 1_000, ns: 5_000_000 };
        assert_eq!(wall.ms(5_000_000), 1_000);
        assert_eq!(wall.ms(1_005_000_000), 2_000);
        assert_eq!(wall.ms(3_000_000), 998);
    }
}
