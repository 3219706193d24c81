//! The E-test of two Poisson rates (Krishnamoorthy and Thomson, J. Stat. Plan. Inf. 2004).
//!
//! It must not condition on the sum. Invariant: cost is linear in the spread of the counts.

use super::interval::Tally;
use super::number::{CountLaw, floor_count};

/// Standard deviations summed on each side: e^(−40²/2) is far below the least float.
const REACH: f64 = 40.0;
/// Statistics closer than this are the same value, differently rounded.
const SAME: f64 = 1.0 - 1e-12;

/// P(|T| ≥ |t|) under a common rate, T pooled; 1 when the rates seen are equal.
pub(super) fn e_test(now: Tally, base: Tally) -> f64 {
    let difference = now.count as f64 * base.days - base.count as f64 * now.days;
    if difference == 0.0 {
        return 1.0;
    }
    let total = (now.count + base.count) as f64;
    let rate = total / (now.days + base.days);
    // |T| ≥ |t| without a division: (x₁t₂ − x₂t₁)²·(a + b) ≥ (at₂ − bt₁)²·(x₁ + x₂).
    let seen = difference * difference * SAME / total;
    let extreme = |x1: u64, x2: u64| {
        let d = x1 as f64 * base.days - x2 as f64 * now.days;
        d * d >= seen * (x1 + x2) as f64 && d != 0.0
    };
    let first = Masses::of(rate * now.days);
    let second = Masses::of(rate * base.days);
    let mut sum = 0.0;
    for (index, mass) in first.point.iter().enumerate() {
        let x1 = first.start + index as u64;
        // T falls as x₂ grows: a low run of x₂ is extreme upwards, a high run downwards.
        let side = |x2: u64| x1 as f64 * base.days - x2 as f64 * now.days;
        let low = second.count_while(|x2| side(x2) > 0.0 && extreme(x1, x2));
        let high = second.count_while(|x2| side(x2) >= 0.0 || !extreme(x1, x2));
        sum += mass * (second.below[low] + second.above[high]);
    }
    sum.min(1.0)
}

/// A Poisson law over every count that matters, with running tails.
struct Masses {
    start: u64,
    point: Vec<f64>,
    /// `below[i]`: probability of the first i counts.
    below: Vec<f64>,
    /// `above[i]`: probability of the counts from the i-th on.
    above: Vec<f64>,
}

impl Masses {
    fn of(mean: f64) -> Self {
        let law = CountLaw::Poisson { mean };
        let reach = REACH * (mean.sqrt() + 2.0);
        let start = floor_count((mean - reach).max(0.0));
        let end = floor_count(mean + reach + REACH);
        let middle = floor_count(mean);
        let mut point = vec![0.0; usize::try_from(end - start + 1).unwrap_or(usize::MAX)];
        let centre = usize::try_from(middle - start).unwrap_or(0);
        point[centre] = law.point(middle);
        for index in centre + 1..point.len() {
            point[index] = point[index - 1] * law.ratio(start + index as u64 - 1);
        }
        for index in (0..centre).rev() {
            point[index] = point[index + 1] / law.ratio(start + index as u64);
        }
        let mut below = vec![0.0; point.len() + 1];
        let mut above = vec![0.0; point.len() + 1];
        for index in 0..point.len() {
            below[index + 1] = below[index] + point[index];
            let back = point.len() - 1 - index;
            above[back] = above[back + 1] + point[back];
        }
        Self { start, point, below, above }
    }

    /// How many of the first counts satisfy a condition that never becomes true again.
    fn count_while(&self, holds: impl Fn(u64) -> bool) -> usize {
        let (mut low, mut high) = (0, self.point.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if holds(self.start + middle as u64) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, term by term.
    fn slow(a: u64, b: u64, t1: f64, t2: f64) -> f64 {
        let rate = (a + b) as f64 / (t1 + t2);
        let statistic = |x1: f64, x2: f64| {
            if x1 + x2 == 0.0 {
                return 0.0;
            }
            (x1 / t1 - x2 / t2) / ((x1 + x2) / (t1 + t2)).sqrt()
        };
        let seen = statistic(a as f64, b as f64).abs() * (1.0 - 1e-12);
        let mut sum = 0.0;
        for x1 in 0..200 {
            for x2 in 0..200 {
                if statistic(x1 as f64, x2 as f64).abs() >= seen {
                    sum += CountLaw::Poisson { mean: t1 * rate }.point(x1)
                        * CountLaw::Poisson { mean: t2 * rate }.point(x2);
                }
            }
        }
        sum
    }

    #[test]
    fn agrees_with_the_double_sum() {
        for (a, b, t1, t2) in [
            (6, 2, 1.0, 1.0),
            (0, 3, 7.0, 7.0),
            (5, 13, 52.0, 52.0),
            (10, 20, 4.0, 2.0),
            (1, 0, 1.0, 9.0),
        ] {
            let found = e_test(Tally { count: a, days: t1 }, Tally { count: b, days: t2 });
            assert!((found / slow(a, b, t1, t2) - 1.0).abs() < 1e-11, "{a} {b}");
        }
    }
}
