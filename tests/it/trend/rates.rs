//! Two counts against R's `poisson.test` and `binom.test` and the E-test's author's program.

use xunfang::trend::interval::{Tally, exact_interval, tests};

use super::reference::Table;

/// Relative, so that a p-value of 1e-67 counts too.
fn close(name: &str, found: Option<f64>, wanted: Option<f64>) -> bool {
    match (found, wanted) {
        (None, None) => true,
        // The reference sums a bounded square, which loses this far tail (docs/STATISTICS.md).
        (Some(found), Some(wanted)) if name == "p_etest" && wanted < 1e-60 => found < 1e-60,
        (Some(found), Some(wanted)) => (found - wanted).abs() <= 1e-10 * wanted.abs(),
        _ => false,
    }
}

#[test]
fn every_pair_of_the_table() {
    let Some(table) = Table::read("trends/rates/poisson_ratio.csv") else { return };
    let column = |name: &str| table.numbers(name);
    let (now, base) = (table.counts("a_now"), table.counts("b_base"));
    let (t_now, t_base) = (column("t_now"), column("t_base"));
    for row in 0..now.len() {
        let a = Tally { count: now[row].into(), days: t_now[row].unwrap() };
        let b = Tally { count: base[row].into(), days: t_base[row].unwrap() };
        let p = tests(a, b);
        let interval = exact_interval(a, b, 0.05);
        for (name, found) in [
            ("p_central", p.map(|p| p.central)),
            ("p_minlike", p.map(|p| p.min_likelihood)),
            ("p_midp_central", p.map(|p| p.mid)),
            ("p_etest", p.map(|p| p.e_test)),
            ("rr_lo95_cp", interval.low),
            ("rr_hi95_cp", interval.high),
        ] {
            let wanted = column(name)[row];
            assert!(close(name, found, wanted), "row {row} {name}: {found:?}, not {wanted:?}");
        }
    }
}
