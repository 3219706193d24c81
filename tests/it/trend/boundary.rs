//! A boundary change must not become news: two real police districts, one of which stopped
//! reporting in the week of 2024-04-29, when the other took over its area.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use xunfang::clock::{IsoWeek, Period};
use xunfang::trend::compare::{Basis, Comparison, Flag, Question, Verdict, compare};
use xunfang::trend::cube::{GridIndex, KindIndex};
use xunfang::trend::definition::{
    ChangeScope, DefinitionChange, Measure, Selection, comparable_since,
};
use xunfang::trend::detect::{Calendar, Direction, ScreenCell, ScreenSettings, judge, screen};

use super::reference::Table;

const CHANGED: Date = date(2024, 4, 29);

/// Weekly counts of each district × category, and the weeks' Mondays.
struct Series {
    mondays: Vec<Date>,
    cells: BTreeMap<(String, String), Vec<u32>>,
}

impl Series {
    fn read() -> Option<Self> {
        let table = Table::read("trends/series/philadelphia_districts_06_09.csv")?;
        let weeks = table.dates("week");
        let (first, last) = (*weeks.iter().min()?, *weeks.iter().max()?);
        let length = (last - first).get_days() / 7 + 1;
        let mondays: Vec<Date> = (0..length).map(|week| first + (7 * week).days()).collect();
        let mut cells: BTreeMap<_, Vec<u32>> = BTreeMap::new();
        let keys = table.text("dist").into_iter().zip(table.text("category"));
        for ((key, week), n) in keys.zip(weeks).zip(table.counts("n")) {
            let row = usize::try_from((week - first).get_days() / 7).unwrap();
            cells.entry(key).or_insert_with(|| vec![0; mondays.len()])[row] += n;
        }
        Some(Self { mondays, cells })
    }

    fn row(&self, monday: Date) -> usize {
        self.mondays.iter().position(|week| *week == monday).unwrap()
    }

    fn total(&self, district: &str, monday: Date) -> u64 {
        let row = self.row(monday);
        let own = self.cells.iter().filter(|((name, _), _)| name == district);
        own.map(|(_, counts)| u64::from(counts[row])).sum()
    }

    /// Alerts of a week over all cells, as a product would raise them.
    fn alerts(&self, row: usize, changes: &[DefinitionChange]) -> Vec<(String, Direction)> {
        let names: Vec<&(String, String)> = self.cells.keys().collect();
        let selection = Selection::default();
        let since = comparable_since(changes, &selection, self.mondays[row]);
        let since = since.map_or(0, |day| self.mondays.partition_point(|week| *week < day));
        let calendar = Calendar::Dates(&self.mondays);
        let cells: Vec<ScreenCell> = self
            .cells
            .values()
            .map(|counts| ScreenCell {
                judgement: judge(counts, calendar, row, since),
                weeks_since_rise: None,
                weeks_since_fall: None,
            })
            .collect();
        let alerts = screen(&cells, &ScreenSettings::default());
        alerts.iter().map(|alert| (names[alert.cell].0.clone(), alert.direction)).collect()
    }
}

fn marked() -> Vec<DefinitionChange> {
    vec![DefinitionChange {
        scope: ChangeScope::District,
        on: CHANGED,
        reason: "辖区调整".to_owned(),
    }]
}

fn year_on_year(series: &Series, monday: Date, changes: &[DefinitionChange]) -> Comparison {
    let now = Period::week(IsoWeek::of(monday));
    let base = Basis::SameWeekdays.of(now).unwrap();
    let selection = Selection::default();
    let question = Question {
        measure: Measure::Calls,
        selection: &selection,
        now,
        base,
        known_from: None,
        known_until: date(2025, 12, 28),
        changes,
    };
    let (a, b) = (series.total("06", monday), series.total("06", base.first()));
    compare(&question, a, b)
}

#[test]
fn marked_it_is_incomparable_and_unmarked_it_is_a_false_fall() {
    let Some(series) = Series::read() else { return };
    for weeks in [0, 1, 10, 51] {
        let monday = CHANGED + (7 * weeks).days();
        let unmarked = year_on_year(&series, monday, &[]);
        // Why the mark exists: the figure is arithmetically right and means nothing. The first
        // week still holds a day of the old boundary.
        if weeks > 0 {
            assert_eq!(unmarked.wording.percent, Some(-100.0), "{monday}");
            assert_eq!(unmarked.wording.text, "下降100%(零发案)");
        }
        assert_eq!(unmarked.assessment.unwrap().verdict, Verdict::Fall, "{monday}");
        let marked = year_on_year(&series, monday, &marked());
        assert_eq!(marked.wording.flags, [Flag::Incomparable], "{monday}");
        assert_eq!((marked.wording.percent, marked.wording.cell.as_str()), (None, "不可比"));
        assert!(marked.assessment.is_none());
    }
}

#[test]
fn marked_no_alert_fires_and_unmarked_many_do() {
    let Some(series) = Series::read() else { return };
    let first = series.row(CHANGED);
    let (mut unmarked, mut with_mark) = (Vec::new(), Vec::new());
    for row in first..first + 7 {
        unmarked.extend(series.alerts(row, &[]));
        with_mark.extend(series.alerts(row, &marked()));
    }
    assert_eq!(with_mark, [], "alerts in the seven weeks without comparable history");
    let of = |district: &str, direction| {
        unmarked.iter().filter(|alert| alert.0 == district && alert.1 == direction).count()
    };
    println!(
        "unmarked: {} falls in 06, {} rises in 09",
        of("06", Direction::Fall),
        of("09", Direction::Rise)
    );
    assert!(of("06", Direction::Fall) > 0 && of("09", Direction::Rise) > 0);
}

#[test]
fn a_year_after_the_mark_06_stays_silent() {
    let Some(series) = Series::read() else { return };
    let first = series.row(CHANGED);
    let mut alerts = Vec::new();
    for row in first..first + 52 {
        alerts.extend(series.alerts(row, &marked()));
    }
    alerts.retain(|(district, _)| district == "06");
    assert_eq!(alerts, []);
}

#[test]
fn a_mark_on_another_grid_changes_nothing() {
    let Some(series) = Series::read() else { return };
    let elsewhere = |scope| vec![DefinitionChange { scope, ..marked().remove(0) }];
    for scope in [ChangeScope::Grid(GridIndex(7)), ChangeScope::Kind(KindIndex(7))] {
        let found = year_on_year(&series, CHANGED + 7.days(), &elsewhere(scope));
        assert_eq!(found.wording.percent, Some(-100.0));
    }
}
