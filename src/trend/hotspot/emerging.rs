//! Emerging hot spots: a cell's monthly Gi* and its Mann–Kendall trend give it one class.
//!
//! It must not know values, only z. Invariant: a cell has one class at most; hot classes go first.

use crate::trend::number::normal_upper;

/// A month is hot (or cold) when its one-sided p is below this.
const LEVEL: f64 = 0.01;
/// This share of the months is "nearly always".
const NEARLY_ALWAYS: f64 = 0.9;
/// A trend is one when its two-sided p is below this.
const TREND_LEVEL: f64 = 0.05;

/// How a cell's heat changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmergingClass {
    /// In the last month only.
    New,
    /// An unbroken final run of two or more, never before, under 90 %.
    Consecutive,
    /// 90 % or more, the last month too, and rising.
    Intensifying,
    /// 90 % or more, the last month too, without trend.
    Persistent,
    /// 90 % or more, the last month too, and falling.
    Diminishing,
    /// Now, under 90 %, never the opposite.
    Sporadic,
    /// Now, and the opposite before.
    Oscillating,
    /// 90 % or more, but not now.
    Historical,
}

/// The Mann–Kendall test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MannKendall {
    /// Σ sgn(later − earlier).
    pub s: i64,
    /// (S ∓ 1)/√Var; 0 when S is 0.
    pub z: f64,
    /// Two-sided p-value.
    pub p: f64,
}

/// Tests for a monotonic trend, ties allowed for.
pub fn mann_kendall(values: &[f64]) -> MannKendall {
    let mut s = 0_i64;
    for (later, value) in values.iter().enumerate() {
        for earlier in &values[..later] {
            s += i64::from(value > earlier) - i64::from(value < earlier);
        }
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let term = |count: f64| count * (count - 1.0) * (2.0 * count + 5.0);
    let ties: f64 = sorted.chunk_by(|a, b| a == b).map(|run| term(run.len() as f64)).sum();
    let variance = (term(values.len() as f64) - ties) / 18.0;
    let step = s.signum() as f64;
    let z = if s == 0 { 0.0 } else { (s as f64 - step) / variance.sqrt() };
    MannKendall { s, z, p: (2.0 * normal_upper(z.abs())).min(1.0) }
}

/// The class of a cell from its monthly z, oldest first: (hot, class) or `None`.
pub fn classify(monthly_z: &[f64]) -> Option<(bool, EmergingClass)> {
    let hot: Vec<bool> = monthly_z.iter().map(|&z| z > 0.0 && normal_upper(z) < LEVEL).collect();
    let cold: Vec<bool> = monthly_z.iter().map(|&z| z < 0.0 && normal_upper(-z) < LEVEL).collect();
    let trend = mann_kendall(monthly_z);
    let rising = if trend.p < TREND_LEVEL { trend.s.signum() } else { 0 };
    let as_hot = one_sided(&hot, &cold, rising).map(|class| (true, class));
    as_hot.or_else(|| one_sided(&cold, &hot, -rising).map(|class| (false, class)))
}

/// The class on one side; `rising` is 1 when the cell moves further to that side.
fn one_sided(marked: &[bool], opposite: &[bool], rising: i64) -> Option<EmergingClass> {
    let months = marked.len();
    let count = marked.iter().filter(|&&month| month).count();
    let nearly_always = count as f64 >= NEARLY_ALWAYS * months as f64;
    let now = *marked.last()?;
    if !now {
        return (nearly_always && count > 0).then_some(EmergingClass::Historical);
    }
    if nearly_always {
        return Some(match rising {
            1 => EmergingClass::Intensifying,
            -1 => EmergingClass::Diminishing,
            _ => EmergingClass::Persistent,
        });
    }
    let run = marked.iter().rev().take_while(|&&month| month).count();
    Some(if opposite.contains(&true) {
        EmergingClass::Oscillating
    } else if count == 1 {
        EmergingClass::New
    } else if run == count {
        EmergingClass::Consecutive
    } else {
        EmergingClass::Sporadic
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months(text: &str) -> Vec<f64> {
        text.chars()
            .map(|c| match c {
                'H' => 3.0,
                'C' => -3.0,
                _ => 0.0,
            })
            .collect()
    }

    #[test]
    fn every_class_has_its_pattern() {
        for (pattern, wanted) in [
            ("....................", None),
            ("...................H", Some((true, EmergingClass::New))),
            (".................HHH", Some((true, EmergingClass::Consecutive))),
            ("HHHHHHHHHHHHHHHHHHHH", Some((true, EmergingClass::Persistent))),
            ("HHHHHHHHHHHHHHHHHHH.", Some((true, EmergingClass::Historical))),
            ("..H...H.....H......H", Some((true, EmergingClass::Sporadic))),
            ("..C...H............H", Some((true, EmergingClass::Oscillating))),
            ("...................C", Some((false, EmergingClass::New))),
            ("CCCCCCCCCCCCCCCCCCCC", Some((false, EmergingClass::Persistent))),
        ] {
            assert_eq!(classify(&months(pattern)), wanted, "{pattern}");
        }
        let rising: Vec<f64> = (0..24).map(|month| 3.0 + f64::from(month) / 10.0).collect();
        assert_eq!(classify(&rising), Some((true, EmergingClass::Intensifying)));
        let falling: Vec<f64> = rising.iter().rev().copied().collect();
        assert_eq!(classify(&falling), Some((true, EmergingClass::Diminishing)));
        let colder: Vec<f64> = rising.iter().map(|z| -z).collect();
        assert_eq!(classify(&colder), Some((false, EmergingClass::Intensifying)));
    }

    #[test]
    fn mann_kendall_counts_ties() {
        // S = 9 concordant − 0; one tie of two: Var = (5·4·15 − 2·1·9)/18.
        let found = mann_kendall(&[1.0, 2.0, 2.0, 3.0, 4.0]);
        assert_eq!(found.s, 9);
        assert!((found.z - 8.0 / (282.0_f64 / 18.0).sqrt()).abs() < 1e-12);
        assert_eq!(mann_kendall(&[1.0; 6]).p, 1.0);
    }
}
