//! Two counts and their exposures: exact tests and the interval of their ratio.
//!
//! It must not know what was counted. Invariant: a p-value exists only where there is something
//! to test; a ratio bound that is infinite or undefined is `None`.

use super::number::{CountLaw, normal_quantile};

/// Outcomes whose likelihoods differ by less than this are equally likely (as R's `binom.test`).
const SAME_LIKELIHOOD: f64 = 1.0 + 1e-7;

/// A count and the days over which it was taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tally {
    /// Events.
    pub count: u64,
    /// Exposure in days, above 0.
    pub days: f64,
}

/// Exact p-values of "both rates are equal", given the sum of the two counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tests {
    /// min(1, 2·smaller tail): gives the verdict.
    pub central: f64,
    /// Sum of the outcomes no likelier than the one seen.
    pub min_likelihood: f64,
    /// Central, with half of the observed outcome.
    pub mid: f64,
    /// Unconditional E-test (Krishnamoorthy and Thomson, 2004).
    pub e_test: f64,
}

/// Bounds of rate(now) / rate(base).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RatioInterval {
    /// Lower bound; `None` when undefined.
    pub low: Option<f64>,
    /// Upper bound; `None` when infinite or undefined.
    pub high: Option<f64>,
}

/// All four p-values; `None` when both counts are 0.
pub fn tests(now: Tally, base: Tally) -> Option<Tests> {
    let trials = now.count + base.count;
    if trials == 0 {
        return None;
    }
    let law = CountLaw::Binomial { trials: trials as f64, success: share(now, base) };
    let point = law.point(now.count);
    let (below, above) = (law.at_most(now.count), law.at_least(now.count));
    Some(Tests {
        central: (2.0 * below.min(above)).min(1.0),
        min_likelihood: min_likelihood(&law, trials, now.count),
        mid: (2.0 * (below - 0.5 * point).min(above - 0.5 * point)).min(1.0),
        e_test: super::e_test::e_test(now, base),
    })
}

/// Clopper–Pearson bounds of the ratio of rates at confidence 1 − `alpha`.
pub fn exact_interval(now: Tally, base: Tally, alpha: f64) -> RatioInterval {
    let trials = (now.count + base.count) as f64;
    if trials == 0.0 {
        return RatioInterval { low: None, high: None };
    }
    let ratio = |odds: f64| odds * base.days / now.days;
    let low = if now.count == 0 { 0.0 } else { ratio(odds_at(now.count, trials, alpha / 2.0)) };
    // The upper bound is the lower bound of the other count, turned over.
    let high = (base.count > 0).then(|| ratio(1.0 / odds_at(base.count, trials, alpha / 2.0)));
    RatioInterval { low: Some(low), high }
}

/// Bounds of the ratio when counts vary `phi` times as much as Poisson's; `None` at a zero count.
pub fn dispersed_interval(now: Tally, base: Tally, phi: f64, alpha: f64) -> RatioInterval {
    if now.count == 0 || base.count == 0 {
        return RatioInterval { low: None, high: None };
    }
    let (a, b) = (now.count as f64, base.count as f64);
    let half = normal_quantile(1.0 - alpha / 2.0) * (phi * (1.0 / a + 1.0 / b)).sqrt();
    let ratio = (a / now.days) / (b / base.days);
    RatioInterval { low: Some(ratio * (-half).exp()), high: Some(ratio * half.exp()) }
}

/// The share of the events that equal rates would put into the first count.
fn share(now: Tally, base: Tally) -> f64 {
    now.days / (now.days + base.days)
}

/// The odds p/(1 − p) at which P(X ≥ `count`) of `trials` is `tail`.
fn odds_at(count: u64, trials: f64, tail: f64) -> f64 {
    let upper = |log_odds: f64| {
        let success = 1.0 / (1.0 + (-log_odds).exp());
        let law = CountLaw::Binomial { trials, success };
        (law.at_least(count), law.point(count) * count as f64 * (1.0 - success))
    };
    let (mut low, mut high) = (-800.0, 40.0);
    let mut at = (count as f64 / (trials - count as f64 + 1.0)).ln();
    for _ in 0..200 {
        let (probability, slope) = upper(at);
        if probability > tail {
            high = at;
        } else {
            low = at;
        }
        // Newton on the logarithm of the tail, which is nearly straight; bisection outside.
        let step = (tail.ln() - probability.ln()) * probability / slope;
        let next = at + step;
        let next = if next > low && next < high { next } else { f64::midpoint(low, high) };
        if (next - at).abs() <= 1e-15 * at.abs().max(1.0) {
            return next.exp();
        }
        at = next;
    }
    at.exp()
}

/// Sum of the probabilities of outcomes no likelier than `seen`.
fn min_likelihood(law: &CountLaw, trials: u64, seen: u64) -> f64 {
    let limit = law.point(seen) * SAME_LIKELIHOOD;
    let mean = law.mean();
    let sum = if (seen as f64) < mean {
        // Likelihood falls on the far side of the mean: find where it drops to the limit.
        let first = first_where(super::number::floor_count(mean.ceil()), trials + 1, |x| {
            law.point(x) <= limit
        });
        law.at_most(seen) + if first > trials { 0.0 } else { law.at_least(first) }
    } else {
        let end = super::number::floor_count(mean) + 1;
        let first_above = first_where(0, end, |x| law.point(x) > limit);
        law.at_least(seen) + if first_above == 0 { 0.0 } else { law.at_most(first_above - 1) }
    };
    sum.min(1.0)
}

/// The first value of `from..end` that satisfies a condition which, once true, stays true.
fn first_where(from: u64, end: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (from, end);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::tests as tests_of;
    use super::*;

    fn tally(count: u64) -> Tally {
        Tally { count, days: 7.0 }
    }

    #[test]
    fn a_fall_from_8_to_3_proves_nothing() {
        let found = tests_of(tally(3), tally(8)).unwrap();
        assert!((found.central - 0.226_562_5).abs() < 1e-12);
        assert!((found.min_likelihood - 0.226_562_5).abs() < 1e-12);
    }

    #[test]
    fn published_e_test_values() {
        for (a, b, wanted) in [(6, 2, 0.1749), (0, 3, 0.0884)] {
            let found = tests_of(tally(a), tally(b)).unwrap();
            assert!((found.e_test - wanted).abs() < 5e-5, "{a} {b}: {}", found.e_test);
        }
    }

    #[test]
    fn bounds_at_the_edges() {
        let none = exact_interval(tally(0), tally(0), 0.05);
        assert_eq!(none, RatioInterval { low: None, high: None });
        assert!(tests_of(tally(0), tally(0)).is_none());
        let zero = exact_interval(tally(0), tally(1), 0.05);
        assert_eq!(zero.low, Some(0.0));
        assert!((zero.high.unwrap() - 39.0).abs() < 1e-10);
        let infinite = exact_interval(tally(1), tally(0), 0.05);
        assert!((infinite.low.unwrap() - 1.0 / 39.0).abs() < 1e-12);
        assert_eq!(infinite.high, None);
    }

    #[test]
    fn equal_counts_are_equally_likely() {
        let found = tests_of(tally(9), tally(9)).unwrap();
        assert_eq!((found.central, found.min_likelihood), (1.0, 1.0));
        assert!((found.mid - 1.0).abs() < 1e-12);
    }

    #[test]
    fn dispersion_widens_the_interval() {
        let plain = dispersed_interval(tally(37), tally(100), 1.0, 0.05);
        let wide = dispersed_interval(tally(37), tally(100), 2.0, 0.05);
        assert!(wide.low < plain.low && wide.high > plain.high);
        assert_eq!(dispersed_interval(tally(0), tally(5), 2.0, 0.05).low, None);
    }
}
