//! Quasi-Poisson regression with a log link, by iterated weighted least squares.
//!
//! It must not know what the columns mean. Invariant: it stops where R's `glm` stops, so the
//! unconverged last digits agree too; weights and leverage are those of the last step before its
//! update of the mean, residuals use the final mean.

use super::solve::{Columns, LeastSquares, solve_weighted};

const ROUNDS: usize = 25;
const TOLERANCE: f64 = 1e-8;

/// A converged regression.
#[derive(Clone, Debug)]
pub struct Fit {
    /// Coefficients, leverage and (XᵀWX)⁻¹ of the last step.
    pub solution: LeastSquares,
    /// Fitted means.
    pub mean: Vec<f64>,
    /// Working weights ωμ of the last step.
    pub weights: Vec<f64>,
    /// Working residuals (y − μ)/μ.
    pub residuals: Vec<f64>,
}

impl Fit {
    /// Rows minus the columns kept.
    pub fn freedom(&self) -> f64 {
        self.mean.len() as f64 - self.solution.rank() as f64
    }

    /// Σ W r² / (n − q): Pearson's estimate of the dispersion, not clamped.
    pub fn dispersion(&self) -> f64 {
        self.weighted_squares(&self.weights)
    }

    /// Σ ω r² / (n − q) with the prior weights alone.
    pub fn weighted_squares(&self, weights: &[f64]) -> f64 {
        let sum: f64 = weights
            .iter()
            .zip(&self.residuals)
            .filter(|(w, _)| **w > 0.0)
            .map(|(w, r)| w * r * r)
            .sum();
        sum / self.freedom()
    }
}

/// Fits counts `y` with prior weights; `None` when 25 rounds don't converge.
pub fn fit_quasi_poisson(columns: &Columns, y: &[f64], prior: &[f64]) -> Option<Fit> {
    let mut mean: Vec<f64> = y.iter().map(|count| count + 0.1).collect();
    let mut eta: Vec<f64> = mean.iter().map(|m| m.ln()).collect();
    let mut before = deviance(y, &mean, prior);
    for _ in 0..ROUNDS {
        let weights: Vec<f64> = prior.iter().zip(&mean).map(|(w, m)| w * m).collect();
        let target: Vec<f64> =
            (0..y.len()).map(|row| eta[row] + (y[row] - mean[row]) / mean[row]).collect();
        let solution = solve_weighted(columns, &weights, &target)?;
        for row in 0..y.len() {
            eta[row] = columns.iter().zip(&solution.coefficients).map(|(x, b)| x[row] * b).sum();
            // As R's log link does: the mean never underflows to 0.
            mean[row] = eta[row].exp().max(f64::EPSILON);
        }
        let now = deviance(y, &mean, prior);
        if !now.is_finite() {
            return None;
        }
        if (now - before).abs() / (now.abs() + 0.1) < TOLERANCE {
            let residuals = y.iter().zip(&mean).map(|(y, m)| (y - m) / m).collect();
            return Some(Fit { solution, mean, weights, residuals });
        }
        before = now;
    }
    None
}

fn deviance(y: &[f64], mean: &[f64], prior: &[f64]) -> f64 {
    let terms = y.iter().zip(mean).zip(prior);
    terms
        .map(|((&y, &m), w)| {
            let unit = if y > 0.0 { y * (y / m).ln() - (y - m) } else { m };
            2.0 * w * unit
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intercept_alone_is_the_weighted_mean() {
        let y = [2.0, 0.0, 5.0, 1.0];
        let fit = fit_quasi_poisson(&vec![vec![1.0; 4]], &y, &[1.0; 4]).unwrap();
        assert!((fit.mean[0] - 2.0).abs() < 1e-6);
        assert!((fit.dispersion() - 14.0 / 2.0 / 3.0).abs() < 1e-4);
        let fit = fit_quasi_poisson(&vec![vec![1.0; 4]], &y, &[1.0, 0.0, 1.0, 0.0]).unwrap();
        assert!((fit.mean[0] - 3.5).abs() < 1e-6);
    }

    #[test]
    fn doubling_each_step_is_a_slope_of_ln_2() {
        let columns = vec![vec![1.0; 5], (0..5).map(f64::from).collect()];
        let y = [1.0, 2.0, 4.0, 8.0, 16.0];
        let fit = fit_quasi_poisson(&columns, &y, &[1.0; 5]).unwrap();
        assert!((fit.solution.coefficients[1] - 2.0_f64.ln()).abs() < 1e-9);
    }
}
