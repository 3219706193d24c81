//! The normal law and Student's t.
//!
//! It must not know what is tested. Invariant: the upper tail keeps its relative digits far out.

use std::f64::consts::{PI, SQRT_2};

use statrs::function::{beta::beta_reg, erf::erfc_inv};

/// Where the continued fraction takes over: below it the series is the more accurate.
const FAR: f64 = 2.0;

/// P(Z ≥ z) for a standard normal Z (statrs's own keeps 11 digits, too few for the bounds).
pub fn normal_upper(z: f64) -> f64 {
    let density = (-0.5 * z * z).exp() / (2.0 * PI).sqrt();
    if z >= FAR {
        // Laplace's fraction 1/(z + 1/(z + 2/(z + …))); 60 terms suffice from z = 2 on.
        return density / (1..=60).rev().fold(z, |tail, k| z + f64::from(k) / tail);
    }
    if z <= -FAR {
        return 1.0 - normal_upper(-z);
    }
    let (mut term, mut sum, mut odd) = (z, z, 1.0);
    while term.abs() > sum.abs() * f64::EPSILON / 4.0 {
        odd += 2.0;
        term *= z * z / odd;
        sum += term;
    }
    0.5 - density * sum
}

/// The z with P(Z ≤ z) = `probability`, which lies in (0, 1).
pub fn normal_quantile(probability: f64) -> f64 {
    // The far half is solved in its own tail, where 1 − p has lost nothing.
    if probability > 0.5 {
        return -normal_quantile(1.0 - probability);
    }
    let mut z = SQRT_2 * erfc_inv(2.0 * probability);
    for _ in 0..3 {
        let density = (-0.5 * z * z).exp() / (2.0 * PI).sqrt();
        z += (normal_upper(z) - probability) / density;
    }
    -z
}

/// P(|T| ≥ |t|) for Student's t with `freedom` degrees; NaN for a NaN t.
pub fn student_two_sided(t: f64, freedom: f64) -> f64 {
    if t.is_nan() {
        return f64::NAN;
    }
    beta_reg(freedom / 2.0, 0.5, freedom / (freedom + t * t))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (probability, z) in [
            (0.975, 1.959_963_984_540_054),
            (0.999, 3.090_232_306_167_813),
            (0.99, 2.326_347_874_040_841),
            (0.5, 0.0),
            (0.025, -1.959_963_984_540_054),
        ] {
            let found = normal_quantile(probability);
            assert!((found - z).abs() < 1e-14, "{probability}: {found}");
        }
    }

    #[test]
    fn far_tails_keep_their_digits() {
        // Abramowitz and Stegun, table 26.2: −log10 of the upper tail at 5 and 10.
        assert!((normal_upper(5.0).log10() + 6.542_65).abs() < 5e-6);
        assert!((normal_upper(10.0).log10() + 23.118_05).abs() < 5e-6);
        assert!((normal_upper(37.5).log10() + 307.337_7).abs() < 1e-2);
    }

    #[test]
    fn student_agrees_with_closed_forms() {
        // One degree: 1 − 2/π·atan t. Two degrees: 1 − t/√(2 + t²).
        for t in [0.0, 0.3, 1.0, 12.706, 400.0] {
            let one = 1.0 - 2.0 / PI * f64::atan(t);
            let two = 1.0 - t / (2.0 + t * t).sqrt();
            assert!((student_two_sided(t, 1.0) - one).abs() < 1e-12, "{t}");
            assert!((student_two_sided(-t, 2.0) - two).abs() < 1e-12, "{t}");
        }
        assert!(student_two_sided(f64::NAN, 3.0).is_nan());
    }
}
