//! Gi* and local Moran against PySAL, Knox against exact enumeration.

use serde_json::Value;
use xunfang::trend::hotspot::{Neighbours, local_statistics};
use xunfang::trend::near_repeat::{Distance, Happening, KnoxSettings, knox};

use super::reference::{Table, data, same};

#[test]
fn gi_star_and_moran_match_pysal() {
    let Some(table) = Table::read("trends/gistar/columbus_crime_queen_esda.csv") else { return };
    let values: Vec<f64> = table.numbers("CRIME").into_iter().flatten().collect();
    let lists = table.text("neighbours");
    let lists = lists.iter().map(|list| list.split(' ').map(|id| id.parse().unwrap()).collect());
    let neighbours = Neighbours::from_lists(lists.collect()).unwrap();
    let columns = ["Gstar", "z", "p_norm", "Ii"].map(|name| table.numbers(name));
    for (row, cell) in local_statistics(&values, &neighbours).into_iter().enumerate() {
        for (column, found) in columns.iter().zip([cell.g_star, cell.z, cell.p, cell.moran]) {
            let wanted = column[row];
            assert!(same(Some(found), wanted, 1e-12), "row {row}: {found}, not {wanted:?}");
        }
    }
}

fn numbers(table: &Value) -> Vec<Vec<f64>> {
    serde_json::from_value(table.clone()).unwrap()
}

#[test]
fn knox_expectation_and_variance_are_exact() {
    let Some(points) = Table::read("trends/knox/chicago_arson.csv") else { return };
    let expected = std::fs::read(data("trends/knox/arson_expected.json").unwrap()).unwrap();
    let expected: Value = serde_json::from_slice(&expected).unwrap();
    let (x, y, dates) = (points.numbers("x"), points.numbers("y"), points.dates("date"));
    let events: Vec<Happening> = (0..dates.len())
        .map(|row| Happening {
            x_m: x[row].unwrap(),
            y_m: y[row].unwrap(),
            day: i64::from((dates[row] - dates[0]).get_days()),
        })
        .collect();
    for (name, distance) in
        [("arson_NRC_manhattan", Distance::Manhattan), ("arson_NRC_euclidean", Distance::Euclidean)]
    {
        let settings = KnoxSettings {
            metres: vec![0.001, 200.0, 400.0, 600.0],
            days: vec![1, 2, 3],
            distance,
            permutations: 199,
            seed: 7,
        };
        let table = knox(&events, &settings);
        let wanted = |what: &str| numbers(&expected[name][what]);
        let simulated = wanted("mc9999_p_ge");
        for (row, cells) in table.cells.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let at = format!("{name} {row} {column}");
                assert_eq!(cell.observed as f64, wanted("observed")[row][column], "{at}");
                for (what, found) in [
                    ("expected_exact", Some(cell.expected)),
                    ("sd_exact", Some(cell.deviation)),
                    ("ratio", cell.ratio()),
                    ("z", cell.z()),
                ] {
                    let wanted = Some(wanted(what)[row][column]);
                    assert!(same(found, wanted, 1e-9), "{at} {what}: {found:?}, not {wanted:?}");
                }
                // 199 permutations against 9,999: four standard errors.
                let p = simulated[row][column];
                let error = (p * (1.0 - p) / 200.0).sqrt();
                assert!((cell.p.unwrap() - p).abs() < 4.0 * error + 0.01, "{at} p");
            }
        }
    }
}
