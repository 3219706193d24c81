//! How many events the next weeks will bring, with an interval.
//!
//! It must not raise alerts. Invariant: only counts up to the last row are used, and the interval
//! is never narrower than Poisson's.

use std::f64::consts::TAU;

use super::number::{Columns, CountLaw, fit_quasi_poisson, mean};

/// Weeks of history at most.
const HISTORY: usize = 260;
/// Weeks of history below which a season can't be told from a trend.
const LEAST_FOR_SEASON: usize = 104;
/// Weeks whose level scales the seasonal curve.
const LEVEL_WEEKS: usize = 13;
/// Mean weeks in a year.
const YEAR_WEEKS: f64 = 365.2425 / 7.0;
/// Harmonics of the year.
const HARMONICS: u8 = 2;
/// Share of outcomes that the interval holds.
const COVERAGE: f64 = 0.8;
/// Weeks ahead at most.
pub const MOST_WEEKS: usize = 4;

/// The forecast of one week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForecastWeek {
    /// 1 for the week after the last row.
    pub ahead: usize,
    /// Expected events.
    pub expected: f64,
    /// 10 % quantile.
    pub low: u64,
    /// 90 % quantile.
    pub high: u64,
}

/// Forecasts up to four weeks; empty without 13 weeks of history.
pub fn forecast(counts: &[u32], weeks: usize) -> Vec<ForecastWeek> {
    let y: Vec<f64> = counts.iter().map(|&count| f64::from(count)).collect();
    let y = &y[y.len().saturating_sub(HISTORY)..];
    let Some(recent) = y.len().checked_sub(LEVEL_WEEKS).map(|start| &y[start..]) else {
        return Vec::new();
    };
    let curve = if y.len() >= LEAST_FOR_SEASON && mean(recent) >= 1.0 {
        Curve::seasonal(y).unwrap_or_else(|| Curve::flat(recent))
    } else {
        Curve::flat(recent)
    };
    let week = |ahead: usize| {
        let expected = curve.at(y.len() - 1 + ahead);
        let law = CountLaw::with_dispersion(expected, curve.phi);
        let quantile = |tail: f64| law.quantile(tail).unwrap_or(0);
        let tail = (1.0 - COVERAGE) / 2.0;
        ForecastWeek { ahead, expected, low: quantile(tail), high: quantile(1.0 - tail) }
    };
    (1..=weeks.min(MOST_WEEKS)).map(week).collect()
}

/// An expected count for every week, and how much weeks vary about it.
struct Curve {
    coefficients: Vec<f64>,
    level: f64,
    phi: f64,
}

impl Curve {
    /// The mean of the last weeks.
    fn flat(recent: &[f64]) -> Self {
        let level = mean(recent);
        let squares: f64 = recent.iter().map(|y| (y - level).powi(2)).sum();
        let phi = squares / (recent.len() as f64 - 1.0) / level;
        Self { coefficients: Vec::new(), level, phi: if phi > 1.0 { phi } else { 1.0 } }
    }

    /// exp(a + b·t + two harmonics) × level, where level is what the last 13 weeks held over what
    /// the curve gave them.
    fn seasonal(y: &[f64]) -> Option<Self> {
        let rows: Vec<Vec<f64>> = (0..y.len()).map(terms).collect();
        let width = rows.first()?.len();
        let columns: Columns =
            (0..width).map(|term| rows.iter().map(|row| row[term]).collect()).collect();
        let fit = fit_quasi_poisson(&columns, y, &vec![1.0; y.len()])?;
        let start = y.len() - LEVEL_WEEKS;
        let held: f64 = y[start..].iter().sum();
        let given: f64 = fit.mean[start..].iter().sum();
        Some(Self {
            coefficients: fit.solution.coefficients.clone(),
            level: held / given,
            phi: fit.dispersion().max(1.0),
        })
    }

    fn at(&self, row: usize) -> f64 {
        let eta: f64 = terms(row).iter().zip(&self.coefficients).map(|(x, b)| x * b).sum();
        eta.exp() * self.level
    }
}

/// 1, years since the first row, sines and cosines of the year.
fn terms(row: usize) -> Vec<f64> {
    let years = row as f64 / YEAR_WEEKS;
    let waves = (1..=HARMONICS).flat_map(|k| {
        let angle = TAU * f64::from(k) * years;
        [angle.sin(), angle.cos()]
    });
    [1.0, years].into_iter().chain(waves).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_season_is_carried_forward() {
        let wave = |week: u32| 50.0 + 30.0 * (TAU * f64::from(week) / YEAR_WEEKS).sin();
        let counts: Vec<u32> =
            (0..260).map(|week| crate::trend::number::floor_count(wave(week)) as u32).collect();
        let found = forecast(&counts, 4);
        assert_eq!(found.len(), 4);
        for week in found {
            let wanted = wave(259 + u32::try_from(week.ahead).unwrap());
            assert!((week.expected / wanted - 1.0).abs() < 0.1, "{week:?}, not {wanted}");
            assert!(week.low as f64 <= week.expected && week.expected <= week.high as f64);
        }
    }

    #[test]
    fn rare_events_get_their_mean() {
        let mut counts = vec![0; 200];
        counts[195] = 13 / 2;
        let found = forecast(&counts, 1)[0];
        assert!((found.expected - 6.0 / 13.0).abs() < 1e-12);
        assert!(forecast(&[1; 12], 1).is_empty());
        assert_eq!(forecast(&[0; 30], 1)[0].high, 0);
    }
}
