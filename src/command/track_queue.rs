//! The queue of fixes on their way to the track tables: bounded, and it loses the oldest first.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::store::Store;
use crate::store::track::TrackPoint;

/// Fixes that may wait: 30 seconds of 2,000 members at 1 Hz.
const MOST: usize = 65_536;
/// Fixes in one transaction.
const BATCH: usize = 2_000;

/// The queue. Cheap to clone.
#[derive(Clone, Default)]
pub struct TrackQueue {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    waiting: Mutex<VecDeque<TrackPoint>>,
    some: Notify,
}

impl TrackQueue {
    /// Adds a fix; when the queue is full the oldest one is lost, and counted.
    pub fn push(&self, point: TrackPoint) {
        let mut waiting = self.inner.waiting.lock();
        if waiting.len() == MOST {
            waiting.pop_front();
            metrics::counter!("xunfang_tracks_dropped_total").increment(1);
        }
        waiting.push_back(point);
        drop(waiting);
        self.inner.some.notify_one();
    }

    /// Writes what waits, until the token is cancelled and nothing waits.
    pub async fn run(self, store: Store, shutdown: CancellationToken) {
        loop {
            let batch = self.take();
            if !batch.is_empty() {
                self.write(&store, &batch).await;
            } else if shutdown.is_cancelled() {
                return;
            } else {
                tokio::select! {
                    () = self.inner.some.notified() => {}
                    () = shutdown.cancelled() => {}
                }
            }
        }
    }

    fn take(&self) -> Vec<TrackPoint> {
        let mut waiting = self.inner.waiting.lock();
        let n = waiting.len().min(BATCH);
        waiting.drain(..n).collect()
    }

    /// A track is no event: what can't be written is counted, and the next batch tried.
    async fn write(&self, store: &Store, batch: &[TrackPoint]) {
        match store.add_track_points(batch).await {
            Ok(()) => {
                metrics::counter!("xunfang_tracks_written_total").increment(batch.len() as u64);
            }
            Err(error) => {
                metrics::counter!("xunfang_tracks_dropped_total").increment(batch.len() as u64);
                tracing::error!(%error, fixes = batch.len(), "tracks can't be written");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;
    use crate::domain::Fix;
    use crate::spatial::Point;

    #[test]
    fn a_full_queue_loses_the_oldest() {
        let queue = TrackQueue::default();
        let point = |at_ms| TrackPoint {
            district: "d".into(),
            member: "m".into(),
            shift: Some("s".into()),
            grid: None,
            received_ms: 0,
            fix: Fix {
                at_ms,
                point: Point::new(113.0, 30.0).unwrap(),
                speed_mps: None,
                heading_deg: None,
                accuracy_m: None,
            },
        };
        let recorder = PrometheusBuilder::new().build_recorder();
        let dropped = || {
            let text = recorder.handle().render();
            text.lines()
                .find_map(|line| line.strip_prefix("xunfang_tracks_dropped_total ")?.parse().ok())
        };
        let most = i64::try_from(MOST).unwrap();
        metrics::with_local_recorder(&recorder, || (0..most).for_each(|ms| queue.push(point(ms))));
        assert_eq!(dropped(), None, "all of them have room");
        metrics::with_local_recorder(&recorder, || queue.push(point(most)));
        assert_eq!(dropped(), Some(1));
        assert_eq!(queue.take().first().map(|point| point.fix.at_ms), Some(1));
    }
}
