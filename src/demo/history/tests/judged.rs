//! Near-repeats, the surge and the year on year, by the product's own detectors.

use super::*;
use crate::trend::detect::{
    Alert, Calendar, Direction, FarringtonSettings, ScreenCell, ScreenSettings, farrington, judge,
    screen,
};
use crate::trend::near_repeat::{self, Distance, KnoxSettings, knox};

#[test]
fn near_repeats_are_there_to_be_found_and_traffic_has_none() {
    let settings = KnoxSettings {
        metres: vec![200.0],
        days: vec![14],
        distance: Distance::Manhattan,
        permutations: 99,
        seed: 1,
    };
    let origin = MAP.outline.bounds().least;
    let happening = |fact: &Fact| near_repeat::Happening {
        x_m: (fact.point.lng() - origin.lng()) * 111_195.0 * origin.lat().to_radians().cos(),
        y_m: (fact.point.lat() - origin.lat()) * 111_195.0,
        day: i64::from((fact.day - Date::constant(2025, 1, 1)).get_days()),
    };
    let table = |of: fn(&Fact) -> bool| {
        let facts = PAST.facts.iter().filter(|fact| fact.day.year() == 2025 && of(fact));
        knox(&facts.map(happening).collect::<Vec<_>>(), &settings).cells[0][0]
    };
    let police = table(Fact::is_public_order);
    assert!(police.is_shown() && police.ratio().unwrap() > 1.5, "{police:?}");
    let roads = table(|fact| fact.is("traffic"));
    assert!(!roads.is_shown(), "{roads:?}");
}

const CLASSES: [&str; 6] = ["criminal", "security", "traffic", "dispute", "help", "hazard"];

/// A series for every village and class.
fn cells() -> BTreeMap<(&'static str, &'static str), Vec<u32>> {
    let past = &*PAST;
    let mut cells = BTreeMap::new();
    for fact in &past.facts {
        let Some(class) = CLASSES.into_iter().find(|class| fact.is(class)) else { continue };
        let counts = cells.entry((fact.area, class)).or_insert_with(|| vec![0; past.weeks.len()]);
        counts[fact.week] += 1;
    }
    cells
}

#[test]
fn the_surge_is_the_one_alert() {
    let past = &*PAST;
    let (cells, days) = (cells(), past.days());
    let names: Vec<_> = cells.keys().copied().collect();
    assert_eq!(names.len(), 22 * CLASSES.len());
    let rises = |at: usize| {
        let judged = cells.values().map(|counts| ScreenCell {
            judgement: judge(counts, Calendar::Dates(&days), at, 0),
            weeks_since_rise: None,
            weeks_since_fall: None,
        });
        let alerts = screen(&judged.collect::<Vec<_>>(), &ScreenSettings::default());
        let is_rise = |alert: &&Alert| alert.direction == Direction::Rise;
        alerts.iter().filter(is_rise).map(|alert| names[alert.cell]).collect::<Vec<_>>()
    };
    let surge = (surge::VILLAGE, surge::KIND);
    for text in ["2026-W41", "2026-W42", "2026-W43"] {
        assert_eq!(rises(past.at(text)), [surge], "{text}");
    }
    let quiet = (1..=12).map(|n| past.at("2026-W41") - 4 * n).chain([past.at(LAST)]);
    let false_alerts: Vec<_> = quiet.flat_map(rises).collect();
    assert!(false_alerts.len() <= 3, "{false_alerts:?}");
}

#[test]
fn the_district_has_few_weeks_that_alarm() {
    let past = &*PAST;
    let days = past.days();
    for class in CLASSES {
        let counts = past.weekly(|fact| fact.is(class));
        let settings = FarringtonSettings { years: 3, ..FarringtonSettings::default() };
        let rows = past.at("2025-W48")..=past.at(LAST);
        let alarms: Vec<_> = rows
            .filter(|row| {
                let judged = farrington(&counts, Calendar::Dates(&days), *row, &settings);
                judged.unwrap().alarm
            })
            .map(|row| past.weeks[row].to_string())
            .collect();
        assert!(alarms.len() <= 4, "{class}: {alarms:?}");
    }
}

/// The weekly counts of 治安 and 刑事.
fn public_order(from: IsoWeek, to: IsoWeek) -> Vec<f64> {
    let history = History::new(&MAP);
    let is_own = |pattern: &Pattern| ["criminal", "security"].contains(&pattern.kind);
    let count = |week| {
        let own = PATTERNS.iter().enumerate().filter(|(_, pattern)| is_own(pattern));
        own.map(|(of, pattern)| history.happenings(of, pattern, week).len()).sum::<usize>()
    };
    let weeks = std::iter::successors(Some(from), |week| week.next());
    weeks.take_while(|week| *week <= to).map(|week| count(week) as f64).collect()
}

#[test]
fn the_year_on_year_figure_is_far_from_63_whatever_today_is() {
    let (first, last) = (week("2026-W40"), week("2028-W36"));
    let counts = public_order(first.plus(-103).unwrap(), last);
    for (weeks, within) in
        [(1, -48.0..100.0), (4, -48.0..40.0), (13, -40.0..20.0), (52, -25.0..0.0)]
    {
        for end in 104..=counts.len() {
            let sum = |end: usize| counts[end - weeks..end].iter().sum::<f64>();
            let change = (sum(end) / sum(end - 52) - 1.0) * 100.0;
            assert!(
                within.contains(&change),
                "{weeks} weeks: {change}, {} after {first}",
                end - 104
            );
        }
    }
}
