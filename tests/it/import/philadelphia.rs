//! Ten years of a real district, row for row.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::path::Path;

use flate2::read::GzDecoder;

use super::{Desk, example_mapping, real_data, stdout};

/// The third column of a table, added up by the first.
fn by_first(table: &str) -> BTreeMap<&str, i64> {
    let mut sums = BTreeMap::new();
    for line in table.lines().skip(1) {
        let (first, rest) = line.split_once(',').unwrap();
        let n: i64 = rest.rsplit_once(',').unwrap().1.parse().unwrap();
        *sums.entry(first).or_default() += n;
    }
    sums
}

/// The rows that repeat an id, and what is to be said of them: told by another way of reading.
fn repeated_ids(file: &Path) -> Vec<(u64, String)> {
    let mut csv = csv::Reader::from_reader(GzDecoder::new(File::open(file).unwrap()));
    let id = csv.headers().unwrap().iter().position(|name| name == "dc_key").unwrap();
    let mut first: HashMap<String, u64> = HashMap::new();
    let mut repeated = Vec::new();
    for (row, record) in (1..).zip(csv.records()) {
        let id = record.unwrap()[id].to_owned();
        match first.get(&id) {
            Some(first) => repeated.push((row, format!("the id {id} is row {first}'s already"))),
            None => drop(first.insert(id, row)),
        }
    }
    repeated
}

#[test]
fn the_real_district_is_counted_row_for_row() {
    let Some(real) = real_data() else { return };
    let desk = Desk::new();
    let incidents = real.join("incidents_2016_2025.csv.gz");
    assert_eq!(desk.import_district(&real.join("district.geojson")).status.code(), Some(0));
    assert_eq!(desk.import_grids("PHL22", &real.join("grids.geojson")).status.code(), Some(0));
    let errors = desk.path("errors.csv");
    let first = desk.import_with_errors("PHL22", &example_mapping(), &errors, &incidents);
    assert_eq!(first.status.code(), Some(3), "some rows are refused");
    let said = stdout(&first);
    for expected in [
        "108701 rows: 108679 taken, 0 unchanged, 22 refused",
        "1529 × no point",
        "4 × point at 0/0",
        "17 × point outside the world",
        "refused: row 39938 (line 39939): the id 201922071779.00000000 is row 39931's already",
    ] {
        assert!(said.contains(expected), "{expected:?} is not in:\n{said}");
    }
    let errors = fs::read_to_string(errors).unwrap();
    let refused: Vec<(u64, &str)> = errors
        .lines()
        .filter_map(|line| line.split_once(",refused,"))
        .map(|(place, reason)| (place.split_once(',').unwrap().0.parse().unwrap(), reason))
        .collect();
    let repeated = repeated_ids(&incidents);
    let reasons: Vec<(u64, &str)> =
        repeated.iter().map(|(row, why)| (*row, why.as_str())).collect();
    assert_eq!(refused, reasons);
    assert_eq!(errors.lines().filter(|line| line.contains(",warning,")).count(), 1_550);
    let expected = |name: &str| fs::read_to_string(real.join(name)).unwrap();
    let weeks = ["--district", "PHL22", "--from", "2015-W53", "--to", "2021-W52", "--by"];
    let week_kind = desk.export(&[&weeks[..], &["week,kind", "--format", "csv"]].concat());
    assert!(week_kind == expected("expected_week_kind_2016_2021.csv"), "week,kind differs");
    let years = ["--district", "PHL22", "--from", "2016-01-01", "--to", "2020-12-31", "--by"];
    let year_grid = desk.export(&[&years[..], &["year,grid"]].concat());
    assert!(year_grid == expected("expected_year_grid_2016_2020.csv"), "year,grid differs");
    let week_grid = desk.export(&[&weeks[..], &["week,grid"]].concat());
    assert!(week_grid.starts_with("week,grid,n\n2015-W53,,"), "the empty grid comes first");
    assert_eq!(by_first(&week_grid), by_first(&week_kind));
    let again = desk.import_incidents("PHL22", &example_mapping(), &incidents);
    assert_eq!(again.status.code(), Some(3));
    assert!(stdout(&again).contains("0 taken, 108679 unchanged, 22 refused"));
    assert!(desk.export(&[&years[..], &["year,grid"]].concat()) == year_grid, "counted twice");
}
