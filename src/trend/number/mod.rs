//! Arithmetic under the methods: count laws with exact tails, the normal law, least squares.
//!
//! It must not know about weeks, kinds or grids. Invariant: tails are summed from the far end
//! inwards, so that a p-value of 1e-60 keeps its digits.

mod decimal;
mod gauss;
mod law;
mod pmf;
mod quasi_poisson;
mod random;
mod solve;

pub use decimal::{Decimal, Ratio};
pub use gauss::{normal_quantile, normal_upper, student_two_sided};
pub use law::CountLaw;
pub use quasi_poisson::{Fit, fit_quasi_poisson};
pub use random::SplitMix;
pub use solve::{Columns, LeastSquares, solve_weighted};

/// The whole part of a value that is not negative; `u64::MAX` when it is too large.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float-to-integer cast saturates, which is the documented result"
)]
pub fn floor_count(value: f64) -> u64 {
    value.floor() as u64
}

/// Mean of a slice; NaN when it is empty.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
