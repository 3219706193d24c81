//! EARS C1, C2, C3 (Hutwagner et al., 2003; Fricker, Hegler and Dunfal, 2008).
//!
//! It must not be a default: its real false-alarm rate is 1–6 % where it promises 0.1 %.
//! Invariant: 0/0 and 0·∞ are undefined, never 0.

use super::Judgement;
use crate::trend::number::{mean, normal_quantile};

/// Which of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarsVariant {
    /// Baseline: the weeks just before.
    C1,
    /// Baseline two weeks earlier.
    C2,
    /// C2, summed over three weeks.
    C3,
}

/// Settings; the defaults are the published ones.
#[derive(Clone, Copy, Debug)]
pub struct EarsSettings {
    /// Which of the three.
    pub variant: EarsVariant,
    /// Weeks of baseline, 2 or more.
    pub baseline: usize,
    /// The least standard deviation assumed, in events.
    pub min_sigma: f64,
    /// One-sided error rate of the bound.
    pub alpha: f64,
}

impl EarsSettings {
    /// Baseline 7, no least deviation, 0.001 (0.025 for C3).
    pub fn new(variant: EarsVariant) -> Self {
        let alpha = if variant == EarsVariant::C3 { 0.025 } else { 0.001 };
        Self { variant, baseline: 7, min_sigma: 0.0, alpha }
    }
}

/// Weeks between the baseline of C2 and C3 and the week judged.
const GUARD: usize = 2;

/// One judgement a week, in order.
pub fn ears(counts: &[u32], settings: &EarsSettings) -> Vec<Judgement> {
    let y: Vec<f64> = counts.iter().map(|&count| f64::from(count)).collect();
    let z = normal_quantile(1.0 - settings.alpha);
    let rows = 0..counts.len();
    rows.map(|row| {
        let bound = match settings.variant {
            EarsVariant::C1 => baseline(&y, row, 0, settings).map(|(m, s)| m + z * s),
            EarsVariant::C2 => baseline(&y, row, GUARD, settings).map(|(m, s)| m + z * s),
            EarsVariant::C3 => summed_bound(&y, row, z, settings),
        };
        let bound = bound.filter(|bound| bound.is_finite());
        let alarm = bound.is_some_and(|bound| y[row] > bound);
        Judgement { row, observed: counts[row], bound, alarm }
    })
    .collect()
}

/// Mean and standard deviation (n − 1, at least `min_sigma`) of the baseline before a row.
fn baseline(y: &[f64], row: usize, guard: usize, settings: &EarsSettings) -> Option<(f64, f64)> {
    let start = row.checked_sub(guard + settings.baseline)?;
    let window = &y[start..row - guard];
    let centre = mean(window);
    let squares: f64 = window.iter().map(|value| (value - centre).powi(2)).sum();
    let deviation = (squares / (window.len() as f64 - 1.0)).sqrt();
    Some((centre, deviation.max(settings.min_sigma)))
}

/// max(0, y + s·(z − Σ max(0, C2 statistic − 1)) ) over the two weeks before.
fn summed_bound(y: &[f64], row: usize, z: f64, settings: &EarsSettings) -> Option<f64> {
    let mut excess = 0.0;
    for back in 1..=2 {
        let earlier = row.checked_sub(back)?;
        let (m, s) = baseline(y, earlier, GUARD, settings)?;
        let statistic = (y[earlier] - m) / s;
        // `max` would turn an undefined statistic into 0.
        if statistic.is_nan() {
            return None;
        }
        excess += (statistic - 1.0).max(0.0);
    }
    let (_, s) = baseline(y, row, GUARD, settings)?;
    let bound = y[row] + s * (z - excess);
    (!bound.is_nan()).then(|| bound.max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(variant: EarsVariant, counts: &[u32]) -> Option<usize> {
        let judged = ears(counts, &EarsSettings::new(variant));
        judged.iter().find(|judgement| judgement.bound.is_some()).map(|j| j.row + 1)
    }

    #[test]
    fn first_rows_are_8_10_and_12() {
        let counts = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9];
        assert_eq!(first(EarsVariant::C1, &counts), Some(8));
        assert_eq!(first(EarsVariant::C2, &counts), Some(10));
        assert_eq!(first(EarsVariant::C3, &counts), Some(12));
        assert_eq!(first(EarsVariant::C3, &counts[..11]), None);
    }

    #[test]
    fn silence_leaves_c3_undefined_and_c1_at_its_mean() {
        let quiet = [0; 14];
        assert_eq!(first(EarsVariant::C3, &quiet), None);
        let judged = ears(&quiet, &EarsSettings::new(EarsVariant::C1));
        assert_eq!(judged[13].bound, Some(0.0));
        let mut settings = EarsSettings::new(EarsVariant::C3);
        settings.min_sigma = 1.0;
        assert_eq!(ears(&quiet, &settings)[13].bound.map(f64::floor), Some(1.0));
    }
}
