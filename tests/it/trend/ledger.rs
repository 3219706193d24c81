//! A real district through the count ledger: every incident becomes a row, corrections become two
//! more, and the cube must come out as the published file counts.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::Read;

use flate2::read::GzDecoder;
use jiff::civil::{Date, Time};
use xunfang::clock::IsoWeek;
use xunfang::domain::{GridCode, KindCode};
use xunfang::spatial::{GridIndex, GridPolygon, Point};
use xunfang::trend::cube::{Axis, CountCalendar, CountRow, Cube, CubeQuery, Day, Names};
use xunfang::trend::definition::Selection;

use super::reference::{Table, data};

/// The ledger that an import of the file makes, and its names. Every tenth incident first gets a
/// kind that is corrected afterwards, so that the corrections are counted too.
fn ledger(grids: &GridIndex<GridCode>) -> Option<(Vec<CountRow>, Names)> {
    let file = File::open(data("philadelphia22/incidents_2016_2025.csv.gz")?).unwrap();
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let [key, date, time, kind, x, y] =
        ["dc_key", "dispatch_date", "dispatch_time", "text_general_code", "point_x", "point_y"]
            .map(column);
    let (mut names, mut rows, mut seen) = (Names::default(), Vec::new(), HashSet::new());
    let guess = names.kind(&KindCode::from("first guess")).unwrap();
    for record in reader.records() {
        let record = record.unwrap();
        if !seen.insert(record[key].to_owned()) {
            continue;
        }
        let date: Date = record[date].parse().unwrap();
        let time: Time = record[time].parse().unwrap();
        let minute = i64::from(Day::of(date).0) * 24 * 60
            + i64::from(time.hour()) * 60
            + i64::from(time.minute());
        let place = record[x].parse().ok().zip(record[y].parse().ok());
        let place = place.and_then(|(x, y)| Point::new(x, y).ok());
        let grid = place.and_then(|point| grids.locate(point)).map(|code| names.grid(code));
        let final_kind = names.kind(&KindCode::from(&record[kind])).unwrap();
        let mut add = |kind, n| {
            rows.push(CountRow {
                seq: rows.len() as u64 + 1,
                occurred_minute: minute,
                reported_minute: minute,
                kind,
                grid,
                grid_version: 1,
                n,
            });
        };
        if seen.len() % 10 == 0 {
            add(guess, 1);
            add(guess, -1);
        }
        add(final_kind, 1);
    }
    Some((rows, names))
}

fn grids() -> Option<GridIndex<GridCode>> {
    let text = std::fs::read_to_string(data("philadelphia22/grids.geojson")?).unwrap();
    let features: geojson::FeatureCollection = serde_json::from_str(&text).unwrap();
    let grids = features.features.iter().map(|feature| {
        let code = feature.property("code").and_then(|code| code.as_str()).unwrap();
        let shape = GridPolygon::from_geojson(feature.geometry.as_ref().unwrap()).unwrap();
        (GridCode::from(code), shape)
    });
    Some(GridIndex::new(grids.collect()))
}

#[test]
fn philadelphia_through_the_ledger() {
    let Some(grids) = grids() else { return };
    let (rows, names) = ledger(&grids).unwrap();
    let cube = Cube::build(CountCalendar::default(), &rows);
    weeks_by_kind(&cube, &names);
    years_by_grid(&cube, &names);
}

fn weeks_by_kind(cube: &Cube, names: &Names) {
    let table = Table::read("philadelphia22/expected_week_kind_2016_2021.csv").unwrap();
    let weeks = table.text("week");
    let (first, last): (IsoWeek, IsoWeek) =
        (weeks[0].parse().unwrap(), weeks.last().unwrap().parse().unwrap());
    let mut found = BTreeMap::new();
    let everything = Selection::default();
    for index in first.index()..=last.index() {
        let week = first.plus(index - first.index()).unwrap();
        let query = CubeQuery {
            days: Day::of(week.first_day())..=Day::of(week.last_day()),
            selection: &everything,
            as_of: None,
        };
        let counts = cube.along(Axis::Kind { kinds: names.kinds().len() }, &query);
        for (kind, n) in names.kinds().iter().zip(counts) {
            if n != 0 {
                found.insert((week.to_string(), kind.to_string()), n);
            }
        }
    }
    let rows = weeks.into_iter().zip(table.text("kind")).zip(table.counts("n"));
    let wanted: BTreeMap<(String, String), i64> =
        rows.map(|(key, n)| (key, i64::from(n))).collect();
    assert_eq!(found.len(), wanted.len());
    assert!(found == wanted, "week × kind differs");
}

fn years_by_grid(cube: &Cube, names: &Names) {
    let table = Table::read("philadelphia22/expected_year_grid_2016_2020.csv").unwrap();
    let mut found = BTreeMap::new();
    let everything = Selection::default();
    for year in 2016..=2020 {
        let day = |month, day| Day::of(Date::new(year, month, day).unwrap());
        let query =
            CubeQuery { days: day(1, 1)..=day(12, 31), selection: &everything, as_of: None };
        let counts = cube.along(Axis::Grid { grids: names.grids().len() }, &query);
        let codes = names.grids().iter().map(ToString::to_string).chain([String::new()]);
        for (grid, n) in codes.zip(counts) {
            if n != 0 {
                found.insert((year.to_string(), grid), n);
            }
        }
    }
    let rows = table.text("year").into_iter().zip(table.text("grid")).zip(table.counts("n"));
    let wanted: BTreeMap<(String, String), i64> =
        rows.map(|(key, n)| (key, i64::from(n))).collect();
    assert!(found == wanted, "year × grid differs");
}
