//! Point probabilities by saddle point (C. Loader, "Fast and accurate computation of binomial
//! probabilities", 2000): no difference of large logarithms.
//!
//! It must not know about tails. Invariant: relative error near 1e-14 at any count.

use std::f64::consts::PI;

use statrs::function::gamma::ln_gamma;

/// ln n! − ln(√(2πn)·(n/e)ⁿ) for a real n > 0.
fn stirling_error(n: f64) -> f64 {
    if n <= 15.0 {
        return ln_gamma(n + 1.0) - (n + 0.5) * n.ln() + n - 0.5 * (2.0 * PI).ln();
    }
    let square = n * n;
    let tail = 1.0 / 1680.0 - (1.0 / 1188.0 - 691.0 / 360_360.0 / square) / square;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - tail / square) / square) / square) / n
}

/// x·ln(x/m) + m − x, accurate where x is near m.
fn deviance(x: f64, m: f64) -> f64 {
    if (x - m).abs() >= 0.1 * (x + m) {
        return x * (x / m).ln() + m - x;
    }
    let v = (x - m) / (x + m);
    let mut sum = (x - m) * v;
    let mut term = 2.0 * x * v;
    for j in 1..1000 {
        term *= v * v;
        let next = sum + term / f64::from(2 * j + 1);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// P(X = x) for a Poisson X with this mean.
pub(super) fn poisson(x: f64, mean: f64) -> f64 {
    if mean == 0.0 {
        return if x == 0.0 { 1.0 } else { 0.0 };
    }
    if x == 0.0 {
        return (-mean).exp();
    }
    (-stirling_error(x) - deviance(x, mean)).exp() / (2.0 * PI * x).sqrt()
}

/// P(X = x) for x successes in n trials; n and x may be real (the negative binomial needs it).
pub(super) fn binomial(x: f64, n: f64, success: f64, failure: f64) -> f64 {
    if x < 0.0 || x > n {
        return 0.0;
    }
    if x == 0.0 {
        return if success < 0.1 {
            (-deviance(n, n * failure) - n * success).exp()
        } else {
            (n * failure.ln()).exp()
        };
    }
    if x == n {
        return binomial(0.0, n, failure, success);
    }
    let exponent = stirling_error(n)
        - stirling_error(x)
        - stirling_error(n - x)
        - deviance(x, n * success)
        - deviance(n - x, n * failure);
    (exponent - 0.5 * ((2.0 * PI).ln() + x.ln() + (-x / n).ln_1p())).exp()
}

/// P(X = x) for a negative binomial X: `size` successes of probability `prob` still to come.
pub(super) fn negative_binomial(x: f64, size: f64, prob: f64) -> f64 {
    if x == 0.0 {
        return (size * prob.ln()).exp();
    }
    size / (size + x) * binomial(size, x + size, prob, 1.0 - prob)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, wanted: f64) {
        assert!((found / wanted - 1.0).abs() < 2e-13, "{found} is not {wanted}");
    }

    #[test]
    fn small_cases_are_exact_fractions() {
        near(binomial(3.0, 8.0, 0.5, 0.5), 56.0 / 256.0);
        near(binomial(8.0, 8.0, 0.5, 0.5), 1.0 / 256.0);
        near(binomial(0.0, 3.0, 0.25, 0.75), 27.0 / 64.0);
        near(poisson(2.0, 3.0), 4.5 * (-3.0_f64).exp());
        near(negative_binomial(2.0, 3.0, 0.25), 6.0 * 0.25_f64.powi(3) * 0.75 * 0.75);
        near(negative_binomial(1.0, 0.5, 6.0 / 7.0), 0.5 / 7.0 * (6.0_f64 / 7.0).sqrt());
    }

    #[test]
    fn each_law_sums_to_one() {
        let poisson: f64 = (0..4000).map(|x| poisson(f64::from(x), 2500.0)).sum();
        let binomial: f64 = (0..=6149).map(|x| binomial(f64::from(x), 6149.0, 0.5, 0.5)).sum();
        let negative: f64 = (0..9000).map(|x| negative_binomial(f64::from(x), 83.3, 0.25)).sum();
        near(poisson, 1.0);
        near(binomial, 1.0);
        near(negative, 1.0);
    }
}
