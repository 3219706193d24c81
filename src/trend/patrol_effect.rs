//! Did the patrol help here: the weighted displacement difference (Wheeler and Ratcliffe, 2018).
//!
//! It must not pick the comparison grids. Invariant: Poisson variance, no covariates.

use super::number::normal_upper;

/// Counts before and after in one set of grids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BeforeAfter {
    /// Events before.
    pub before: u64,
    /// Events after, over the same number of days.
    pub after: u64,
}

/// The estimated effect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PatrolEffect {
    /// (T1 − T0) − (C1 − C0), in events: below 0 the patrol helped.
    pub estimate: f64,
    /// √(T0 + T1 + C0 + C1).
    pub standard_error: f64,
    /// Estimate over its error; `None` when nothing happened anywhere.
    pub z: Option<f64>,
    /// Two-sided p-value.
    pub p: Option<f64>,
}

/// Compares the change in the treated grids with that in the comparison grids.
pub fn patrol_effect(treated: BeforeAfter, comparison: BeforeAfter) -> PatrolEffect {
    let change = |counts: BeforeAfter| counts.after as f64 - counts.before as f64;
    let estimate = change(treated) - change(comparison);
    let variance = treated.before + treated.after + comparison.before + comparison.after;
    let standard_error = (variance as f64).sqrt();
    let z = (variance > 0).then(|| estimate / standard_error);
    let p = z.map(|z| (2.0 * normal_upper(z.abs())).min(1.0));
    PatrolEffect { estimate, standard_error, z, p }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_fewer_where_comparison_stood_still() {
        let effect = patrol_effect(
            BeforeAfter { before: 100, after: 70 },
            BeforeAfter { before: 100, after: 130 },
        );
        assert_eq!((effect.estimate, effect.standard_error), (-60.0, 20.0));
        assert_eq!(effect.z, Some(-3.0));
        assert!((effect.p.unwrap() - 0.002_699_796_063_260_2).abs() < 1e-14);
        let nothing = BeforeAfter { before: 0, after: 0 };
        assert_eq!(patrol_effect(nothing, nothing).z, None);
    }
}
