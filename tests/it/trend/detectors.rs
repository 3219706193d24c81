//! EARS, Bayes and CUSUM against R surveillance.

use xunfang::trend::detect::{
    BayesSettings, CusumSettings, EarsSettings, EarsVariant, Judgement, bayes, cusum, ears,
};

use super::reference::{SERIES, Table, same};

fn compare(judged: &[Judgement], table: &Table, prefix: &str, tolerance: f64) {
    let bounds = table.numbers(&format!("{prefix}_ub"));
    let alarms = table.numbers(&format!("{prefix}_al"));
    assert_eq!(judged.len(), bounds.len());
    for (row, judgement) in judged.iter().enumerate() {
        let (found, wanted) = (judgement.bound, bounds[row]);
        assert!(same(found, wanted, tolerance), "{prefix} {row}: {found:?}, not {wanted:?}");
        assert_eq!(judgement.alarm, alarms[row] == Some(1.0), "{prefix} alarm {row}");
    }
}

#[test]
fn ears_matches_r() {
    for series in SERIES {
        let Some(table) = Table::read(&format!("trends/ears/{series}.csv")) else { return };
        let counts = table.counts("observed");
        for (name, variant) in
            [("C1", EarsVariant::C1), ("C2", EarsVariant::C2), ("C3", EarsVariant::C3)]
        {
            for (suffix, min_sigma) in [("s0", 0.0), ("s1", 1.0)] {
                let settings = EarsSettings { min_sigma, ..EarsSettings::new(variant) };
                compare(&ears(&counts, &settings), &table, &format!("{name}_{suffix}"), 1e-12);
            }
        }
    }
}

#[test]
fn bayes_and_cusum_match_r() {
    for series in SERIES {
        let Some(table) = Table::read(&format!("trends/bayes/{series}.csv")) else { return };
        let counts = table.counts("observed");
        let settings = BayesSettings { weeks: 6, alpha: 0.05 };
        compare(&bayes(&counts, &settings), &table, "bayes1", 0.0);
        compare(&cusum(&counts, &CusumSettings::default()), &table, "cusum_standard", 0.0);
    }
}
