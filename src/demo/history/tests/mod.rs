//! The demo's past: its patterns, and what the product's own statistics say of it.

mod judged;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use super::*;
use crate::clock::{Date, Weekday, civil_day};
use crate::domain::GridCode;
use crate::spatial::{GridIndex, Point};
const LAST: &str = "2026-W47";

static MAP: LazyLock<DemoDistrict> = LazyLock::new(crate::demo::district);
static PAST: LazyLock<Past> = LazyLock::new(Past::new);

/// 265 weeks, as a first start in 2026-W48 writes them.
struct Past {
    weeks: Vec<IsoWeek>,
    facts: Vec<Fact>,
}

/// A row, read as a statistician reads it.
struct Fact {
    week: usize,
    day: Date,
    hour: i64,
    kind: String,
    point: Point,
    grid: &'static str,
    area: &'static str,
}

impl Past {
    fn new() -> Self {
        let history = History::new(&MAP);
        let last = week(LAST);
        let weeks: Vec<_> = (0..265).rev().map(|back| last.plus(-back).unwrap()).collect();
        let index = index();
        let kinds: HashMap<&GridCode, (&str, &str)> = MAP
            .grids
            .iter()
            .map(|each| {
                let area = each.grid.area.as_deref().unwrap();
                (&each.grid.code, (each.grid.kind.as_str(), area))
            })
            .collect();
        let fact = |at: usize, row: IncidentRow| {
            let point = row.point.unwrap();
            let (grid, area) = kinds[index.locate(point).unwrap()];
            Fact {
                week: at,
                day: civil_day(row.occurred_min.div_euclid(1_440)),
                hour: row.occurred_min.rem_euclid(1_440) / 60,
                kind: row.kind.as_str().to_owned(),
                point,
                grid,
                area,
            }
        };
        let facts = weeks
            .iter()
            .enumerate()
            .flat_map(|(at, week)| history.week(*week).into_iter().map(move |row| (at, row)));
        let facts = facts.map(|(at, row)| fact(at, row)).collect();
        Self { weeks, facts }
    }

    fn count(&self, of: impl Fn(&Fact) -> bool) -> f64 {
        f64::from(u32::try_from(self.facts.iter().filter(|fact| of(fact)).count()).unwrap())
    }

    fn weekly(&self, of: impl Fn(&Fact) -> bool) -> Vec<u32> {
        let mut counts = vec![0; self.weeks.len()];
        for fact in self.facts.iter().filter(|fact| of(fact)) {
            counts[fact.week] += 1;
        }
        counts
    }

    fn days(&self) -> Vec<Date> {
        self.weeks.iter().map(|week| week.first_day()).collect()
    }

    fn at(&self, text: &str) -> usize {
        self.weeks.iter().position(|each| *each == week(text)).unwrap()
    }
}

impl Fact {
    fn is(&self, prefix: &str) -> bool {
        self.kind.starts_with(prefix)
    }

    fn is_public_order(&self) -> bool {
        self.is("criminal") || self.is("security")
    }

    fn is_weekend(&self) -> bool {
        matches!(self.day.weekday(), Weekday::Saturday | Weekday::Sunday)
    }
}

fn week(text: &str) -> IsoWeek {
    text.parse().unwrap()
}

fn index() -> GridIndex<GridCode> {
    let shapes = MAP.grids.iter().map(|grid| (grid.grid.code.clone(), grid.shape.clone()));
    GridIndex::new(shapes.collect())
}

#[test]
fn a_week_is_the_same_whenever_it_is_asked_for() {
    let (one, other) = (History::new(&MAP), History::new(&MAP));
    let asked = ["2021-W43", "2024-W52", "2026-W42", "2026-W53"].map(week);
    let forwards: Vec<_> = asked.iter().map(|week| one.week(*week)).collect();
    let backwards: Vec<_> = asked.iter().rev().map(|week| other.week(*week)).collect();
    assert!(forwards.iter().eq(backwards.iter().rev()));
    assert_ne!(forwards[0], forwards[1]);
}

#[test]
fn rows_lie_in_their_week_and_in_a_grid_and_are_in_order() {
    let (history, index) = (History::new(&MAP), index());
    let zone: Zone = "Asia/Shanghai".parse().unwrap();
    let mut ids = HashSet::new();
    for text in ["2023-W05", "2026-W42", "2026-W47"] {
        let rows = history.week(week(text));
        assert!(rows.is_sorted_by_key(|row| row.occurred_min));
        for row in rows {
            assert_eq!(zone.iso_week(row.observed_ms), week(text), "{row:?}");
            assert_eq!(zone.civil_minutes(row.observed_ms), row.occurred_min);
            assert!(index.locate(row.point.unwrap()).is_some(), "{row:?}");
            assert!(row.source_id.starts_with(&format!("demo-{text}-")));
            assert!(ids.insert(row.source_id));
        }
    }
}

#[test]
fn a_street_has_about_twelve_incidents_a_day() {
    let past = &*PAST;
    let a_day = past.count(|_| true) / (265.0 * 7.0);
    assert!((11.0..13.5).contains(&a_day), "{a_day}");
    let weekly = past.weekly(|_| true);
    assert!(weekly.iter().all(|count| (50..=150).contains(count)), "{weekly:?}");
    let mut days: BTreeMap<Date, u32> = BTreeMap::new();
    for fact in &past.facts {
        *days.entry(fact.day).or_default() += 1;
    }
    let most = days.values().max().unwrap();
    assert!(days.len() > 1_850 && *most <= 40, "{} {most}", days.len());
}

#[test]
fn hours_days_months_and_places_show_their_kinds() {
    let past = &*PAST;
    let ratio = |name: &str, these: f64, those: f64, least: f64| {
        assert!(these / those >= least, "{name}: {these} to {those} is under {least}");
    };
    let hours = |kind: &str, within: &[i64]| {
        past.count(|fact| fact.is(kind) && within.contains(&fact.hour))
    };
    let months = |kind: &str, within: &[i8]| {
        past.count(|fact| fact.is(kind) && within.contains(&fact.day.month()))
    };
    let days = |kind: &str, weekend: bool| {
        let days = if weekend { 2.0 } else { 5.0 };
        past.count(|fact| fact.is(kind) && fact.is_weekend() == weekend) / days
    };
    let grids = |kind: &str, grid: &str| past.count(|fact| fact.is(kind) && fact.grid == grid);
    let all = |kind: &str| past.count(|fact| fact.is(kind));

    ratio(
        "thefts by night",
        hours("criminal", &[23, 0, 1, 2, 3, 4]),
        hours("criminal", &[9, 10, 11, 12, 13, 14]),
        2.5,
    );
    ratio(
        "治安 in the evening",
        hours("security", &[19, 20, 21, 22]),
        hours("security", &[7, 8, 9, 10]),
        2.5,
    );
    let school_run = |weekend: bool| {
        let run = |fact: &&Fact| {
            fact.is("traffic") && [7, 8, 16].contains(&fact.hour) && fact.is_weekend() == weekend
        };
        past.count(|fact| run(&fact)) / if weekend { 2.0 } else { 5.0 }
    };
    ratio("the school run", school_run(false), school_run(true), 2.0);
    ratio(
        "noise in summer",
        months("dispute.noise", &[6, 7, 8]),
        months("dispute.noise", &[12, 1, 2]),
        3.0,
    );
    ratio(
        "wages before the festival",
        months("dispute.labour", &[12, 1]),
        months("dispute.labour", &[5, 6]),
        2.0,
    );
    ratio("straw after the harvest", months("fire", &[6, 10]), months("fire", &[7, 8]), 1.8);
    ratio("wages on workdays", days("dispute.labour", false), days("dispute.labour", true), 1.8);
    ratio("noise on weekends", days("dispute.noise", true), days("dispute.noise", false), 1.2);
    ratio("wages in workshops", grids("dispute.labour", "企业车间"), all("dispute.labour"), 0.8);
    ratio("fields in 湾组", grids("dispute.land_water", "湾组"), all("dispute.land_water"), 0.8);
    ratio(
        "charging at homes",
        grids("hazard.charging", "楼栋") + grids("hazard.charging", "小区"),
        all("hazard.charging"),
        0.6,
    );
}
