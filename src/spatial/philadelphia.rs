//! Points to grids against a real district: 99 cells, five years of reported incidents.
//!
//! It must not ship: the data is read where `XUNFANG_TEST_DATA` says it stands.

use std::collections::{BTreeMap, HashSet};
use std::fs::{File, read_to_string};
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use geojson::FeatureCollection;

use super::{GridIndex, GridPolygon, Point};

fn data(file: &str) -> Option<PathBuf> {
    let Some(root) = std::env::var_os("XUNFANG_TEST_DATA") else {
        // Past the test runner's capture, which would keep the line of a passing test to itself.
        let said = format!("NOT RUN: {file} was not compared: XUNFANG_TEST_DATA is unset\n");
        std::io::stderr().write_all(said.as_bytes()).unwrap();
        return None;
    };
    Some(PathBuf::from(root).join("philadelphia22").join(file))
}

fn grids(path: &Path) -> GridIndex<String> {
    let text = read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let features: FeatureCollection = serde_json::from_str(&text).unwrap();
    let grids = features.features.iter().map(|feature| {
        let code = feature.property("code").and_then(|code| code.as_str()).unwrap().to_owned();
        (code, GridPolygon::from_geojson(feature.geometry.as_ref().unwrap()).unwrap())
    });
    GridIndex::new(grids.collect())
}

#[test]
fn clockwise_cells_are_taken_and_do_not_overlap() {
    let Some(path) = data("grids.geojson") else { return };
    let index = grids(&path);
    assert_eq!(index.grids().len(), 99);
    assert_eq!(index.overlaps(), []);
    for (code, grid) in index.grids() {
        assert_eq!(index.locate(grid.label_point()), Some(code));
    }
}

#[derive(serde::Deserialize)]
struct Row {
    dc_key: String,
    dispatch_date: String,
    point_x: Option<f64>,
    point_y: Option<f64>,
}

#[test]
fn incidents_fall_into_the_expected_grids_by_year() {
    let Some(path) = data("grids.geojson") else { return };
    let index = grids(&path);
    let incidents = File::open(data("incidents_2016_2025.csv.gz").unwrap()).unwrap();
    let mut seen = HashSet::new();
    let mut counts = BTreeMap::<(String, String), u32>::new();
    for row in csv::Reader::from_reader(GzDecoder::new(incidents)).deserialize() {
        let row: Row = row.unwrap();
        let year = row.dispatch_date[..4].to_owned();
        if !seen.insert(row.dc_key) || !("2016"..="2020").contains(&year.as_str()) {
            continue;
        }
        let point = row.point_x.zip(row.point_y).and_then(|(x, y)| Point::new(x, y).ok());
        let code = point.and_then(|point| index.locate(point)).cloned().unwrap_or_default();
        *counts.entry((year, code)).or_default() += 1;
    }
    let lines = counts.iter().map(|((year, code), n)| format!("{year},{code},{n}\n"));
    let found = format!("year,grid,n\n{}", lines.collect::<String>());
    let expected = read_to_string(data("expected_year_grid_2016_2020.csv").unwrap()).unwrap();
    assert!(
        found == expected,
        "{} rows differ from the expected file",
        differing(&found, &expected)
    );
}

fn differing(found: &str, expected: &str) -> usize {
    let expected: HashSet<_> = expected.lines().collect();
    found.lines().filter(|line| !expected.contains(line)).count()
}
