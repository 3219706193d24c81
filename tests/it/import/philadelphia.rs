//! Ten years of a real district, row for row.

use std::collections::BTreeMap;
use std::fs;

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

#[test]
fn the_real_district_is_counted_row_for_row() {
    let Some(real) = real_data() else { return };
    let desk = Desk::new();
    let incidents = real.join("incidents_2016_2025.csv.gz");
    assert_eq!(desk.import_district(&real.join("district.geojson")).status.code(), Some(0));
    assert_eq!(desk.import_grids("PHL22", &real.join("grids.geojson")).status.code(), Some(0));
    let first = desk.import_incidents("PHL22", &example_mapping(), &incidents);
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
