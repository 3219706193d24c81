//! The regression: quasi-Poisson with reweighting, with a trend while it is trusted.
//!
//! It must not know the bound. Invariant: prediction error and the trend's t-test use
//! d = Σωr²/(n − q) and not φ: this is what the reference does; φ would change about 1 alarm in 100.

use super::{FarringtonSettings, window::Week};
use crate::trend::number::{Columns, Fit, fit_quasi_poisson, student_two_sided};

/// An Anscombe residual above this loses weight.
const OUTLIER: f64 = 2.58;
/// Fewer years than this can't tell a trend from a season.
const LEAST_YEARS_FOR_TREND: usize = 3;

/// The model's prediction for the week judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Model {
    /// exp(η).
    pub(super) expected: f64,
    /// Linear predictor.
    pub(super) eta: f64,
    /// Standard error of η.
    pub(super) standard_error: f64,
    /// Dispersion, at least 1.
    pub(super) phi: f64,
    pub(super) trend: bool,
}

struct Design {
    columns: Columns,
    /// The week judged, as a row of the design.
    current: Vec<f64>,
}

impl Model {
    /// With a trend if it holds, else without; `None` when neither converges.
    pub(super) fn choose(
        counts: &[u32],
        training: &[Week],
        row: usize,
        settings: &FarringtonSettings,
    ) -> Option<Self> {
        let y: Vec<f64> = training.iter().map(|week| f64::from(counts[week.row])).collect();
        let design = Design::new(training, row, settings.periods);
        if settings.years >= LEAST_YEARS_FOR_TREND
            && let Some((model, trend_p)) = fitted(&design, &y, true)
        {
            let most = y.iter().copied().fold(0.0, f64::max);
            if trend_p < settings.trend_p && model.expected <= most {
                return Some(model);
            }
        }
        fitted(&design.without_trend(), &y, false).map(|(model, _)| model)
    }
}

/// Position of the trend among the columns.
const TREND: usize = 1;

impl Design {
    /// Intercept, weeks since the first training week, a dummy for each level but one.
    fn new(training: &[Week], row: usize, periods: usize) -> Self {
        let first = training.first().map_or(row, |week| week.row);
        let since = |row: usize| row.saturating_sub(first) as f64;
        let mut columns =
            vec![vec![1.0; training.len()], training.iter().map(|week| since(week.row)).collect()];
        let mut current = vec![1.0, since(row)];
        let present = |level: usize| training.iter().any(|week| week.level == level);
        let mut levels = (1..=periods).filter(|&level| present(level));
        levels.next();
        for level in levels {
            let dummy = |at: usize| if at == level { 1.0 } else { 0.0 };
            columns.push(training.iter().map(|week| dummy(week.level)).collect());
            // The week judged lies in a window, and windows have the last level.
            current.push(dummy(periods));
        }
        Self { columns, current }
    }

    fn without_trend(mut self) -> Self {
        self.columns.remove(TREND);
        self.current.remove(TREND);
        self
    }
}

/// Fits, gives outliers less weight, fits again; also the p-value of the trend.
fn fitted(design: &Design, y: &[f64], trend: bool) -> Option<(Model, f64)> {
    let plain = fit_quasi_poisson(&design.columns, y, &vec![1.0; y.len()])?;
    let weights = reweighted(&plain, y);
    let fit = fit_quasi_poisson(&design.columns, y, &weights)?;
    let dispersion = fit.weighted_squares(&weights);
    let solution = &fit.solution;
    let eta: f64 = design.current.iter().zip(&solution.coefficients).map(|(x, b)| x * b).sum();
    let inverse = solution.inverse();
    let variance = quadratic(&design.current, &inverse);
    let trend_p = if trend {
        let error = (dispersion * inverse[TREND][TREND]).sqrt();
        student_two_sided(solution.coefficients[TREND] / error, fit.freedom())
    } else {
        f64::NAN
    };
    let model = Model {
        expected: eta.exp(),
        eta,
        standard_error: (dispersion * variance).sqrt(),
        phi: fit.dispersion().max(1.0),
        trend,
    };
    model.expected.is_finite().then_some((model, trend_p))
}

/// ω = γ·s⁻² where the Anscombe residual s is above 2.58, else γ; Σω = n.
fn reweighted(fit: &Fit, y: &[f64]) -> Vec<f64> {
    let phi = fit.dispersion().max(1.0);
    let leverage = fit.solution.leverage();
    let raw: Vec<f64> = (0..y.len())
        .map(|row| {
            let (mean, leverage) = (fit.mean[row], leverage[row]);
            let distance = y[row].powf(2.0 / 3.0) * mean.powf(-1.0 / 6.0) - mean.sqrt();
            let residual = 1.5 * distance / (phi * (1.0 - leverage)).sqrt();
            if residual > OUTLIER { residual.powi(-2) } else { 1.0 }
        })
        .collect();
    let gamma = y.len() as f64 / raw.iter().sum::<f64>();
    raw.iter().map(|weight| gamma * weight).collect()
}

fn quadratic(vector: &[f64], matrix: &[Vec<f64>]) -> f64 {
    let rows = vector.iter().zip(matrix);
    rows.map(|(x, row)| x * row.iter().zip(vector).map(|(m, x)| m * x).sum::<f64>()).sum()
}
