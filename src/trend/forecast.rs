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
/// Weeks whose level scales the seasonal curve: a quarter.
const LEVEL_WEEKS: usize = 13;
/// Quarters whose misses make φ, and how many of them are the latest.
const SPREAD_QUARTERS: usize = 8;
const LATEST_QUARTERS: usize = 2;
/// Weeks to which a curve is fitted at least when its misses are counted.
const LEAST_FOR_CURVE: usize = 65;
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
    /// Dispersion of forecasts so far ahead.
    pub phi: f64,
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
    let seasonal = y.len() >= LEAST_FOR_SEASON && mean(recent) >= 1.0;
    let outlook = if seasonal { Outlook::seasonal(y) } else { None };
    let outlook = outlook.unwrap_or_else(|| Outlook::flat(recent));
    let week = |ahead: usize| {
        let (expected, phi) = (outlook.expected[ahead - 1], outlook.phi[ahead - 1]);
        let law = CountLaw::with_dispersion(expected, phi);
        let quantile = |tail: f64| law.quantile(tail).unwrap_or(0);
        let tail = (1.0 - COVERAGE) / 2.0;
        ForecastWeek { ahead, expected, phi, low: quantile(tail), high: quantile(1.0 - tail) }
    };
    (1..=weeks.min(MOST_WEEKS)).map(week).collect()
}

/// Expected count and dispersion of each week ahead.
struct Outlook {
    expected: [f64; MOST_WEEKS],
    phi: [f64; MOST_WEEKS],
}

impl Outlook {
    /// The mean of the last weeks, which vary about it as they did.
    fn flat(recent: &[f64]) -> Self {
        let level = mean(recent);
        let squares: f64 = recent.iter().map(|y| (y - level).powi(2)).sum();
        let phi = squares / (recent.len() as f64 - 1.0) / level;
        let phi = if phi > 1.0 { phi } else { 1.0 };
        Self { expected: [level; MOST_WEEKS], phi: [phi; MOST_WEEKS] }
    }

    /// The curve × level, where level is what the last 13 weeks held over what the curve gave them.
    fn seasonal(y: &[f64]) -> Option<Self> {
        let curve = curve(y, y.len() + MOST_WEEKS)?;
        let level = level(y, &curve, y.len());
        let expected = std::array::from_fn(|index| curve[y.len() + index] * level);
        Some(Self { expected, phi: spread(y) })
    }
}

/// exp(a + b·t + two harmonics) for `rows` rows, fitted to the first ones.
fn curve(y: &[f64], rows: usize) -> Option<Vec<f64>> {
    let terms: Vec<Vec<f64>> = (0..rows).map(terms).collect();
    let column = |term: usize| terms[..y.len()].iter().map(|row| row[term]).collect();
    let columns: Columns = (0..terms.first()?.len()).map(column).collect();
    let fit = fit_quasi_poisson(&columns, y, &vec![1.0; y.len()])?;
    let coefficients = &fit.solution.coefficients;
    let eta = |row: &Vec<f64>| row.iter().zip(coefficients).map(|(x, b)| x * b).sum::<f64>();
    Some(terms.iter().map(|row| eta(row).exp()).collect())
}

/// What the 13 weeks before a row held, over what the curve gave them.
fn level(y: &[f64], curve: &[f64], row: usize) -> f64 {
    let weeks = row - LEVEL_WEEKS..row;
    y[weeks.clone()].iter().sum::<f64>() / curve[weeks].iter().sum::<f64>()
}

/// φ of real forecasts: each quarter of the last two years is forecast from a curve fitted before
/// it. Dispersion about a curve fitted to the same weeks is the wrong one twice: it takes changes
/// of level for noise, and it has seen what it forecasts.
fn spread(y: &[f64]) -> [f64; MOST_WEEKS] {
    let mut missed: [Vec<f64>; MOST_WEEKS] = Default::default();
    for quarter in 1..=SPREAD_QUARTERS {
        let Some(start) = y.len().checked_sub(quarter * LEVEL_WEEKS) else { break };
        if start < LEAST_FOR_CURVE {
            break;
        }
        let Some(curve) = curve(&y[..start], start + LEVEL_WEEKS) else { continue };
        for row in start..start + LEVEL_WEEKS {
            for (index, missed) in missed.iter_mut().enumerate() {
                let expected = curve[row] * level(y, &curve, row - index);
                missed.push((y[row] - expected).powi(2) / expected);
            }
        }
    }
    missed.map(|missed| {
        let usual = |misses: &[f64]| {
            let finite: Vec<f64> = misses.iter().copied().filter(|miss| miss.is_finite()).collect();
            mean(&finite)
        };
        // Weeks turn noisier and calmer: the larger of the two errs on the safe side.
        let latest = &missed[..missed.len().min(LATEST_QUARTERS * LEVEL_WEEKS)];
        usual(&missed).max(usual(latest)).max(1.0)
    })
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
    use crate::trend::number::floor_count;

    #[test]
    fn a_season_is_carried_forward() {
        let wave = |week: u32| 50.0 + 30.0 * (TAU * f64::from(week) / YEAR_WEEKS).sin();
        let count = |week| u32::try_from(floor_count(wave(week))).unwrap();
        let counts: Vec<u32> = (0..260).map(count).collect();
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
        counts[195] = 6;
        let found = forecast(&counts, 1)[0];
        assert!((found.expected - 6.0 / 13.0).abs() < 1e-12);
        assert!(forecast(&[1; 12], 1).is_empty());
        assert_eq!(forecast(&[0; 30], 1)[0].high, 0);
    }
}
