//! Laws of counts: point probability, both tails, quantile.
//!
//! It must not know where its parameters come from. Invariant: a tail is summed from its own
//! far end, never as one minus the other when it is the small one.

use super::{floor_count, pmf};

/// Terms below this share of the sum no longer change it.
const NEGLIGIBLE: f64 = 1e-18;

/// A law on 0, 1, 2, ….
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CountLaw {
    /// Poisson with this mean (≥ 0).
    Poisson {
        /// Expected count.
        mean: f64,
    },
    /// Successes in a number of trials.
    Binomial {
        /// Whole number of trials.
        trials: f64,
        /// Probability of a success, within (0, 1).
        success: f64,
    },
    /// Negative binomial with mean size·(1 − prob)/prob.
    NegativeBinomial {
        /// Size (> 0, real).
        size: f64,
        /// Probability, within (0, 1).
        prob: f64,
    },
}

impl CountLaw {
    /// The law of a count with this mean and variance `phi` × mean: Poisson when `phi` ≤ 1.
    pub fn with_dispersion(mean: f64, phi: f64) -> Self {
        if phi > 1.0 && mean > 0.0 {
            Self::NegativeBinomial { size: mean / (phi - 1.0), prob: 1.0 / phi }
        } else {
            Self::Poisson { mean }
        }
    }

    /// Expected count.
    pub fn mean(&self) -> f64 {
        match *self {
            Self::Poisson { mean } => mean,
            Self::Binomial { trials, success } => trials * success,
            Self::NegativeBinomial { size, prob } => size * (1.0 - prob) / prob,
        }
    }

    /// P(X = x).
    pub fn point(&self, x: u64) -> f64 {
        let x = x as f64;
        match *self {
            Self::Poisson { mean } => pmf::poisson(x, mean),
            Self::Binomial { trials, success } => pmf::binomial(x, trials, success, 1.0 - success),
            Self::NegativeBinomial { size, prob } => pmf::negative_binomial(x, size, prob),
        }
    }

    /// P(X ≤ x).
    pub fn at_most(&self, x: u64) -> f64 {
        if x as f64 <= self.mean() { self.sum_down(x) } else { (1.0 - self.sum_up(x + 1)).max(0.0) }
    }

    /// P(X ≥ x).
    pub fn at_least(&self, x: u64) -> f64 {
        if x == 0 {
            1.0
        } else if x as f64 > self.mean() {
            self.sum_up(x)
        } else {
            (1.0 - self.sum_down(x - 1)).max(0.0)
        }
    }

    /// The least x with P(X ≤ x) ≥ `probability`; `None` when a parameter is not finite.
    pub fn quantile(&self, probability: f64) -> Option<u64> {
        if !self.mean().is_finite() {
            return None;
        }
        // As R does: a sum that misses by rounding alone is not a miss.
        let wanted = probability * (1.0 - 64.0 * f64::EPSILON);
        let mut x = floor_count(self.mean());
        let mut below = self.at_most(x);
        let mut point = self.point(x);
        if below >= wanted {
            while x > 0 && below - point >= wanted {
                below -= point;
                point /= self.ratio(x - 1);
                x -= 1;
            }
            return Some(x);
        }
        while below < wanted {
            point *= self.ratio(x);
            if point == 0.0 {
                break;
            }
            below += point;
            x += 1;
        }
        Some(x)
    }

    /// P(X = x + 1) / P(X = x).
    pub(in crate::trend) fn ratio(&self, x: u64) -> f64 {
        let x = x as f64;
        match *self {
            Self::Poisson { mean } => mean / (x + 1.0),
            Self::Binomial { trials, success } => {
                (trials - x) / (x + 1.0) * success / (1.0 - success)
            }
            Self::NegativeBinomial { size, prob } => (size + x) / (x + 1.0) * (1.0 - prob),
        }
    }

    fn sum_up(&self, from: u64) -> f64 {
        let (mut x, mut term) = (from, self.point(from));
        let mut sum = term;
        while term > sum * NEGLIGIBLE {
            term *= self.ratio(x);
            sum += term;
            x += 1;
        }
        sum.min(1.0)
    }

    fn sum_down(&self, from: u64) -> f64 {
        let (mut x, mut term) = (from, self.point(from));
        let mut sum = term;
        while x > 0 && term > sum * NEGLIGIBLE {
            x -= 1;
            term /= self.ratio(x);
            sum += term;
        }
        sum.min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quantile_of_the_bayes_rule_on_silence() {
        let law = CountLaw::NegativeBinomial { size: 0.5, prob: 6.0 / 7.0 };
        assert_eq!(law.quantile(0.95), Some(1));
        assert_eq!(law.quantile(0.92), Some(0));
    }

    #[test]
    fn a_mean_of_zero_is_always_zero() {
        let law = CountLaw::with_dispersion(0.0, 3.0);
        assert_eq!((law.at_least(1), law.quantile(0.99)), (0.0, Some(0)));
    }

    #[test]
    fn binomial_tails_are_exact_fractions() {
        let law = CountLaw::Binomial { trials: 37.0, success: 0.5 };
        let exact: f64 = {
            let mut choose = 1.0_f64;
            let mut sum = 1.0;
            for k in 0..10 {
                choose = choose * f64::from(37 - k) / f64::from(k + 1);
                sum += choose;
            }
            sum / 2.0_f64.powi(37)
        };
        assert!((law.at_most(10) / exact - 1.0).abs() < 1e-13);
        assert!((law.at_least(27) / exact - 1.0).abs() < 1e-13);
    }

    proptest! {
        #[test]
        fn tails_meet_and_the_quantile_is_least(mean in 0.01..400.0, phi in 1.0..6.0, p in 0.01..0.999) {
            let law = CountLaw::with_dispersion(mean, phi);
            let x = law.quantile(p).unwrap();
            prop_assert!((law.at_most(x) + law.at_least(x + 1) - 1.0).abs() < 1e-12);
            prop_assert!(law.at_most(x) >= p - 1e-12);
            if x > 0 {
                prop_assert!(law.at_most(x - 1) < p + 1e-12);
            }
        }
    }
}
