//! Where units are, gathered until the next tick: of each the newest alone.
//!
//! It must not know Redis. Invariant: it holds a bounded number of units; what finds no room is
//! dropped and counted, and a fix never takes the place of a newer one. Units to be forgotten wait
//! until they are, and their fixes don't outlive that.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

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
/// Districts and units of theirs of which nothing is to be kept.
pub(super) type Gone = BTreeSet<(String, String)>;

#[derive(Debug, Default)]
pub(super) struct Gather {
    waiting: Mutex<Waiting>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    partitions: BTreeMap<Partition, Units>,
    units: usize,
    gone: Gone,
}

/// What waited for a tick.
pub(super) struct Tick {
    pub(super) partitions: Vec<(Partition, Vec<UnitFix>)>,
    /// To be forgotten before the fixes are kept.
    pub(super) gone: Gone,
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
        while self.waiting.lock().is_empty() {
            self.arrived.notified().await;
        }
        sleep_until(not_before).await;
    }

    /// Forgets a unit: what waits of it now, and with the next tick what is kept.
    pub(super) fn forget_unit(&self, district: &str, unit: &str) {
        let mut waiting = self.waiting.lock();
        if let Some(units) = waiting.partitions.get_mut(&Partition::of(district))
            && units.remove(unit).is_some()
        {
            waiting.units -= 1;
        }
        waiting.gone([(district.to_owned(), unit.to_owned())]);
        drop(waiting);
        self.arrived.notify_one();
    }

    /// All that waits.
    pub(super) fn take(&self) -> Tick {
        let Waiting { partitions, gone, .. } = std::mem::take(&mut *self.waiting.lock());
        // One may have lost its only unit since.
        let partitions = partitions.into_iter().filter(|(_, units)| !units.is_empty());
        let partitions =
            partitions.map(|(partition, units)| (partition, units.into_values().collect()));
        Tick { partitions: partitions.collect(), gone }
    }

    /// Drops the fixes that wait: they would be old when they arrive.
    pub(super) fn drop_fixes(&self) {
        let mut waiting = self.waiting.lock();
        Lane::Positions.count_dropped(std::mem::take(&mut waiting.units));
        waiting.partitions.clear();
    }

    /// Puts back what was to be forgotten and may not have been.
    pub(super) fn put_back(&self, gone: Gone) {
        self.waiting.lock().gone(gone);
    }
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.units == 0 && self.gone.is_empty()
    }

    /// One without room is kept until it expires, and readers judge it.
    fn gone(&mut self, units: impl IntoIterator<Item = (String, String)>) {
        for unit in units {
            if self.gone.len() < GATHERED_UNITS {
                self.gone.insert(unit);
            } else {
                metrics::counter!("xunfang_bus_unforgotten_total").increment(1);
            }
        }
    }

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
        let partitions = gather.take().partitions.into_iter();
        partitions.map(|(partition, fixes)| (partition, of(fixes))).collect()
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
            gather.drop_fixes();
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

    #[test]
    fn a_unit_that_is_gone_takes_its_fix_along_and_is_told_until_it_is_forgotten() {
        let gather = Gather::default();
        gather.put([fix("d", "a", 1), fix("d", "b", 1)]);
        gather.forget_unit("d", "a");
        gather.drop_fixes();
        gather.put([fix("d", "c", 1)]);
        let tick = gather.take();
        assert_eq!(tick.gone, [("d".to_owned(), "a".to_owned())].into());
        assert_eq!(tick.partitions.len(), 1);
        assert!(gather.take().gone.is_empty());
        gather.put_back(tick.gone);
        gather.forget_unit("d", "b");
        assert_eq!(gather.take().gone.len(), 2);
        gather.put([fix("d", "a", 1)]);
        gather.forget_unit("d", "a");
        assert_eq!(gather.waiting.lock().units, 0);
        assert!(gather.take().partitions.is_empty(), "nothing is told of nobody");
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
