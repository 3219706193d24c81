//! The hub's one timer: positions every tick, watermarks and alarms every second.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::Hub;
use super::flush::Due;
use crate::domain::position::MAX_LATE_MS;
use crate::protocol::limits::{TICK_MS, WATERMARK_WITHIN_MS};

/// How often silence and alarms are looked at, in ms.
pub(super) const SWEEP_MS: i64 = 1_000;
const WATERMARK_AFTER_MS: i64 = WATERMARK_WITHIN_MS.cast_signed() - SWEEP_MS;

impl Hub {
    /// Ticks until `shutdown`. A tick that comes late is not made up for.
    pub async fn run(self, shutdown: CancellationToken) {
        let mut ticks = interval(Duration::from_millis(TICK_MS));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
            self.tick_once();
        }
    }

    /// One tick: positions, and once a second of the clock the sweep.
    pub fn tick_once(&self) {
        self.send_positions();
        let now_ms = self.0.clock.now_ms();
        let before_ms = self.0.swept_ms.load(Ordering::Relaxed);
        // The system's clock may be set back; then the sweep must not wait for the old time.
        if now_ms.abs_diff(before_ms) >= SWEEP_MS.unsigned_abs() {
            self.0.swept_ms.store(now_ms, Ordering::Relaxed);
            self.sweep(now_ms);
        }
    }

    fn send_positions(&self) {
        let index = self.0.index.read();
        let frames = self.0.board.lock().tick(|key| index.is_watched(key));
        for (key, frame) in &frames {
            for mailbox in index.watchers(key) {
                mailbox.push_positions(frame);
            }
        }
    }

    fn sweep(&self, now_ms: i64) {
        let index = self.0.index.read();
        let mut due = Due::default();
        for mailbox in index.sessions.values() {
            mailbox.ring(now_ms);
            if mailbox.push_watermarks(now_ms - WATERMARK_AFTER_MS, |id| index.watermark(id)) {
                due.add(self, mailbox);
            }
        }
        due.write(self);
        let mut board = self.0.board.lock();
        board.forget_removed(now_ms - MAX_LATE_MS);
        #[expect(clippy::cast_precision_loss, reason = "counts of sessions and members are small")]
        {
            self.0.metrics.sessions.set(index.sessions.len() as f64);
            self.0.metrics.members.set(board.len() as f64);
        }
    }
}
