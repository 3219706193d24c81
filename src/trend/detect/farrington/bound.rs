//! The bound, the p-value and the score of one count under a model.
//!
//! It must not fit anything. Invariant: bound and p-value come from the same law.

use super::{FarringtonSettings, fit::Model};
use crate::trend::number::{CountLaw, floor_count, normal_quantile, normal_upper};

/// How the bound is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threshold {
    /// Normal on the ⅔ power scale, with the prediction error (Farrington et al. 1996).
    Delta,
    /// Negative binomial quantile at the prediction (Noufaily et al. 2013).
    NbPlugin,
    /// Negative binomial quantile at the prediction's upper bound.
    Muan,
}

pub(super) struct Verdict {
    pub(super) bound: f64,
    pub(super) p_value: f64,
    pub(super) p_low: f64,
    pub(super) score: f64,
}

pub(super) fn judge(observed: f64, model: &Model, settings: &FarringtonSettings) -> Verdict {
    let z = normal_quantile(1.0 - settings.alpha);
    match settings.threshold {
        Threshold::Delta => delta(observed, model, z),
        Threshold::NbPlugin => plugin(observed, model, settings.alpha, model.expected),
        Threshold::Muan => {
            let upper = (model.eta + z * model.standard_error).exp();
            plugin(observed, model, settings.alpha, upper)
        }
    }
}

fn delta(observed: f64, model: &Model, z: f64) -> Verdict {
    let mean = model.expected;
    let error = model.standard_error * mean;
    let tau = model.phi + error * error / mean;
    let spread = (4.0 / 9.0 * mean.cbrt() * tau).sqrt();
    let centre = mean.powf(2.0 / 3.0);
    let bound = (centre + z * spread).powf(1.5);
    let distance = (observed.powf(2.0 / 3.0) - centre) / spread;
    Verdict {
        bound,
        p_value: normal_upper(distance),
        p_low: normal_upper(-distance),
        score: (observed - mean) / (bound - mean),
    }
}

fn plugin(observed: f64, model: &Model, alpha: f64, mean: f64) -> Verdict {
    let law = CountLaw::with_dispersion(mean, model.phi);
    let bound = law.quantile(1.0 - alpha).map_or(f64::NAN, |bound| bound as f64);
    Verdict {
        bound,
        p_value: law.at_least(floor_count(observed)),
        p_low: law.at_most(floor_count(observed)),
        // The reference leaves the prediction on the link scale here, and so do we.
        score: (observed - model.eta) / (bound - model.eta),
    }
}
