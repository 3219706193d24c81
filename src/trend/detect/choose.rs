//! Which detector judges a week, by how much comparable history there is.
//!
//! It must not look across a change of definition: history starts anew there. Invariant: each
//! judgement names its model and carries what is needed to recompute it.

use super::bayes::{BayesSettings, law};
use super::farrington::{Calendar, FarringtonSettings, farrington};

/// The model behind a judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Farrington flexible on so many years.
    Farrington {
        /// Years of history, 3 to 5.
        years: usize,
    },
    /// Bayes on the last weeks; it assumes no overdispersion.
    Bayes,
}

/// One cell's week, judged by the model that its history allows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CellJudgement {
    /// The model.
    pub model: Model,
    /// The count judged.
    pub observed: u32,
    /// Predicted mean.
    pub expected: f64,
    /// Dispersion, 1 for Bayes.
    pub phi: f64,
    /// A count above this is unusual; `None`: too few recent events to say.
    pub bound: Option<f64>,
    /// P(count ≥ observed).
    pub p_high: f64,
    /// P(count ≤ observed).
    pub p_low: f64,
}

/// Years of history that Farrington needs at least, and uses at most.
const YEARS: std::ops::RangeInclusive<usize> = 3..=5;

/// Judges `row` on the rows from `since` on: Farrington from three years, Bayes from seven weeks.
pub fn judge(
    counts: &[u32],
    calendar: Calendar<'_>,
    row: usize,
    since: usize,
) -> Option<CellJudgement> {
    let own = counts.get(since..=row)?;
    let calendar = match calendar {
        Calendar::Dates(dates) => Calendar::Dates(dates.get(since..)?),
        Calendar::Weeks52 => Calendar::Weeks52,
    };
    YEARS.rev().find_map(|years| by_years(own, calendar, years)).or_else(|| by_weeks(own))
}

fn by_years(counts: &[u32], calendar: Calendar<'_>, years: usize) -> Option<CellJudgement> {
    let settings = FarringtonSettings { years, ..FarringtonSettings::default() };
    let judged = farrington(counts, calendar, counts.len() - 1, &settings)?;
    Some(CellJudgement {
        model: Model::Farrington { years },
        observed: judged.observed,
        expected: judged.expected,
        phi: judged.phi,
        bound: judged.bound,
        p_high: judged.p_value,
        p_low: judged.p_low,
    })
}

fn by_weeks(counts: &[u32]) -> Option<CellJudgement> {
    let settings = BayesSettings::default();
    let (&observed, history) = counts.split_last()?;
    if history.len() <= settings.weeks {
        return None;
    }
    let law = law(&history[history.len() - settings.weeks..]);
    Some(CellJudgement {
        model: Model::Bayes,
        observed,
        expected: law.mean(),
        phi: 1.0,
        bound: law.quantile(1.0 - settings.alpha).map(|bound| bound as f64),
        p_high: law.at_least(observed.into()),
        p_low: law.at_most(observed.into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_follows_the_history() {
        let counts: Vec<u32> = (0..300).map(|week| 8 + week % 5).collect();
        for (since, wanted) in [
            (0, Some(Model::Farrington { years: 5 })),
            (60, Some(Model::Farrington { years: 4 })),
            (100, Some(Model::Farrington { years: 3 })),
            (200, Some(Model::Bayes)),
            (292, Some(Model::Bayes)),
            (293, None),
        ] {
            let found = judge(&counts, Calendar::Weeks52, 299, since).map(|cell| cell.model);
            assert_eq!(found, wanted, "{since}");
        }
    }

    #[test]
    fn the_bayes_choice_is_the_bayes_detector() {
        let counts = [3, 1, 4, 1, 5, 9, 2, 6, 15];
        let judged = judge(&counts, Calendar::Weeks52, 8, 0).unwrap();
        let whole = super::super::bayes(&counts, &BayesSettings::default());
        assert_eq!(judged.bound, whole[8].bound);
        assert!((judged.p_high < 0.01) == whole[8].alarm);
    }
}
