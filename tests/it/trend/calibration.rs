//! False alarms of the defaults on simulated series; `make bench-trends` prints the large run.

use super::simulation::{DISPERSIONS, MEANS, rates};

/// Weeks of each mean and dispersion: a few seconds unoptimised.
const WEEKS: usize = 100;

#[test]
fn false_alarms_stay_near_their_level() {
    for phi in DISPERSIONS {
        let (mut weeks, mut farrington, mut bayes) = (0.0, 0.0, 0.0);
        for (mean, seed) in MEANS.into_iter().zip(1..) {
            let found = rates(mean, phi, WEEKS, false, seed);
            let n = found.weeks as f64;
            weeks += n;
            farrington += n * found.farrington_false;
            bayes += n * found.bayes_false;
        }
        let (farrington, bayes) = (farrington / weeks, bayes / weeks);
        println!("φ {phi}: Farrington {farrington:.4}, Bayes {bayes:.4} of {weeks} weeks");
        assert!(farrington <= 0.02, "φ {phi}: Farrington alarms in {farrington} of ordinary weeks");
        // Bayes assumes no overdispersion: beyond φ = 1 its rate is reported, not promised.
        assert!(phi > 1.0 || bayes <= 0.015, "Bayes alarms in {bayes} of ordinary weeks");
    }
}

#[test]
fn a_threefold_week_is_seen_where_there_are_events() {
    let found = rates(8.0, 1.0, WEEKS, true, 99);
    assert!(found.farrington_power > 0.9 && found.bayes_power > 0.9, "{found:?}");
}
