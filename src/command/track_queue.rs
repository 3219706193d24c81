//! The queue of fixes on their way to the track tables: bounded, and it loses the oldest first.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::store::Store;
use crate::store::track::TrackPoint;

/// Fixes that may wait: 30 seconds of 2,000 members at 1 Hz.
const MOST: usize = 65_536;
/// Fixes in one transaction.
const BATCH: usize = 2_000;
/// Fixes are gathered this long, so that a commit and its sync are paid four times a second and
/// not once a fix. A server that is killed loses no more of a track than this.
const GATHER: Duration = Duration::from_millis(250);

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
            }
            if batch.len() < BATCH {
                let gathered = async {
                    self.inner.some.notified().await;
                    sleep(GATHER).await;
                };
                shutdown.run_until_cancelled(gathered).await;
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
        #[expect(clippy::cast_precision_loss, reason = "a batch is small")]
        metrics::histogram!("xunfang_tracks_batch_fixes").record(batch.len() as f64);
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
    use crate::store::DatabaseSettings;

    fn point(at_ms: i64) -> TrackPoint {
        TrackPoint {
            district: "d".into(),
            member: "m".into(),
            shift: Some("s".into()),
            grid: None,
            received_ms: 0,
            fix: Fix {
                at_ms,
                point: Point::new(113.0, 30.0).unwrap(),
                speed_mps: (at_ms % 2 == 0).then_some(1.5),
                heading_deg: None,
                accuracy_m: Some(5.0),
            },
        }
    }

    #[test]
    fn a_full_queue_loses_the_oldest() {
        let queue = TrackQueue::default();
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

    #[tokio::test]
    async fn fixes_share_a_commit_and_the_last_are_written_at_the_end() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let _here = metrics::set_default_local_recorder(&recorder);
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&DatabaseSettings::default(), folder.path()).await.unwrap();
        let (queue, stop) = (TrackQueue::default(), CancellationToken::new());
        let pushed = async {
            let mut pace = tokio::time::interval(Duration::from_millis(1));
            for at_ms in 0..100 {
                pace.tick().await;
                queue.push(point(at_ms));
            }
            stop.cancel();
        };
        tokio::join!(queue.clone().run(store.clone(), stop.clone()), pushed);
        let kept = store.track(&"m".into(), 0, 1_000).await.unwrap();
        assert_eq!(kept, (0..100).map(|at_ms| point(at_ms).fix).collect::<Vec<_>>());
        let text = recorder.handle().render();
        let commits = text.lines().find_map(|line| {
            line.strip_prefix("xunfang_tracks_batch_fixes_count ")?.parse::<u32>().ok()
        });
        assert!(commits.is_some_and(|commits| commits <= 3), "{text}");
    }
}
