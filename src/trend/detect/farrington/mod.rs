//! Farrington flexible (Farrington et al. 1996; Noufaily et al. 2013): the default detector where
//! there are three or more years of history.
//!
//! It must not know other series. Invariant: only counts before the week judged train the model,
//! and an undefined bound raises no alarm.

mod bound;
mod fit;
mod window;

pub use bound::Threshold;
use fit::Model;
pub use window::Calendar;

/// Settings; the defaults are the product's.
#[derive(Clone, Copy, Debug)]
pub struct FarringtonSettings {
    /// Years of history used (b).
    pub years: usize,
    /// Weeks on each side of a reference week (w).
    pub half_window: usize,
    /// Seasonal levels a year; 1 trains on the windows only.
    pub periods: usize,
    /// Weeks before the week judged that don't train.
    pub past: usize,
    /// One-sided error rate.
    pub alpha: f64,
    /// How the bound is drawn.
    pub threshold: Threshold,
    /// A trend is kept below this p-value; 1 keeps it whenever it may be.
    pub trend_p: f64,
}

impl Default for FarringtonSettings {
    fn default() -> Self {
        Self {
            years: 5,
            half_window: 3,
            periods: 10,
            past: 26,
            alpha: 0.01,
            threshold: Threshold::NbPlugin,
            trend_p: 1.0,
        }
    }
}

/// Fewer events than this in the last [`RECENT_WEEKS`] weeks: no bound.
const LEAST_RECENT: u32 = 5;
/// Weeks that must hold [`LEAST_RECENT`] events, the one judged included.
const RECENT_WEEKS: usize = 4;

/// What the model says of one week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FarringtonJudgement {
    /// Row of the series, from 0.
    pub row: usize,
    /// The count judged.
    pub observed: u32,
    /// Predicted mean.
    pub expected: f64,
    /// Dispersion φ, at least 1.
    pub phi: f64,
    /// Whether the model has a trend.
    pub trend: bool,
    /// A count above this alarms; `None` when the last weeks hold too few events.
    pub bound: Option<f64>,
    /// One-sided p-value of the count.
    pub p_value: f64,
    /// One-sided p-value of a count as low as this.
    pub p_low: f64,
    /// (observed − expected)/(bound − expected), on the threshold's own scale.
    pub score: f64,
    /// Score above 1, at least one event, and a bound.
    pub alarm: bool,
}

/// Judges one row; `None` when the history is too short or no model converges.
pub fn farrington(
    counts: &[u32],
    calendar: Calendar<'_>,
    row: usize,
    settings: &FarringtonSettings,
) -> Option<FarringtonJudgement> {
    let training = window::training(calendar, row, settings)?;
    let model = Model::choose(counts, &training, row, settings)?;
    let observed = counts[row];
    let verdict = bound::judge(f64::from(observed), &model, settings);
    let recent = &counts[(row + 1).saturating_sub(RECENT_WEEKS)..=row];
    let bound = (recent.iter().sum::<u32>() >= LEAST_RECENT).then_some(verdict.bound);
    Some(FarringtonJudgement {
        row,
        observed,
        expected: model.expected,
        phi: model.phi,
        trend: model.trend,
        bound,
        p_value: verdict.p_value,
        p_low: verdict.p_low,
        score: verdict.score,
        alarm: bound.is_some() && verdict.score > 1.0 && observed > 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seasonal(weeks: u32) -> Vec<u32> {
        let count = |week: u32| if week % 52 < 26 { 12 } else { 8 } + week % 5;
        (0..weeks).map(count).collect()
    }

    #[test]
    fn a_surge_alarms_and_an_ordinary_week_does_not() {
        let mut counts = seasonal(300);
        let settings = FarringtonSettings::default();
        let quiet = farrington(&counts, Calendar::Weeks52, 299, &settings).unwrap();
        assert!(!quiet.alarm && quiet.p_value > 0.05);
        counts[299] = 60;
        let loud = farrington(&counts, Calendar::Weeks52, 299, &settings).unwrap();
        assert!(loud.alarm && loud.p_value < 1e-6);
        assert_eq!(loud.expected, quiet.expected);
    }

    #[test]
    fn short_history_says_nothing() {
        let counts = seasonal(300);
        assert!(
            farrington(&counts, Calendar::Weeks52, 200, &FarringtonSettings::default()).is_none()
        );
    }

    #[test]
    fn few_recent_events_leave_no_bound() {
        let mut counts = seasonal(300);
        counts[296..300].copy_from_slice(&[0, 0, 0, 4]);
        let judged =
            farrington(&counts, Calendar::Weeks52, 299, &FarringtonSettings::default()).unwrap();
        assert_eq!((judged.bound, judged.alarm), (None, false));
    }
}
