//! Where units are, gathered until the next tick: of each the newest alone.
//!
//! It must not know Redis. Invariant: it holds a bounded number of units; what finds no room is
//! dropped and counted, and a fix never takes the place of a newer one.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::partition::Partition;
use crate::bus::{Lane, UnitFix};

/// Units that may wait (hub.md): three times the 1,250 that 5,000 phones report in a tick at one fix
/// a second; some MiB.
const GATHERED_UNITS: usize = 4096;

/// What waits of one partition, by unit.
type Units = HashMap<String, UnitFix>;

#[derive(Debug, Default)]
pub(super) struct Gather {
    waiting: Mutex<Waiting>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    partitions: BTreeMap<Partition, Units>,
    units: usize,
}

impl Gather {
    pub(super) fn put(&self, fixes: impl IntoIterator<Item = UnitFix>) {
        let mut waiting = self.waiting.lock();
        for fix in fixes {
            waiting.put(fix);
        }
        drop(waiting);
        self.arrived.notify_one();
    }

    /// Waits until something waits and this time has come; a dropped call loses nothing.
    pub(super) async fn ready(&self, not_before: Instant) {
        while self.waiting.lock().units == 0 {
            self.arrived.notified().await;
        }
        sleep_until(not_before).await;
    }

    /// All that waits, a partition at a time.
    pub(super) fn take(&self) -> impl Iterator<Item = (Partition, Vec<UnitFix>)> {
        let taken = std::mem::take(&mut *self.waiting.lock());
        taken
            .partitions
            .into_iter()
            .map(|(partition, units)| (partition, units.into_values().collect()))
    }

    /// Drops what waits: it would be old when it arrives.
    pub(super) fn forget(&self) {
        let forgotten = std::mem::take(&mut *self.waiting.lock());
        Lane::Positions.count_dropped(forgotten.units);
    }
}

impl Waiting {
    fn put(&mut self, fix: UnitFix) {
        let units = self.partitions.entry(Partition::of(&fix.district)).or_default();
        match units.entry(fix.unit.clone()) {
            Entry::Occupied(mut known) => {
                metrics::counter!("xunfang_bus_positions_merged_total").increment(1);
                if fix.at_ms >= known.get().at_ms {
                    known.insert(fix);
                }
            }
            Entry::Vacant(_) if self.units >= GATHERED_UNITS => Lane::Positions.count_dropped(1),
            Entry::Vacant(place) => {
                place.insert(fix);
                self.units += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use metrics_exporter_prometheus::PrometheusBuilder;
    use tokio::time::timeout;

    use super::*;

    fn fix(district: &str, unit: &str, at_ms: i64) -> UnitFix {
        let json = format!("{at_ms}");
        UnitFix { district: district.to_owned(), unit: unit.to_owned(), at_ms, json }
    }

    fn taken(gather: &Gather) -> Vec<(Partition, Vec<(String, i64)>)> {
        let of = |fixes: Vec<UnitFix>| {
            let mut fixes: Vec<_> = fixes.into_iter().map(|fix| (fix.unit, fix.at_ms)).collect();
            fixes.sort();
            fixes
        };
        gather.take().map(|(partition, fixes)| (partition, of(fixes))).collect()
    }

    #[test]
    fn the_newest_fix_of_each_unit_waits_by_partition() {
        let gather = Gather::default();
        gather.put([fix("420882002", "a", 5), fix("420882002", "b", 1), fix("PHL22", "c", 1)]);
        gather.put([fix("420882002", "a", 4), fix("420882002", "b", 2)]);
        let unit = |unit: &str, at_ms| (unit.to_owned(), at_ms);
        let expected = [
            (Partition::of("PHL22"), vec![unit("c", 1)]),
            (Partition::of("420882002"), vec![unit("a", 5), unit("b", 2)]),
        ];
        assert_eq!(taken(&gather), expected);
        assert!(taken(&gather).is_empty());
    }

    #[test]
    fn what_finds_no_room_is_counted_and_what_is_known_goes_on() {
        let recorder = PrometheusBuilder::new().build_recorder();
        metrics::with_local_recorder(&recorder, || {
            let gather = Gather::default();
            gather.put((0..GATHERED_UNITS + 2).map(|unit| fix("d", &unit.to_string(), 1)));
            gather.put([fix("d", "7", 9)]);
            let units = &taken(&gather)[0].1;
            assert_eq!(units.len(), GATHERED_UNITS);
            assert!(units.contains(&("7".to_owned(), 9)));
            gather.put([fix("d", "1", 1)]);
            gather.forget();
            assert!(taken(&gather).is_empty());
        });
        let text = recorder.handle().render();
        for line in [
            "xunfang_bus_dropped_total{lane=\"positions\"} 3\n",
            "xunfang_bus_positions_merged_total 1\n",
        ] {
            assert!(text.contains(line), "{text}");
        }
    }

    #[tokio::test]
    async fn it_is_ready_at_the_tick_and_not_before_or_without_a_fix() {
        let (gather, tick) = (Gather::default(), Duration::from_millis(30));
        timeout(tick, gather.ready(Instant::now())).await.expect_err("nothing waits");
        gather.put([fix("d", "a", 1)]);
        let next = Instant::now() + tick;
        gather.ready(next).await;
        assert!(Instant::now() >= next);
        // A tick that has passed is not waited for, and nobody need be told again.
        timeout(tick * 100, gather.ready(next)).await.expect("it still waits");
    }
}
