//! The Bayes detector (Riebler 2004; Höhle 2007): a Gamma prior on the mean of the last weeks.
//!
//! It must not be read as allowing for overdispersion: it assumes none, so above φ = 1 it alarms
//! more often than α. Invariant: no bound before `weeks` + 2 rows, as in the reference.

use super::Judgement;
use crate::trend::number::CountLaw;

/// Settings; the product uses six weeks and .01.
#[derive(Clone, Copy, Debug)]
pub struct BayesSettings {
    /// Weeks of history used.
    pub weeks: usize,
    /// One-sided error rate.
    pub alpha: f64,
}

impl Default for BayesSettings {
    fn default() -> Self {
        Self { weeks: 6, alpha: 0.01 }
    }
}

/// One judgement a week, in order.
pub fn bayes(counts: &[u32], settings: &BayesSettings) -> Vec<Judgement> {
    let rows = 0..counts.len();
    rows.map(|row| {
        let bound = (row > settings.weeks && settings.weeks > 0)
            .then(|| law(&counts[row - settings.weeks..row]).quantile(1.0 - settings.alpha))
            .flatten();
        let observed = counts[row];
        let alarm = bound.is_some_and(|bound| u64::from(observed) > bound);
        Judgement { row, observed, bound: bound.map(|bound| bound as f64), alarm }
    })
    .collect()
}

/// The predictive law of the next count after these weeks (Jeffreys' prior).
pub(super) fn law(history: &[u32]) -> CountLaw {
    let sum: u64 = history.iter().map(|&count| u64::from(count)).sum();
    let weeks = history.len() as f64;
    CountLaw::NegativeBinomial { size: sum as f64 + 0.5, prob: weeks / (weeks + 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_bounds_at_one() {
        let judged = bayes(&[0, 0, 0, 0, 0, 0, 0, 2], &BayesSettings { weeks: 6, alpha: 0.05 });
        assert_eq!(judged[6].bound, None);
        assert_eq!(judged[7].bound, Some(1.0));
        assert!(judged[7].alarm);
    }
}
