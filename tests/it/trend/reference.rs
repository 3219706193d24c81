//! Reads the reference tables.

use std::collections::HashMap;
use std::path::PathBuf;

/// A csv file by columns; "NA" and an empty cell are `None`.
pub(super) struct Table {
    columns: HashMap<String, Vec<Option<String>>>,
}

impl Table {
    pub(super) fn read(path: &str) -> Option<Self> {
        let path = data(path)?;
        let mut reader = csv::Reader::from_path(&path).expect("a readable csv");
        let headers: Vec<String> = reader.headers().unwrap().iter().map(String::from).collect();
        let mut columns: HashMap<String, Vec<Option<String>>> = HashMap::new();
        for record in reader.records() {
            for (name, cell) in headers.iter().zip(record.unwrap().iter()) {
                let cell = (!["NA", "NaN", ""].contains(&cell)).then(|| cell.to_owned());
                columns.entry(name.clone()).or_default().push(cell);
            }
        }
        Some(Self { columns })
    }

    pub(super) fn text(&self, column: &str) -> Vec<String> {
        self.columns[column].iter().map(|cell| cell.clone().unwrap_or_default()).collect()
    }

    pub(super) fn numbers(&self, column: &str) -> Vec<Option<f64>> {
        let cells = self.columns[column].iter();
        cells.map(|cell| cell.as_ref().map(|text| text.parse().unwrap())).collect()
    }

    pub(super) fn counts(&self, column: &str) -> Vec<u32> {
        self.text(column).iter().map(|cell| cell.parse().unwrap()).collect()
    }

    pub(super) fn dates(&self, column: &str) -> Vec<jiff::civil::Date> {
        self.text(column).iter().map(|cell| cell.parse().unwrap()).collect()
    }
}

/// A file of the test data; `None`, said loudly, when the data is not set up.
pub(super) fn data(path: &str) -> Option<PathBuf> {
    let Some(root) = std::env::var_os("XUNFANG_TEST_DATA") else {
        eprintln!("NOT RUN: XUNFANG_TEST_DATA is unset, {path} was not compared");
        return None;
    };
    let path = PathBuf::from(root).join(path);
    assert!(path.exists(), "XUNFANG_TEST_DATA is set, but {} is missing", path.display());
    Some(path)
}

/// Both undefined, or within `tolerance` of the larger of 1 and the wanted value.
pub(super) fn same(found: Option<f64>, wanted: Option<f64>, tolerance: f64) -> bool {
    match (found, wanted) {
        (None, None) => true,
        (Some(found), Some(wanted)) => {
            (found - wanted).abs() <= tolerance * wanted.abs().max(1.0) || found == wanted
        }
        _ => false,
    }
}

/// The six series of the reference runs.
pub(super) const SERIES: [&str; 6] =
    ["agona", "city_theft_vehicle", "d22_all", "d22_homicide", "d22_mvt", "d22psa1_burglary_res"];
